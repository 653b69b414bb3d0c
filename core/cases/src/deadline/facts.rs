//! What is known about a case that laws ask for: when something happened, and whether it is so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Facts by name, such as `notice` or `provisional_credit`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    happened: BTreeMap<String, Timestamp>,
    true_ones: std::collections::BTreeSet<String>,
    cycle_ends: Vec<Date>,
}

impl Facts {
    /// The first time counts: a letter sent twice was sent when it was sent first.
    pub fn happened(mut self, name: &str, at: Timestamp) -> Self {
        let known = self.happened.entry(name.to_owned()).or_insert(at);
        *known = (*known).min(at);
        self
    }

    pub fn is_true(mut self, name: &str) -> Self {
        self.true_ones.insert(name.to_owned());
        self
    }

    /// Ends of billing cycles, as far as they are known.
    pub fn cycles_end(mut self, ends: impl IntoIterator<Item = Date>) -> Self {
        self.cycle_ends.extend(ends);
        self
    }

    pub fn at(&self, name: &str) -> Option<Timestamp> {
        self.happened.get(name).copied()
    }

    /// Whether it is so, or has happened.
    pub fn holds(&self, name: &str) -> bool {
        self.true_ones.contains(name) || self.happened.contains_key(name)
    }

    /// The day it happened on, where the institution is.
    pub fn day(&self, name: &str, zone: &TimeZone) -> Option<Date> {
        self.at(name).map(|at| at.to_zoned(zone.clone()).date())
    }

    pub fn cycle_ends(&self) -> &[Date] {
        &self.cycle_ends
    }
}
