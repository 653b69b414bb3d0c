//! Lists: what belongs in them, in which order, in pages, and without closed work costing anything.

use conversations::{
    Author, Closing, Conversation, Counts, Cursor, NewConversation, Order, Query, Scope, StateKind, Who,
};
use kernel::id::{Conversation as Kind, Id};
use store::params;
use testkit::{on_both_engines, on_sqlite};

use crate::house::{House, chat_of, queue, refused, said, soon};

impl House {
    async fn ids(&self, query: Query) -> Vec<Id<Kind>> {
        let page = self.conversations.list(query).await.unwrap();
        page.rows.iter().map(|row| row.conversation.id).collect()
    }

    async fn close(&self, id: Id<Kind>) {
        let version = self.get(id).await.version;
        let closing = Closing { disposition: "answered".into(), seen: i64::MAX, note: None };
        self.conversations.close(id, version, closing, Author::System).await.unwrap();
    }

    async fn in_loans(&self, words: &str) -> Conversation {
        let new = chat_of(self.customer().await);
        self.begin(NewConversation { queue: queue("loans"), first: Some(said(words)), ..new }).await
    }
}

fn of(states: &[StateKind]) -> Query {
    Query { states: states.to_vec(), ..Query::open(Scope::All) }
}

#[tokio::test]
async fn each_list_holds_what_belongs_in_it() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let rosa = house.staff().await;
        let free = house.chat("free").await;
        let mine = house.chat("mine").await;
        house.say(mine.id, &Author::Staff(rosa), "hi").await;
        let loan = house.in_loans("loan").await;
        let asleep = house.chat("later").await;
        house.conversations.snooze(asleep.id, asleep.version, soon(60), Author::System).await.unwrap();
        let done = house.chat("done").await;
        house.close(done.id).await;
        let open = [StateKind::Open];
        assert_eq!(house.ids(of(&open)).await, [free.id, mine.id, loan.id]);
        let nobodys = Query { who: Who::Nobody, ..of(&open) };
        assert_eq!(house.ids(nobodys).await, [free.id, loan.id]);
        let own = Query { who: Who::Staff(rosa), ..of(&open) };
        assert_eq!(house.ids(own).await, [mine.id]);
        let loans = Query { scope: Scope::Queues(vec![queue("loans")]), ..of(&open) };
        assert_eq!(house.ids(loans).await, [loan.id]);
        let both = Scope::Queues(vec![queue("loans"), queue("cards")]);
        let both = Query { scope: both, order: Order::NewestFirst, ..of(&open) };
        assert_eq!(house.ids(both).await, [loan.id, mine.id, free.id]);
        let none = Query { scope: Scope::Queues(Vec::new()), ..of(&open) };
        assert!(house.ids(none).await.is_empty());
        let own_elsewhere =
            Query { who: Who::Staff(rosa), scope: Scope::Queues(vec![queue("loans")]), ..of(&open) };
        assert!(house.ids(own_elsewhere).await.is_empty());
        assert_eq!(house.ids(of(&[StateKind::Snoozed])).await, [asleep.id]);
        assert_eq!(house.ids(of(&[StateKind::Closed])).await, [done.id]);
        let live = [StateKind::Open, StateKind::Snoozed, StateKind::WaitingOnCustomer];
        assert_eq!(house.ids(of(&live)).await.len(), 4);
        let counts = house.conversations.counts(Scope::All, Some(rosa)).await.unwrap();
        let cards = counts.queues[&queue("cards")];
        assert_eq!((cards.open, cards.unassigned, cards.snoozed, cards.waiting), (2, 1, 1, 0));
        assert_eq!((counts.mine.open, counts.mine_unread, counts.mentions), (1, 1, 0));
        let nothing = house.conversations.counts(Scope::Queues(Vec::new()), None).await.unwrap();
        assert_eq!(nothing, Counts::default());
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_list_over_several_queues_and_states_meet_without_overlap() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let mut wanted = Vec::new();
        for number in 0..13 {
            let chat =
                if number % 3 == 0 { house.in_loans("hello").await } else { house.chat("hello").await };
            wanted.push(chat.id);
        }
        let scope = || Scope::Queues(vec![queue("cards"), queue("loans")]);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let query = Query { order, after, limit: 4, scope: scope(), ..of(&[StateKind::Open]) };
                let page = house.conversations.list(query).await.unwrap();
                seen.extend(page.rows.iter().map(|row| row.conversation.id));
                // A place survives its text.
                after = page.next.map(|place: Cursor| place.to_string().parse().unwrap());
                if after.is_none() {
                    break;
                }
            }
            let mut expected = wanted.clone();
            if order == Order::NewestFirst {
                expected.reverse();
            }
            assert_eq!(seen, expected);
        }
        assert!("nonsense".parse::<Cursor>().is_err());
        let many = (0..201).map(|number| queue(&format!("q{number}"))).collect();
        let many = house.conversations.list(Query::open(Scope::Queues(many))).await;
        assert_eq!(refused(many), "conversations.too_many_queues");
    })
    .await;
}

