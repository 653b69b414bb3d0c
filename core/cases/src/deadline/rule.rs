//! Rules with clocks, as data: each names its paragraph.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{LocalText, Refusal};
use serde::Deserialize;

use super::facts::Facts;
use super::span::Within;

/// One clock that a law or a promise sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// Where it stands, such as `12 CFR 1005.11(c)(1)`.
    pub paragraph: String,
    pub name: LocalText,
    /// The body of law it is part of; a type of case says which apply to it.
    pub applies: String,
    /// The fact that begins the clock.
    pub starts: String,
    pub within: Within,
    /// Any of these ends it.
    pub satisfied_by: Vec<String>,
    /// It is a notice to the customer: no case is closed while it is due and unsent.
    #[serde(default)]
    pub notice: bool,
    /// All of these must hold for it to run.
    #[serde(default)]
    pub needs: Vec<Condition>,
    /// Any of these keeps it from running.
    #[serde(default)]
    pub unless: Vec<Condition>,
    /// Special cases with another term; the first that holds counts.
    #[serde(default)]
    pub instead: Vec<Instead>,
    /// More time, if this happened in time.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// Once this has happened, other rules say how long it may take.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// In force from this day on; cases that began before have the version before.
    #[serde(default)]
    pub since: Option<Date>,
    /// In force up to the day before this one.
    #[serde(default)]
    pub until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    pub paragraph: String,
    pub when: Vec<Condition>,
    pub within: Within,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    pub paragraph: String,
    /// The customer was told of it, with reasons: only before the first term is over.
    pub by: String,
    pub within: Within,
}

/// Something that has to be so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// One fact no more than so many days after another.
    Near(Near),
    /// A fact holds.
    Holds(Holds),
    /// At least one does.
    Any(Any),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    pub fact: String,
    pub days_after: String,
    pub at_most: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holds {
    pub fact: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Any {
    pub any: Vec<String>,
}

impl Condition {
    pub(super) fn holds(&self, facts: &Facts, zone: &TimeZone) -> bool {
        match self {
            Self::Holds(Holds { fact }) => facts.holds(fact),
            Self::Any(Any { any }) => any.iter().any(|fact| facts.holds(fact)),
            Self::Near(near) => match (facts.day(&near.fact, zone), facts.day(&near.days_after, zone)) {
                (Some(day), Some(first)) => (day - first).get_days() <= near.at_most,
                _ => false,
            },
        }
    }

    /// What to call it when it is the reason.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Holds(Holds { fact }) | Self::Near(Near { fact, .. }) => fact.clone(),
            Self::Any(Any { any }) => any.join(" / "),
        }
    }
}

/// All rules of a centre.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

impl RuleBook {
    /// Reads rules of one file more; refuses one that could never be met or is given twice for a day.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        let malformed =
            |reason: String| Refusal::new("cases.rules_malformed").with("file", name).with("reason", reason);
        let file: File = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
        for rule in file.rule {
            if rule.satisfied_by.is_empty() || rule.satisfied_by.contains(&rule.starts) {
                return Err(malformed(format!("{}: nothing else than its beginning ends it", rule.id)));
            }
            if self.rules.iter().any(|other| other.id == rule.id && overlap(other, &rule)) {
                return Err(malformed(format!("{}: two versions hold on the same day", rule.id)));
            }
            self.rules.push(rule);
        }
        Ok(())
    }

    /// The rules of these bodies of law as they stood on a day.
    pub fn on<'r>(&'r self, day: Date, applies: &'r [String]) -> impl Iterator<Item = &'r Rule> {
        self.rules.iter().filter(move |rule| {
            applies.contains(&rule.applies)
                && rule.since.is_none_or(|since| since <= day)
                && rule.until.is_none_or(|until| day < until)
        })
    }
}

fn overlap(one: &Rule, other: &Rule) -> bool {
    let begins_before =
        |rule: &Rule, end: Option<Date>| end.is_none_or(|end| rule.since.is_none_or(|since| since < end));
    begins_before(one, other.until) && begins_before(other, one.until)
}
