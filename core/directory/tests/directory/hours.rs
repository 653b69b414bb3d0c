//! Open or closed: against a clock that goes forward minute by minute, in zones with and without summer time.

use std::ops::Range;

use directory::{Because, Directory, Holiday, OpenState, Way};
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use crate::{load, one_line, small};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn line(directory: &Directory) -> &Way {
    &directory.unit("desk").unwrap().ways[0]
}

fn at(text: &str, zone_name: &str) -> Timestamp {
    text.parse::<DateTime>().unwrap().to_zoned(zone(zone_name)).unwrap().timestamp()
}

fn state<'d>(directory: &'d Directory, text: &str, zone_name: &str) -> OpenState<'d> {
    line(directory).state_at(at(text, zone_name), &zone("UTC"))
}

fn with_holidays(hours: &str, rule: &str) -> Directory {
    let holidays = format!("[holidays]\ncountry = \"US\"\nhours = \"{rule}\"\n\n[[channel]]");
    load(&one_line(hours, "America/New_York").replacen("[[channel]]", &holidays, 1))
}

/// What the minute's civil time says, read straight from the hours: days of the week (from Monday) and
/// minutes of the day, which may reach into the next day.
type Week = Vec<(Range<u8>, Range<u16>)>;

fn open_at(week: &Week, civil: DateTime) -> bool {
    let minute = u16::try_from(civil.hour()).unwrap() * 60 + u16::try_from(civil.minute()).unwrap();
    let day = u8::try_from(civil.date().weekday().to_monday_zero_offset()).unwrap();
    week.iter().any(|(days, minutes)| {
        (days.contains(&day) && minutes.contains(&minute))
            || (days.contains(&((day + 6) % 7)) && minutes.contains(&(minute + 1440)))
    })
}

/// The latest civil time that the local clock has shown by now: what is past stays past when it falls back.
fn shown_by(instant: Timestamp, zone: &TimeZone) -> DateTime {
    let earlier = instant.checked_sub(SignedDuration::from_hours(3)).unwrap();
    let mut latest = zone.to_datetime(instant);
    let mut step = earlier;
    while step < instant {
        latest = latest.max(zone.to_datetime(step));
        step = step.checked_add(MINUTE).unwrap();
    }
    latest
}

/// `Tu-Th 08:00-17:00`, with times past midnight as 26:00.
fn written(week: &Week) -> String {
    const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let rule = |(days, minutes): &(Range<u8>, Range<u16>)| {
        let (first, last) = (DAYS[usize::from(days.start)], DAYS[usize::from(days.end - 1)]);
        format!("{first}-{last} {}-{}", time(minutes.start), time(minutes.end))
    };
    week.iter().map(rule).collect::<Vec<_>>().join(", ")
}

prop_compose! {
    /// Up to three stretches of days with hours to the quarter, many of them across midnight.
    fn weeks()(
        stretches in prop::collection::vec((0u8..7, 1u8..4, 0u16..96, 1u16..80), 1..4)
    ) -> Week {
        stretches
            .into_iter()
            .map(|(day, days, start, length)| {
                let (start, end) = (start * 15, (start + length) * 15);
                (day..(day + days).min(7), start..end)
            })
            .collect()
    }
}

