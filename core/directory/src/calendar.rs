//! Public holidays, and the institution's own days off.
//!
//! The federal holidays of the United States are computed from the law (5 U.S.C. 6103), because the
//! calendar that comes with the opening-hours crate lacks Columbus Day and ends in 2076. A holiday that
//! falls on a weekend counts twice: on its own date and on the weekday on which it is observed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use kernel::LocalText;

use crate::hours::country_holidays;

/// The years for which days off are known. Outside of them there are none.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 1971..=2199;

/// What lines do on a public holiday when their own hours do not mention one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayRule {
    /// They are closed.
    Closed,
    /// The directory does not know. An answer says so instead of guessing.
    #[default]
    Unconfirmed,
    /// They keep their hours.
    AsUsual,
}

/// A day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday<'d> {
    /// Its name is the text key `directory-holiday-<code>`.
    Public(&'static str),
    /// The institution's own, with the name that it gave.
    Own(&'d LocalText),
    /// One of a country whose holidays are known by date only.
    Unnamed,
}

/// The days off of one institution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calendar {
    rule: HolidayRule,
    public: Public,
    own: BTreeMap<Date, LocalText>,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Public {
    #[default]
    None,
    UnitedStates,
    Dates(BTreeSet<Date>),
}

impl Calendar {
    /// `country` is an ISO 3166 code; `None` when its holidays are not known.
    pub fn new(country: Option<&str>, rule: HolidayRule, own: BTreeMap<Date, LocalText>) -> Option<Self> {
        let public = match country {
            None => Public::None,
            Some("US") => Public::UnitedStates,
            Some(code) => Public::Dates(country_holidays(code)?),
        };
        Some(Self { rule, public, own })
    }

    pub fn rule(&self) -> HolidayRule {
        self.rule
    }

    pub fn holiday_on(&self, day: Date) -> Option<Holiday<'_>> {
        if let Some(name) = self.own.get(&day) {
            return Some(Holiday::Own(name));
        }
        match &self.public {
            Public::None => None,
            Public::UnitedStates => federal_holiday_on(day).map(Holiday::Public),
            Public::Dates(dates) => dates.contains(&day).then_some(Holiday::Unnamed),
        }
    }

    /// Every known day off.
    pub(crate) fn days(&self) -> BTreeSet<Date> {
        let mut days: BTreeSet<Date> = self.own.keys().copied().collect();
        match &self.public {
            Public::None => {}
            Public::UnitedStates => {
                days.extend(YEARS.flat_map(|year| federal_holidays(year).into_iter().map(|(day, _)| day)));
            }
            Public::Dates(dates) => days.extend(dates),
        }
        days
    }
}

fn federal_holiday_on(day: Date) -> Option<&'static str> {
    let of = |year| federal_holidays(year).into_iter().find(|(date, _)| *date == day).map(|(_, name)| name);
    // New Year's Day on a Saturday is observed in the year before.
    of(day.year()).or_else(|| day.year().checked_add(1).and_then(of))
}

/// The federal holidays of one year: each on its date, and again where it is observed.
fn federal_holidays(year: i16) -> Vec<(Date, &'static str)> {
    if !YEARS.contains(&year) {
        return Vec::new();
    }
    let nth = |month, nth, weekday| date(year, month, 1).nth_weekday_of_month(nth, weekday).ok();
    let on = |month, day| Some(date(year, month, day));
    let rules = [
        (i16::MIN, "new-year", on(1, 1)),
        (1986, "martin-luther-king", nth(1, 3, Weekday::Monday)),
        (i16::MIN, "washington", nth(2, 3, Weekday::Monday)),
        (i16::MIN, "memorial", nth(5, -1, Weekday::Monday)),
        (2021, "juneteenth", on(6, 19)),
        (i16::MIN, "independence", on(7, 4)),
        (i16::MIN, "labor", nth(9, 1, Weekday::Monday)),
        (i16::MIN, "columbus", nth(10, 2, Weekday::Monday)),
        // From 1971 to 1977 it was the fourth Monday of October.
        (1978, "veterans", on(11, 11)),
        (i16::MIN, "thanksgiving", nth(11, 4, Weekday::Thursday)),
        (i16::MIN, "christmas", on(12, 25)),
    ];
    let mut days = Vec::with_capacity(rules.len() + 2);
    for (since, name, day) in rules {
        let Some(day) = day.filter(|_| year >= since) else { continue };
        days.push((day, name));
        if let Some(observed) = observed(day) {
            days.push((observed, name));
        }
    }
    days
}

