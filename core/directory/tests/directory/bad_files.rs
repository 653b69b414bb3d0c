//! A bad file is answered with what is wrong, in which line and column, and every mistake at once.

use directory::{Directory, Finding};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::{one_line, small, told};

fn refused(text: &str) -> Vec<Finding> {
    Directory::load(text, "bad.toml").expect_err("the file is bad")
}

/// Loads a file in which `right` was replaced by `wrong`; the one finding points at `pointer` in that line.
fn one_mistake(text: &str, right: &str, wrong: &str, code: &str, pointer: &str) -> Finding {
    assert!(text.contains(right), "{right} is in the file");
    let bad = text.replacen(right, wrong, 1);
    let findings = refused(&bad);
    let [finding] = findings.as_slice() else { panic!("one finding, not\n{}", told(&findings)) };
    assert_eq!(finding.code, code, "{finding}");
    assert_eq!(finding.place.file, "bad.toml");
    let line = bad.lines().nth(finding.place.line as usize - 1).unwrap();
    let rest: String = line.chars().skip(finding.place.column as usize - 1).collect();
    assert!(rest.starts_with(pointer), "{finding} points at {rest:?} and not at {pointer:?}");
    finding.clone()
}

fn text() -> String {
    one_line("Mo-Fr 08:00-17:00", "America/New_York")
}

#[test]
fn a_value_that_is_not_what_it_should_be_is_pointed_at() {
    for (right, wrong, code, pointer) in [
        ("Mo-Fr 08:00-17:00", "Mo-Fr 8am-5pm", "hours_malformed", "8am-5pm"),
        ("Mo-Fr 08:00-17:00", "Mon 08:00-17:00", "hours_malformed", "n 08:00"),
        ("Mo-Fr 08:00-17:00", "Mo-Fr 08:00-sunset", "hours_need_a_place", "\"Mo-Fr"),
        (
            "\"America/New_York\"\n\n[[unit.way]]",
            "\"America/Gotham\"\n\n[[unit.way]]",
            "zone_unknown",
            "\"America/Gotham",
        ),
        ("+1 855-720-2559", "855-720-2559", "number_malformed", "\"855"),
        ("+1 855-720-2559", "(XXX) XXX-XXXX", "number_malformed", "\"(XXX"),
        ("topics = [\"help\"]", "topics = [\"halp\"]", "unknown_reference", "\"halp"),
        ("id = \"desk\"", "id = \"Desk 1\"", "id_malformed", "\"Desk 1"),
        ("channel = \"phone\"", "channel = \"pigeon\"", "unknown_choice", "\"pigeon"),
        ("\"en\", \"es\"]", "\"en\", \"español!\"]", "language_malformed", "\"español!"),
        (
            "effective = 2024-01-01",
            "effective = 2024-01-01\nuntil = 2023-12-31",
            "range_inverted",
            "2023-12-31",
        ),
        ("effective = 2024-01-01", "effective = \"soon\"", "wrong_type", "\"soon"),
        ("min = 5", "min = 50", "range_inverted", "{ min"),
        ("min = 5", "min = \"5\"", "wrong_type", "\"5"),
        ("schema = 1", "schema = 2", "schema_unsupported", "2"),
        ("number = ", "nummer = ", "unknown_field", "nummer"),
        ("number = ", "option = \"A\"\nnumber = ", "option_malformed", "\"A"),
        ("number = ", "email = \"desk@example.com\"\nnumber = ", "field_of_other_channel", "\"desk@"),
        ("number = ", "published = false\nnumber = ", "field_of_other_channel", "\"+1"),
        ("en = \"Help\"", "de = \"Hilfe\"", "language_missing", "{ de"),
        ("[[channel]]", "[holidays]\ncountry = \"XX\"\n\n[[channel]]", "country_unknown", "\"XX"),
        ("zone = \"America/New_York\"\nlanguages", "languages", "missing_field", "[institution]"),
        (
            "[[unit.way]]",
            "[[unit.group]]\nid = \"g\"\nname = { en = \"G\", es = \"G\" }\n\n[[unit.way]]",
            "missing_field",
            "[[unit.group]]",
        ),
    ] {
        one_mistake(&text(), right, wrong, code, pointer);
    }
}

