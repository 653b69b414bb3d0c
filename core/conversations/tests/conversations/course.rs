//! The course of a conversation: who has it, where it waits, how it ends.

use conversations::{Author, Closing, NewConversation, State, StateKind, To};
use jiff::SignedDuration;
use testkit::on_both_engines;

use crate::house::{House, mail_of, queue, refused, said, soon};

fn closing(seen: i64) -> Closing {
    Closing { disposition: "answered".into(), seen, note: None }
}

#[tokio::test]
async fn whoever_answers_what_nobody_has_has_it() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        house.say(chat.id, &Author::Staff(rosa), "hi").await;
        let now = house.get(chat.id).await;
        assert_eq!(now.assignee, Some(rosa));
        assert_eq!(now.state, State::Open, "in a chat the customer is still there");
        assert_eq!(house.routing.in_hands_of(rosa).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_on_the_grounds_of_an_older_version_is_refused() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let (rosa, omar) = (house.staff().await, house.staff().await);
        let seen = house.get(chat.id).await.version;
        let assign = |to| house.conversations.assign(chat.id, seen, Some(to), Author::Staff(rosa));
        let assigned = assign(omar).await.unwrap();
        assert_eq!(assigned.assignee, Some(omar));
        assert_eq!(refused(assign(rosa).await), "conversations.changed_meanwhile");
        assert_eq!(house.get(chat.id).await.assignee, Some(omar));
        assert!(house.audited().await.contains(&"routing.assign".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn closing_over_unseen_words_is_refused_and_nothing_is_lost() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        house.say(chat.id, &Author::Staff(rosa), "anything else?").await;
        let seen = house.get(chat.id).await;
        house.say(chat.id, &Author::Customer, "yes!").await;
        let by = Author::Staff(rosa);
        let close =
            |seen: i64, version| house.conversations.close(chat.id, version, closing(seen), by.clone());
        assert_eq!(refused(close(seen.last_number, seen.version).await), "conversations.unseen_words");
        let now = house.get(chat.id).await;
        let closed = close(now.last_number, now.version).await.unwrap();
        assert_eq!(closed.state, State::Closed { disposition: "answered".into() });
        assert_eq!(closed.waiting_since, None);
        assert!(house.routing.in_hands_of(rosa).await.unwrap().is_empty());
        assert!(house.told().await.contains(&"closed".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_disposition_must_be_known_and_some_need_a_note() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let by = Author::Staff(house.staff().await);
        let close = |disposition: &str, note: Option<&str>| {
            let closing =
                Closing { disposition: disposition.into(), seen: 99, note: note.map(str::to_owned) };
            house.conversations.close(chat.id, chat.version, closing, by.clone())
        };
        assert_eq!(refused(close("nonsense", None).await), "conversations.disposition_unknown");
        assert_eq!(refused(close("complaint", None).await), "conversations.note_needed");
        close("complaint", Some("Unhappy with the fee")).await.unwrap();
        assert_eq!(house.texts(chat.id).await, ["hello", "Unhappy with the fee"]);
        assert_eq!(refused(close("answered", None).await), "conversations.changed_meanwhile");
        let now = house.get(chat.id).await;
        let again = house.conversations.close(chat.id, now.version, closing(99), by.clone()).await;
        assert_eq!(refused(again), "conversations.closed");
    })
    .await;
}

#[tokio::test]
async fn a_customer_who_writes_again_reopens_and_asks_for_whoever_had_it() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        house.say(chat.id, &Author::Staff(rosa), "done").await;
        let now = house.get(chat.id).await;
        house.conversations.close(chat.id, now.version, closing(99), Author::Staff(rosa)).await.unwrap();
        house.say(chat.id, &Author::Customer, "one more thing").await;
        let now = house.get(chat.id).await;
        assert_eq!((now.state, now.reopened, now.assignee), (State::Open, 1, None));
        let waiting = house.routing.waiting_in(queue("cards"), 10).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].sticky, Some(rosa));
        let reply = house.conversations.pick(chat.id, rosa).await.unwrap();
        assert_eq!(reply.assignee, Some(rosa));
    })
    .await;
}

#[tokio::test]
async fn an_answered_letter_waits_for_the_customer_and_comes_back_with_them() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let new =
            NewConversation { first: Some(said("Please send my title")), ..mail_of(house.customer().await) };
        let mail = house.begin(new).await;
        let rosa = house.staff().await;
        house.say(mail.id, &Author::Staff(rosa), "Which state?").await;
        let now = house.get(mail.id).await;
        assert_eq!((now.state, now.assignee), (State::WaitingOnCustomer, Some(rosa)));
        assert!(house.routing.in_hands_of(rosa).await.unwrap().is_empty(), "it keeps nobody");
        house.say(mail.id, &Author::Customer, "Texas").await;
        let now = house.get(mail.id).await;
        assert_eq!((now.state, now.assignee), (State::Open, Some(rosa)));
        assert_eq!(house.routing.in_hands_of(rosa).await.unwrap()[0].owner(), Some(rosa));
    })
    .await;
}

