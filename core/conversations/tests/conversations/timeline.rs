//! What is said is stored once, in order, sealed, and without what must not be kept.

use conversations::{Author, Body, Envelope, NewBody, NewConversation, NewEntry, Side, State, Words};
use proptest::prelude::*;
use store::params;
use testkit::on_both_engines;

use crate::house::{House, chat_of, key, refused, said};

#[tokio::test]
async fn a_chat_is_opened_said_in_and_read_back() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("My card was declined").await;
        assert_eq!(chat.state, State::Open);
        assert!(chat.reference.as_str().starts_with("M-"));
        let rosa = Author::Staff(house.staff().await);
        house.say(chat.id, &rosa, "Let me look.\r\nOne moment.").await;
        assert_eq!(house.texts(chat.id).await, ["My card was declined", "Let me look.\nOne moment."]);
        let entries = house.entries(chat.id).await;
        let sides: Vec<Side> = entries.iter().map(conversations::Entry::side).collect();
        assert_eq!(sides, [Side::Customer, Side::Customer, Side::Staff, Side::Staff]);
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        let again = house.conversations.get_by_reference(&chat.reference).await.unwrap();
        assert_eq!(again.id, chat.id);
        assert_eq!(again.last_number, 4);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_key_is_stored_once_whatever_comes_between() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let send = || house.conversations.append(chat.id, said("card 4111 1111").keyed(key("k1")));
        let first = send().await.unwrap();
        house.say(chat.id, &Author::Customer, "something else").await;
        let again = send().await.unwrap();
        assert!(!first.repeated && again.repeated);
        assert_eq!((first.number, first.at), (again.number, again.at));
        // Another side may use the same key for something else.
        let rosa = Author::Staff(house.staff().await);
        let reply = NewEntry::words(rosa, "fine").keyed(key("k1"));
        assert!(!house.conversations.append(chat.id, reply).await.unwrap().repeated);
        assert_eq!(house.texts(chat.id).await, ["hello", "card 4111 1111", "something else", "fine"]);
    })
    .await;
}

#[tokio::test]
async fn opening_again_with_the_same_key_finds_the_same_conversation() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let new = NewConversation {
            key: Some(key("form-1")),
            first: Some(said("hello")),
            ..chat_of(house.customer().await)
        };
        let first = house.conversations.open(new.clone()).await.unwrap();
        let again = house.conversations.open(new).await.unwrap();
        assert!(!first.repeated && again.repeated);
        assert_eq!(first.conversation.id, again.conversation.id);
        assert_eq!(house.texts(first.conversation.id).await, ["hello"]);
    })
    .await;
}