/// Around both changes of 2026 in zones that have them, and at ordinary times.
fn moments() -> impl Strategy<Value = (&'static str, Timestamp)> {
    let zones = prop::sample::select(vec![
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Europe/London",
        "Asia/Kathmandu",
        "UTC",
    ]);
    let days = prop::sample::select(vec![
        date(2026, 3, 7),
        date(2026, 3, 28),
        date(2026, 4, 4),
        date(2026, 10, 3),
        date(2026, 10, 24),
        date(2026, 10, 31),
        date(2026, 2, 27),
        date(2028, 2, 28),
        date(2026, 12, 31),
    ]);
    (zones, days, 0i64..4 * 1440).prop_map(|(name, day, minute)| {
        let start = day.to_zoned(zone(name)).unwrap().timestamp();
        (name, start.checked_add(minute.minutes()).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_next_opening_is_open_and_no_earlier_minute_is((name, moment) in moments(), week in weeks()) {
        let directory = load(&one_line(&written(&week), name));
        let (way, zone) = (line(&directory), zone(name));
        let mut shown = shown_by(moment, &zone);
        let mut is_open = |instant| {
            shown = shown.max(zone.to_datetime(instant));
            open_at(&week, shown)
        };
        let state = way.state_at(moment, &zone);
        prop_assert_eq!(state.is_open(), is_open(moment), "{} at {}", written(&week), moment);
        let (change, becomes) = match state {
            OpenState::Open { until, .. } => (until, false),
            OpenState::Closed { opens, .. } => (opens, true),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        // A week and a day have every change there is.
        let mut step = moment;
        let end = moment.checked_add(SignedDuration::from_hours(8 * 24)).unwrap();
        while step < change.unwrap_or(end).min(end) {
            prop_assert_eq!(is_open(step), !becomes, "{} at {}, asked at {}", written(&week), step, moment);
            step = step.checked_add(MINUTE).unwrap();
        }
        if let Some(change) = change {
            prop_assert_eq!(is_open(change), becomes, "{} at {}", written(&week), change);
            prop_assert_eq!(way.state_at(change, &zone).is_open(), becomes);
        }
    }

    #[test]
    fn the_search_ends_whatever_the_hours(
        hours in prop::sample::select(vec![
            "off", "24/7", "24/7 off", "Feb 29 10:00-12:00", "Feb 30 10:00-11:00", "week 53 Mo 00:00-00:01",
            "2031 Jan 01 10:00-11:00", "Mo[5] 10:00-11:00", "easter 10:00-11:00", "Mo-Su 00:00-24:00",
            "Mo 10:00-20:00,12:00-14:00", "Dec 31 22:00-26:00", "2020-2021 Mo 08:00-12:00", "08:00-08:00",
            "Mo-Fr 08:00+", "unknown", "PH 10:00-11:00", "2024-2026/2 08:00-09:00",
        ]),
        second in -62_000_000_000i64..250_000_000_000,
    ) {
        let directory = load(&one_line(hours, "America/New_York"));
        let moment = Timestamp::from_second(second).unwrap();
        let state = line(&directory).state_at(moment, &TimeZone::UTC);
        let year = SignedDuration::from_hours(366 * 24);
        if let Some(change) = state.opens() {
            prop_assert!(change > moment && change.duration_since(moment) <= year);
        }
        if let Some(left) = state.time_left(moment) {
            prop_assert!(left.is_positive() && left <= year);
        }
    }
}

#[test]
fn the_hour_that_is_skipped_opens_at_the_jump() {
    // On 8 March 2026 New York's clocks go from 02:00 to 03:00.
    let directory = load(&one_line("Su 02:30-06:00", "America/New_York"));
    let jump = at("2026-03-08T03:00", "America/New_York");
    let before = jump.checked_sub(MINUTE).unwrap();
    assert_eq!(
        line(&directory).state_at(before, &TimeZone::UTC),
        OpenState::Closed { opens: Some(jump), because: None }
    );
    assert!(line(&directory).state_at(jump, &TimeZone::UTC).is_open());
}

#[test]
fn the_hour_that_comes_twice_closes_once() {
    // On 1 November 2026 New York's clocks show 01:00 to 02:00 twice, from 05:00 and from 06:00 UTC.
    let directory = load(&one_line("Sa 20:00-25:30", "America/New_York"));
    let closes: Timestamp = "2026-11-01T05:30:00Z".parse().unwrap();
    let evening = line(&directory).state_at(at("2026-10-31T21:00", "America/New_York"), &TimeZone::UTC);
    assert_eq!(evening, OpenState::Open { until: Some(closes), because: None });
    let again: Timestamp = "2026-11-01T06:15:00Z".parse().unwrap();
    assert!(!line(&directory).state_at(again, &TimeZone::UTC).is_open(), "1:15 the second time is past 1:30");
}

#[test]
fn a_day_lasts_as_long_as_its_clock_says() {
    let directory = load(&one_line("Su 00:00-24:00", "America/New_York"));
    for (day, hours) in [("2026-03-08T00:00", 23), ("2026-11-01T00:00", 25), ("2026-11-08T00:00", 24)] {
        let midnight = at(day, "America/New_York");
        let left = line(&directory).state_at(midnight, &TimeZone::UTC).time_left(midnight);
        assert_eq!(left, Some(SignedDuration::from_hours(hours)), "{day}");
    }
}

#[test]
fn the_same_wall_clock_hour_moves_against_zones_without_summer_time() {
    let phoenix = load(&one_line("Mo-Fr 08:00-17:00", "America/Phoenix"));
    let chicago = load(&one_line("Mo-Fr 08:00-17:00", "America/Chicago"));
    let opens = |directory: &Directory, day: &str| state(directory, day, "UTC").opens().unwrap().to_string();
    // In January Chicago opens an hour before Phoenix; in July two hours.
    assert_eq!(opens(&phoenix, "2026-01-12T06:00"), "2026-01-12T15:00:00Z");
    assert_eq!(opens(&chicago, "2026-01-12T06:00"), "2026-01-12T14:00:00Z");
    assert_eq!(opens(&phoenix, "2026-07-13T06:00"), "2026-07-13T15:00:00Z");
    assert_eq!(opens(&chicago, "2026-07-13T06:00"), "2026-07-13T13:00:00Z");
}

#[test]
fn round_the_clock_has_no_end_and_never_has_no_beginning() {
    let always = load(&one_line("24/7", "America/New_York"));
    assert_eq!(state(&always, "2026-03-08T02:00", "UTC"), OpenState::Open { until: None, because: None });
    let never = load(&one_line("off", "America/New_York"));
    assert_eq!(state(&never, "2026-03-08T02:00", "UTC"), OpenState::Closed { opens: None, because: None });
    // Written out day by day it is the same, holidays included if they are said to be.
    let daily = load(&one_line("Mo-Su,PH 00:00-24:00", "America/New_York"));
    assert_eq!(state(&daily, "2026-03-08T02:00", "UTC"), OpenState::Open { until: None, because: None });
}

#[test]
fn a_leap_day_is_a_day() {
    let directory = load(&one_line("Mo-Fr 08:00-17:00", "America/New_York"));
    let leap = state(&directory, "2024-02-29T09:00", "America/New_York");
    assert_eq!(
        leap.time_left(at("2024-02-29T09:00", "America/New_York")),
        Some(SignedDuration::from_hours(8))
    );
    let only = load(&one_line("Feb 29 10:00-12:00", "America/New_York"));
    let opens = at("2028-02-29T10:00", "America/New_York");
    assert_eq!(state(&only, "2027-03-05T00:00", "America/New_York").opens(), Some(opens), "within the year");
    assert_eq!(state(&only, "2026-03-05T00:00", "America/New_York").opens(), None, "not within the year");
}

#[test]
fn local_time_is_the_callers() {
    let directory = load(&one_line("Mo-Fr 08:00-17:00", "caller"));
    let moment = at("2026-11-20T17:30", "America/New_York");
    assert!(!line(&directory).state_at(moment, &zone("America/New_York")).is_open());
    assert!(line(&directory).state_at(moment, &zone("America/Los_Angeles")).is_open());
}

#[test]
fn on_a_holiday_a_line_is_closed_unconfirmed_or_as_usual_as_the_file_decides() {
    // Saturday 4 July 2026 is observed on Friday the 3rd.
    let asked = "2026-07-03T10:00";
    let monday = Some(at("2026-07-06T08:00", "America/New_York"));
    let because = Because::Holiday(Holiday::Public("independence"));
    let closed = with_holidays("Mo-Sa 08:00-17:00", "closed");
    assert_eq!(
        state(&closed, asked, "America/New_York"),
        OpenState::Closed { opens: monday, because: Some(because) }
    );
    let unconfirmed = with_holidays("Mo-Sa 08:00-17:00", "unconfirmed");
    assert_eq!(state(&unconfirmed, asked, "America/New_York"), OpenState::Unknown { opens: monday, because });
    assert!(!state(&unconfirmed, "2026-07-03T20:00", "America/New_York").is_open());
    assert!(state(&with_holidays("Mo-Sa 08:00-17:00", "as_usual"), asked, "America/New_York").is_open());
}

#[test]
fn hours_that_mention_holidays_decide_for_themselves() {
    for rule in ["closed", "unconfirmed", "as_usual"] {
        let off = with_holidays("Mo-Fr 08:00-17:00; PH off", rule);
        let because = Some(Because::Holiday(Holiday::Public("thanksgiving")));
        let friday = Some(at("2026-11-27T08:00", "America/New_York"));
        assert_eq!(
            state(&off, "2026-11-26T10:00", "America/New_York"),
            OpenState::Closed { opens: friday, because },
            "{rule}"
        );
        let short = with_holidays("Mo-Fr 08:00-17:00; PH 10:00-12:00", rule);
        assert!(state(&short, "2026-11-26T10:30", "America/New_York").is_open(), "{rule}");
        assert!(!state(&short, "2026-11-26T09:30", "America/New_York").is_open(), "{rule}");
        let always = with_holidays("24/7", rule);
        assert!(state(&always, "2026-11-26T10:30", "America/New_York").is_open(), "{rule}");
    }
    // Columbus Day is a federal holiday too.
    let off = with_holidays("Mo-Fr 08:00-17:00; PH off", "closed");
    assert!(!state(&off, "2026-10-12T10:00", "America/New_York").is_open());
}

#[test]
fn the_institutions_own_days_off_count_and_have_a_name() {
    let own = "[holidays]\nhours = \"closed\"\n\n[[holiday]]\ndate = 2026-11-20\nname = { en = \"Founders' Day\", es = \"Día de los fundadores\" }\n\n[[channel]]";
    let directory = load(&one_line("Mo-Fr 08:00-17:00", "America/New_York").replacen("[[channel]]", own, 1));
    let OpenState::Closed { because: Some(Because::Holiday(Holiday::Own(name))), .. } =
        state(&directory, "2026-11-20T10:00", "America/New_York")
    else {
        panic!("closed for its own holiday")
    };
    assert_eq!(name.get(&"es".parse().unwrap()), "Día de los fundadores");
}

fn with_exception(exception: &str) -> Directory {
    let line = one_line("Mo-Fr 08:00-17:00", "America/Chicago");
    load(&format!(
        "{line}\n[[exception]]\nunits = [\"desk\"]\nmessage = {{ en = \"Storm\", es = \"Tormenta\" }}\n{exception}"
    ))
}

#[test]
fn closed_from_two_today_because_of_a_storm() {
    let directory =
        with_exception("from = 2026-01-26T14:00:00\nuntil = 2026-01-27T10:00:00\nstate = \"closed\"");
    let closes = at("2026-01-26T14:00", "America/Chicago");
    let opens = at("2026-01-27T10:00", "America/Chicago");
    assert_eq!(
        state(&directory, "2026-01-26T09:00", "America/Chicago"),
        OpenState::Open { until: Some(closes), because: None }
    );
    for moment in ["2026-01-26T14:00", "2026-01-26T20:00", "2026-01-27T09:59"] {
        let OpenState::Closed { opens: next, because: Some(Because::Exception(message)) } =
            state(&directory, moment, "America/Chicago")
        else {
            panic!("closed by the storm at {moment}")
        };
        assert_eq!((next, message.get(&"en".parse().unwrap())), (Some(opens), "Storm"));
    }
    assert!(state(&directory, "2026-01-27T10:00", "America/Chicago").is_open());
}

#[test]
fn an_exception_may_open_on_a_closed_day_and_the_later_one_prevails() {
    let directory =
        with_exception("from = 2026-01-24T09:00:00\nuntil = 2026-01-24T12:00:00\nstate = \"open\"");
    assert_eq!(
        state(&directory, "2026-01-24T08:00", "America/Chicago").opens(),
        Some(at("2026-01-24T09:00", "America/Chicago"))
    );
    let both = with_exception(
        "from = 2026-01-26T08:00:00\nuntil = 2026-01-26T17:00:00\nstate = \"closed\"\n\n[[exception]]\nunits = [\"desk\"]\nfrom = 2026-01-26T12:00:00\nuntil = 2026-01-26T13:00:00\nstate = \"open\"\nmessage = { en = \"Noon\", es = \"Mediodía\" }",
    );
    assert_eq!(
        state(&both, "2026-01-26T09:00", "America/Chicago").opens(),
        Some(at("2026-01-26T12:00", "America/Chicago"))
    );
    let noon = state(&both, "2026-01-26T12:30", "America/Chicago");
    assert_eq!(
        noon.time_left(at("2026-01-26T12:30", "America/Chicago")),
        Some(SignedDuration::from_mins(30))
    );
}

#[test]
fn a_letter_can_be_sent_at_any_time_but_not_where_an_exception_closes() {
    let mail = small(
        r#"
[[topic]]
id = "post"
name = { en = "Post", es = "Correo" }

[[unit]]
id = "desk"
name = { en = "Desk", es = "Mesa" }
topics = ["post"]

[[unit.way]]
id = "box"
channel = "mail"
address = { lines = ["Box 1"], city = "Memphis", state = "TN", postal_code = "38118" }

[[exception]]
units = ["desk"]
from = 2026-01-26T00:00:00
until = 2026-01-27T00:00:00
state = "closed"
message = { en = "Moving", es = "Mudanza" }
"#,
    );
    let directory = load(&mail);
    assert_eq!(state(&directory, "2026-01-25T03:00", "America/New_York"), OpenState::AnyTime);
    let opens = Some(at("2026-01-27T00:00", "America/New_York"));
    assert_eq!(state(&directory, "2026-01-26T03:00", "America/New_York").opens(), opens);
}

#[test]
fn a_line_without_hours_is_unknown() {
    let text = one_line("24/7", "America/New_York").replace("hours = \"24/7\"\n", "");
    let directory = load(&text);
    let unknown = OpenState::Unknown { opens: None, because: Because::Unstated };
    assert_eq!(state(&directory, "2026-01-26T10:00", "America/New_York"), unknown);
}