#[tokio::test]
async fn a_transfer_takes_the_note_along_and_leaves_the_choice_to_the_queue() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let (rosa, omar) = (house.staff().await, house.staff().await);
        house.say(chat.id, &Author::Staff(rosa), "I will pass you on").await;
        let version = house.get(chat.id).await.version;
        let note = Some("Wants a payoff quote, is upset".to_owned());
        let to = To::Queue(queue("loans"));
        let now =
            house.conversations.transfer(chat.id, version, to, note, Author::Staff(rosa)).await.unwrap();
        assert_eq!((now.queue.as_str(), now.assignee), ("loans", None));
        assert_eq!(house.routing.waiting_in(queue("loans"), 10).await.unwrap().len(), 1);
        assert_eq!(house.texts(chat.id).await.last().unwrap(), "Wants a payoff quote, is upset");
        let to = To::Staff(omar);
        let now =
            house.conversations.transfer(chat.id, now.version, to, None, Author::Staff(rosa)).await.unwrap();
        assert_eq!((now.queue.as_str(), now.assignee), ("loans", Some(omar)));
        assert!(house.audited().await.contains(&"conversations.transfer".to_owned()));
        assert!(house.routing.in_hands_of(rosa).await.unwrap().is_empty());
        let to = To::Queue(queue("nowhere"));
        let lost = house.conversations.transfer(chat.id, now.version, to, None, Author::Staff(omar)).await;
        assert!(lost.is_err());
        assert_eq!(house.get(chat.id).await.queue.as_str(), "loans");
    })
    .await;
}

#[tokio::test]
async fn a_snooze_ends_at_its_time_even_after_a_restart() {
    on_both_engines(async |store| {
        let (house, clock) = House::with_clock(store).await;
        let chat = house.chat("call me tomorrow").await;
        let rosa = house.staff().await;
        house.say(chat.id, &Author::Staff(rosa), "I will").await;
        let version = house.get(chat.id).await.version;
        let by = Author::Staff(rosa);
        let past = house.conversations.snooze(chat.id, version, soon(-60), by.clone()).await;
        assert_eq!(refused(past), "conversations.snooze_past");
        let until = soon(60);
        let now = house.conversations.snooze(chat.id, version, until, by).await.unwrap();
        assert_eq!(now.state, State::Snoozed { until });
        house.conversations.do_due().await.unwrap();
        assert_eq!(house.get(chat.id).await.state.kind(), StateKind::Snoozed);
        clock.advance(SignedDuration::from_mins(61));
        // Another process finds it due.
        let after = House::over(house.store.clone()).await;
        after.conversations.do_due().await.unwrap();
        let now = after.get(chat.id).await;
        assert_eq!((now.state, now.assignee), (State::Open, Some(rosa)));
        after.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_customer_ends_a_snooze_by_writing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = Author::Staff(house.staff().await);
        house.conversations.snooze(chat.id, chat.version, soon(60), rosa).await.unwrap();
        house.say(chat.id, &Author::Customer, "are you there?").await;
        assert_eq!(house.get(chat.id).await.state, State::Open);
    })
    .await;
}

#[tokio::test]
async fn an_open_matter_is_a_live_conversation_with_the_person_concerned() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (chat, other) = (house.chat("hello").await, house.chat("hello").await);
        let is_open = async |reference: &kernel::Reference, person: String| {
            let (conversations, reference) = (house.conversations.clone(), reference.clone());
            let ask = move |tx: &mut store::Tx<'_>| conversations.is_open_matter(tx, &reference, &person);
            house.store.read(ask).await.unwrap()
        };
        assert!(is_open(&chat.reference, chat.customer.to_string()).await);
        assert!(!is_open(&chat.reference, other.customer.to_string()).await);
        assert!(!is_open(&chat.reference, "nobody".into()).await);
        assert!(!is_open(&kernel::Reference::random('M'), chat.customer.to_string()).await);
        let system = audit::Actor::system();
        house.customers.merge(other.customer, chat.customer, &system).await.unwrap();
        assert!(is_open(&chat.reference, other.customer.to_string()).await, "they are one person now");
        house.conversations.close(chat.id, chat.version, closing(99), Author::System).await.unwrap();
        assert!(!is_open(&chat.reference, chat.customer.to_string()).await);
    })
    .await;
}

#[tokio::test]
async fn what_routing_takes_back_from_whoever_is_gone_is_nobodys_again() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let rosa = house.staff().await;
        house.say(chat.id, &Author::Staff(rosa), "hi").await;
        let (routing, id) = (house.routing.clone(), chat.id);
        let release = move |tx: &mut store::Tx<'_>| {
            let work = routing.work_about(tx, &id.to_string())?.unwrap();
            routing.release(tx, &work.id, jiff::Timestamp::UNIX_EPOCH)
        };
        house.store.write(release).await.unwrap();
        let hear = async || {
            let conversations = house.conversations.clone();
            let all = move |tx: &mut store::Tx<'_>| {
                for event in tx.events_after(kernel::Position::default(), 1000)? {
                    conversations.hear_routing(tx, &event)?;
                }
                Ok(())
            };
            house.store.write(all).await.unwrap();
        };
        for _ in 0..200 {
            hear().await;
            if house.get(chat.id).await.assignee.is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(house.get(chat.id).await.assignee, None);
        // Heard again, when somebody has it already, it changes nothing.
        let omar = house.staff().await;
        house.conversations.pick(chat.id, omar).await.unwrap();
        hear().await;
        assert_eq!(house.get(chat.id).await.assignee, Some(omar));
    })
    .await;
}
