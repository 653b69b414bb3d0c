//! What happens right now: watches, marks, who types, drafts, and replies that can be taken back.

use std::time::Duration;

use conversations::{Author, Body, Doing, NewEntry, Words};
use jiff::SignedDuration;
use kernel::Clock;
use store::Signal;
use testkit::{on_both_engines, on_postgres};
use tokio::time::timeout;

use crate::house::{House, key, refused, said, soon};

const SOON: Duration = Duration::from_secs(10);

impl House {
    /// Tells this node of everything that happened, as the server does.
    fn follow(&self) -> tokio::task::JoinHandle<()> {
        let (store, conversations) = (self.store.clone(), self.conversations.clone());
        tokio::spawn(async move {
            let hear = |event| {
                conversations.live().hear(&event);
                async { Ok(()) }
            };
            let _ = store.follow(kernel::Position::default(), hear).await;
        })
    }
}

#[tokio::test]
async fn a_watcher_hears_of_entries_and_changes_and_reads_them_from_memory() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let mut watch = house.conversations.live().watch(chat.id);
        assert!(timeout(Duration::from_millis(30), watch.changed()).await.is_err(), "nothing happened");
        let number = house.say(chat.id, &Author::Customer, "anybody?").await;
        let change = timeout(SOON, watch.changed()).await.unwrap();
        assert_eq!((change.last, change.head), (number, false));
        let news = watch.recent(number - 1).unwrap();
        assert!(matches!(&news[0].body, Body::Message(Words::Text(text)) if text.expose() == "anybody?"));
        assert!(watch.recent(0).is_none(), "what was said before must be read");
        house.conversations.snooze(chat.id, chat.version, soon(5), Author::System).await.unwrap();
        assert!(timeout(SOON, watch.changed()).await.unwrap().head);
        assert_eq!(house.conversations.live().watched(), 1);
        let second = house.conversations.live().watch(chat.id);
        drop(watch);
        assert_eq!(house.conversations.live().watched(), 1);
        drop(second);
        assert_eq!(house.conversations.live().watched(), 0);
    })
    .await;
}

#[tokio::test]
async fn words_hidden_afterwards_are_not_kept_in_memory() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let watch = house.conversations.live().watch(chat.id);
        let first = house.say(chat.id, &Author::Customer, "card 4111 1111").await;
        assert!(watch.recent(first - 1).is_some());
        house.say(chat.id, &Author::Customer, "1111 1111").await;
        assert!(watch.recent(first - 1).is_none(), "it has to be read again");
    })
    .await;
}