#[tokio::test]
async fn a_row_tells_the_newest_words_and_what_its_reader_has_not_seen() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let rosa = house.staff().await;
        let new = NewConversation { subject: Some("Late fee".into()), ..chat_of(house.customer().await) };
        let chat = house.begin(NewConversation { first: Some(said("hello")), ..new }).await;
        house.say(chat.id, &Author::Customer, "are you there?").await;
        let row = async || {
            let query = Query { reader: Some(rosa), ..of(&[StateKind::Open]) };
            house.conversations.list(query).await.unwrap().rows.remove(0)
        };
        let first = row().await;
        assert_eq!(first.subject.as_ref().and_then(|words| words.text()), Some("Late fee"));
        let preview = first.preview.unwrap();
        assert_eq!(preview.words.unwrap().text(), Some("are you there?"));
        assert_eq!(first.unread, 2);
        house.conversations.read_by_staff(chat.id, rosa, 2).await.unwrap();
        assert_eq!(row().await.unread, 1);
        house.say(chat.id, &Author::Staff(rosa), "yes").await;
        let last = house.get(chat.id).await.last_number;
        house.conversations.read_by_staff(chat.id, rosa, last).await.unwrap();
        assert_eq!(row().await.unread, 0);
        house.conversations.mark_unread(chat.id, rosa, 3).await.unwrap();
        assert_eq!(row().await.unread, 1);
        // A note among staff is nothing the customer's row would show.
        house
            .conversations
            .append(chat.id, conversations::NewEntry::note(Author::Staff(rosa), "psst"))
            .await
            .unwrap();
        assert_eq!(row().await.preview.unwrap().words.unwrap().text(), Some("yes"));
    })
    .await;
}

#[tokio::test]
async fn tags_find_conversations_in_whatever_state() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, two) = (house.chat("one").await, house.chat("two").await);
        let tags = ["Late Fee".to_owned(), "vip".to_owned()];
        house.conversations.tag(one.id, &tags, &[], Author::System).await.unwrap();
        let tagged = house.conversations.tag(two.id, &tags[..1], &[], Author::System).await.unwrap();
        assert_eq!(tagged.tags, ["late-fee"]);
        let by_tag = |tag: &str, state| Query { tag: Some(tag.into()), ..of(&[state]) };
        assert_eq!(house.ids(by_tag("late-fee", StateKind::Open)).await, [one.id, two.id]);
        house.close(two.id).await;
        assert_eq!(house.ids(by_tag("late-fee", StateKind::Open)).await, [one.id]);
        assert_eq!(house.ids(by_tag("late-fee", StateKind::Closed)).await, [two.id]);
        house.conversations.tag(one.id, &[], &tags, Author::System).await.unwrap();
        assert!(house.ids(by_tag("late-fee", StateKind::Open)).await.is_empty());
        assert_eq!(house.conversations.known_tags("LA", 10).await.unwrap(), ["late-fee"]);
        let many: Vec<String> = (0..21).map(|number| format!("tag {number}")).collect();
        let too_many = house.conversations.tag(one.id, &many, &[], Author::System).await;
        assert_eq!(refused(too_many), "conversations.too_many_tags");
        assert!(house.get(one.id).await.tags.is_empty());
    })
    .await;
}

