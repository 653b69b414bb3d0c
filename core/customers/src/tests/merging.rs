//! Merging and undoing over the database, held against the pure rules.

use std::collections::{BTreeMap, BTreeSet};

use directory::ChannelKind;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use testkit::{all_events, on_both_engines};

use super::*;
use crate::{Change, MergeId, Need, Needs};

#[tokio::test]
async fn merged_people_are_one_with_everything_both_had_and_two_again_when_undone() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let people = &house.customers;
        let ana = house.person("Ana Ruiz", vec![email("ana@example.com").verified()]).await;
        let other =
            house.person("A. Ruiz", vec![email("ana@example.com"), phone("212 555 0123").verified()]).await;
        let needs = Needs { kinds: [Need::MoreTime].into(), words: None };
        let changes = vec![Change::Needs(needs), Change::Channel(Some(ChannelKind::Phone))];
        people.change(other, 1, changes, &staff()).await.unwrap();
        people.note(other, secret("Asked twice"), &staff()).await.unwrap();
        let before = (people.person(ana).await.unwrap(), people.person(other).await.unwrap());

        let merge = people.merge(ana, other, &staff()).await.unwrap();
        let one = people.person(other).await.unwrap();
        assert_eq!((one.id, one.identities.clone()), (ana, vec![ana, other]));
        assert_eq!(one.name.as_ref().unwrap().expose(), "Ana Ruiz");
        assert_eq!(one.also[0].expose(), "A. Ruiz");
        assert_eq!((one.channel, one.notes.len()), (Some(ChannelKind::Phone), 1));
        assert!(one.needs.kinds.contains(&Need::MoreTime));
        let points: Vec<_> = one.points.iter().map(|point| (point.kind.name(), point.verified)).collect();
        assert_eq!(points, [("email", true), ("phone", true)], "the claim is the same address");
        assert_eq!(house.person("Ana", vec![phone("212 555 0123").verified()]).await, ana);
        let briefs = people.people(&[ana, other]).await.unwrap();
        assert!(briefs.values().all(|brief| brief.id == ana));

        people.undo_merge(merge, &staff()).await.unwrap();
        let after = (people.person(ana).await.unwrap(), people.person(other).await.unwrap());
        assert_eq!(shape(&before.0), shape(&after.0));
        assert_eq!(shape(&before.1), shape(&after.1));
        assert_eq!(code(people.undo_merge(merge, &staff()).await), "customers.merge_undone");
        assert!(people.merges(ana).await.unwrap()[0].undone_at.is_some());
    })
    .await;
}

/// Everything of a person but the version, which counts merges too.
fn shape(person: &crate::Person) -> String {
    let texts = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().clone());
    let points: Vec<_> =
        person.points.iter().map(|p| (p.number, p.value.expose().clone(), p.verified)).collect();
    format!(
        "{} {:?} {:?} {points:?} {} {:?} {:?} {:?}",
        person.id,
        texts(&person.name),
        person.also.len(),
        person.notes.len(),
        person.needs.kinds,
        person.channel,
        person.identities,
    )
}

