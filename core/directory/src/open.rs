//! Open or closed, until when, and when next.
//!
//! Hours are civil times; a moment is an instant. One rule joins them: **a civil time happens at the first
//! instant at which the local clock shows it or a later time.** When clocks spring forward, 02:30 happens
//! at the jump; when they fall back, 01:30 happens once, the first time. So hours never overlap, never run
//! backwards, and adjacent ones stay adjacent.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::LocalText;

use crate::calendar::Holiday;
use crate::finding::Place;
use crate::hours::{Hours, Phase};
use crate::model::Way;

/// How far ahead an opening or closing is looked for. What does not happen within it is "none".
const HORIZON: SignedDuration = SignedDuration::from_hours(366 * 24);

/// More changes than any sensible hours have in a year: a bound for every search.
const MOST_STEPS: usize = 5_000;

/// Whose clock hours are read by.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    Fixed(TimeZone),
    /// "Local time": the clock of whoever asks.
    Caller,
}

impl Zone {
    pub fn resolve<'z>(&'z self, caller: &'z TimeZone) -> &'z TimeZone {
        match self {
            Self::Fixed(zone) => zone,
            Self::Caller => caller,
        }
    }
}

/// Hours by a clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pub hours: Arc<Hours>,
    pub zone: Zone,
}

/// A dated exception to the hours of a way, such as "closed from 2 pm today, storm".
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    pub from: Timestamp,
    pub until: Timestamp,
    pub open: bool,
    pub message: LocalText,
    pub place: Place,
}

/// The answer to "are they there?".
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OpenState<'d> {
    /// Somebody is there. `until: None`: it does not close within a year.
    Open { until: Option<Timestamp>, because: Option<Because<'d>> },
    /// Nobody is there. `opens: None`: it does not open within a year.
    Closed { opens: Option<Timestamp>, because: Option<Because<'d>> },
    /// The directory cannot tell; `opens` is the next opening that is certain.
    Unknown { opens: Option<Timestamp>, because: Because<'d> },
    /// A message can be left at any time (fax, email, post and the like).
    AnyTime,
}

/// Why it is so, where it is not simply the hours; of what is closed, also why it does not open sooner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Because<'d> {
    Holiday(Holiday<'d>),
    /// A dated exception, with its message.
    Exception(&'d LocalText),
    /// The directory gives no hours, or says itself that they are uncertain.
    Unstated,
}

impl OpenState<'_> {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// When it next opens; `None` while it is open.
    pub fn opens(&self) -> Option<Timestamp> {
        match self {
            Self::Closed { opens, .. } | Self::Unknown { opens, .. } => *opens,
            Self::Open { .. } | Self::AnyTime => None,
        }
    }

    /// How long it stays open after this moment.
    pub fn time_left(&self, moment: Timestamp) -> Option<SignedDuration> {
        match self {
            Self::Open { until: Some(until), .. } => Some(until.duration_since(moment)),
            _ => None,
        }
    }
}

/// What holds at a moment, and the next instant at which something else may.
struct Point<'d> {
    phase: Phase,
    because: Option<Because<'d>>,
    next: Option<Timestamp>,
}

impl Schedule {
    /// Whether the hours alone have it open at this instant, and when that may change.
    fn point(&self, at: Timestamp, caller: &TimeZone) -> Point<'_> {
        if let Some(phase) = self.hours.constant() {
            return Point { phase, because: None, next: None };
        }
        let zone = self.zone.resolve(caller);
        let civil = zone.to_datetime(at);
        let (mut year, mut month) = (civil.year(), civil.month());
        let mut segments = self.hours.month(year, month);
        let mut index = segments.partition_point(|segment| segment.from <= civil).saturating_sub(1);
        // In the hour that clocks repeat, the civil time points too far back: go on until the next
        // change lies ahead.
        for _ in 0..MOST_STEPS {
            let Some(current) = segments.get(index) else { break };
            let change = segments.get(index + 1).map(|next| next.from).or_else(|| end_of_month(year, month));
            let Some(next) = change.and_then(|change| first_instant(zone, change)) else { break };
            if next > at {
                let because = self.hours.holiday(current).map(Because::Holiday);
                return Point { phase: current.phase, because, next: Some(next) };
            }
            index += 1;
            if index >= segments.len() {
                let Some(following) = end_of_month(year, month) else { break };
                (year, month) = (following.year(), following.month());
                (segments, index) = (self.hours.month(year, month), 0);
            }
        }
        Point { phase: Phase::Closed, because: None, next: None }
    }

    /// The state by the hours alone.
    pub fn state_at(&self, moment: Timestamp, caller: &TimeZone) -> OpenState<'_> {
        state(moment, |at| self.point(at, caller))
    }
}

