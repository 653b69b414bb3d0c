//! From the text of the rules; each test names its paragraph.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// Federal holidays of the years the tests play in.
struct Federal(directory::Calendar);

impl BusinessDays for Federal {
    fn holiday(&self, day: Date) -> Option<String> {
        self.0.holiday_on(day).map(|holiday| format!("{holiday:?}"))
    }
}

fn zone() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

fn at(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().unwrap();
    civil.to_zoned(zone()).unwrap().timestamp()
}

fn book() -> RuleBook {
    let mut book = RuleBook::default();
    book.add("reg-e.toml", include_str!("../../rules/reg-e.toml")).unwrap();
    book.add("reg-z.toml", include_str!("../../rules/reg-z.toml")).unwrap();
    book.add("others.toml", include_str!("../../rules/others.toml")).unwrap();
    book
}

fn all(law: &str, facts: &Facts, now: &str) -> Vec<Deadline> {
    let days =
        Federal(directory::Calendar::new(Some("US"), directory::HolidayRule::Closed, [].into()).unwrap());
    let (book, zone, law) = (book(), zone(), [law.to_owned()]);
    let place = Place { zone: &zone, days: &days };
    deadlines(book.on(date(2026, 1, 1), &law), facts, &place, at(now)).unwrap()
}

fn one(rule: &str, facts: &Facts, now: &str) -> Option<Deadline> {
    let law = if rule.starts_with("reg-") {
        rule[..5].replace('-', "_")
    } else {
        rule.split('.').next().unwrap().into()
    };
    all(&law, facts, now).into_iter().find(|deadline| deadline.rule == rule)
}

fn last_day(rule: &str, facts: &Facts) -> Date {
    let day = one(rule, facts, "2030-01-01T00:00").map(|deadline| deadline.last_day);
    day.unwrap_or_else(|| panic!("{rule} does not run"))
}

fn notice(text: &str) -> Facts {
    Facts::default().happened("notice", at(text))
}

#[test]
fn ten_business_days_skip_weekends_and_holidays_1005_11_c_1() {
    // Monday 3 March 2025: no holiday in the way.
    assert_eq!(last_day("reg-e.determine", &notice("2025-03-03T09:00")), date(2025, 3, 17));
    // Wednesday 2 July 2025: Independence Day is the second day after it.
    assert_eq!(last_day("reg-e.determine", &notice("2025-07-02T09:00")), date(2025, 7, 17));
    // Saturday 20 December 2025: Christmas and New Year's Day.
    assert_eq!(last_day("reg-e.determine", &notice("2025-12-20T09:00")), date(2026, 1, 6));
    // Independence Day 2026 is a Saturday and observed on Friday 3 July.
    assert_eq!(last_day("reg-e.determine", &notice("2026-06-30T09:00")), date(2026, 7, 15));
}

#[test]
fn a_new_account_has_twenty_business_days_1005_11_c_3_i() {
    let young = notice("2025-03-03T09:00")
        .happened("first_deposit", at("2025-02-01T10:00"))
        .happened("transfer", at("2025-03-02T10:00"));
    let found = one("reg-e.determine", &young, "2025-03-04T00:00").unwrap();
    assert_eq!(found.last_day, date(2025, 3, 31));
    assert_eq!(found.paragraph, "12 CFR 1005.11(c)(3)(i)");
    // On the thirty-first day the account is no longer new.
    let older = notice("2025-03-05T09:00")
        .happened("first_deposit", at("2025-02-01T10:00"))
        .happened("transfer", at("2025-03-04T10:00"));
    assert_eq!(last_day("reg-e.determine", &older), date(2025, 3, 19));
}

