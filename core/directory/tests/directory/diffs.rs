//! What changed between two directories.

use directory::{Change, Changed, diff};

use crate::{example, load};

fn example_with(right: &str, wrong: &str) -> directory::Directory {
    let text = include_str!("../../../../institutions/ally/directory.toml");
    assert!(text.contains(right), "{right}");
    load(&text.replacen(right, wrong, 1))
}

fn field(kind: &'static str, id: &str, field: &'static str, was: Option<&str>, is: Option<&str>) -> Change {
    let changed = Changed::Field { field, was: was.map(str::to_owned), is: is.map(str::to_owned) };
    Change { kind, id: id.to_owned(), changed }
}

#[test]
fn a_directory_does_not_differ_from_itself() {
    assert_eq!(diff(&example(), &example()), []);
}

#[test]
fn hours_numbers_and_names_tell_what_was_and_what_is() {
    let changed = example_with("\"Mo-Fr 08:30-17:00\"", "\"Mo-Fr 08:30-18:00\"");
    let id = "regional-business-centers/phone-southeast";
    let (was, is) = ("Mo-Fr 08:30-17:00 (America/New_York)", "Mo-Fr 08:30-18:00 (America/New_York)");
    assert_eq!(diff(&example(), &changed), [field("way", id, "hours", Some(was), Some(is))]);
    assert_eq!(diff(&changed, &example()), [field("way", id, "hours", Some(is), Some(was))]);

    let changed = example_with("+1 800-729-4622", "+1 800-729-4623");
    let expected =
        field("way", "ally-insurance/phone", "address", Some("+18007294622"), Some("+18007294623"));
    assert_eq!(diff(&example(), &changed), [expected]);

    let changed = example_with("abbreviation = \"DSC\"\n", "");
    assert_eq!(
        diff(&example(), &changed),
        [field("unit", "dealer-service-center", "abbreviation", Some("DSC"), None)]
    );
}

#[test]
fn what_came_and_what_went_is_told_once_and_not_field_by_field() {
    let changed = example_with("id = \"phone-central\"", "id = \"phone-middle\"");
    let change =
        |id: &str, changed| Change { kind: "way", id: format!("regional-business-centers/{id}"), changed };
    assert_eq!(
        diff(&example(), &changed),
        [change("phone-central", Changed::Removed), change("phone-middle", Changed::Added)]
    );
}

#[test]
fn a_change_of_the_units_hours_shows_at_each_of_its_lines() {
    let changed =
        example_with("hours = \"Mo-Fr 08:00-20:00\"\npromised", "hours = \"Mo-Fr 07:00-20:00\"\npromised");
    let changes = diff(&example(), &changed);
    assert_eq!(changes.len(), 6);
    assert!(changes.iter().all(|change| change.kind == "way" && change.id.starts_with("cpc/phone")));
}
