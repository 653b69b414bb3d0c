//! What is sent twice is done once.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use store::params;

use crate::conversations::{begin, mail};
use crate::house::at_both_houses;

#[tokio::test]
async fn a_request_with_a_key_is_done_once_and_answered_the_same_for_a_day() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let first = program.post_once("k-1", "/conversations", mail("once", "Hola")).await;
        assert_eq!(first.status, StatusCode::CREATED);
        let again = program.post_once("k-1", "/conversations", mail("once", "Hola")).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(
            (&again.headers["idempotency-replayed"], &again.headers["location"]),
            (&"true".parse().unwrap(), &first.headers["location"])
        );
        assert_eq!(program.get("/conversations").await.items().len(), 1);

        let other = program.post_once("k-1", "/conversations", mail("another", "Hola")).await;
        assert_eq!((other.status.as_u16(), other.code()), (422, "api.key_reused"));
        let stranger = house.any_program().await;
        let theirs = stranger.post_once("k-1", "/conversations", mail("once", "Hola")).await;
        assert_ne!(theirs.text("id"), first.text("id"), "keys are each program's own");
        house.clock.advance(SignedDuration::from_hours(23));
        // The token of the test ends with the day.
        assert_eq!(program.post_once("k-1", "/conversations", mail("once", "Hola")).await.body, first.body);
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_may_be_put_right_under_the_same_key() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let mut wrong = mail("x", "y");
        wrong["queue"] = "nowhere".into();
        assert_eq!(program.post_once("k", "/conversations", wrong).await.status.as_u16(), 422);
        assert_eq!(
            program.post_once("k", "/conversations", mail("x", "y")).await.status,
            StatusCode::CREATED
        );
    })
    .await;
}

#[tokio::test]
async fn a_node_that_died_before_it_remembered_does_nothing_twice() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let place = format!("/conversations/{}/entries", begin(&program, "x").await.text("id"));
        let words = json!({ "kind": "reply", "text": "only once" });
        let first = program.post_once("k", &place, words.clone()).await;
        // As if the words were written and the answer was not.
        let forget = "UPDATE api_answer SET answer = NULL";
        house.programs.store.write(move |tx| tx.execute(forget, params![])).await.unwrap();
        let waiting = program.post_once("k", &place, words.clone()).await;
        assert_eq!((waiting.status, waiting.code()), (StatusCode::CONFLICT, "api.still_under_way"));
        let lost = "UPDATE api_answer SET expires_at = 0";
        house.programs.store.write(move |tx| tx.execute(lost, params![])).await.unwrap();
        let again = program.post_once("k", &place, words).await;
        assert_eq!(again.number("number"), first.number("number"));
    })
    .await;
}

#[tokio::test]
async fn many_at_once_under_one_key_are_one() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let asks = (0..8).map(|_| program.post_once("k", "/conversations", mail("x", "y")));
        let replies = futures_util::future::join_all(asks).await;
        let done = replies.iter().filter(|reply| reply.status == StatusCode::CREATED).count();
        assert!(done >= 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
        assert!(
            replies
                .iter()
                .all(|reply| reply.status == StatusCode::CREATED || reply.code() == "api.still_under_way")
        );
        assert_eq!(program.get("/conversations").await.items().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_the_database_holds_no_answer_in_the_clear() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let long = "k".repeat(81);
        for key in ["", long.as_str()] {
            assert_eq!(
                program.post_once(key, "/conversations", mail("x", "y")).await.code(),
                "api.key_malformed"
            );
        }
        program.post_once("k", "/conversations", mail("a very secret subject", "y")).await;
        let sql = "SELECT answer FROM api_answer";
        let kept: Vec<u8> = house
            .programs
            .store
            .read(move |tx| tx.query_one(sql, params![], |row| row.take(0)))
            .await
            .unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("secret"));
    })
    .await;
}