#[test]
fn a_provisional_credit_buys_forty_five_days_from_notice_1005_11_c_2() {
    let facts = notice("2025-03-03T09:00");
    assert!(one("reg-e.investigate", &facts, "2025-03-10T00:00").is_none(), "not without a credit");
    let facts = facts.happened("provisional_credit", at("2025-03-14T12:00"));
    assert_eq!(last_day("reg-e.investigate", &facts), date(2025, 4, 17));
    let determine = one("reg-e.determine", &facts, "2025-04-01T00:00").unwrap();
    assert_eq!(determine.standing, Standing::Replaced);
    // A credit that came too late buys nothing.
    let late = notice("2025-03-03T09:00").happened("provisional_credit", at("2025-03-18T00:00"));
    assert_eq!(one("reg-e.determine", &late, "2025-04-01T00:00").unwrap().standing, Standing::Missed);
}

#[test]
fn ninety_days_for_a_point_of_sale_debit_or_one_from_abroad_1005_11_c_3_ii() {
    for special in ["point_of_sale", "outside_state"] {
        let facts = notice("2025-03-03T09:00")
            .happened("provisional_credit", at("2025-03-14T12:00"))
            .is_true(special);
        assert_eq!(last_day("reg-e.investigate", &facts), date(2025, 6, 1), "{special}");
    }
}

#[test]
fn the_customer_hears_of_the_credit_within_two_business_days_1005_11_c_2_ii() {
    // A credit on Friday 14 March 2025.
    let facts = notice("2025-03-03T09:00").happened("provisional_credit", at("2025-03-14T12:00"));
    assert_eq!(last_day("reg-e.tell-of-credit", &facts), date(2025, 3, 18));
}

#[test]
fn no_credit_is_due_when_a_required_confirmation_did_not_come_1005_11_c_2_i() {
    let facts = notice("2025-03-03T09:00").is_true("confirmation_missed");
    assert!(one("reg-e.provisional-credit", &facts, "2025-03-20T00:00").is_none());
}

#[test]
fn results_in_three_business_days_and_correction_in_one_1005_11_c_1() {
    // Determined on Friday 14 March 2025.
    let facts = notice("2025-03-03T09:00").happened("determined", at("2025-03-14T15:00"));
    assert_eq!(last_day("reg-e.report", &facts), date(2025, 3, 19));
    assert!(one("reg-e.correct", &facts, "2025-03-15T00:00").is_none(), "no error, nothing to correct");
    assert_eq!(last_day("reg-e.correct", &facts.is_true("error_found")), date(2025, 3, 17));
}

#[test]
fn a_phone_call_starts_reg_e_but_not_reg_z_1026_13_b() {
    let called = notice("2025-03-03T09:00");
    assert!(all("reg_z", &called, "2025-12-01T00:00").is_empty());
    assert!(!all("reg_e", &called, "2025-12-01T00:00").is_empty());
}

#[test]
fn thirty_days_to_acknowledge_1026_13_c_1() {
    let wrote = |text: &str| Facts::default().happened("written_notice", at(text));
    assert_eq!(last_day("reg-z.acknowledge", &wrote("2025-03-03T09:00")), date(2025, 4, 2));
    assert_eq!(last_day("reg-z.acknowledge", &wrote("2024-01-31T09:00")), date(2024, 3, 1), "a leap year");
    // Resolved before, no acknowledgement is owed.
    let resolved = wrote("2025-03-03T09:00").happened("result_sent", at("2025-03-20T10:00"));
    let found = one("reg-z.acknowledge", &resolved, "2025-05-01T00:00").unwrap();
    assert_eq!(found.standing, Standing::Met(at("2025-03-20T10:00")));
}

