//! Whatever is sent: a clear answer, nothing lost, and nobody else disturbed.

use chat::Limits;
use futures_util::SinkExt as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use crate::house::{House, with_house};

/// Says something as somebody else, to see that they are served as ever.
async fn nobody_else_notices(house: &House) {
    let calm = house.browser("Hello").await;
    let (mut socket, ..) = calm.join(0).await;
    socket.say("calm-message", "all is well").await;
    socket.next("ack").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_number_is_refused_and_the_line_closed() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        for last in [99, u64::MAX] {
            let mut socket = ana.dial().await;
            socket.send(&json!({"t": "hello", "last": last})).await;
            assert_eq!(socket.next("refused").await["code"], "chat.unknown_number");
            assert_eq!(socket.closed().await, 4409);
        }
        let (mut socket, welcome, _) = ana.join(0).await;
        let beyond = welcome["last"].as_u64().unwrap() + 1;
        socket.send(&json!({"t": "read", "n": beyond})).await;
        assert_eq!(socket.next("refused").await["code"], "chat.unknown_number");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_are_refused_and_after_five_the_line_is_closed() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        for frame in ["{", "[]", r#"{"t":"hello","last":0}"#, r#"{"t":"say","key":"x","text":"y"}"#] {
            socket.send_text(frame).await;
            assert_eq!(socket.next("refused").await["code"], "chat.malformed", "{frame}");
        }
        socket.say("message-1", "still heard").await;
        socket.next("ack").await;
        socket.0.send(Message::Binary(Bytes::from_static(b"\x00\x01"))).await.unwrap();
        assert_eq!(socket.closed().await, 4400);
        assert_eq!(house.said(ana.conversation).await, ["Hello", "still heard"]);
        nobody_else_notices(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_by_its_key_or_closes_the_line() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        socket.say("message-1", &"x".repeat(4_001)).await;
        let refused = socket.next("refused").await;
        assert_eq!((&refused["code"], &refused["key"]), (&json!("chat.too_long"), &json!("message-1")));
        socket.say("message-2", &"😀".repeat(4_000)).await;
        assert_eq!(socket.next("ack").await["key"], "message-2", "the longest message fits a frame");
        socket.say("message-3", &"x".repeat(64 * 1024)).await;
        assert_eq!(socket.next("refused").await["code"], "chat.too_large");
        assert_eq!(socket.closed().await, 1009);
        assert_eq!(house.said(ana.conversation).await.len(), 2);
        nobody_else_notices(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_is_told_to_wait_and_loses_nothing_that_was_acknowledged() {
    let limits = Limits { messages_at_once: 3, messages_a_minute: 60, ..Limits::default() };
    with_house(limits, async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        for index in 0..10 {
            socket.say(&format!("message-{index}"), &format!("words {index}")).await;
        }
        let (mut kept, mut refused) = (0, Vec::new());
        while kept + refused.len() < 10 {
            let frame = socket.take().await.unwrap();
            match frame["t"].as_str().unwrap() {
                "ack" => kept += 1,
                "refused" => refused.push(frame),
                _ => {}
            }
        }
        assert!((3..=5).contains(&kept), "{kept}");
        let one = &refused[0];
        assert_eq!(one["code"], "chat.too_fast");
        let wait = one["wait"].as_u64().unwrap();
        assert!((1..=1_000).contains(&wait), "{wait}");
        assert_eq!(house.said(ana.conversation).await.len(), 1 + kept);
        nobody_else_notices(&house).await;
        tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
        socket.say(one["key"].as_str().unwrap(), "again, and slower").await;
        assert_eq!(socket.next("ack").await["key"], one["key"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_script_and_a_stranger_do_not_get_in() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let elsewhere = [("cookie", ana.cookie.as_str()), ("origin", "https://evil.example")];
        let Err(Error::Http(answer)) = ana.dial_with(&elsewhere).await else { panic!("a refusal") };
        assert_eq!(answer.status(), 403);
        let own = format!("http://{}", house.address);
        let here = [("cookie", ana.cookie.as_str()), ("origin", own.as_str())];
        ana.dial_with(&here).await.unwrap();
        let forged = format!("chat={}", "A".repeat(43));
        for headers in [&[][..], &[("cookie", "chat=nonsense")], &[("cookie", forged.as_str())]] {
            let mut socket = ana.dial_with(headers).await.unwrap();
            assert_eq!(socket.closed().await, 4401, "{headers:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_too_many_connections_is_refused_by_itself() {
    let limits = Limits { sockets_per_visitor: 2, ..Limits::default() };
    with_house(limits, async |house| {
        let ana = house.browser("Hello").await;
        let (first, ..) = ana.join(0).await;
        let (mut second, ..) = ana.join(0).await;
        assert_eq!(ana.dial().await.closed().await, 4429);
        second.say("message-1", "still here").await;
        second.next("ack").await;
        drop(first);
        // The place is free once the server has noticed.
        for _ in 0..100 {
            if house.chat.open_sockets() < 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        ana.join(0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_dials_without_end_is_refused_at_the_door() {
    let limits = Limits { dials_at_once: 3, dials_a_minute: 1, ..Limits::default() };
    with_house(limits, async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        let cookie = [("cookie", ana.cookie.as_str())];
        for _ in 0..2 {
            ana.dial_with(&cookie).await.unwrap();
        }
        let Err(Error::Http(answer)) = ana.dial_with(&cookie).await else { panic!("a refusal") };
        assert_eq!(answer.status(), 429);
        socket.say("message-1", "who is in stays in").await;
        socket.next("ack").await;
    })
    .await;
}
