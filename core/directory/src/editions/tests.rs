//! Editions on both engines.

use jiff::civil::date;
use testkit::{TestStore, on_both_engines};

use super::*;

/// The least that is a directory, with a note that makes one file differ from another.
fn file(effective: &str, remark: &str) -> String {
    format!(
        r#"
schema = 1
[institution]
id = "example"
name = "Example"
zone = "America/New_York"
languages = ["en"]
effective = {effective}
[[channel]]
kind = "phone"
name = {{ en = "Phone" }}
[[topic]]
id = "help"
name = {{ en = "Help" }}
[[unit]]
id = "desk"
name = {{ en = "Desk" }}
topics = ["help"]
note = {{ en = "{remark}" }}
[[unit.way]]
id = "line"
channel = "phone"
number = "+1 855-720-2559"
hours = "24/7"
"#
    )
}

fn directory(effective: &str, remark: &str) -> Directory {
    Directory::load(&file(effective, remark), "test.toml").unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn by(who: &str) -> Import {
    Import { recorded_by: who.into(), ..Import::default() }
}

fn new_york(year: i16, month: i8, day: i8) -> Timestamp {
    date(year, month, day).in_tz("America/New_York").unwrap().timestamp()
}

fn remark(published: &Published) -> String {
    let unit = published.directory.unit("desk").unwrap();
    unit.note.as_ref().unwrap().get(&"en".parse().unwrap()).to_owned()
}

#[tokio::test]
async fn what_was_published_then_and_what_is_known_today_both_have_answers() {
    on_both_engines(async |store: &TestStore| {
        let directories = Directories::open(Store::clone(store)).await.unwrap();
        let first = directories.import(&directory("2023-08-28", "first"), by("a")).await.unwrap();
        let corrected = directories.import(&directory("2023-08-28", "corrected"), by("b")).await.unwrap();
        directories.import(&directory("2024-01-01", "next year"), by("a")).await.unwrap();
        let autumn = new_york(2023, 9, 1);
        let known_then = Some(first.edition().recorded_at);
        assert_eq!(remark(&directories.at(autumn, known_then).await.unwrap()), "first");
        assert_eq!(remark(&directories.at(autumn, None).await.unwrap()), "corrected");
        assert_eq!(remark(&directories.at(new_york(2024, 1, 1), None).await.unwrap()), "next year");
        let between = Some(corrected.edition().recorded_at);
        assert_eq!(remark(&directories.at(new_york(2024, 6, 1), between).await.unwrap()), "corrected");
        let before = directories.at(new_york(2023, 8, 27), None).await;
        assert_eq!(before.unwrap_err().refusal_code(), Some("directory.none_in_force"));
    })
    .await;
}

#[tokio::test]
async fn an_effective_date_is_the_start_of_that_day_at_home_and_can_be_given() {
    on_both_engines(async |store: &TestStore| {
        let directories = Directories::open(Store::clone(store)).await.unwrap();
        let import = Import { effective: Some(date(2024, 3, 10)), ..by("a") };
        let imported = directories.import(&directory("2023-08-28", "x"), import).await.unwrap();
        assert_eq!(imported.edition().valid_from.to_string(), "2024-03-10T05:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_is_recorded_once_and_comes_back_to_the_byte() {
    on_both_engines(async |store: &TestStore| {
        let directories = Directories::open(Store::clone(store)).await.unwrap();
        let again = directory("2023-08-28", "same ñ");
        let first = directories.import(&again, by("a")).await.unwrap();
        let second = directories.import(&again, by("b")).await.unwrap();
        assert_eq!(second, Imported::Unchanged(first.edition().clone()));
        assert_eq!(directories.editions().len(), 1);
        let source = directories.source(&first.edition().id).await.unwrap();
        assert_eq!(source, file("2023-08-28", "same ñ"));
    })
    .await;
}

#[tokio::test]
async fn another_institutions_file_is_refused_and_nothing_is_recorded() {
    on_both_engines(async |store: &TestStore| {
        let directories = Directories::open(Store::clone(store)).await.unwrap();
        directories.import(&directory("2023-08-28", "x"), by("a")).await.unwrap();
        let text = file("2024-08-28", "y").replace("id = \"example\"", "id = \"stranger\"");
        let stranger = Directory::load(&text, "s.toml").unwrap();
        let refused = directories.import(&stranger, by("a")).await;
        assert_eq!(refused.unwrap_err().refusal_code(), Some("directory.other_institution"));
        assert_eq!(directories.editions().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_validity_that_ends_before_it_begins_is_refused() {
    on_both_engines(async |store: &TestStore| {
        let directories = Directories::open(Store::clone(store)).await.unwrap();
        let text = file("2023-08-28", "x").replace("effective =", "until = 2023-12-31\neffective =");
        let ending = Directory::load(&text, "e.toml").unwrap();
        let late = Import { effective: Some(date(2024, 1, 1)), ..by("a") };
        let refused = directories.import(&ending, late).await;
        assert_eq!(refused.unwrap_err().refusal_code(), Some("directory.never_in_force"));
        directories.import(&ending, by("a")).await.unwrap();
        assert!(directories.at(new_york(2023, 12, 31), None).await.is_ok(), "the last day still counts");
        assert!(directories.at(new_york(2024, 1, 1), None).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_follows_what_is_recorded_here() {
    on_both_engines(async |store: &TestStore| {
        let here = Directories::open(Store::clone(store)).await.unwrap();
        let other_store = store.second_handle().await;
        let end = other_store.events_end().await.unwrap();
        let there = Directories::open(other_store.clone()).await.unwrap();
        let following = tokio::spawn({
            let (there, store) = (there.clone(), other_store.clone());
            async move {
                let hear = |event| {
                    let there = there.clone();
                    async move { there.hear(&event).await }
                };
                store.follow(end, hear).await
            }
        });
        here.import(&directory("2023-08-28", "news"), by("a")).await.unwrap();
        let arrived = async {
            while there.editions().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), arrived).await.unwrap();
        assert_eq!(remark(&there.at(new_york(2024, 1, 1), None).await.unwrap()), "news");
        other_store.close().await.unwrap();
        following.await.unwrap().unwrap();
    })
    .await;
}
