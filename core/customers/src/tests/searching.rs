//! Finding people, and people who may be one.

use testkit::on_both_engines;

use super::*;
use crate::FoundBy;

async fn names(house: &House, text: &str) -> Vec<(String, FoundBy, bool)> {
    let found = house.customers.search(text, "US", 20).await.unwrap();
    let name = |found: &crate::Found| found.person.name.as_ref().unwrap().expose().clone();
    found.iter().map(|found| (name(found), found.by, found.verified)).collect()
}

async fn only_names(house: &House, text: &str) -> Vec<String> {
    names(house, text).await.into_iter().map(|(name, _, _)| name).collect()
}

#[tokio::test]
async fn people_are_found_by_exact_points_however_they_are_written() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let points = vec![
            email("ana@example.com").verified(),
            phone("212 555 0123"),
            NewPoint::handle("instagram", "ana.r").unwrap(),
            NewPoint::account("bank.example", "A-77").unwrap().verified(),
        ];
        house.person("Ana", points).await;
        let found = |by, verified| vec![("Ana".to_owned(), by, verified)];
        assert_eq!(names(&house, " ANA@example.com").await, found(FoundBy::Email, true));
        assert_eq!(names(&house, "(212) 555-0123").await, found(FoundBy::Phone, false));
        assert_eq!(names(&house, "@Ana.R").await, found(FoundBy::Handle, false));
        assert_eq!(names(&house, "A-77").await, found(FoundBy::Account, true));
        assert!(names(&house, "ana@example.org").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_words_and_beginnings_of_names_whole_words_first() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        for name in ["José Marín", "Josephine Marsh", "Jo Li", "Mary Josten"] {
            house.person(name, Vec::new()).await;
        }
        assert_eq!(only_names(&house, "jose").await, ["José Marín", "Josephine Marsh"]);
        assert_eq!(only_names(&house, "josep").await, ["Josephine Marsh"]);
        assert_eq!(only_names(&house, "mar jos").await.len(), 3);
        assert_eq!(only_names(&house, "marin josé").await, ["José Marín"]);
        assert_eq!(only_names(&house, "LI").await, ["Jo Li"]);
        assert!(only_names(&house, "jos li").await.is_empty());
        assert!(only_names(&house, "").await.is_empty() && only_names(&house, "…").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_search_looks_past_many_who_only_begin_alike() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        for number in 0..230 {
            house.person(&format!("Marta{number}"), Vec::new()).await;
        }
        house.person("Marvin", Vec::new()).await;
        assert_eq!(only_names(&house, "marv").await, ["Marvin"]);
        assert_eq!(house.customers.search("mar", "US", 7).await.unwrap().len(), 7);
    })
    .await;
}

#[tokio::test]
async fn merged_people_are_found_once_and_by_every_name_they_had() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let ana = house.person("Ana Ruiz", Vec::new()).await;
        let maiden = house.person("Ana López", Vec::new()).await;
        house.customers.merge(ana, maiden, &staff()).await.unwrap();
        assert_eq!(only_names(&house, "ana").await, ["Ana Ruiz"]);
        assert_eq!(only_names(&house, "lopez").await, ["Ana Ruiz"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_claims_the_same_address_may_be_the_same_until_found_otherwise() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let people = &house.customers;
        let ana = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        let typed = house.person("Ana", vec![email("ana@example.com")]).await;
        let other = house.person("Bea", vec![email("bea@example.com")]).await;
        let suggested = people.suggestions(typed).await.unwrap();
        assert_eq!(suggested.iter().map(|found| found.person.id).collect::<Vec<_>>(), [ana]);
        assert!(suggested[0].proven);
        assert!(people.suggestions(other).await.unwrap().is_empty());
        people.keep_apart(typed, ana, &staff()).await.unwrap();
        people.keep_apart(ana, typed, &staff()).await.unwrap();
        assert!(people.suggestions(typed).await.unwrap().is_empty());
        assert!(people.suggestions(ana).await.unwrap().is_empty());
        assert_eq!(house.actions().await, ["customers.keep_apart"], "said twice, written once");
        let merged = house.person("Ana", vec![email("ana@example.com")]).await;
        people.merge(ana, merged, &staff()).await.unwrap();
        assert!(people.suggestions(merged).await.unwrap().is_empty(), "nobody is suggested to themselves");
    })
    .await;
}
