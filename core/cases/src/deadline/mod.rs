//! Deadlines that laws and promises set: which run for a case, until when, and why.
//!
//! Pure: facts and rules go in, deadlines come out, so that a case can be worked out again under the rules
//! of its date. A term in days ends with its last day, where the institution is.

mod facts;
mod rule;
mod span;
mod why;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use kernel::Result;

pub use facts::Facts;
pub use rule::{Condition, Extension, Instead, Rule, RuleBook};
pub use span::{BusinessDays, Within};
pub use why::Why;

/// Where the institution is, and on which days it works.
pub struct Place<'p> {
    pub zone: &'p TimeZone,
    pub days: &'p dyn BusinessDays,
}

/// How a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not yet met, and there is time.
    Running,
    /// Met in time.
    Met(Timestamp),
    /// Met, but later than was due.
    MetLate(Timestamp),
    Missed,
    /// Another rule says how long it may take.
    Replaced,
}

/// One clock of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub rule: String,
    /// The paragraph that this term stands in.
    pub paragraph: String,
    /// The last instant at which it is still in time.
    pub due: Timestamp,
    /// The last day, where the institution is.
    pub last_day: Date,
    pub standing: Standing,
    pub notice: bool,
    pub why: Vec<Why>,
}

/// All deadlines of a case at a moment, the soonest first. Rules whose clock has not begun have none.
pub fn deadlines<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    facts: &Facts,
    place: &Place<'_>,
    now: Timestamp,
) -> Result<Vec<Deadline>> {
    let mut found = Vec::new();
    for rule in rules {
        found.extend(deadline(rule, facts, place, now)?);
    }
    found.sort_by(|one, other| one.due.cmp(&other.due).then_with(|| one.rule.cmp(&other.rule)));
    Ok(found)
}

/// One rule's deadline, if its clock runs.
pub fn deadline(rule: &Rule, facts: &Facts, place: &Place<'_>, now: Timestamp) -> Result<Option<Deadline>> {
    let Some(began) = facts.at(&rule.starts).filter(|began| *began <= now) else { return Ok(None) };
    let holds = |condition: &Condition| condition.holds(facts, place.zone);
    if !rule.needs.iter().all(holds) || rule.unless.iter().any(holds) {
        return Ok(None);
    }
    let day = began.to_zoned(place.zone.clone()).date();
    let mut why = vec![Why::Began { fact: rule.starts.clone(), at: began, day }];
    let (mut within, mut paragraph) = (rule.within, &rule.paragraph);
    if let Some(instead) = rule.instead.iter().find(|instead| instead.when.iter().all(holds)) {
        (within, paragraph) = (instead.within, &instead.paragraph);
        let because = instead.when.iter().map(Condition::name).collect();
        why.push(Why::Instead { paragraph: paragraph.clone(), because });
    }
    let (mut last_day, mut due) = term(began, day, within, facts, place, &mut why)?;
    if let Some(extension) = &rule.extension
        && let Some(told) = facts.at(&extension.by)
        && told <= due
    {
        paragraph = &extension.paragraph;
        why.push(Why::Extended { fact: extension.by.clone(), paragraph: paragraph.clone() });
        (last_day, due) = term(began, day, extension.within, facts, place, &mut why)?;
    }
    let standing = standing(rule, facts, due, now, &mut why);
    let (rule_id, paragraph) = (rule.id.clone(), paragraph.clone());
    Ok(Some(Deadline { rule: rule_id, paragraph, due, last_day, standing, notice: rule.notice, why }))
}

/// The last day of a term and its last instant.
fn term(
    began: Timestamp,
    day: Date,
    within: Within,
    facts: &Facts,
    place: &Place<'_>,
    why: &mut Vec<Why>,
) -> Result<(Date, Timestamp)> {
    if let Within::Hours(hours) = within {
        let due = began.checked_add(SignedDuration::from_hours(hours.into()))?;
        let last = due.to_zoned(place.zone.clone()).date();
        why.push(Why::Added { within, last });
        return Ok((last, due));
    }
    let last = span::last_day(day, within, place.days, facts.cycle_ends(), why)?;
    why.push(Why::Added { within, last });
    // The next day's first instant, less a moment: days are not always 24 hours long.
    let next = last.tomorrow()?.to_zoned(place.zone.clone())?.timestamp();
    Ok((last, next.checked_sub(1.microsecond())?))
}

fn standing(rule: &Rule, facts: &Facts, due: Timestamp, now: Timestamp, why: &mut Vec<Why>) -> Standing {
    let done = rule.satisfied_by.iter().filter_map(|name| Some((facts.at(name)?, name)));
    if let Some((at, fact)) = done.filter(|(at, _)| *at <= now).min() {
        why.push(Why::Met { fact: fact.clone(), at });
        return if at <= due { Standing::Met(at) } else { Standing::MetLate(at) };
    }
    if let Some(fact) = &rule.replaced_by
        && let Some(at) = facts.at(fact).filter(|at| *at <= due && *at <= now)
    {
        why.push(Why::Replaced { fact: fact.clone(), at });
        return Standing::Replaced;
    }
    if now > due { Standing::Missed } else { Standing::Running }
}
