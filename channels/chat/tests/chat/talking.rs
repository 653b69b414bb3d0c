//! Talking, being cut off, going on; ending and saying how it was.

use audit::Actor;
use chat::Limits;
use conversations::{Author, Body, Closing, Doing, Happening, NewEntry};
use serde_json::json;

use crate::house::with_house;

#[tokio::test(flavor = "multi_thread")]
async fn what_either_side_says_reaches_the_other_in_order_with_its_marks() {
    with_house(Limits::default(), async |house| {
        let staff = house.staff().await;
        let ana = house.browser("My card was <b>eaten</b>").await;
        let (mut socket, welcome, entries) = ana.join(0).await;
        assert_eq!(welcome["state"]["is"], "waiting");
        assert_eq!(welcome["state"]["position"], 1);
        let spoken: Vec<_> = entries.iter().filter(|entry| entry["shown"]["by"] == "you").collect();
        assert_eq!(spoken[0]["shown"]["text"], "My card was <b>eaten</b>", "kept as it was written");

        house.conversations.pick(ana.conversation, staff).await.unwrap();
        let state = socket.next("state").await;
        assert_eq!((&state["state"]["is"], &state["state"]["name"]), (&json!("with"), &json!("Sam")));
        house.conversations.says_doing(ana.conversation, Some(staff), Doing::Typing).await.unwrap();
        socket.next("typing").await;
        let n = house.reply(ana.conversation, staff, "Which machine?").await;
        let entry = loop {
            let entry = socket.next("entry").await;
            if entry["shown"]["by"] == "staff" {
                break entry;
            }
        };
        assert_eq!((&entry["n"], &entry["shown"]["text"]), (&json!(n), &json!("Which machine?")));
        assert_eq!(entry["shown"]["name"], "Sam");
        socket.send(&json!({"t": "read", "n": n})).await;

        socket.say("message-1", "The one on Main Street").await;
        let ack = socket.next("ack").await;
        assert_eq!((&ack["key"], &ack["repeated"]), (&json!("message-1"), &json!(false)));
        let own = socket.next("entry").await;
        assert_eq!((&own["n"], &own["shown"]["key"]), (&ack["n"], &json!("message-1")));
        let marks = house.conversations.get(ana.conversation).await.unwrap().marks;
        assert_eq!((marks.customer_delivered, marks.customer_read), (n, n));
        let read = ack["n"].as_i64().unwrap();
        house.conversations.read_by_staff(ana.conversation, staff, read).await.unwrap();
        assert_eq!(socket.next("read").await["n"], read);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_cut_off_gets_the_rest_and_says_nothing_twice() {
    with_house(Limits::default(), async |house| {
        let staff = house.staff().await;
        let ana = house.browser("Hello").await;
        let (mut socket, welcome, _) = ana.join(0).await;
        let had = welcome["last"].as_u64().unwrap();
        socket.say("message-1", "lost in the wire").await;
        let first = socket.next("ack").await["n"].clone();
        // The line breaks before the page takes the answer in.
        drop(socket);
        house.conversations.pick(ana.conversation, staff).await.unwrap();
        for text in ["one", "two"] {
            house.reply(ana.conversation, staff, text).await;
        }
        let note = NewEntry::note(Author::Staff(staff), "seems nervous");
        house.conversations.append(ana.conversation, note).await.unwrap();
        house.reply(ana.conversation, staff, "three").await;

        let (mut socket, _, entries) = ana.join(had).await;
        let numbers: Vec<u64> = entries.iter().map(|entry| entry["n"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (had + 1..=had + numbers.len() as u64).collect::<Vec<_>>(), "without a gap");
        let texts: Vec<_> = entries.iter().filter_map(|entry| entry["shown"]["text"].as_str()).collect();
        assert_eq!(texts, ["lost in the wire", "Sam joined the chat.", "one", "two", "three"]);
        assert!(!format!("{entries:?}").contains("nervous"), "a note is for staff");

        socket.say("message-1", "lost in the wire").await;
        let again = socket.next("ack").await;
        assert_eq!((&again["n"], &again["repeated"]), (&first, &json!(true)));
        assert_eq!(house.said(ana.conversation).await, ["Hello", "lost in the wire"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pages_of_one_browser_see_the_same() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let ((mut one, ..), (mut other, ..)) = (ana.join(0).await, ana.join(0).await);
        one.say("message-1", "from one").await;
        let n = one.next("ack").await["n"].clone();
        let entry = other.next("entry").await;
        assert_eq!((&entry["n"], &entry["shown"]["text"]), (&n, &json!("from one")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_ends_from_either_side_and_is_rated_only_then() {
    with_house(Limits::default(), async |house| {
        let staff = house.staff().await;
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        socket.send(&json!({"t": "rate", "stars": 5})).await;
        assert_eq!(socket.next("refused").await["code"], "chat.not_over");
        house.conversations.pick(ana.conversation, staff).await.unwrap();
        let conversation = house.conversations.get(ana.conversation).await.unwrap();
        let closing = Closing { disposition: "answered".into(), seen: conversation.last_number, note: None };
        let by = Author::Staff(staff);
        house.conversations.close(conversation.id, conversation.version, closing, by).await.unwrap();
        while socket.next("state").await["state"]["is"] != "closed" {}
        socket.send(&json!({"t": "rate", "stars": 4, "comment": "quick"})).await;
        while socket.next("state").await["state"]["rated"] != true {}
        assert_eq!(house.conversations.get(ana.conversation).await.unwrap().rating, Some(4));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_before_anybody_came_waits_no_longer_and_staff_are_told_of_who_leaves_later() {
    with_house(Limits::default(), async |house| {
        let staff = house.staff().await;
        let (early, late) = (house.browser("Hello").await, house.browser("Hello").await);
        let (mut socket, ..) = early.join(0).await;
        socket.send(&json!({"t": "end"})).await;
        assert_eq!(socket.next("state").await["state"]["is"], "closed");
        let left = house.conversations.get(early.conversation).await.unwrap();
        assert!(!left.state.is_live(), "nobody is asked to take it");

        house.conversations.pick(late.conversation, staff).await.unwrap();
        let (mut socket, ..) = late.join(0).await;
        socket.send(&json!({"t": "end"})).await;
        assert_eq!(socket.next("state").await["state"]["is"], "closed");
        let entries = house.entries(late.conversation).await;
        assert!(entries.iter().any(|entry| matches!(entry.body, Body::Note { .. })), "{entries:?}");
        assert!(house.conversations.get(late.conversation).await.unwrap().state.is_live(), "staff close it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_goes_on_in_another_is_begun_anew_there() {
    with_house(Limits::default(), async |house| {
        let staff = house.staff().await;
        let (ana, kept) = (house.browser("first").await, house.browser("second").await);
        let (mut socket, ..) = ana.join(0).await;
        let customer = async |id| house.conversations.get(id).await.unwrap().customer;
        let (one, other) = (customer(kept.conversation).await, customer(ana.conversation).await);
        house.customers.merge(one, other, &Actor::system()).await.unwrap();
        house.conversations.merge(kept.conversation, ana.conversation, Author::Staff(staff)).await.unwrap();
        assert_eq!(socket.closed().await, 4410);
        let (mut socket, _, entries) = ana.join(0).await;
        assert!(entries.iter().any(|entry| entry["shown"]["text"] == "second"), "{entries:?}");
        socket.say("message-1", "still here").await;
        socket.next("ack").await;
        assert!(house.said(kept.conversation).await.contains(&"still here".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_sends_its_customers_to_another() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        assert_eq!(house.chat.open_sockets(), 1);
        house.chat.stop();
        assert_eq!(socket.closed().await, 1012);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rated_is_told_to_staff_as_it_happened() {
    with_house(Limits::default(), async |house| {
        let ana = house.browser("Hello").await;
        let (mut socket, ..) = ana.join(0).await;
        socket.send(&json!({"t": "end"})).await;
        socket.send(&json!({"t": "rate", "stars": 2})).await;
        while socket.next("state").await["state"]["rated"] != true {}
        let entries = house.entries(ana.conversation).await;
        let rated = |entry: &conversations::Entry| {
            matches!(entry.body, Body::Happening { what: Happening::Rated { score: 2 }, .. })
        };
        assert!(entries.iter().any(rated));
    })
    .await;
}