#[test]
fn two_complete_billing_cycles_but_never_over_ninety_days_1026_13_c_2() {
    let wrote = Facts::default().happened("written_notice", at("2025-03-03T09:00"));
    let ends = [date(2025, 3, 10), date(2025, 4, 10), date(2025, 5, 10)];
    assert_eq!(last_day("reg-z.resolve", &wrote.clone().cycles_end(ends)), date(2025, 5, 10));
    // Only one end is known: cycles go on monthly.
    assert_eq!(last_day("reg-z.resolve", &wrote.clone().cycles_end([date(2025, 3, 10)])), date(2025, 5, 10));
    assert_eq!(last_day("reg-z.resolve", &wrote.clone().cycles_end([date(2025, 1, 10)])), date(2025, 5, 10));
    // Right after a cycle's end, two complete ones take longer than 90 days.
    let long = wrote.clone().cycles_end([date(2025, 3, 2), date(2025, 4, 2)]);
    assert_eq!(last_day("reg-z.resolve", &long), date(2025, 6, 1));
    let why = one("reg-z.resolve", &long, "2025-03-04T00:00").unwrap().why;
    assert!(why.contains(&Why::Capped { cycles_end: date(2025, 6, 2), days: 90 }), "{why:?}");
    assert_eq!(last_day("reg-z.resolve", &wrote), date(2025, 6, 1), "no cycle known");
}

#[test]
fn fifteen_days_and_sixty_when_in_progress_cfpb() {
    let sent = Facts::default().happened("complaint_sent", at("2025-03-03T09:00"));
    assert_eq!(last_day("cfpb.respond", &sent), date(2025, 3, 18));
    assert!(one("cfpb.final", &sent, "2025-04-01T00:00").is_none());
    let progress = sent.happened("in_progress_sent", at("2025-03-10T09:00"));
    assert_eq!(last_day("cfpb.final", &progress), date(2025, 5, 2));
}

#[test]
fn thirty_days_for_a_direct_dispute_and_forty_five_with_more_information_reg_v() {
    assert_eq!(last_day("reg-v.direct-dispute", &notice("2025-03-03T09:00")), date(2025, 4, 2));
    let more = notice("2025-03-03T09:00").is_true("more_information");
    assert_eq!(last_day("reg-v.direct-dispute", &more), date(2025, 4, 17));
}

#[test]
fn one_month_is_clamped_to_the_months_end_and_extended_only_in_time_gdpr_12_3() {
    assert_eq!(last_day("gdpr.answer", &notice("2025-01-31T09:00")), date(2025, 2, 28));
    assert_eq!(last_day("gdpr.answer", &notice("2024-01-31T09:00")), date(2024, 2, 29));
    assert_eq!(last_day("gdpr.answer", &notice("2025-03-31T09:00")), date(2025, 4, 30));
    let told = |day: &str| notice("2025-01-31T09:00").happened("extension_sent", at(day));
    assert_eq!(last_day("gdpr.answer", &told("2025-02-20T09:00")), date(2025, 4, 30));
    assert_eq!(last_day("gdpr.answer", &told("2025-03-02T09:00")), date(2025, 2, 28), "told too late");
}

#[test]
fn ten_business_days_to_confirm_and_forty_five_days_to_respond_ccpa_7021() {
    assert_eq!(last_day("ccpa.confirm", &notice("2025-03-03T09:00")), date(2025, 3, 17));
    assert_eq!(last_day("ccpa.respond", &notice("2025-03-03T09:00")), date(2025, 4, 17));
    let told = notice("2025-03-03T09:00").happened("extension_sent", at("2025-04-10T09:00"));
    assert_eq!(last_day("ccpa.respond", &told), date(2025, 6, 1));
}

#[test]
fn a_day_ends_where_the_institution_is_even_when_clocks_change() {
    // Clocks go forward on 9 March 2025; the last day of this term is the day before.
    let before = one(
        "cfpb.respond",
        &Facts::default().happened("complaint_sent", at("2025-02-21T23:59")),
        "2025-03-01T00:00",
    );
    assert_eq!(before.unwrap().due, "2025-03-09T04:59:59.999999Z".parse().unwrap());
    // And of this one the day itself, which has 23 hours.
    let on = one(
        "cfpb.respond",
        &Facts::default().happened("complaint_sent", at("2025-02-22T00:01")),
        "2025-03-01T00:00",
    );
    assert_eq!(on.unwrap().due, "2025-03-10T03:59:59.999999Z".parse().unwrap());
}

