//! What is sent, to whom, and what happens when it is not taken.

use std::time::{Duration, Instant};

use audit::Actor;
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock as _, SystemClock};
use webhooks::{Change, DeliveryState, Schedule, Settings, State};

use crate::house::{House, at_both_houses, hurried};
use crate::receiver::{Mood, Receiver};

const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn an_event_reaches_those_who_asked_signed_and_within_a_moment() {
    at_both_houses(hurried, async |house| {
        let (wants, other) = (Receiver::open(Mood::Takes).await, Receiver::open(Mood::Takes).await);
        let (_, secret) = house.add(&wants.address, &["conversations.*"]).await;
        house.add(&other.address, &["customers.changed"]).await;
        house.happen("conversations.closed", "cnv_1").await;
        let came = wants.until(1).await;
        let told = came[0].json();
        assert_eq!(told["type"], "conversations.closed");
        assert_eq!((told["subject"].as_str(), told["data"]["number"].as_i64()), (Some("cnv_1"), Some(7)));
        assert!(told["event"].as_str().unwrap().starts_with("evt_"));
        assert!(told["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
        assert!(came[0].is_signed_with(secret.expose()));
        let age = SystemClock.now().as_second() - came[0].timestamp;
        assert!((0..10).contains(&age), "the timestamp is that of the sending");
        tokio::time::sleep(MOMENT).await;
        assert_eq!((wants.came().len(), other.came().len()), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_forged_or_changed_request_does_not_fit_the_signature() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Takes).await;
        let (_, secret) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        let came = receiver.until(1).await.remove(0);
        for twist in [
            |came: &mut crate::receiver::Received| came.body.push(' '),
            |came: &mut crate::receiver::Received| came.timestamp += 1,
            |came: &mut crate::receiver::Received| came.id.push('x'),
        ] {
            let mut changed = came.clone();
            twist(&mut changed);
            assert!(!changed.is_signed_with(secret.expose()));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Fails(2)).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        let came = receiver.until(3).await;
        assert!(came.iter().all(|one| one.id == came[0].id && one.body == came[0].body));
        let delivery = house.until(webhook.id, DeliveryState::Delivered).await;
        assert_eq!((delivery.attempts, delivery.outcome.as_deref()), (3, Some("200")));
        assert_eq!(house.webhooks.get(webhook.id).await.unwrap().failing_since, None, "all is well again");
        tokio::time::sleep(MOMENT).await;
        assert_eq!(receiver.came().len(), 3, "and then no more");
    })
    .await;
}

#[tokio::test]
async fn what_is_never_taken_is_given_up_and_can_be_sent_again() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Answers(503)).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        let delivery = house.until(webhook.id, DeliveryState::Failed).await;
        assert_eq!((delivery.attempts, delivery.outcome.as_deref()), (4, Some("503")));
        receiver.set(Mood::Takes);
        let since = SystemClock.now().checked_sub(SignedDuration::from_hours(1)).unwrap();
        assert_eq!(house.webhooks.send_failed_again(webhook.id, since, &Actor::system()).await.unwrap(), 1);
        house.until(webhook.id, DeliveryState::Delivered).await;
        let (one, before) = (delivery.id, receiver.came().len());
        house.webhooks.send_again(webhook.id, one, &Actor::system()).await.unwrap();
        let came = receiver.until(before + 1).await;
        assert_eq!(came[before].id, came[0].id, "the receiver knows that it had this one");
        assert_eq!(house.audited("webhooks.send_again").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_takes_nothing_for_long_is_switched_off_and_misses_nothing() {
    let impatient = || {
        let mut settings = hurried();
        settings.schedule.gives_up_after = SignedDuration::from_millis(120);
        settings
    };
    at_both_houses(impatient, async |house| {
        let receiver = Receiver::open(Mood::Answers(500)).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "first").await;
        let mut state = State::On;
        for _ in 0..500 {
            state = house.webhooks.get(webhook.id).await.unwrap().state;
            if state == State::Failed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(state, State::Failed);
        assert_eq!(house.audited("webhooks.give_up").await, 1);
        receiver.set(Mood::Takes);
        house.happen("a.b", "second").await;
        tokio::time::sleep(MOMENT).await;
        let before = receiver.came().len();
        let version = house.webhooks.get(webhook.id).await.unwrap().version;
        house.webhooks.change(webhook.id, version, vec![Change::On], &Actor::system()).await.unwrap();
        let since = SystemClock.now().checked_sub(SignedDuration::from_hours(1)).unwrap();
        house.webhooks.send_failed_again(webhook.id, since, &Actor::system()).await.unwrap();
        let came = receiver.until(before + 2).await;
        let mut subjects: Vec<_> =
            came[before..].iter().map(|one| one.json()["subject"].as_str().unwrap().to_owned()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["first", "second"]);
    })
    .await;
}

#[tokio::test]
async fn one_that_says_it_is_gone_is_believed() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Answers(410)).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        receiver.until(1).await;
        tokio::time::sleep(MOMENT).await;
        assert_eq!(house.webhooks.get(webhook.id).await.unwrap().state, State::Failed);
        assert_eq!(receiver.came().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_slow_receiver_is_cut_off_and_holds_nobody_up() {
    at_both_houses(hurried, async |house| {
        let (slow, quick) = (Receiver::open(Mood::Dawdles).await, Receiver::open(Mood::Takes).await);
        let (dawdler, _) = house.add(&slow.address, &["a.b"]).await;
        house.add(&quick.address, &["a.b"]).await;
        let begun = Instant::now();
        for number in 0..20 {
            house.happen("a.b", &number.to_string()).await;
        }
        quick.until(20).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let mut outcome = None;
        for _ in 0..200 {
            let seen = house.webhooks.deliveries(dawdler.id, None, None, 100).await.unwrap();
            outcome = seen.into_iter().find_map(|delivery| delivery.outcome);
            if outcome.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(outcome.as_deref(), Some("timeout"));
    })
    .await;
}

#[tokio::test]
async fn a_babbler_is_not_listened_to_and_a_redirect_is_not_followed() {
    at_both_houses(hurried, async |house| {
        let inside = Receiver::open(Mood::Takes).await;
        let babbler = Receiver::open(Mood::Babbles).await;
        let leading = Receiver::open(Mood::Redirects(inside.address.clone())).await;
        let (babbler, _) = house.add(&babbler.address, &["a.b"]).await;
        let (leading, _) = house.add(&leading.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        assert_eq!(house.until(babbler.id, DeliveryState::Delivered).await.outcome.as_deref(), Some("200"));
        assert_eq!(house.until(leading.id, DeliveryState::Failed).await.outcome.as_deref(), Some("307"));
        assert!(inside.came().is_empty());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_inside_once_that_is_forbidden() {
    testkit::on_sqlite(async |store| {
        let receiver = Receiver::open(Mood::Takes).await;
        let house = House::open(store::Store::clone(store), hurried()).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        let strict = Settings {
            schedule: Schedule { waits: Vec::new(), ..hurried().schedule },
            ..Settings::default()
        };
        for work in house.stop_working() {
            work.abort();
        }
        let later = house.again_with(strict).await;
        later.happen("a.b", "x").await;
        let delivery = later.until(webhook.id, DeliveryState::Failed).await;
        assert_eq!(delivery.outcome.as_deref(), Some("private"));
        assert!(receiver.came().is_empty());
        later.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_killed_sender_loses_nothing_and_another_takes_over() {
    testkit::on_sqlite(async |store| {
        let receiver = Receiver::open(Mood::Dawdles).await;
        let house = House::open(store::Store::clone(store), hurried()).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        receiver.until(1).await;
        for work in house.stop_working() {
            work.abort();
        }
        receiver.set(Mood::Takes);
        let later = house.again_with(hurried()).await;
        assert_eq!(later.until(webhook.id, DeliveryState::Delivered).await.attempts, 1);
        later.close().await;
    })
    .await;
}