#[tokio::test]
async fn needs_that_were_set_for_the_whole_family_count_for_it_and_undoing_brings_the_old_ones_back() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let people = &house.customers;
        let (ana, other) = (house.person("Ana", Vec::new()).await, house.person("Ana", Vec::new()).await);
        let set = |kinds: &[Need]| {
            vec![Change::Needs(Needs { kinds: kinds.iter().copied().collect(), words: None })]
        };
        people.change(other, 1, set(&[Need::Braille]), &staff()).await.unwrap();
        let merge = people.merge(ana, other, &staff()).await.unwrap();
        let version = people.person(ana).await.unwrap().version;
        people.change(ana, version, set(&[]), &staff()).await.unwrap();
        assert!(people.person(ana).await.unwrap().needs.is_empty());
        let third = house.person("Ana", Vec::new()).await;
        people.change(third, 1, set(&[Need::Companion]), &staff()).await.unwrap();
        people.merge(ana, third, &staff()).await.unwrap();
        let kinds = people.person(ana).await.unwrap().needs.kinds;
        assert_eq!(kinds, BTreeSet::from([Need::Companion]), "who came later is heard");
        people.undo_merge(merge, &staff()).await.unwrap();
        assert!(people.person(other).await.unwrap().needs.kinds.contains(&Need::Braille));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_merged_with_themselves_or_with_a_stranger() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let people = &house.customers;
        let (ana, other) = (house.person("Ana", Vec::new()).await, house.person("Ben", Vec::new()).await);
        assert_eq!(code(people.merge(ana, ana, &staff()).await), "customers.already_one");
        people.merge(ana, other, &staff()).await.unwrap();
        assert_eq!(code(people.merge(other, ana, &staff()).await), "customers.already_one");
        let stranger = kernel::id::new(SystemClock.now());
        assert!(matches!(people.merge(ana, stranger, &staff()).await, Err(kernel::Error::NotFound)));
        assert!(matches!(
            people.undo_merge(kernel::id::new(SystemClock.now()), &staff()).await,
            Err(kernel::Error::NotFound)
        ));
    })
    .await;
}

/// Some random histories of merging and undoing: after each step, families in the database are what the
/// merges still standing connect.
#[tokio::test]
async fn random_histories_agree_with_the_rules_on_both_engines() {
    const PEOPLE: usize = 6;
    let step = (0..PEOPLE, 0..PEOPLE, 0..3_u8);
    let histories = prop::collection::vec(step, 14);
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..6 {
            let history = histories.new_tree(&mut runner).unwrap().current();
            let mut people = Vec::new();
            for _ in 0..PEOPLE {
                people.push(house.person("Somebody", Vec::new()).await);
            }
            let mut standing: BTreeMap<MergeId, (PersonId, PersonId)> = BTreeMap::new();
            for (one, other, kind) in history {
                if kind < 2 {
                    if let Ok(merge) = house.customers.merge(people[one], people[other], &staff()).await {
                        let merges = house.customers.merges(people[one]).await.unwrap();
                        let done = merges.iter().find(|done| done.id == merge).unwrap();
                        standing.insert(merge, (done.kept, done.other));
                    }
                } else if let Some(merge) = standing.keys().nth(one % standing.len().max(1)).copied() {
                    house.customers.undo_merge(merge, &staff()).await.unwrap();
                    standing.remove(&merge);
                }
                assert_families(&house, &people, standing.values()).await;
            }
        }
    })
    .await;
}

async fn assert_families(
    house: &House,
    people: &[PersonId],
    standing: impl Iterator<Item = &(PersonId, PersonId)>,
) {
    let mut groups: Vec<BTreeSet<PersonId>> = people.iter().map(|id| BTreeSet::from([*id])).collect();
    for (one, other) in standing {
        let (both, mut rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.contains(one) || group.contains(other));
        rest.push(both.into_iter().flatten().collect());
        groups = rest;
    }
    let briefs = house.customers.people(people).await.unwrap();
    for group in groups {
        for id in &group {
            let family = house.customers.identities(*id).await.unwrap();
            assert_eq!(family.iter().copied().collect::<BTreeSet<_>>(), group);
            assert_eq!(briefs[id].id, family[0]);
        }
    }
}

#[tokio::test]
async fn events_and_the_audit_trail_tell_of_merges() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (ana, other) = (house.person("Ana", Vec::new()).await, house.person("Ben", Vec::new()).await);
        let merge = house.customers.merge(ana, other, &staff()).await.unwrap();
        house.customers.undo_merge(merge, &staff()).await.unwrap();
        let events = all_events(&house.store).await;
        let told: Vec<(&str, &str)> = events
            .iter()
            .filter(|event| event.kind.starts_with("customers.") && event.data.get("merge").is_some())
            .map(|event| (event.kind.as_str(), event.data["other"].as_str().unwrap()))
            .collect();
        let other = other.to_string();
        assert_eq!(told, [("customers.merged", other.as_str()), ("customers.unmerged", other.as_str())]);
        assert_eq!(house.actions().await, ["customers.merge", "customers.undo_merge"]);
    })
    .await;
}
