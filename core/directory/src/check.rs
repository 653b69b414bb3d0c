//! What in a sound directory would still hurt people: topics nobody answers, promises not kept, numbers
//! that cannot be dialled, keys that lead to two desks.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::directory::Directory;
use crate::finding::{Finding, Severity};
use crate::model::{Address, Topic, Unit, Way};
use crate::open::{OpenState, Schedule, Zone, first_instant};
use crate::phone::PhoneNumber;
use crate::read::in_order;
use crate::search::words;

const DAYS: i64 = 7;
/// How many weeks after the effective date a week without a holiday is looked for.
const WEEKS_TRIED: i64 = 53;

impl Directory {
    /// Everything that deserves a look, in the order of the file.
    pub fn check(&self) -> Vec<Finding> {
        let mut checker = Checker { directory: self, findings: self.warnings.clone() };
        checker.topics();
        checker.synonyms();
        for unit in &self.units {
            checker.unit(unit);
            for way in &unit.ways {
                checker.way(unit, way);
            }
        }
        checker.doubled_options();
        in_order(checker.findings)
    }
}

struct Checker<'d> {
    directory: &'d Directory,
    findings: Vec<Finding>,
}

impl<'d> Checker<'d> {
    /// Someone has to be there for every topic, sometime.
    fn topics(&mut self) {
        for (topic, handlers) in self.directory.topics.iter().zip(&self.directory.handlers) {
            let ways: Vec<&Way> =
                handlers.iter().filter_map(|at| self.directory.way(*at)).map(|(_, way)| way).collect();
            let finding = if ways.is_empty() {
                Finding::error("topic_unreached", topic.place.clone())
            } else if !ways.iter().any(|way| way.is_published()) {
                Finding::warning("topic_unpublished", topic.place.clone())
            } else if !ways.iter().any(|way| way.is_published() && self.may_be_open(way)) {
                Finding::error("topic_never_open", topic.place.clone())
            } else {
                continue;
            };
            self.findings.push(finding.with("topic", &topic.id));
        }
    }

    /// Whether it opens within the year, or can be used without anybody being there, or does not say.
    fn may_be_open(&self, way: &Way) -> bool {
        let home = &self.directory.institution.zone;
        let first = way.from.map_or(self.directory.institution.effective, |from| from);
        let Some(start) = first_instant(home, first.to_datetime(Time::midnight())) else { return false };
        match way.schedule.as_ref().map(|schedule| schedule.state_at(start, home)) {
            None | Some(OpenState::Open { .. } | OpenState::AnyTime) => true,
            Some(OpenState::Closed { opens, .. } | OpenState::Unknown { opens, .. }) => opens.is_some(),
        }
    }

    /// Words that lead one audience to two topics lead to a question instead of an answer.
    fn synonyms(&mut self) {
        let mut claimed: BTreeMap<Vec<String>, Vec<(&'d Topic, &'d str)>> = BTreeMap::new();
        for topic in &self.directory.topics {
            for phrase in topic
                .name
                .iter()
                .map(|(_, name)| name)
                .chain(topic.synonyms.values().flatten().map(String::as_str))
            {
                let mut key = words(phrase);
                key.sort_unstable();
                let claims = claimed.entry(key).or_default();
                let rival =
                    claims.iter().find(|(other, _)| other.id != topic.id && share_audience(other, topic));
                if let Some((other, _)) = rival {
                    let finding = Finding::warning("synonym_shared", topic.place.clone());
                    self.findings.push(
                        finding.with("synonym", phrase).with("topic", &topic.id).with("other", &other.id),
                    );
                }
                claims.push((topic, phrase));
            }
        }
    }

    fn unit(&mut self, unit: &Unit) {
        if !unit.ways.iter().any(Way::is_published) {
            let finding = Finding::error("unit_unreachable", unit.place.clone());
            self.findings.push(finding.with("unit", &unit.id));
        }
        self.doubled_ways(unit);
        if let Some(promised) = &unit.promised {
            for (from, until) in self.gaps(unit, promised) {
                let finding = Finding::error("promise_gap", unit.place.clone()).with("unit", &unit.id);
                self.findings.push(finding.with("from", in_week(from)).with("until", in_week(until)));
            }
        }
    }

    fn way(&mut self, unit: &Unit, way: &Way) {
        let id = format!("{}/{}", unit.id, way.id);
        if let Address::Phone { number, .. } | Address::Fax { number } = &way.address
            && !number.is_valid()
        {
            let finding = Finding::error("number_invalid", way.place.clone());
            self.findings.push(finding.with("way", &id).with("number", number));
        }
        if let Some(schedule) = &way.schedule {
            let hours = schedule.hours.text();
            if !self.may_be_open(way) {
                let finding = Finding::warning("way_never_open", way.place.clone());
                self.findings.push(finding.with("way", &id).with("hours", hours));
            }
            if let Some(day) = schedule.hours.overlapping_seasons(self.directory.institution.effective) {
                let finding = Finding::warning("seasons_overlap", way.place.clone());
                self.findings.push(finding.with("way", &id).with("hours", hours).with("day", day));
            }
        }
        for (index, one) in way.exceptions.iter().enumerate() {
            for other in way.exceptions.iter().skip(index + 1) {
                let overlap = one.from < other.until && other.from < one.until;
                if overlap && one.open != other.open {
                    let finding = Finding::error("exceptions_contradict", other.place.clone());
                    self.findings.push(finding.with("way", &id).with("line", one.place.line));
                }
            }
        }
    }