#[test]
fn a_way_needs_the_address_of_its_channel() {
    let number = "number = \"+1 855-720-2559\"\n";
    let finding = one_mistake(&text(), number, "", "address_missing", "\"phone");
    assert_eq!((finding.value("channel"), finding.value("field")), (Some("phone"), Some("number")));
    let findings = refused(&text().replacen(number, "email = \"desk@example.com\"\n", 1));
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["address_missing", "field_of_other_channel"]);
}

#[test]
fn the_nearest_known_id_is_told() {
    let finding =
        one_mistake(&text(), "topics = [\"help\"]", "topics = [\"hlep\"]", "unknown_reference", "\"hlep");
    assert_eq!(finding.value("nearest"), Some("help"));
    assert_eq!(finding.value("kind"), Some("topic"));
}

#[test]
fn what_may_stand_there_is_told() {
    let finding =
        one_mistake(&text(), "channel = \"phone\"", "channel = \"pigeon\"", "unknown_choice", "\"pigeon");
    assert_eq!(finding.value("given"), Some("pigeon"));
    assert_eq!(finding.value("expected"), Some("phone, chat, email, social, fax, mail, web"));
    let finding = one_mistake(&text(), "number = ", "nummer = ", "unknown_field", "nummer");
    assert!(finding.value("expected").unwrap().contains("number"), "{finding}");
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_the_right_kind() {
    for (right, wrong, given, expected) in [
        ("\"+1 855-720-2559\"", "8557202559", "number", "text"),
        ("[\"help\"]", "\"help\"", "text", "list"),
        ("{ en = \"Help\", es = \"Ayuda\" }", "\"Help\"", "text", "table"),
        ("channel = \"phone\"", "channel = \"phone\"\npublished = \"no\"", "text", "boolean"),
        ("effective = 2024-01-01", "effective = \"date\"", "text", "date"),
        ("effective = 2024-01-01", "effective = 2024-01-01T08:00:00", "moment", "date"),
        ("min = 5", "min = true", "boolean", "number"),
        ("channel = \"phone\"", "channel = 1", "other", "text"),
    ] {
        let finding = one_mistake(&text(), right, wrong, "wrong_type", "");
        assert_eq!(
            (finding.value("given"), finding.value("expected")),
            (Some(given), Some(expected)),
            "{wrong}"
        );
    }
    let finding = one_mistake(&text(), "min = 5", "min = 70000", "number_out_of_range", "70000");
    assert_eq!(finding.value("given"), Some("70000"));
    one_mistake(&text(), "{ en = \"Help\"", "{ \"e!\" = \"?\", en = \"Help\"", "language_malformed", "\"e!");
    one_mistake(
        &text(),
        "[[topic]]\n",
        "[[topic]]\nsynonyms.\"e!\" = [\"x\"]\n",
        "language_malformed",
        "\"x",
    );
}

#[test]
fn broken_syntax_is_pointed_at() {
    let bad = text().replacen("name = { en = \"Desk\"", "name = { en = \"Desk", 1);
    let findings = refused(&bad);
    let line = bad.lines().position(|line| line.contains("\"Desk,")).unwrap() + 1;
    assert!(findings.iter().all(|finding| finding.code == "toml_syntax"), "{}", told(&findings));
    assert_eq!(findings[0].place.line as usize, line, "{}", told(&findings));
}

#[test]
fn doubled_keys_and_ids_are_pointed_at() {
    one_mistake(&text(), "id = \"desk\"", "id = \"desk\"\nid = \"desk\"", "toml_syntax", "id");
    let twice = small(
        r#"
[[region]]
id = "north"
name = { en = "North", es = "Norte" }

[[region]]
id = "north"
name = { en = "North", es = "Norte" }
"#,
    );
    let findings = refused(&twice);
    assert_eq!(findings[0].code, "id_doubled");
    assert_eq!(findings[0].place.line as usize, twice.lines().collect::<Vec<_>>().len() - 1);
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let bad = text()
        .replacen("min = 5", "min = 50", 1)
        .replacen("es = \"Ayuda\" }", "es = \"Ayuda\" }\nsubject = \"nowhere\"", 1)
        .replacen("08:00-17:00", "8-17", 1)
        .replacen("+1 855-720-2559", "555", 1);
    let findings = refused(&bad);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["range_inverted", "unknown_reference", "hours_malformed", "number_malformed"]);
    assert!(findings.is_sorted_by_key(|finding| finding.place.line));
}

