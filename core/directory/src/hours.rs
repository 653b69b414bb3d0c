//! Opening hours in the OpenStreetMap syntax, read once and laid out month by month in local civil time.
//!
//! This is the only file that touches the opening-hours crate and the calendar types it brings. Zones do
//! not matter here: `08:00` is whatever instant the local clock shows it at, which `open.rs` works out.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use compact_calendar::CompactCalendar;
use jiff::civil::{Date, DateTime, Time};
use opening_hours::localization::Country;
use opening_hours::{Context, ContextHolidays, OpeningHours, RuleKind};
use quick_cache::sync::Cache;

use crate::calendar::{Calendar, Holiday, HolidayRule};

/// Months kept laid out for one set of hours: enough for this year's and next year's answers.
const MONTHS_KEPT: usize = 32;

/// Words of the syntax that mean the sun, whose hour depends on a place that a directory does not have.
const SUN: [&str; 4] = ["sunrise", "sunset", "dawn", "dusk"];

/// Why a text is no opening hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursError {
    /// Not in the syntax; reading stopped at this character, counted from 1.
    Syntax { column: usize },
    /// It uses something that cannot be evaluated.
    Unsupported,
    /// It depends on the sun.
    Sun,
}

/// What holds from one civil time until the next segment's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub from: DateTime,
    pub phase: Phase,
    /// The day on which a holiday made it so.
    pub holiday: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    Closed,
    Unknown,
}

/// Hours of one week after another, with the days off of the institution.
pub struct Hours {
    text: String,
    evaluated: OpeningHours,
    calendar: Arc<Calendar>,
    /// Whether the text itself says what happens on public holidays.
    knows_holidays: bool,
    /// What it always is, when it never changes.
    constant: Option<Phase>,
    months: Cache<(i16, i8), Arc<[Segment]>>,
}

impl Hours {
    pub fn parse(text: &str, calendar: Arc<Calendar>) -> Result<Self, HoursError> {
        let words = || text.split(|c: char| !c.is_ascii_alphabetic());
        if words().any(|word| SUN.contains(&word.to_ascii_lowercase().as_str())) {
            return Err(HoursError::Sun);
        }
        let parsed: OpeningHours = text.parse().map_err(|error| syntax_error(&error))?;
        let expression = parsed.get_expression();
        let constant = expression
            .is_constant()
            .then(|| expression.rules.last().map_or(Phase::Closed, |rule| phase(rule.kind)));
        let public: CompactCalendar = calendar.days().into_iter().filter_map(to_chrono).collect();
        let holidays = ContextHolidays::new(Arc::new(public), Arc::default());
        Ok(Self {
            text: text.to_owned(),
            evaluated: parsed.with_context(Context::default().with_holidays(holidays)),
            knows_holidays: words().any(|word| word == "PH"),
            calendar,
            constant,
            months: Cache::new(MONTHS_KEPT),
        })
    }

    /// As it stands in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A day, within a year of this one, that two seasons of the text both claim with different hours.
    pub(crate) fn overlapping_seasons(&self, from: Date) -> Option<Date> {
        let expression = self.evaluated.get_expression();
        let seasons: Vec<OpeningHours> = expression
            .rules
            .iter()
            .filter(|rule| {
                let days = &rule.day_selector;
                !(days.monthday.is_empty() && days.week.is_empty() && days.year.is_empty())
            })
            .filter_map(|rule| rule.to_string().parse().ok())
            .collect();
        let mut year = from.series(jiff::Span::new().days(1)).take(366);
        year.find(|day| {
            let Some(date) = to_chrono(*day).filter(|_| seasons.len() > 1) else { return false };
            let mut claims =
                seasons.iter().map(|season| season.schedule_at(date)).filter(|day| !day.is_empty());
            let first = claims.next();
            claims.any(|other| first.as_ref() != Some(&other))
        })
    }

    pub(crate) fn constant(&self) -> Option<Phase> {
        self.constant
    }