    /// The same line for the same matter at the same time: one of the two is a leftover.
    fn doubled_ways(&mut self, unit: &Unit) {
        for (index, one) in unit.ways.iter().enumerate() {
            for other in unit.ways.iter().skip(index + 1) {
                let same = one.address == other.address && one.address != Address::Unpublished;
                let shared = one.topics.iter().any(|topic| other.topics.contains(topic));
                if same && shared && one.region == other.region && hold_together(one, other) {
                    let finding = Finding::warning("way_doubled", other.place.clone());
                    let (way, twin) =
                        (format!("{}/{}", unit.id, other.id), format!("{}/{}", unit.id, one.id));
                    self.findings.push(finding.with("way", way).with("other", twin));
                }
            }
        }
    }

    /// One key of one number leads to one desk.
    fn doubled_options(&mut self) {
        let mut taken: Vec<(&PhoneNumber, &str, &Way)> = Vec::new();
        for way in self.directory.units.iter().flat_map(|unit| &unit.ways) {
            let Address::Phone { number, option: Some(option) } = &way.address else { continue };
            let twin = taken
                .iter()
                .find(|(other, key, twin)| *other == number && *key == option && hold_together(twin, way));
            if let Some((.., twin)) = twin {
                let finding = Finding::error("option_doubled", way.place.clone()).with("number", number);
                self.findings.push(finding.with("option", option).with("line", twin.place.line));
            }
            taken.push((number, option, way));
        }
    }

    /// The stretches of an ordinary week that are promised while no way is open, by the home clock.
    fn gaps(&self, unit: &Unit, promised: &Schedule) -> Vec<(DateTime, DateTime)> {
        let home = match &promised.zone {
            Zone::Fixed(zone) => zone,
            Zone::Caller => &self.directory.institution.zone,
        };
        let Some((mut at, end)) = self.ordinary_week(home) else { return Vec::new() };
        let lines: Vec<&Schedule> = unit
            .ways
            .iter()
            .filter(|way| way.channel.is_live() && way.is_published())
            .filter_map(|way| way.schedule.as_ref())
            .collect();
        let mut gaps: Vec<(Timestamp, Timestamp)> = Vec::new();
        // From change to change: between two of them nothing happens.
        while at < end {
            let (wanted, mut next) = open_and_next(promised, at, home);
            let mut answered = false;
            for line in &lines {
                let (open, change) = open_and_next(line, at, home);
                answered |= open;
                next = next.min(change);
            }
            let next = next.min(end);
            if wanted && !answered {
                match gaps.last_mut() {
                    Some(gap) if gap.1 == at => gap.1 = next,
                    _ => gaps.push((at, next)),
                }
            }
            at = next;
        }
        gaps.iter().map(|(from, until)| (home.to_datetime(*from), home.to_datetime(*until))).collect()
    }

    /// The first week from Monday to Monday without a day off after the directory takes effect.
    fn ordinary_week(&self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let effective = self.directory.institution.effective;
        let first = if effective.weekday() == Weekday::Monday {
            effective
        } else {
            effective.nth_weekday(1, Weekday::Monday).ok()?
        };
        let free = |monday: &Date| {
            let mut days = (0..DAYS).filter_map(|day| monday.checked_add(day.days()).ok());
            days.all(|day| self.directory.calendar.holiday_on(day).is_none())
        };
        let mondays = (0..WEEKS_TRIED).filter_map(|week| first.checked_add(week.weeks()).ok());
        let monday = mondays.into_iter().find(free)?;
        let instant = |day: Date| first_instant(zone, day.to_datetime(Time::midnight()));
        Some((instant(monday)?, instant(monday.checked_add(1.week()).ok()?)?))
    }
}

/// Whether it is open, and when that changes; a state that the directory cannot tell counts as open.
fn open_and_next(schedule: &Schedule, at: Timestamp, caller: &TimeZone) -> (bool, Timestamp) {
    match schedule.state_at(at, caller) {
        OpenState::Open { until, .. } => (true, until.unwrap_or(Timestamp::MAX)),
        OpenState::Unknown { opens, .. } => (true, opens.unwrap_or(Timestamp::MAX)),
        OpenState::Closed { opens, .. } => (false, opens.unwrap_or(Timestamp::MAX)),
        OpenState::AnyTime => (true, Timestamp::MAX),
    }
}

fn share_audience(one: &Topic, other: &Topic) -> bool {
    other.audiences.is_empty()
        || one.audiences.is_empty()
        || other.audiences.iter().any(|audience| one.audiences.contains(audience))
}

/// Whether there is a day on which both hold.
fn hold_together(one: &Way, other: &Way) -> bool {
    let before =
        |one: &Way, other: &Way| matches!((one.until, other.from), (Some(until), Some(from)) if until < from);
    !before(one, other) && !before(other, one)
}

/// `Mo 08:00`, as hours are written.
fn in_week(at: DateTime) -> String {
    let day = match at.date().weekday() {
        Weekday::Monday => "Mo",
        Weekday::Tuesday => "Tu",
        Weekday::Wednesday => "We",
        Weekday::Thursday => "Th",
        Weekday::Friday => "Fr",
        Weekday::Saturday => "Sa",
        Weekday::Sunday => "Su",
    };
    format!("{day} {:02}:{:02}", at.hour(), at.minute())
}

/// Whether any finding is more than a hint.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}
