//! What `check` finds in directories that can be read.

use directory::{Finding, Severity, has_errors};

use crate::{load, one_line, small, told};

fn found(text: &str) -> Vec<Finding> {
    load(text).check()
}

/// The one finding in a text, after `right` was replaced by `wrong`.
fn one(text: &str, right: &str, wrong: &str) -> Finding {
    assert!(text.contains(right), "{right} is in the file");
    let findings = found(&text.replacen(right, wrong, 1));
    let [finding] = findings.as_slice() else { panic!("one finding, not\n{}", told(&findings)) };
    finding.clone()
}

fn text() -> String {
    one_line("Mo-Fr 08:00-17:00", "America/New_York")
}

#[test]
fn a_sound_directory_has_no_findings() {
    assert_eq!(told(&found(&text())), "");
    assert!(!has_errors(&found(&text())));
}

#[test]
fn a_topic_that_nobody_handles_is_found() {
    let orphan = "[[topic]]\nid = \"orphan\"\nname = { en = \"Orphan\", es = \"Huérfano\" }\n\n[[unit]]";
    let finding = one(&text(), "[[unit]]", orphan);
    assert_eq!((finding.code, finding.severity), ("topic_unreached", Severity::Error));
    assert_eq!(finding.value("topic"), Some("orphan"));
    let line = text().lines().position(|line| line == "[[unit]]").unwrap() + 2;
    assert_eq!((finding.place.line as usize, finding.place.column), (line, 6));
}

#[test]
fn a_topic_whose_line_never_opens_is_found() {
    for hours in ["off", "2020 Mo-Fr 08:00-17:00"] {
        let findings = found(&one_line(hours, "America/New_York"));
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["topic_never_open", "way_never_open"], "{hours}");
        assert!(has_errors(&findings));
    }
}

#[test]
fn a_topic_and_a_unit_without_a_published_way_are_found() {
    let findings = found(&text().replacen("number = \"+1 855-720-2559\"", "published = false", 1));
    let codes: Vec<_> = findings.iter().map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(codes, [("topic_unpublished", Severity::Warning), ("unit_unreachable", Severity::Error)]);
}

#[test]
fn a_gap_in_a_promised_week_is_found_to_the_minute() {
    let promise = "hours = \"Mo-Fr 08:00-17:00\"\npromised = \"Mo-Fr 08:00-18:30; Sa 10:00-12:00\"";
    let findings = found(&text().replacen("hours = \"Mo-Fr 08:00-17:00\"", promise, 1));
    let gaps: Vec<_> = findings
        .iter()
        .map(|finding| (finding.value("from").unwrap(), finding.value("until").unwrap()))
        .collect();
    let expected = [
        ("Mo 17:00", "Mo 18:30"),
        ("Tu 17:00", "Tu 18:30"),
        ("We 17:00", "We 18:30"),
        ("Th 17:00", "Th 18:30"),
        ("Fr 17:00", "Fr 18:30"),
        ("Sa 10:00", "Sa 12:00"),
    ];
    assert_eq!(gaps, expected);
    assert!(findings.iter().all(|finding| finding.code == "promise_gap"));
}

#[test]
fn a_promise_may_be_kept_by_several_lines_in_several_zones() {
    let chicago = r#"
[[unit.way]]
id = "west"
channel = "phone"
number = "+1 800-697-3337"
hours = "Mo-Fr 16:00-17:30"
zone = "America/Chicago"
"#;
    let promise = "hours = \"Mo-Fr 08:00-17:00\"\npromised = \"Mo-Fr 08:00-18:30\"";
    let text = text().replacen("hours = \"Mo-Fr 08:00-17:00\"", promise, 1);
    assert_eq!(told(&found(&format!("{text}{chicago}"))), "");
}

#[test]
fn a_holiday_is_no_gap() {
    // The week in which the directory takes effect begins with New Year's Day.
    let holidays = "[holidays]\ncountry = \"US\"\nhours = \"closed\"\n\n[[channel]]";
    let promise = "hours = \"Mo-Fr 08:00-17:00\"\npromised = \"Mo-Fr,PH 08:00-17:00\"";
    let text = text().replacen("[[channel]]", holidays, 1);
    assert_eq!(told(&found(&text.replacen("hours = \"Mo-Fr 08:00-17:00\"", promise, 1))), "");
}

#[test]
fn a_number_that_the_network_does_not_have_is_found() {
    let finding = one(&text(), "+1 855-720-2559", "+1 155-720-2559");
    assert_eq!((finding.code, finding.severity), ("number_invalid", Severity::Error));
    assert_eq!(finding.value("way"), Some("desk/line"));
}

