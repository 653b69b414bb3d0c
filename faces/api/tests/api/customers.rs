//! Customers as programs see them.

use http::StatusCode;
use serde_json::json;
use staff::Permission;

use crate::conversations::begin;
use crate::house::{House, at_both_houses};

const PLAIN: &[Permission] =
    &[Permission::CUSTOMER_READ, Permission::CONVERSATION_READ, Permission::CONVERSATION_REPLY];

async fn reveals(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit_entry WHERE action = 'personal.reveal' AND actor_kind = 'program'";
    house.programs.store.read(move |tx| tx.query_one(sql, store::params![], |row| row.take(0))).await.unwrap()
}

#[tokio::test]
async fn personal_data_is_masked_unless_the_token_may_reveal_it_and_then_it_is_accounted_for() {
    at_both_houses(async |house| {
        let (plain, seeing) = (house.program(PLAIN, &[]).await, house.any_program().await);
        let person = begin(&plain, "x").await.text("customer");
        let masked = plain.get(&format!("/customers/{person}")).await;
        assert_eq!(masked.text("name"), "A••• L•••");
        assert_eq!(masked.body["points"][0]["value"], "a•••@example.com");
        assert_eq!(masked.body["points"][0]["verified"], false);
        assert_eq!(reveals(house).await, 0);
        let clear = seeing.get(&format!("/customers/{person}")).await;
        assert_eq!(clear.text("name"), "Ana López");
        assert_eq!(clear.body["points"][0]["value"], "ana@example.com");
        assert_eq!(reveals(house).await, 1);

        let found = plain.get("/customers?q=ana%40example.com").await;
        assert_eq!((found.items().len(), found.items()[0]["name"].as_str()), (1, Some("A••• L•••")));
        assert_eq!(seeing.get("/customers?q=ana%40example.com").await.items()[0]["name"], "Ana López");
        assert_eq!(reveals(house).await, 2);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_verified_finds_a_customer_and_only_a_trusted_program_says_so() {
    at_both_houses(async |house| {
        let writing = house.program(&[Permission::CONVERSATION_REPLY, Permission::CONVERSATION_READ], &[]).await;
        let trusted = house.program(PLAIN, &[]).await;
        let by = |verified: bool| {
            json!({
                "customer": { "points": [{ "kind": "account", "place": "portal", "value": "77", "verified": verified }] },
                "channel": "email", "queue": "loans", "message": "Hello",
            })
        };
        let refused = writing.post("/conversations", by(true)).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "api.scope_missing"));
        let first = trusted.post("/conversations", by(true)).await;
        let second = trusted.post("/conversations", by(true)).await;
        assert_eq!(first.text("customer"), second.text("customer"));
        let claimed = writing.post("/conversations", by(false)).await;
        assert_ne!(claimed.text("customer"), first.text("customer"), "a claim opens nobody's history");

        let person = first.text("customer");
        let known = json!({ "customer": { "id": person }, "channel": "email", "queue": "loans", "message": "Again" });
        assert_eq!(trusted.post("/conversations", known).await.text("customer"), person);
        let all = trusted.get(&format!("/customers/{person}/conversations")).await;
        assert_eq!(all.items().len(), 3);
    })
    .await;
}
