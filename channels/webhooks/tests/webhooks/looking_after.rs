//! Adding, changing and removing webhooks.

use std::time::Duration;

use audit::Actor;
use kernel::Error;
use webhooks::{Change, NewWebhook, Settings, State};

use crate::house::{at_both_houses, hurried};
use crate::receiver::{Mood, Receiver};

fn new(url: &str) -> NewWebhook {
    NewWebhook { name: " Ledger ".into(), url: url.into(), events: vec!["a.b".into()] }
}

#[tokio::test]
async fn an_address_inside_or_in_the_clear_is_refused_before_anything_is_sent() {
    at_both_houses(Settings::default, async |house| {
        for (url, code) in [
            ("http://hooks.example.com/", "webhooks.url_in_the_clear"),
            ("https://127.0.0.1/", "webhooks.url_private"),
            ("https://db.internal/", "webhooks.url_private"),
            ("nonsense", "webhooks.url_malformed"),
        ] {
            let refused = house.webhooks.add(new(url), &Actor::system()).await.unwrap_err();
            assert_eq!(refused.refusal_code(), Some(code), "{url}");
        }
        let (webhook, _) =
            house.webhooks.add(new("https://hooks.example.com/"), &Actor::system()).await.unwrap();
        assert_eq!((webhook.name.as_str(), webhook.state), ("Ledger", State::On));
        let inside = vec![Change::Url("https://10.0.0.1/".into())];
        let refused = house.webhooks.change(webhook.id, 1, inside, &Actor::system()).await.unwrap_err();
        assert_eq!(refused.refusal_code(), Some("webhooks.url_private"));
        assert_eq!((house.audited("webhooks.add").await, house.audited("webhooks.change").await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_comes_too_late_is_refused() {
    at_both_houses(hurried, async |house| {
        let (webhook, _) = house.add("http://127.0.0.1:9/", &["a.b"]).await;
        let events =
            |events: &[&str]| vec![Change::Events(events.iter().map(|kind| (*kind).to_owned()).collect())];
        let by = Actor::system();
        let changed = house.webhooks.change(webhook.id, 1, events(&["c.d", "a.*"]), &by).await.unwrap();
        assert_eq!((changed.version, changed.events), (2, vec!["a.*".to_owned(), "c.d".to_owned()]));
        let late = house.webhooks.change(webhook.id, 1, events(&["x.y"]), &by).await.unwrap_err();
        assert_eq!(late.refusal_code(), Some("webhooks.changed_meanwhile"));
    })
    .await;
}

#[tokio::test]
async fn one_that_is_off_is_not_told_and_not_told_later() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Takes).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        let by = Actor::system();
        house.webhooks.change(webhook.id, 1, vec![Change::Off], &by).await.unwrap();
        house.happen("a.b", "while off").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        house.webhooks.change(webhook.id, 2, vec![Change::On], &by).await.unwrap();
        house.happen("a.b", "when on").await;
        let came = receiver.until(1).await;
        assert_eq!(came[0].json()["subject"], "when on");
    })
    .await;
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_one_before() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Takes).await;
        let (webhook, old) = house.add(&receiver.address, &["a.b"]).await;
        let new = house.webhooks.renew_secret(webhook.id, &Actor::system()).await.unwrap();
        assert_ne!(old.expose(), new.expose());
        house.happen("a.b", "x").await;
        let came = receiver.until(1).await;
        assert!(came[0].is_signed_with(old.expose()) && came[0].is_signed_with(new.expose()));
    })
    .await;
}

#[tokio::test]
async fn the_database_holds_no_secret() {
    at_both_houses(hurried, async |house| {
        let (_, secret) = house.add("http://127.0.0.1:9/", &["a.b"]).await;
        let sql = "SELECT secret FROM webhook";
        let kept: Vec<u8> =
            house.store.read(move |tx| tx.query_one(sql, store::params![], |row| row.take(0))).await.unwrap();
        let inside = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!inside(secret.expose()) && !inside("whsec_"));
    })
    .await;
}

#[tokio::test]
async fn what_is_removed_is_gone_with_all_that_was_on_its_way() {
    at_both_houses(hurried, async |house| {
        let receiver = Receiver::open(Mood::Answers(500)).await;
        let (webhook, _) = house.add(&receiver.address, &["a.b"]).await;
        house.happen("a.b", "x").await;
        receiver.until(1).await;
        house.webhooks.remove(webhook.id, &Actor::system()).await.unwrap();
        assert!(house.webhooks.list().await.unwrap().is_empty());
        let gone = house.webhooks.deliveries(webhook.id, None, None, 10).await;
        assert!(matches!(gone, Err(Error::NotFound)));
        let again = house.webhooks.remove(webhook.id, &Actor::system()).await;
        assert!(matches!(again, Err(Error::NotFound)));
    })
    .await;
}