#[tokio::test]
async fn many_who_write_at_once_leave_no_gap_and_lose_nothing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let writers = (0..6).map(|writer| {
            let conversations = house.conversations.clone();
            tokio::spawn(async move {
                for line in 0..10 {
                    // Each is sent twice, as after a lost answer.
                    let entry = said(&format!("{writer}-{line}")).keyed(key(&format!("{writer}/{line}")));
                    let first = conversations.append(chat.id, entry.clone()).await.unwrap();
                    let again = conversations.append(chat.id, entry).await.unwrap();
                    assert_eq!((first.number, true), (again.number, again.repeated));
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let entries = house.entries(chat.id).await;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, (1..=62).collect::<Vec<_>>());
        let texts = house.texts(chat.id).await;
        for writer in 0..6 {
            let own: Vec<&String> = texts.iter().filter(|t| t.starts_with(&format!("{writer}-"))).collect();
            let wanted: Vec<String> = (0..10).map(|line| format!("{writer}-{line}")).collect();
            assert_eq!(own, wanted.iter().collect::<Vec<_>>(), "each writer's order is kept");
        }
        assert_eq!(house.get(chat.id).await.customer_count, 61);
    })
    .await;
}

#[tokio::test]
async fn numbers_that_must_not_be_kept_are_hidden_even_when_they_are_split() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("card 4111 1111").await;
        house.say(chat.id, &Author::Customer, "1111 1111").await;
        assert_eq!(house.texts(chat.id).await, ["card •••• ••••", "•••• 1111"]);
        let entries = house.entries(chat.id).await;
        assert!(entries.iter().filter(|entry| entry.body.words().is_some()).all(|entry| entry.masked));
        // Two people's words are not one number.
        let other = house.chat("order 4111 1111").await;
        house.say(other.id, &Author::Staff(house.staff().await), "1111 1111").await;
        assert_eq!(house.texts(other.id).await, ["order 4111 1111", "1111 1111"]);
        assert!(house.told().await.contains(&"masked".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn words_are_nowhere_in_the_database_in_the_clear() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let new = NewConversation {
            subject: Some("Xylophone subject".into()),
            first: Some(said("Xylophone message")),
            ..chat_of(house.customer().await)
        };
        let chat = house.begin(new).await;
        let rosa = house.staff().await;
        let id = chat.id;
        house.conversations.save_draft(id, rosa, "Xylophone draft").await.unwrap();
        let due = crate::house::soon(5);
        house.conversations.hold_reply(id, rosa, "Xylophone held", key("h"), due).await.unwrap();
        let bodies = house
            .store
            .read(move |tx| {
                let mut all: Vec<Vec<u8>> = Vec::new();
                for sql in [
                    "SELECT body FROM conversation_entry WHERE body IS NOT NULL",
                    "SELECT subject_line FROM conversation",
                    "SELECT body FROM conversation_draft",
                    "SELECT body FROM conversation_held",
                ] {
                    all.extend(tx.query(sql, params![], |row| row.take(0))?);
                }
                Ok(all)
            })
            .await
            .unwrap();
        assert_eq!(bodies.len(), 3, "the draft became the held reply");
        assert!(bodies.iter().all(|body| !body.windows(9).any(|piece| piece == b"Xylophone")));
        // Destroying the customer's key erases them.
        let (vault, customer) = (house.vault.clone(), chat.customer);
        house
            .store
            .write(move |tx| vault.destroy(tx, &vault::Subject::of(&customer), jiff::Timestamp::UNIX_EPOCH))
            .await
            .unwrap();
        let entries = house.entries(id).await;
        assert!(entries.iter().any(|entry| matches!(entry.body, Body::Message(Words::Erased))));
        assert!(matches!(house.conversations.show(id, None).await.unwrap().subject, Some(Words::Erased)));
    })
    .await;
}