impl Way {
    /// Whether somebody is there at this moment, for a caller whose clock is in this zone.
    pub fn state_at(&self, moment: Timestamp, caller: &TimeZone) -> OpenState<'_> {
        match state(moment, |at| self.point(at, caller)) {
            OpenState::Open { because: None, .. } if self.takes_messages() => OpenState::AnyTime,
            state => state,
        }
    }

    /// Nobody has to be there to take what is sent.
    fn takes_messages(&self) -> bool {
        self.schedule.is_none() && !self.channel.is_live() && self.is_published()
    }

    fn point(&self, at: Timestamp, caller: &TimeZone) -> Point<'_> {
        let starts = self.exceptions.iter().map(|exception| exception.from).filter(|from| *from > at).min();
        // Where two exceptions overlap, the later one in the file was written knowing the earlier.
        if let Some(exception) =
            self.exceptions.iter().rev().find(|exception| exception.from <= at && at < exception.until)
        {
            let phase = if exception.open { Phase::Open } else { Phase::Closed };
            let next = starts.map_or(exception.until, |starts| starts.min(exception.until));
            let because = Some(Because::Exception(&exception.message));
            return Point { phase, because, next: Some(next) };
        }
        let mut point = match &self.schedule {
            Some(schedule) => schedule.point(at, caller),
            None if self.takes_messages() => Point { phase: Phase::Open, because: None, next: None },
            None => Point { phase: Phase::Unknown, because: None, next: None },
        };
        point.next = match (point.next, starts) {
            (Some(next), Some(starts)) => Some(next.min(starts)),
            (next, starts) => next.or(starts),
        };
        point
    }
}

/// Follows the points from a moment until the answer is complete or the horizon is reached.
fn state<'d>(moment: Timestamp, point: impl Fn(Timestamp) -> Point<'d>) -> OpenState<'d> {
    let now = point(moment);
    let horizon = moment.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    // The first instant with a wanted phase, and what stood in its way until then.
    let first = |wanted: fn(Phase) -> bool| {
        let (mut next, mut in_the_way) = (now.next, None);
        for _ in 0..MOST_STEPS {
            let Some(at) = next.filter(|at| *at < horizon) else { break };
            let then = point(at);
            if wanted(then.phase) {
                return (Some(at), in_the_way);
            }
            in_the_way = in_the_way.or(then.because);
            next = then.next;
        }
        (None, in_the_way)
    };
    match now.phase {
        Phase::Open => OpenState::Open { until: first(|phase| phase != Phase::Open).0, because: now.because },
        Phase::Closed => {
            let (opens, in_the_way) = first(|phase| phase == Phase::Open);
            OpenState::Closed { opens, because: now.because.or(in_the_way) }
        }
        Phase::Unknown => OpenState::Unknown {
            opens: first(|phase| phase == Phase::Open).0,
            because: now.because.unwrap_or(Because::Unstated),
        },
    }
}

fn end_of_month(year: i16, month: i8) -> Option<DateTime> {
    let first = Date::new(year, month, 1).ok()?;
    Some(first.checked_add(1.month()).ok()?.to_datetime(Time::midnight()))
}

/// The first instant at which a clock in this zone shows this civil time or a later one.
pub(crate) fn first_instant(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).ok(),
        // The clock never shows it: it is the jump itself.
        AmbiguousOffset::Gap { before, .. } => {
            let after_the_jump = before.to_timestamp(civil).ok()?;
            let next = after_the_jump.checked_add(1.nanosecond()).unwrap_or(after_the_jump);
            Some(zone.preceding(next).next()?.timestamp())
        }
    }
}