#[test]
fn a_notice_in_the_last_moment_of_a_day_counts_from_that_day() {
    let late = notice("2025-03-03T23:59:59");
    let early = notice("2025-03-03T00:00");
    assert_eq!(last_day("reg-v.direct-dispute", &late), last_day("reg-v.direct-dispute", &early));
}

#[test]
fn what_is_done_in_the_last_moment_is_in_time_and_a_moment_later_is_not() {
    let facts = notice("2025-03-03T09:00");
    let due = one("reg-v.direct-dispute", &facts, "2025-03-04T00:00").unwrap().due;
    let standing = |done: Timestamp| {
        let facts = facts.clone().happened("result_sent", done);
        one("reg-v.direct-dispute", &facts, "2030-01-01T00:00").unwrap().standing
    };
    assert_eq!(standing(due), Standing::Met(due));
    let later = due.checked_add(1.microsecond()).unwrap();
    assert_eq!(standing(later), Standing::MetLate(later));
}

#[test]
fn an_older_case_is_worked_out_under_the_rules_of_its_date() {
    let text = include_str!("../../rules/reg-z.toml").replacen(
        "notice = true",
        "notice = true\nuntil = \"2026-01-01\"",
        1,
    );
    let newer = r#"
        [[rule]]
        id = "reg-z.acknowledge"
        paragraph = "amended"
        name = { en = "x" }
        applies = "reg_z"
        starts = "written_notice"
        within = { days = 20 }
        satisfied_by = ["acknowledgement_sent"]
        since = "2026-01-01"
    "#;
    let mut book = RuleBook::default();
    book.add("old", &text).unwrap();
    assert!(book.add("twice", &text).is_err(), "two versions on one day are refused");
    book.add("new", newer).unwrap();
    let law = ["reg_z".to_owned()];
    let term =
        |day: Date| book.on(day, &law).find(|rule| rule.id == "reg-z.acknowledge").map(|rule| rule.within);
    assert_eq!(term(date(2025, 12, 31)), Some(Within::Days(30)));
    assert_eq!(term(date(2026, 1, 1)), Some(Within::Days(20)));
}

#[test]
fn a_rule_that_cannot_be_met_or_read_is_refused_with_the_reason() {
    let mut book = RuleBook::default();
    let endless = include_str!("../../rules/reg-z.toml").replace("[\"result_sent\"]", "[]");
    assert_eq!(book.add("endless", &endless).unwrap_err().code(), "cases.rules_malformed");
    assert!(RuleBook::default().add("odd", "[[rule]]\nid = 1").is_err());
}

fn days() -> impl Strategy<Value = Date> {
    (0_i64..20_000).prop_map(|n| date(1990, 1, 1).checked_add(n.days()).unwrap())
}

proptest! {
    #[test]
    fn a_later_notice_never_has_an_earlier_end(first in days(), gap in 0_i64..60) {
        let second = first.checked_add(gap.days()).unwrap();
        let start = |day: Date| Facts::default().happened("notice", day.to_zoned(zone()).unwrap().timestamp());
        for rule in ["reg-e.determine", "reg-v.direct-dispute", "gdpr.answer", "ccpa.confirm"] {
            let end = |day| one(rule, &start(day), "2100-01-01T00:00").unwrap().last_day;
            prop_assert!(end(first) <= end(second), "{rule}");
        }
    }

    #[test]
    fn cycles_never_end_after_the_cap_nor_before_two_are_complete(day in days(), closing in 1_i8..=28) {
        let first = day.with().day(closing).build().unwrap();
        let facts = Facts::default()
            .happened("written_notice", day.to_zoned(zone()).unwrap().timestamp())
            .cycles_end([first]);
        let end = one("reg-z.resolve", &facts, "2100-01-01T00:00").unwrap().last_day;
        let length = (end - day).get_days();
        prop_assert!((56..=90).contains(&length), "{length}");
    }
}