#[tokio::test]
async fn everything_of_a_customer_is_listed_under_all_their_ids() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, other) = (house.chat("one").await, house.chat("other").await);
        let people = vec![one.customer, other.customer];
        let rows = house.conversations.of_customer(people.clone(), None, 10, None).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.conversation.id).collect::<Vec<_>>(), [other.id, one.id]);
        let rest = house.conversations.of_customer(people, Some(other.id), 10, None).await.unwrap();
        assert_eq!(rest.len(), 1);
    })
    .await;
}

/// SQLite says how it would answer; no list may walk over the table of all conversations.
#[tokio::test]
async fn no_list_reads_more_because_much_is_closed() {
    on_sqlite(async |store| {
        let house = House::open(store).await;
        house.chat("hello").await;
        house.store.write(|tx| tx.execute("ANALYZE", params![])).await.unwrap();
        let plans = house
            .store
            .read(|tx| {
                let mut plans = Vec::new();
                for (sql, index) in [
                    ("c.state = 'open' AND c.live = 1", "conversation_live"),
                    ("c.state = 'open' AND c.live = 1 AND c.queue = ?1", "conversation_queue"),
                    ("c.state = 'open' AND c.live = 1 AND c.assignee = ?1", "conversation_assignee"),
                    (
                        "c.state = 'open' AND c.live = 1 AND c.assignee IS NULL AND c.queue = ?1",
                        "conversation_queue",
                    ),
                    ("c.state = 'closed'", "conversation_closed"),
                    ("c.state = 'closed' AND c.queue = ?1", "conversation_closed_queue"),
                    ("c.state = 'closed' AND c.assignee = ?1", "conversation_closed_assignee"),
                ] {
                    let explain = format!(
                        "EXPLAIN QUERY PLAN SELECT c.since, c.id FROM conversation c WHERE {sql} \
                         AND (c.since, c.id) > (?2, ?3) ORDER BY c.since, c.id LIMIT 51"
                    );
                    let plan: Vec<String> = tx.query(&explain, params!["x", 0, "x"], |row| row.take(3))?;
                    plans.push((sql, index, plan.join("; ")));
                }
                let explain = "EXPLAIN QUERY PLAN SELECT queue, state, COUNT(*), COUNT(assignee) \
                               FROM conversation WHERE live = 1 GROUP BY queue, state";
                let plan: Vec<String> = tx.query(explain, params![], |row| row.take(3))?;
                plans.push(("counts", "COVERING INDEX conversation_queue", plan.join("; ")));
                Ok(plans)
            })
            .await
            .unwrap();
        for (sql, index, plan) in plans {
            assert!(plan.contains(index), "{sql}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_damaged_row_hides_no_other() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (damaged, sound) = (house.chat("one").await, house.chat("two").await);
        let (id, customer) = (damaged.id, house.customer().await);
        house
            .store
            .write(move |tx| {
                tx.execute("UPDATE conversation SET customer = ?2 WHERE id = ?1", params![id, customer])
            })
            .await
            .unwrap();
        let page = house.conversations.list(of(&[StateKind::Open])).await.unwrap();
        let words: Vec<_> =
            page.rows.iter().map(|row| row.preview.as_ref().unwrap().words.as_ref()).collect();
        assert_eq!(words[0].unwrap().text(), None);
        assert_eq!((page.rows[1].conversation.id, words[1].unwrap().text()), (sound.id, Some("two")));
        assert_eq!(house.entries(damaged.id).await.len(), 2);
    })
    .await;
}