#[test]
fn pointing_at_an_entry_that_is_broken_itself_is_not_a_second_mistake() {
    one_mistake(
        &text(),
        "[[topic]]\nid = \"help\"",
        "[[topic]]\nid = \"help\"\ncolour = 1",
        "unknown_field",
        "colour",
    );
}

#[test]
fn an_unknown_part_of_the_file_is_told() {
    let finding =
        one_mistake(&text(), "[[unit]]", "[[units]]\nid = \"a\"\n\n[[unit]]", "unknown_field", "units");
    assert!(finding.value("expected").unwrap().contains("unit"));
}

#[test]
fn an_empty_file_and_a_wrong_one_are_answered_too() {
    let codes = |text| refused(text).iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(""), ["missing_field", "missing_field"]);
    assert_eq!(codes("schema = 1\ninstitution = 3\nunit = 4"), ["wrong_type", "wrong_type"]);
    assert_eq!(codes("\u{feff}schema = \u{0}"), ["toml_syntax"]);
}

#[test]
fn a_missing_second_language_is_only_a_warning() {
    let directory = crate::load(&text().replacen(", es = \"Ayuda\"", "", 1));
    let findings = directory.check();
    assert_eq!(findings[0].code, "language_missing");
    assert_eq!(findings[0].severity, directory::Severity::Warning);
    assert_eq!((findings[0].value("language"), findings[0].value("text")), (Some("es"), Some("Help")));
}

#[test]
fn an_exception_is_checked_like_the_rest() {
    let exception = "\n[[exception]]\nunits = [\"desk\"]\nfrom = 2026-01-26T14:00:00\nuntil = 2026-01-26T18:00:00\nstate = \"closed\"\nmessage = { en = \"Storm\", es = \"Tormenta\" }\n";
    let good = format!("{}{exception}", text());
    one_mistake(&good, "until = 2026-01-26T18", "until = 2026-01-26T13", "range_inverted", "2026-01-26T13");
    one_mistake(&good, "units = [\"desk\"]\nfrom", "units = [\"dosk\"]\nfrom", "unknown_reference", "\"dosk");
    one_mistake(&good, "T14:00:00", "T14:00:00Z", "wrong_type", "2026-01-26T14:00:00Z");
    one_mistake(&good, "state = \"closed\"", "state = \"shut\"", "unknown_choice", "\"shut");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_is_read_or_refused_with_places_inside_it(
        at in 0usize..1_000,
        cut in 0usize..12,
        instead in "[\"\\[\\]{}=#,\n a-zé0-9]{0,6}",
    ) {
        let mut characters: Vec<char> = text().chars().collect();
        let start = at.min(characters.len());
        let end = (start + cut).min(characters.len());
        characters.splice(start..end, instead.chars());
        let damaged: String = characters.into_iter().collect();
        match Directory::load(&damaged, "bad.toml") {
            Ok(directory) => prop_assert_eq!(directory.source(), damaged),
            Err(findings) => {
                prop_assert!(!findings.is_empty());
                for finding in findings {
                    let line = damaged.split('\n').nth(finding.place.line as usize - 1);
                    let columns = line.map(|line| line.chars().count() + 1);
                    prop_assert!(columns.is_some_and(|most| finding.place.column as usize <= most), "{}", finding);
                }
            }
        }
    }

    #[test]
    fn hours_of_any_kind_are_evaluated_or_refused(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "Mo", "-", "Fr", " ", "08:00", "17:00", "26:00", ",", ";", "PH", "off", "Su", "Jan", "Feb 29", "2024",
                "week", "53", "[", "1", "]", "+", "24/7", "||", "\u{27}x\u{27}", "open", "unknown", "easter", "/", "2", "00:00",
                "SH", "99:99", "Mo[-1]", "+1 day",
            ]),
            0..10,
        ),
    ) {
        let hours = parts.concat();
        if let Ok(directory) = Directory::load(&one_line(&hours, "America/New_York"), "bad.toml") {
            let line = &directory.unit("desk").unwrap().ways[0];
            let moment = "2026-03-08T06:59:00Z".parse().unwrap();
            let state = line.state_at(moment, &TimeZone::UTC);
            prop_assert!(state.opens().is_none_or(|opens| opens > moment));
            directory.check();
        }
    }
}
