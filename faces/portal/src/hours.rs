//! A week's hours in words: "Monday to Friday, 8 AM – 8 PM".
//!
//! They are read off a week without days off, so that what is shown is what usually holds; a holiday or an
//! exception is said where the state is.

use directory::{Calendar, OpenState, Schedule, Zone};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use words::Words;

use crate::inquiry::Inquiry;

/// Weeks to look through for one without a day off.
const WEEKS_AHEAD: i64 = 8;
/// More changes than a week has in earnest.
const MOST_CHANGES: usize = 200;

/// The lines of a week by one clock.
#[derive(Clone, PartialEq)]
pub struct HoursView {
    pub zone: String,
    pub lines: Vec<HoursLine>,
}

#[derive(Clone, PartialEq)]
pub struct HoursLine {
    pub days: String,
    pub times: String,
}

/// One opening, by the desk's clock.
pub struct Span {
    pub day: Weekday,
    pub from: Time,
    pub until: Time,
}

/// The openings of a usual week, by the desk's clock.
pub fn spans(schedule: &Schedule, inquiry: &Inquiry) -> Vec<Span> {
    let desk = schedule.zone.resolve(inquiry.caller_zone());
    let calendar = &inquiry.directory().calendar;
    let spans = usual_week(schedule, calendar, inquiry.moment, desk).unwrap_or_default();
    let week = by_weekday(&spans, desk);
    let days = Weekday::Monday.cycle_forward().zip(&week);
    days.flat_map(|(day, spans)| {
        spans.iter().map(move |(from, until)| Span { day, from: *from, until: *until })
    })
    .collect()
}

/// The spans of a day, and of a week by weekday, Monday first.
type Day = Vec<(Time, Time)>;
type Week = [Day; 7];

/// The hours by the desk's clock, and by the visitor's where it shows other times.
pub fn views(schedule: &Schedule, inquiry: &Inquiry) -> Vec<HoursView> {
    let desk = schedule.zone.resolve(inquiry.caller_zone());
    let Some(spans) = usual_week(schedule, &inquiry.directory().calendar, inquiry.moment, desk) else {
        return Vec::new();
    };
    let words = inquiry.words();
    let desk_name = match &schedule.zone {
        Zone::Fixed(zone) => words.zone(zone, inquiry.moment),
        Zone::Caller => words.text("portal-local-time").into_owned(),
    };
    let desk_week = by_weekday(&spans, desk);
    let mut views = vec![view(&desk_week, desk_name, words)];
    if let Some(own) = inquiry.own_zone() {
        let own_week = by_weekday(&spans, own);
        if own_week != desk_week {
            views.push(view(&own_week, words.text("portal-hours-your-time").into_owned(), words));
        }
    }
    views
}

/// The open spans of a week that has no day off, starting on a Monday by the desk's clock.
fn usual_week(
    schedule: &Schedule,
    calendar: &Calendar,
    moment: Timestamp,
    desk: &TimeZone,
) -> Option<Vec<(Timestamp, Timestamp)>> {
    let today = desk.to_datetime(moment).date();
    let this_monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
    let mondays = (0..WEEKS_AHEAD).filter_map(|week| this_monday.checked_add(week.weeks()).ok());
    let usual = |monday: &jiff::civil::Date| {
        (0..7).all(|day| monday.checked_add(day.days()).is_ok_and(|day| calendar.holiday_on(day).is_none()))
    };
    let monday = mondays.clone().find(usual).unwrap_or(this_monday);
    let start = monday.to_zoned(desk.clone()).ok()?.timestamp();
    let end = monday.checked_add(1.week()).ok()?.to_zoned(desk.clone()).ok()?.timestamp();
    let mut spans = Vec::new();
    let mut at = start;
    for _ in 0..MOST_CHANGES {
        let next = match schedule.state_at(at, desk) {
            OpenState::Open { until, .. } => {
                let until = until.map_or(end, |until| until.min(end));
                spans.push((at, until));
                until
            }
            state => state.opens().unwrap_or(end),
        };
        if next >= end || next <= at {
            break;
        }
        at = next;
    }
    Some(spans)
}

/// A span that is a day long or longer counts for each of its days; a shorter one for the day it begins.
fn by_weekday(spans: &[(Timestamp, Timestamp)], zone: &TimeZone) -> Week {
    let mut week = Week::default();
    for (from, until) in spans {
        let (mut from, until) = (from.to_zoned(zone.clone()), until.to_zoned(zone.clone()));
        while until.timestamp().duration_since(from.timestamp()).as_hours() >= 24 {
            let Ok(midnight) = from.tomorrow().and_then(|day| day.start_of_day()) else { break };
            note(&mut week, &from, &midnight);
            from = midnight;
        }
        if from < until {
            note(&mut week, &from, &until);
        }
    }
    for spans in &mut week {
        spans.sort_unstable();
    }
    week
}

fn note(week: &mut Week, from: &Zoned, until: &Zoned) {
    let day = usize::try_from(from.weekday().to_monday_zero_offset()).unwrap_or(0);
    if let Some(spans) = week.get_mut(day) {
        spans.push((from.time(), until.time()));
    }
}

fn view(week: &Week, zone: String, words: &Words) -> HoursView {
    let mut lines = Vec::new();
    let mut runs: Vec<(Weekday, Weekday, &Day)> = Vec::new();
    for (day, spans) in Weekday::Monday.cycle_forward().zip(week) {
        match runs.last_mut() {
            Some((_, last, same)) if *same == spans => *last = day,
            _ => runs.push((day, day, spans)),
        }
    }
    for (first, last, spans) in runs {
        let days = if runs_all_week(first, last) {
            words.text("portal-every-day").into_owned()
        } else {
            words.weekdays(first, last)
        };
        lines.push(HoursLine { days, times: times(spans, words) });
    }
    HoursView { zone, lines }
}

fn runs_all_week(first: Weekday, last: Weekday) -> bool {
    first == Weekday::Monday && last == Weekday::Sunday
}

fn times(spans: &[(Time, Time)], words: &Words) -> String {
    match spans {
        [] => words.text("portal-day-closed").into_owned(),
        [(from, until)] if *from == Time::midnight() && *until == Time::midnight() => {
            words.text("portal-day-always").into_owned()
        }
        spans => {
            let each: Vec<_> = spans.iter().map(|(from, until)| words.times(*from, *until)).collect();
            each.join(", ")
        }
    }
}