#[tokio::test]
async fn words_sealed_from_end_to_end_are_kept_as_they_came() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let envelope = Envelope { suite: "hpke-x25519-aes256gcm/1".into(), sealed: "q83vEjRWeJA=".into() };
        let body = NewBody::EndToEnd(envelope.clone());
        let entry = NewEntry { author: Author::Customer, body, key: None };
        house.conversations.append(chat.id, entry).await.unwrap();
        let last = house.entries(chat.id).await.pop().unwrap();
        let Body::Message(Words::EndToEnd(kept)) = last.body else { panic!("an envelope was expected") };
        assert_eq!(kept, envelope);
        for bad in [("", "AA=="), ("x", ""), ("x", "no base64!"), ("x y", "AA==")] {
            let envelope = Envelope { suite: bad.0.into(), sealed: bad.1.into() };
            let entry = NewEntry { author: Author::Customer, body: NewBody::EndToEnd(envelope), key: None };
            let answer = house.conversations.append(chat.id, entry).await;
            assert_eq!(refused(answer), "conversations.envelope_malformed", "{bad:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_long_conversation_meet_without_overlap() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("0").await;
        for line in 1..30 {
            house.say(chat.id, &Author::Customer, &line.to_string()).await;
        }
        let last = house.get(chat.id).await.last_number;
        let bottom = house.conversations.page_before(chat.id, last + 1, 10).await.unwrap();
        let middle = house.conversations.page_before(chat.id, bottom[0].number, 10).await.unwrap();
        let rest = house.conversations.entries(chat.id, middle[9].number, 200).await.unwrap();
        let numbers = |page: &[conversations::Entry]| page.iter().map(|e| e.number).collect::<Vec<_>>();
        assert_eq!(numbers(&bottom), (22..=31).collect::<Vec<_>>());
        assert_eq!(numbers(&middle), (12..=21).collect::<Vec<_>>());
        assert_eq!(numbers(&rest), numbers(&bottom));
        let forged = house.conversations.entries(chat.id, i64::MAX, 200).await.unwrap();
        assert!(forged.is_empty());
        assert_eq!(house.conversations.entries(chat.id, -5, 3).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn notes_are_for_staff_and_tell_whom_they_name() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let (rosa, omar) = (house.staff().await, house.staff().await);
        let body = NewBody::Note { text: "Omar, please look".into(), mentions: vec![omar, omar] };
        let note = NewEntry { author: Author::Staff(rosa), body, key: None };
        let number = house.conversations.append(chat.id, note.clone()).await.unwrap().number;
        let entries = house.entries(chat.id).await;
        let note_entry = entries.iter().find(|entry| entry.number == number).unwrap();
        assert!(!note_entry.is_for_customer());
        let told = house.told().await;
        assert_eq!(told.iter().filter(|kind| *kind == "mentioned").count(), 1);
        let mentions = house.conversations.mentions(omar, None, 10).await.unwrap();
        assert_eq!(mentions.len(), 1);
        assert!(!mentions[0].seen);
        house.conversations.read_by_staff(chat.id, omar, number).await.unwrap();
        assert!(house.conversations.mentions(omar, None, 10).await.unwrap()[0].seen);
        let by_customer = NewEntry { author: Author::Customer, ..note };
        let answer = house.conversations.append(chat.id, by_customer).await;
        assert_eq!(refused(answer), "conversations.note_by_customer");
    })
    .await;
}

#[tokio::test]
async fn unfit_words_and_keys_are_refused_and_leave_nothing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let append = |text: String| house.conversations.append(chat.id, said(&text));
        assert_eq!(refused(append(" \u{0}\u{202e} ".into()).await), "conversations.empty");
        assert_eq!(refused(append("x".repeat(10_001)).await), "conversations.too_long");
        assert!("two words".parse::<conversations::ClientKey>().is_err());
        assert!("".parse::<conversations::ClientKey>().is_err());
        assert!("k".repeat(81).parse::<conversations::ClientKey>().is_err());
        let nobody = house.conversations.append(kernel::id::new(crate::house::soon(0)), said("x")).await;
        assert!(matches!(nobody, Err(kernel::Error::NotFound)));
        assert_eq!(house.entries(chat.id).await.len(), 2);
    })
    .await;
}

/// Clients that send their lines in their own order, some of them several times.
fn sends() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..3_u8, 1..4_u8), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn whoever_sends_how_often_numbers_have_no_gaps_and_keys_no_twins(sends in sends()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(on_both_engines(async |store| {
            let house = House::open(store).await;
            let chat = house.chat("hello").await;
            let mut tasks = Vec::new();
            for (line, (client, times)) in sends.iter().enumerate() {
                for _ in 0..*times {
                    let (conversations, id) = (house.conversations.clone(), chat.id);
                    let author = if *client == 0 { Author::System } else { Author::Customer };
                    let text = format!("line {line}");
                    let entry = NewEntry::words(author, text).keyed(key(&format!("c{client}-{line}")));
                    tasks.push((line, tokio::spawn(async move { conversations.append(id, entry).await })));
                }
            }
            let mut placed = std::collections::BTreeMap::new();
            let mut first = 0;
            for (line, task) in tasks {
                let appended = task.await.unwrap().unwrap();
                first += usize::from(!appended.repeated);
                assert_eq!(*placed.entry(line).or_insert(appended.number), appended.number);
            }
            assert_eq!(first, sends.len(), "each line was new exactly once");
            let entries = house.entries(chat.id).await;
            let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
            assert_eq!(numbers, (1..=i64::try_from(sends.len()).unwrap() + 2).collect::<Vec<_>>());
        }));
    }
}
