//! Open or closed, as it stands on a page.

use directory::{OpenState, WayAnswer, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::inquiry::Inquiry;

/// Less time than this is worth a warning.
const SOON_MINUTES: i64 = 30;

/// The state in words, with a colour and an icon that only repeat them.
#[derive(PartialEq)]
pub struct StateView {
    pub kind: &'static str,
    pub icon: &'static str,
    /// "Closed, opens Monday 8 AM your time"
    pub text: String,
    /// "2 h 15 min left"
    pub left: Option<String>,
    /// The same instant by the desk's clock, when that shows another time.
    pub at_desk: Option<String>,
    /// A holiday, or why an exception was made.
    pub reason: Option<String>,
}

impl StateView {
    pub fn new(answer: &WayAnswer<'_>, inquiry: &Inquiry) -> Self {
        let words = inquiry.words();
        let state = answer.state;
        let desk_zone = desk_zone(answer, inquiry);
        let shown_zone = inquiry.own_zone().unwrap_or(desk_zone);
        let said = state.spoken(words, inquiry.moment, shown_zone);
        let turns = turning_point(state);
        let text = match (turns, inquiry.own_zone()) {
            (None, _) => said,
            (Some(_), Some(_)) => words.message("portal-your-time").with("state", said).to_string(),
            (Some(at), None) => {
                let zone = words.zone(desk_zone, at);
                words.message("portal-desk-time").with("state", said).with("zone", zone).to_string()
            }
        };
        let left = answer.time_left();
        let soon = left.is_some_and(|left| left.as_mins() < SOON_MINUTES);
        let (kind, icon) = match state {
            OpenState::Open { .. } if soon => ("warn", "hourglass"),
            OpenState::Open { .. } => ("good", "circle-check"),
            OpenState::Closed { .. } => ("bad", "circle-x"),
            OpenState::Unknown { .. } => ("warn", "circle-alert"),
            OpenState::AnyTime => ("plain", "clock"),
        };
        Self {
            kind,
            icon,
            text,
            left: left
                .map(|left| words.message("portal-left").with("time", words.duration(left)).to_string()),
            at_desk: turns.and_then(|at| at_desk(at, desk_zone, shown_zone, inquiry)),
            reason: state.reason(words),
        }
    }
}

/// The clock on the desk's wall; the caller's own where hours are in "local time".
fn desk_zone<'i>(answer: &WayAnswer<'i>, inquiry: &'i Inquiry) -> &'i TimeZone {
    match answer.way.schedule.as_ref().map(|schedule| &schedule.zone) {
        Some(Zone::Fixed(zone)) => zone,
        Some(Zone::Caller) => inquiry.caller_zone(),
        None => inquiry.home_zone(),
    }
}

/// The instant that the state's words name.
fn turning_point(state: OpenState<'_>) -> Option<Timestamp> {
    match state {
        OpenState::Open { until, .. } => until,
        _ => state.opens(),
    }
}

fn at_desk(at: Timestamp, desk: &TimeZone, shown: &TimeZone, inquiry: &Inquiry) -> Option<String> {
    if desk.to_datetime(at) == shown.to_datetime(at) {
        return None;
    }
    let words = inquiry.words();
    let when = words.when(&at.to_zoned(desk.clone()), &inquiry.moment.to_zoned(desk.clone()));
    let zone = words.zone(desk, at);
    Some(words.message("portal-at-desk").with("when", when).with("zone", zone).to_string())
}
