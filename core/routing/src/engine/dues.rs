//! What time alone brings about.

use std::collections::BTreeSet;

use super::WorkId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    OfferEnds,
    WrapUpEnds,
    /// Whoever holds it has been gone for long enough.
    BringBack,
    /// It was not to be taken before.
    MayBegin,
    Overflows,
    /// It has been kept for one person for long enough.
    KeptUntil,
    /// Somebody who passed it over may be asked again.
    AskAgain,
}

#[derive(Debug)]
pub(super) struct Dues {
    all: BTreeSet<(i64, Due, WorkId)>,
    /// The latest moment that was looked at.
    pub last: i64,
}

impl Default for Dues {
    fn default() -> Self {
        Self { all: BTreeSet::new(), last: i64::MIN }
    }
}

impl Dues {
    pub fn add(&mut self, at: i64, due: Due, work: WorkId) {
        self.all.insert((at, due, work));
    }

    pub fn remove(&mut self, at: i64, due: Due, work: WorkId) {
        self.all.remove(&(at, due, work));
    }

    pub fn next(&self) -> Option<i64> {
        self.all.first().map(|(at, _, _)| *at)
    }

    /// Takes the next that is due by now.
    pub fn pop(&mut self, now: i64) -> Option<(Due, WorkId)> {
        let (at, due, work) = *self.all.first()?;
        if at > now {
            return None;
        }
        self.all.pop_first();
        Some((due, work))
    }
}