    /// The segments of a month, in order; the first starts with the month.
    pub(crate) fn month(&self, year: i16, month: i8) -> Arc<[Segment]> {
        if let Some(known) = self.months.get(&(year, month)) {
            return known;
        }
        let laid_out: Arc<[Segment]> = self.lay_out(year, month).into();
        self.months.insert((year, month), Arc::clone(&laid_out));
        laid_out
    }

    fn lay_out(&self, year: i16, month: i8) -> Vec<Segment> {
        let Ok(first) = Date::new(year, month, 1) else { return Vec::new() };
        let mut segments: Vec<Segment> = Vec::with_capacity(64);
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| day.month() == month) {
            for segment in self.day(day) {
                let same = |last: &Segment| (last.phase, last.holiday) == (segment.phase, segment.holiday);
                if !segments.last().is_some_and(same) {
                    segments.push(segment);
                }
            }
        }
        segments
    }

    fn day(&self, day: Date) -> Vec<Segment> {
        let holiday = self.calendar.holiday_on(day).map(|_| day);
        let Some(date) = to_chrono(day) else { return Vec::new() };
        let ranges = self.evaluated.schedule_at(date).into_iter();
        ranges
            .map(|range| {
                let phase = phase(range.kind);
                let hour = i8::try_from(range.range.start.hour()).unwrap_or(0);
                let minute = i8::try_from(range.range.start.minute()).unwrap_or(0);
                let from = day.to_datetime(Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight()));
                let (phase, holiday) = self.on_holiday(phase, holiday);
                Segment { from, phase, holiday }
            })
            .collect()
    }

    /// What becomes of a phase on a day off, and whether the day off is the reason.
    fn on_holiday(&self, phase: Phase, holiday: Option<Date>) -> (Phase, Option<Date>) {
        match (phase, self.calendar.rule()) {
            _ if holiday.is_none() || self.constant.is_some() => (phase, None),
            (Phase::Closed, _) => (phase, holiday.filter(|_| self.knows_holidays)),
            _ if self.knows_holidays => (phase, None),
            (_, HolidayRule::Closed) => (Phase::Closed, holiday),
            (_, HolidayRule::Unconfirmed) => (Phase::Unknown, holiday),
            (_, HolidayRule::AsUsual) => (phase, None),
        }
    }

    pub(crate) fn holiday(&self, segment: &Segment) -> Option<Holiday<'_>> {
        segment.holiday.and_then(|day| self.calendar.holiday_on(day))
    }
}

impl PartialEq for Hours {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.calendar == other.calendar
    }
}

impl std::fmt::Debug for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Hours").field(&self.text).finish()
    }
}

fn phase(kind: RuleKind) -> Phase {
    match kind {
        RuleKind::Open => Phase::Open,
        RuleKind::Closed => Phase::Closed,
        RuleKind::Unknown => Phase::Unknown,
    }
}

/// The crate says where it stopped in the first line of its message (` --> 1:7`) and nowhere else.
fn syntax_error(error: &impl std::fmt::Display) -> HoursError {
    let message = error.to_string();
    let position = message.lines().next().and_then(|line| line.trim().strip_prefix("--> 1:"));
    match position.and_then(|column| column.parse().ok()) {
        Some(column) => HoursError::Syntax { column },
        None => HoursError::Unsupported,
    }
}

/// The public holidays that the crate knows for a country.
pub(crate) fn country_holidays(code: &str) -> Option<BTreeSet<Date>> {
    let country: Country = code.parse().ok()?;
    let days: BTreeSet<Date> = country.holidays().get_public().iter().filter_map(from_chrono).collect();
    (!days.is_empty()).then_some(days)
}

fn to_chrono(day: Date) -> Option<NaiveDate> {
    let month = u32::try_from(day.month()).ok()?;
    NaiveDate::from_ymd_opt(i32::from(day.year()), month, u32::try_from(day.day()).ok()?)
}

fn from_chrono(day: NaiveDate) -> Option<Date> {
    let year = i16::try_from(day.year()).ok()?;
    Date::new(year, i8::try_from(day.month()).ok()?, i8::try_from(day.day()).ok()?).ok()
}