const SECOND: &str = r#"
[[unit.way]]
id = "second"
channel = "phone"
number = "+1 855-720-2559"
option = "3"
"#;

#[test]
fn an_option_that_leads_to_two_desks_is_found() {
    let text = text().replacen(
        "number = \"+1 855-720-2559\"",
        "number = \"+1 855-720-2559\"\noption = \"3\"\nuntil = 2024-06-30",
        1,
    );
    let other = SECOND.replacen("id = \"second\"", "id = \"second\"\ntopics = []", 1);
    let finding = found(&format!("{text}{other}")).remove(0);
    assert_eq!((finding.code, finding.value("option")), ("option_doubled", Some("3")));
    // One after the other, they do not meet.
    let later = other.replacen("option = \"3\"", "option = \"3\"\nfrom = 2024-07-01", 1);
    assert_eq!(told(&found(&format!("{text}{later}"))), "");
}

#[test]
fn the_same_line_twice_on_the_same_days_is_found() {
    let twin = SECOND.replacen("option = \"3\"\n", "", 1);
    let finding = one(&format!("{}{twin}", text()), "id = \"second\"", "id = \"twin\"");
    assert_eq!(finding.code, "way_doubled");
    assert_eq!((finding.value("way"), finding.value("other")), (Some("desk/twin"), Some("desk/line")));
}

#[test]
fn seasons_that_overlap_are_found() {
    let finding =
        one(&text(), "\"Mo-Fr 08:00-17:00\"", "\"Jan-Mar Mo-Fr 08:00-17:00; Mar-Dec Mo-Fr 09:00-17:00\"");
    assert_eq!((finding.code, finding.value("day")), ("seasons_overlap", Some("2024-03-01")));
    let apart = text().replacen(
        "\"Mo-Fr 08:00-17:00\"",
        "\"Jan-Feb Mo-Fr 08:00-17:00; Mar-Dec Mo-Fr 09:00-17:00\"",
        1,
    );
    assert_eq!(told(&found(&apart)), "");
}

#[test]
fn exceptions_that_contradict_each_other_are_found() {
    let exception = |from: &str, until: &str, state: &str| {
        format!(
            "\n[[exception]]\nunits = [\"desk\"]\nfrom = 2026-01-26T{from}:00\nuntil = 2026-01-26T{until}:00\nstate = \"{state}\"\nmessage = {{ en = \"M\", es = \"M\" }}\n"
        )
    };
    let both = |from| {
        format!("{}{}{}", text(), exception("10:00", "14:00", "closed"), exception(from, "16:00", "open"))
    };
    let findings = found(&both("13:59"));
    assert_eq!((findings.len(), findings[0].code), (1, "exceptions_contradict"));
    let first = text().lines().count() + 4;
    assert_eq!(findings[0].value("line"), Some(first.to_string().as_str()));
    assert_eq!(told(&found(&both("14:00"))), "");
}

#[test]
fn words_that_lead_the_same_people_to_two_topics_are_found() {
    let topics = |audiences: &str| {
        small(&format!(
            r#"
[[audience]]
id = "dealer"
name = {{ en = "Dealer", es = "Concesionario" }}

[[audience]]
id = "consumer"
name = {{ en = "Consumer", es = "Consumidor" }}

[[topic]]
id = "payoffs"
name = {{ en = "Payoffs", es = "Liquidaciones" }}

[[topic]]
id = "loans"
name = {{ en = "Loans", es = "Préstamos" }}
synonyms.en = ["the payoff"]

[[unit]]
id = "one"
name = {{ en = "One", es = "Uno" }}
audiences = ["dealer"]
topics = ["payoffs"]

[[unit.way]]
id = "line"
channel = "phone"
number = "+1 855-720-2559"
hours = "24/7"

[[unit]]
id = "two"
name = {{ en = "Two", es = "Dos" }}
audiences = [{audiences}]
topics = ["loans"]

[[unit.way]]
id = "line"
channel = "phone"
number = "+1 800-697-3337"
hours = "24/7"
"#
        ))
    };
    for shared in ["\"dealer\"", "", "\"consumer\", \"dealer\""] {
        let findings = found(&topics(shared));
        assert_eq!((findings.len(), findings[0].code), (1, "synonym_shared"), "{shared}");
        assert_eq!(findings[0].value("synonym"), Some("the payoff"));
    }
    assert_eq!(told(&found(&topics("\"consumer\""))), "", "different people may use the same words");
}