/// The weekday on which a weekend's holiday is observed.
fn observed(day: Date) -> Option<Date> {
    let shift = match day.weekday() {
        Weekday::Saturday => -1,
        Weekday::Sunday => 1,
        _ => return None,
    };
    day.checked_add(shift.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us() -> Calendar {
        Calendar::new(Some("US"), HolidayRule::Closed, BTreeMap::new()).unwrap()
    }

    #[test]
    fn the_federal_holidays_of_2026_fall_on_the_published_days() {
        let expected = [
            (date(2026, 1, 1), "new-year"),
            (date(2026, 1, 19), "martin-luther-king"),
            (date(2026, 2, 16), "washington"),
            (date(2026, 5, 25), "memorial"),
            (date(2026, 6, 19), "juneteenth"),
            (date(2026, 7, 4), "independence"),
            (date(2026, 7, 3), "independence"),
            (date(2026, 9, 7), "labor"),
            (date(2026, 10, 12), "columbus"),
            (date(2026, 11, 11), "veterans"),
            (date(2026, 11, 26), "thanksgiving"),
            (date(2026, 12, 25), "christmas"),
        ];
        assert_eq!(federal_holidays(2026), expected);
    }

    #[test]
    fn a_weekend_holiday_is_also_kept_on_the_nearest_weekday() {
        let us = us();
        let name = |day| us.holiday_on(day);
        // Saturday 4 July 2026 → Friday; Sunday 4 July 2027 → Monday.
        assert_eq!(name(date(2026, 7, 3)), Some(Holiday::Public("independence")));
        assert_eq!(name(date(2026, 7, 4)), Some(Holiday::Public("independence")));
        assert_eq!(name(date(2027, 7, 4)), Some(Holiday::Public("independence")));
        assert_eq!(name(date(2027, 7, 5)), Some(Holiday::Public("independence")));
        assert_eq!(name(date(2027, 7, 6)), None);
        // Saturday 1 January 2028 is observed in the year before.
        assert_eq!(name(date(2027, 12, 31)), Some(Holiday::Public("new-year")));
    }

    #[test]
    fn every_day_of_the_crates_calendar_is_known_and_only_columbus_day_and_weekends_are_added() {
        let theirs = country_holidays("US").unwrap();
        let years = 2021..=2075;
        let ours: BTreeSet<Date> = us().days().into_iter().filter(|d| years.contains(&d.year())).collect();
        let theirs: BTreeSet<Date> = theirs.into_iter().filter(|d| years.contains(&d.year())).collect();
        assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), Vec::<&Date>::new());
        for day in ours.difference(&theirs) {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert!(weekend || federal_holiday_on(*day) == Some("columbus"), "{day}");
        }
    }

    #[test]
    fn holidays_begin_with_the_law_that_made_them() {
        let names = |year| federal_holidays(year).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert!(!names(2020).contains(&"juneteenth") && names(2021).contains(&"juneteenth"));
        assert!(!names(1985).contains(&"martin-luther-king"));
        assert!(names(1970).is_empty() && names(2200).is_empty());
    }

    #[test]
    fn other_countries_and_own_days_are_known_too() {
        let own = BTreeMap::from([(date(2026, 12, 24), LocalText::default())]);
        let france = Calendar::new(Some("FR"), HolidayRule::Closed, own).unwrap();
        assert_eq!(france.holiday_on(date(2026, 7, 14)), Some(Holiday::Unnamed));
        assert_eq!(france.holiday_on(date(2026, 12, 24)), Some(Holiday::Own(&LocalText::default())));
        assert_eq!(Calendar::new(Some("ZZ"), HolidayRule::Closed, BTreeMap::new()), None);
    }
}