#[tokio::test]
async fn another_node_hears_and_is_told_who_types() {
    on_postgres(async |store| {
        let here = House::open(store).await;
        let there = House::over(store.second_handle().await).await;
        let chat = here.chat("hello").await;
        let mut watch = there.conversations.live().watch(chat.id);
        let mut lists = there.conversations.live().watch_lists();
        let following = there.follow();
        let number = here.say(chat.id, &Author::Customer, "from here").await;
        loop {
            if timeout(SOON, watch.changed()).await.unwrap().last == number {
                break;
            }
        }
        loop {
            let change = timeout(SOON, lists.recv()).await.unwrap().unwrap();
            if change.conversation == Some(chat.id) {
                break;
            }
        }
        let running = {
            let conversations = there.conversations.clone();
            tokio::spawn(async move { conversations.run("there").await })
        };
        let rosa = here.staff().await;
        let now = there.store.clock().clone();
        let is_typing = || watch.present(now.now()).iter().any(|one| one.staff == Some(rosa));
        for _ in 0..100 {
            here.conversations.says_doing(chat.id, Some(rosa), Doing::Typing).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            if is_typing() {
                break;
            }
        }
        assert!(is_typing());
        there.store.close().await.unwrap();
        following.await.unwrap();
        running.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_types_is_forgotten_after_a_moment() {
    on_both_engines(async |store| {
        let (house, clock) = House::with_clock(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        let mut watch = house.conversations.live().watch(chat.id);
        let hear = |kind: &str, staff: &str, doing: &str| {
            let data = format!(r#"{{"k":"{kind}","staff":{staff},"doing":"{doing}"}}"#);
            house.conversations.hear_signal(&Signal { topic: format!("conversation {}", chat.id), data });
        };
        let quoted = format!("\"{rosa}\"");
        hear("does", "null", "typing");
        hear("does", &quoted, "looking");
        assert!(timeout(SOON, watch.changed()).await.unwrap().moment);
        assert_eq!(watch.present(clock.now()).len(), 2);
        clock.advance(SignedDuration::from_secs(7));
        let left = watch.present(clock.now());
        assert_eq!((left.len(), left[0].staff, left[0].doing), (1, Some(rosa), Doing::Looking));
        hear("ceases", &quoted, "looking");
        assert!(watch.present(clock.now()).is_empty());
        // Signals of others, and nonsense, are passed over.
        house.conversations.hear_signal(&Signal { topic: "weather".into(), data: "{}".into() });
        house
            .conversations
            .hear_signal(&Signal { topic: format!("conversation {}", chat.id), data: "nonsense".into() });
        house.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn marks_go_forward_and_never_beyond_what_was_said() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        for line in ["one", "two", "three"] {
            house.say(chat.id, &Author::Staff(rosa), line).await;
        }
        let numbers: Vec<i64> = house.entries(chat.id).await.iter().map(|entry| entry.number).collect();
        let last = *numbers.last().unwrap();
        assert_eq!(house.get(chat.id).await.unread_by_customer(), 3);
        house.conversations.read_by_customer(chat.id, last - 1).await.unwrap();
        assert_eq!(house.get(chat.id).await.unread_by_customer(), 1);
        house.conversations.read_by_customer(chat.id, 1).await.unwrap();
        assert_eq!(house.get(chat.id).await.marks.customer_read, last - 1);
        house.conversations.read_by_customer(chat.id, i64::MAX).await.unwrap();
        let now = house.get(chat.id).await;
        assert_eq!((now.marks.customer_read, now.unread_by_customer()), (last, 0));
        house.conversations.delivered_to_customer(chat.id, i64::MAX).await.unwrap();
        assert_eq!(house.get(chat.id).await.marks.customer_delivered, last);
        house.say(chat.id, &Author::Staff(rosa), "four").await;
        assert_eq!(house.get(chat.id).await.unread_by_customer(), 1);
        house.conversations.read_by_staff(chat.id, rosa, i64::MAX).await.unwrap();
        let shown = house.conversations.show(chat.id, Some(rosa)).await.unwrap();
        assert_eq!((shown.unread, shown.read_to), (0, last + 1));
        assert_eq!(shown.conversation.marks.staff_read, last + 1);
    })
    .await;
}

#[tokio::test]
async fn drafts_are_kept_for_each_and_thrown_away_when_empty() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let (rosa, omar) = (house.staff().await, house.staff().await);
        let conversations = &house.conversations;
        conversations.save_draft(chat.id, rosa, "Dear customer, card 4111111111111111").await.unwrap();
        conversations.save_draft(chat.id, omar, "Hi").await.unwrap();
        let draft = conversations.draft(chat.id, rosa).await.unwrap().unwrap();
        assert_eq!(draft.text.expose(), "Dear customer, card ••••••••••••1111");
        assert_eq!(conversations.drafts_of(omar).await.unwrap().len(), 1);
        conversations.save_draft(chat.id, rosa, "  ").await.unwrap();
        assert!(conversations.draft(chat.id, rosa).await.unwrap().is_none());
        assert!(conversations.draft(chat.id, omar).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_held_reply_can_be_taken_back_and_is_sent_once_when_due() {
    on_both_engines(async |store| {
        let (house, clock) = House::with_clock(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        let conversations = &house.conversations;
        let due = clock.now() + SignedDuration::from_secs(8);
        let hold = |text: &'static str, k: &str| conversations.hold_reply(chat.id, rosa, text, key(k), due);
        let first = hold("Sorry!", "a").await.unwrap();
        assert_eq!(hold("Sorry!", "a").await.unwrap(), first, "held once");
        let text = conversations.undo_reply(first, rosa).await.unwrap();
        assert_eq!(text.expose(), "Sorry!");
        assert_eq!(conversations.draft(chat.id, rosa).await.unwrap().unwrap().text.expose(), "Sorry!");
        hold("Here you are", "b").await.unwrap();
        assert!(conversations.draft(chat.id, rosa).await.unwrap().is_none());
        assert_eq!(conversations.held_in(chat.id, rosa).await.unwrap().len(), 1);
        conversations.do_due().await.unwrap();
        assert_eq!(house.texts(chat.id).await, ["hello"]);
        clock.advance(SignedDuration::from_secs(9));
        // After a restart, and by two nodes at once, it is still sent exactly once.
        let again = House::over(house.store.clone()).await;
        let both = tokio::join!(again.conversations.do_due(), conversations.do_due());
        both.0.unwrap();
        both.1.unwrap();
        assert_eq!(house.texts(chat.id).await, ["hello", "Here you are"]);
        assert!(matches!(conversations.undo_reply(first, rosa).await, Err(kernel::Error::NotFound)));
        house.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_reply_held_when_the_conversation_closes_is_a_draft_again() {
    on_both_engines(async |store| {
        let (house, clock) = House::with_clock(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        let due = clock.now() + SignedDuration::from_secs(8);
        house.conversations.hold_reply(chat.id, rosa, "too late", key("a"), due).await.unwrap();
        let closing = conversations::Closing { disposition: "answered".into(), seen: 99, note: None };
        house.conversations.close(chat.id, chat.version, closing, Author::System).await.unwrap();
        clock.advance(SignedDuration::from_secs(9));
        house.conversations.do_due().await.unwrap();
        assert_eq!(house.texts(chat.id).await, ["hello"]);
        assert_eq!(
            house.conversations.draft(chat.id, rosa).await.unwrap().unwrap().text.expose(),
            "too late"
        );
        let late = house.conversations.hold_reply(chat.id, rosa, "more", key("b"), due).await;
        assert_eq!(refused(late), "conversations.closed");
        house.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_timers_send_and_wake_by_themselves_and_end_with_the_store() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let running = {
            let conversations = house.conversations.clone();
            tokio::spawn(async move { conversations.run("one").await })
        };
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        let mut watch = house.conversations.live().watch(chat.id);
        let due = house.store.clock().now() + SignedDuration::from_millis(300);
        house.conversations.hold_reply(chat.id, rosa, "by itself", key("a"), due).await.unwrap();
        while house.texts(chat.id).await.len() < 2 {
            timeout(SOON, watch.changed()).await.unwrap();
        }
        house.store.close().await.unwrap();
        timeout(SOON, running).await.unwrap().unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_socket_that_was_away_gets_the_rest_by_number() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("one").await;
        let have = house.get(chat.id).await.last_number;
        for line in ["two", "three"] {
            house.conversations.append(chat.id, said(line)).await.unwrap();
        }
        house.conversations.append(chat.id, NewEntry::note(Author::System, "hidden")).await.unwrap();
        let rest = house.conversations.entries(chat.id, have, 200).await.unwrap();
        let seen: Vec<Option<&str>> = rest
            .iter()
            .filter(|entry| entry.is_for_customer())
            .map(|entry| entry.body.words().and_then(Words::text))
            .collect();
        assert_eq!(seen, [Some("two"), Some("three")]);
    })
    .await;
}
