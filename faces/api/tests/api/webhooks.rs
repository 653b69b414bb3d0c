//! Webhooks as programs look after them.

use http::{Method, StatusCode};
use serde_json::json;
use staff::Permission;

use crate::house::at_both_houses;

fn hook() -> serde_json::Value {
    json!({ "name": "Ledger", "url": "https://hooks.example.com/in", "events": ["conversations.*"] })
}

#[tokio::test]
async fn a_webhook_is_made_changed_and_removed_and_shows_its_secret_once() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let made = program.post("/webhooks", hook()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert!(made.text("secret").starts_with("whsec_"));
        let place = format!("/webhooks/{}", made.text("id"));
        assert_eq!(made.headers["location"], format!("/api/v1{place}"));
        assert!(program.get(&place).await.body.get("secret").is_none());
        assert_eq!(program.get("/webhooks").await.items().len(), 1);

        let patch = async |body| program.send(Method::PATCH, &place, &[], Some(body)).await;
        let off = patch(json!({ "version": 1, "state": "off", "events": ["customers.changed"] })).await;
        assert_eq!((off.text("state"), off.number("version")), ("off".into(), 2));
        assert_eq!(patch(json!({ "version": 1, "name": "x" })).await.code(), "webhooks.changed_meanwhile");
        assert_eq!(patch(json!({ "version": 2, "state": "loud" })).await.code(), "api.value_unknown");
        let renewed = program.post(&format!("{place}/secret"), json!({})).await;
        assert_ne!(renewed.text("secret"), made.text("secret"));

        assert!(program.get(&format!("{place}/deliveries?state=failed")).await.items().is_empty());
        let again = program.post(&format!("{place}/again"), json!({ "since": "2026-03-01T00:00:00Z" })).await;
        assert_eq!(again.number("count"), 0);
        let gone = program.send(Method::DELETE, &place, &[], None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(program.get(&place).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn an_address_inside_is_refused_and_a_program_for_some_queues_may_not_listen_to_all() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let mut inside = hook();
        inside["url"] = "https://169.254.169.254/latest/meta-data".into();
        assert_eq!(program.post("/webhooks", inside).await.code(), "webhooks.url_private");
        let loans = house.program(&[Permission::API_MANAGE], &["loans"]).await;
        assert_eq!(loans.post("/webhooks", hook()).await.status, StatusCode::NOT_FOUND);
        assert_eq!(loans.get("/webhooks").await.status, StatusCode::NOT_FOUND);
        let reading = house.program(&[Permission::CONVERSATION_READ], &[]).await;
        assert_eq!(reading.get("/webhooks").await.code(), "api.scope_missing");
    })
    .await;
}
