//! The trail over a real database, on both engines.

mod bundles;
mod tampering;

use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Refusal, Result, SystemClock};
use serde_json::json;
use store::{Store, Value, params};
use testkit::on_both_engines;
use vault::{KeyRing, MasterKey, Vault};

use crate::model::Recorded;
use crate::{
    Actor, ActorKind, Anchor, Broken, Damage, Entry, Filter, INTERVAL, Intact, Origin, Outcome, Trail,
    Verdict,
};

const MASTER: &str = "1111111111111111111111111111111111111111111111111111111111111111";

async fn vault(store: &Store) -> Vault {
    let ring = KeyRing::new(MasterKey::parse(MASTER).unwrap(), Vec::new());
    Vault::open(store, ring).await.unwrap()
}

async fn trail(store: &Store) -> Trail {
    Trail::open(store, &vault(store).await).await.unwrap()
}

fn entry(number: i64) -> Entry {
    let actions = ["vault.reveal", "staff.sign_in", "staff.sign_out", "case.close"];
    let action = actions[usize::try_from(number).unwrap() % actions.len()];
    Entry::new(action, format!("case_{number}"))
        .by(Actor::new(ActorKind::Staff, format!("stf_{}", number % 3)))
        .because("case_7")
        .from(Origin { address: Some([192, 0, 2, 7].into()), node: "a".into() })
        .with(json!({ "n": number }))
}

async fn write(store: &Store, trail: &Trail, count: i64) {
    let trail = trail.clone();
    store
        .write(move |tx| {
            (0..count).try_for_each(|number| trail.append(tx, SystemClock.now(), &entry(number)).map(drop))
        })
        .await
        .unwrap();
}

async fn entries(store: &Store, filter: Filter, before: Option<i64>, limit: u32) -> Vec<Recorded> {
    let trail = trail(store).await;
    store.read(move |tx| trail.entries(tx, &filter, before, limit)).await.unwrap()
}

#[tokio::test]
async fn entries_are_numbered_chained_and_signed() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        assert_eq!(
            trail.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 0, signed: 0, checkpoints: 0 })
        );
        write(store, &trail, 150).await;
        let signed = 150 / INTERVAL * INTERVAL;
        assert_eq!(
            trail.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 150, signed, checkpoints: 2 })
        );
        let checkpoint = trail.checkpoint(store).await.unwrap().unwrap();
        assert_eq!((checkpoint.seq, checkpoint.number), (150, 3));
        assert_eq!(trail.checkpoint(store).await.unwrap(), None, "nothing new to sign");
        assert_eq!(
            trail.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 150, signed: 150, checkpoints: 3 })
        );
    })
    .await;
}

#[tokio::test]
async fn a_long_trail_is_checked_over_several_pages() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 2100).await;
        assert!(matches!(
            trail.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 2100, checkpoints: 32, .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_leave_no_gap() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..12 {
            let (trail, store) = (trail.clone(), (**store).clone());
            tasks.spawn(async move {
                for number in 0..12 {
                    trail.record(&store, entry(task * 100 + number)).await.unwrap();
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(
            trail.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 144, signed: 128, checkpoints: 2 })
        );
    })
    .await;
}

#[tokio::test]
async fn an_entry_goes_with_its_transaction() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        let doomed = trail.clone();
        let refused: Result<()> = store
            .write(move |tx| {
                doomed.append(tx, SystemClock.now(), &entry(1))?;
                Err(Refusal::new("test.no").into())
            })
            .await;
        assert_eq!(refused.unwrap_err().refusal_code(), Some("test.no"));
        let seq = trail.record(store, entry(2).ending(Outcome::Refused)).await.unwrap();
        assert_eq!(seq, 1, "what was rolled back left no gap");
        let kept = entries(store, Filter::default(), None, 10).await;
        assert_eq!((kept.len(), kept[0].outcome.as_str()), (1, "refused"));
    })
    .await;
}

#[tokio::test]
async fn another_node_continues_the_same_trail_with_the_same_key() {
    on_both_engines(async |store| {
        let here = trail(store).await;
        write(store, &here, 70).await;
        let node = store.second_handle().await;
        let there = trail(&node).await;
        assert_eq!(there.public_keys(), here.public_keys());
        write(&node, &there, 70).await;
        assert!(matches!(
            here.verify(store, None).await.unwrap(),
            Verdict::Intact(Intact { last: 140, checkpoints: 2, .. })
        ));
        node.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn entries_are_found_by_who_what_when_and_how_it_ended() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let writer = trail.clone();
        store
            .write(move |tx| {
                for number in 0..40 {
                    let at = start + SignedDuration::from_mins(number);
                    let outcome = if number % 10 == 9 { Outcome::Refused } else { Outcome::Done };
                    writer.append(tx, at, &entry(number).ending(outcome))?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let find = async |filter| {
            let found = entries(store, filter, None, 100).await;
            found.iter().map(|entry| entry.seq).collect::<Vec<_>>()
        };
        let all = Filter::default();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(find(Filter { object: text("case_7"), ..all.clone() }).await, [8]);
        assert_eq!(find(Filter { outcome: Some(Outcome::Refused), ..all.clone() }).await, [40, 30, 20, 10]);
        assert_eq!(find(Filter { actor: text("stf_0"), ..all.clone() }).await.len(), 14);
        assert_eq!(find(Filter { action: text("staff.sign_in"), ..all.clone() }).await.len(), 10);
        assert_eq!(find(Filter { action: text("staff."), ..all.clone() }).await.len(), 20);
        assert_eq!(find(Filter { action: text("sta."), ..all.clone() }).await.len(), 0);
        let from = Some(start + SignedDuration::from_mins(10));
        let until = Some(start + SignedDuration::from_mins(12));
        assert_eq!(find(Filter { from, until, ..all.clone() }).await, [12, 11]);

        let mut seen = Vec::new();
        while let page = entries(store, all.clone(), seen.last().copied(), 15).await
            && !page.is_empty()
        {
            seen.extend(page.iter().map(|entry| entry.seq));
        }
        assert_eq!(seen, (1..=40).rev().collect::<Vec<_>>(), "pages, newest first, without gap or repeat");
    })
    .await;
}
