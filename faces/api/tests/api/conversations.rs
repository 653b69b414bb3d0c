//! Conversations as programs carry them.

use http::StatusCode;
use serde_json::{Value, json};
use staff::Permission;

use crate::house::{Program, Reply, at_both_houses};

pub fn mail(subject: &str, words: &str) -> Value {
    json!({
        "customer": { "name": "Ana López", "points": [{ "kind": "email", "value": "ana@example.com" }] },
        "channel": "email", "queue": "cards", "language": "es", "subject": subject, "message": words,
    })
}

pub async fn begin(program: &Program<'_>, subject: &str) -> Reply {
    let opened = program.post("/conversations", mail(subject, "Hola")).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
    opened
}

#[tokio::test]
async fn a_conversation_is_opened_read_answered_and_closed() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let opened = begin(&program, "Mi tarjeta").await;
        let place = format!("/conversations/{}", opened.text("id"));
        assert_eq!(opened.headers["location"], format!("/api/v1{place}"));
        assert_eq!((opened.text("queue"), opened.text("language")), ("cards".into(), "es".into()));
        assert_eq!(
            (opened.text("subject"), opened.body["state"]["name"].as_str()),
            ("Mi tarjeta".into(), Some("open"))
        );

        let reply = json!({ "kind": "reply", "text": "Buenos días" });
        let said = program.post(&format!("{place}/entries"), reply).await;
        assert_eq!(said.status, StatusCode::CREATED, "{}", said.body);
        let note = json!({ "kind": "note", "text": "only for us" });
        program.post(&format!("{place}/entries"), note).await;
        let entries = program.get(&format!("{place}/entries")).await;
        let spoken: Vec<_> = entries.items().iter().filter(|entry| entry["text"].is_string()).collect();
        let told: Vec<_> = spoken
            .iter()
            .map(|entry| (entry["author"].as_str().unwrap(), entry["kind"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [("customer", "message"), ("program", "reply"), ("program", "note")]);
        assert_eq!(spoken[1]["author_id"], program.id.to_string());

        let now = program.get(&place).await;
        let steps = json!({
            "version": now.number("version"), "seen": now.number("last_number"),
            "steps": [{ "do": "tag", "add": ["lost-card"] }, { "do": "close", "disposition": "answered" }],
        });
        let closed = program.post(&format!("{place}/steps"), steps.clone()).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.body);
        assert_eq!(closed.body["state"]["disposition"], "answered");
        assert_eq!(closed.body["tags"], json!(["lost-card"]));
        let late = program.post(&format!("{place}/steps"), steps).await;
        assert_eq!(late.code(), "conversations.changed_meanwhile");
    })
    .await;
}

#[tokio::test]
async fn lists_are_paged_by_key_and_what_is_told_twice_is_a_mistake_of_nobody() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let mut opened = Vec::new();
        for number in 0..5 {
            opened.push(begin(&program, &format!("number {number}")).await.text("id"));
            house.clock.advance(jiff::SignedDuration::from_secs(1));
        }
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = program.get(&format!("/conversations?state=open,waiting&limit=2{after}")).await;
            found.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page.body["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(found, opened, "each once, the oldest first");

        let place = format!("/conversations/{}/entries", opened[0]);
        for number in 0..4 {
            program.post(&place, json!({ "kind": "message", "text": format!("{number}") })).await;
        }
        let (mut numbers, mut after) = (Vec::new(), 0);
        loop {
            let page = program.get(&format!("{place}?limit=2&after={after}")).await;
            numbers.extend(page.items().iter().map(|entry| entry["number"].as_i64().unwrap()));
            let Some(next) = page.body["next"].as_str() else { break };
            after = next.parse().unwrap();
        }
        let last = i64::try_from(numbers.len()).unwrap();
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_program_for_one_queue_knows_nothing_of_the_others() {
    at_both_houses(async |house| {
        let all = house.any_program().await;
        let cards = begin(&all, "cards").await.text("id");
        let loans = house.program(Permission::FOR_PROGRAMS, &["loans"]).await;
        let place = format!("/conversations/{cards}");
        assert_eq!(loans.get(&place).await.status, StatusCode::NOT_FOUND);
        assert_eq!(loans.get(&format!("{place}/entries")).await.status, StatusCode::NOT_FOUND);
        let reply = json!({ "kind": "reply", "text": "x" });
        assert_eq!(loans.post(&format!("{place}/entries"), reply).await.status, StatusCode::NOT_FOUND);
        assert!(loans.get("/conversations").await.items().is_empty());
        assert!(loans.get("/conversations?queue=cards").await.items().is_empty());
        assert_eq!(loans.post("/conversations", mail("x", "y")).await.code(), "routing.no_queue");
        let person = all.get(&place).await.text("customer");
        assert_eq!(loans.get(&format!("/customers/{person}")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_named() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let id = begin(&program, "x").await.text("id");
        for (path, body, code) in [
            ("/conversations".to_owned(), json!({ "channel": "email" }), "api.body_malformed"),
            ("/conversations".to_owned(), json!([]), "api.body_malformed"),
            (
                format!("/conversations/{id}/entries"),
                json!({ "kind": "shout", "text": "x" }),
                "api.body_malformed",
            ),
            (
                format!("/conversations/{id}/steps"),
                json!({ "version": 1, "seen": 1, "steps": [] }),
                "api.steps",
            ),
        ] {
            let reply = program.post(&path, body).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (422, code), "{path}");
        }
        let mut pigeon = mail("x", "y");
        pigeon["channel"] = "pigeon".into();
        assert_eq!(program.post("/conversations", pigeon).await.code(), "api.value_unknown");
        for (path, code) in [
            ("/conversations?state=asleep", "api.value_unknown"),
            ("/conversations?after=forged", "conversations.place_malformed"),
            ("/conversations?colour=red", "api.query_malformed"),
        ] {
            assert_eq!(program.get(path).await.code(), code, "{path}");
        }
        for path in ["/conversations/nothing", "/conversations/cnv_01h455vb4pex5vsknk084sn02q"] {
            assert_eq!(program.get(path).await.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn a_card_number_is_masked_before_it_is_kept() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let opened = program.post("/conversations", mail("x", "my card is 4111 1111 1111 1111")).await;
        let entries = program.get(&format!("/conversations/{}/entries", opened.text("id"))).await;
        let first = entries.items().iter().find(|entry| entry["kind"] == "message").unwrap();
        assert_eq!(first["masked"], true);
        assert!(!first["text"].as_str().unwrap().contains("4111 1111"), "{first}");
    })
    .await;
}
