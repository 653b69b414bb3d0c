//! Merging and splitting: nothing is lost, nothing is told twice, and all of it can be undone.

use std::collections::BTreeMap;

use conversations::{
    Author, Body, Closing, Conversation, JoinKind, NewConversation, NewFile, Splitting, State, Told,
};
use kernel::id::{Conversation as Kind, ConversationMerge, Id};
use proptest::prelude::*;
use testkit::on_both_engines;

use crate::house::{House, chat_of, queue, refused, said};

/// What was said, in a story.
fn spoken(story: &[Told]) -> Vec<String> {
    let words = |told: &Told| match &told.entry.body {
        Body::Happening { .. } => None,
        body => body.words()?.text().map(str::to_owned),
    };
    story.iter().filter_map(words).collect()
}

impl House {
    async fn story(&self, id: Id<Kind>) -> Vec<String> {
        spoken(&self.conversations.story(id, None, 200).await.unwrap())
    }

    /// Two chats of one customer.
    async fn two_chats(&self) -> (Conversation, Conversation) {
        let customer = self.customer().await;
        let one = self.begin(NewConversation { first: Some(said("one")), ..chat_of(customer) }).await;
        let two = self.begin(NewConversation { first: Some(said("two")), ..chat_of(customer) }).await;
        (one, two)
    }

    async fn undo(&self, join: Id<ConversationMerge>) {
        self.conversations.undo_join(join, Author::System).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[tokio::test]
async fn two_conversations_become_one_story_and_two_again() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, two) = house.two_chats().await;
        let rosa = Author::Staff(house.staff().await);
        let merge = house.conversations.merge(one.id, two.id, rosa.clone()).await.unwrap();
        assert_eq!(house.get(two.id).await.state, State::Merged { into: one.id });
        assert_eq!(house.story(one.id).await, ["one", "two"]);
        // What the customer says to the one that went on in the other is said there.
        let appended = house.conversations.append(two.id, said("three")).await.unwrap();
        assert_eq!(appended.conversation, one.id);
        assert_eq!(house.conversations.goes_on_in(two.id).await.unwrap().id, one.id);
        assert_eq!(house.story(one.id).await, ["one", "two", "three"]);
        assert_eq!(house.routing.waiting_in(queue("cards"), 10).await.unwrap().len(), 1);
        house.undo(merge).await;
        let again = house.get(two.id).await;
        assert_eq!(again.state, State::Open);
        assert_eq!(house.story(one.id).await, ["one", "three"]);
        assert_eq!(house.story(two.id).await, ["two"]);
        assert_eq!(house.routing.waiting_in(queue("cards"), 10).await.unwrap().len(), 2);
        let undone = house.conversations.undo_join(merge, rosa).await;
        assert_eq!(refused(undone), "conversations.undone_already");
        let joins = house.conversations.joins(one.id).await.unwrap();
        assert_eq!((joins[0].kind, joins[0].undone.is_some()), (JoinKind::Merge, true));
        let audited = house.audited().await;
        assert!(audited.contains(&"conversations.merge".into()));
        assert!(audited.contains(&"conversations.undo_join".into()));
    })
    .await;
}

#[tokio::test]
async fn strangers_and_twins_are_not_merged() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, two) = house.two_chats().await;
        let stranger = house.chat("hello").await;
        let merge = |kept, other| house.conversations.merge(kept, other, Author::System);
        assert_eq!(refused(merge(one.id, stranger.id).await), "conversations.merge_strangers");
        assert_eq!(refused(merge(one.id, one.id).await), "conversations.merge_same");
        merge(one.id, two.id).await.unwrap();
        assert_eq!(refused(merge(one.id, two.id).await), "conversations.merged");
        assert_eq!(refused(merge(two.id, one.id).await), "conversations.merged");
        // Once the two are known to be one person, their conversations can be one.
        let actor = audit::Actor::system();
        house.customers.merge(one.customer, stranger.customer, &actor).await.unwrap();
        merge(one.id, stranger.id).await.unwrap();
        assert_eq!(house.story(one.id).await, ["one", "two", "hello"]);
    })
    .await;
}

#[tokio::test]
async fn a_closed_conversation_is_closed_again_when_its_merge_is_undone() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, two) = house.two_chats().await;
        let rosa = house.staff().await;
        house.say(two.id, &Author::Staff(rosa), "bye").await;
        let seen = house.get(two.id).await;
        let closing = Closing { disposition: "answered".into(), seen: 99, note: None };
        house.conversations.close(two.id, seen.version, closing, Author::Staff(rosa)).await.unwrap();
        let merge = house.conversations.merge(one.id, two.id, Author::Staff(rosa)).await.unwrap();
        house.undo(merge).await;
        let again = house.get(two.id).await;
        assert_eq!(again.state, State::Closed { disposition: "answered".into() });
        assert_eq!(again.assignee, Some(rosa));
    })
    .await;
}

#[tokio::test]
async fn entries_are_taken_out_with_their_files_and_put_back() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("about my card").await;
        let other = house.say(chat.id, &Author::Customer, "and about my loan").await;
        let bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let file = NewFile {
            author: Author::Customer,
            name: "loan.png".into(),
            bytes: bytes.clone(),
            caption: Some("the letter".into()),
            key: None,
        };
        let letter = house.conversations.attach(chat.id, file).await.unwrap().number;
        let splitting = Splitting {
            numbers: vec![letter, other],
            queue: Some(queue("loans")),
            subject: Some("Loan".into()),
        };
        let rosa = Author::Staff(house.staff().await);
        let (made, split) = house.conversations.split(chat.id, splitting, rosa.clone()).await.unwrap();
        assert_eq!(made.queue.as_str(), "loans");
        assert_eq!(made.customer, chat.customer);
        assert_eq!(house.texts(made.id).await, ["and about my loan", "the letter"]);
        let moved = house.entries(chat.id).await;
        let moved: Vec<i64> =
            moved.iter().filter(|entry| entry.moved_to == Some(made.id)).map(|entry| entry.number).collect();
        assert_eq!(moved, [other, letter]);
        let copied = house.entries(made.id).await.pop().unwrap();
        let Body::Attachment { file, .. } = copied.body else { panic!("a file was expected") };
        assert_eq!(house.conversations.read_file(made.id, file).await.unwrap().1, bytes);
        let again = Splitting { numbers: vec![other], queue: None, subject: None };
        assert_eq!(
            refused(house.conversations.split(chat.id, again, rosa.clone()).await),
            "conversations.split_entry"
        );
        house.say(made.id, &rosa, "about the loan: yes").await;
        house.undo(split).await;
        assert_eq!(house.get(made.id).await.state, State::Merged { into: chat.id });
        let story = house.story(chat.id).await;
        assert_eq!(story, ["about my card", "and about my loan", "the letter", "about the loan: yes"]);
        assert!(house.entries(chat.id).await.iter().all(|entry| entry.moved_to.is_none()));
        assert_eq!(house.conversations.read_file(chat.id, file).await.unwrap().1, bytes);
    })
    .await;
}

#[tokio::test]
async fn a_long_story_is_read_in_pages_that_meet() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (one, two) = house.two_chats().await;
        for line in 0..12 {
            let id = if line % 3 == 0 { two.id } else { one.id };
            house.say(id, &Author::Customer, &format!("line {line}")).await;
        }
        house.conversations.merge(one.id, two.id, Author::System).await.unwrap();
        let whole = house.conversations.story(one.id, None, 200).await.unwrap();
        let mut pages = Vec::new();
        let mut before = None;
        loop {
            let page = house.conversations.story(one.id, before, 5).await.unwrap();
            let Some(first) = page.first() else { break };
            before = Some(first.place());
            pages.splice(0..0, page);
        }
        let places = |told: &[Told]| told.iter().map(Told::place).collect::<Vec<_>>();
        assert_eq!(places(&pages), places(&whole));
    })
    .await;
}

#[derive(Debug, Clone)]
enum Step {
    Say(usize),
    Merge(usize, usize),
    Split(usize),
    Undo(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3_usize).prop_map(Step::Say),
        2 => (0..3_usize, 0..3_usize).prop_map(|(kept, other)| Step::Merge(kept, other)),
        1 => (0..3_usize).prop_map(Step::Split),
        2 => (0..4_usize).prop_map(Step::Undo),
    ];
    prop::collection::vec(step, 1..14)
}

/// Every conversation that still stands by itself.
async fn standing(house: &House, all: &[Id<Kind>]) -> Vec<Id<Kind>> {
    let mut standing = Vec::new();
    for id in all {
        if !matches!(house.get(*id).await.state, State::Merged { .. }) {
            standing.push(*id);
        }
    }
    standing
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn however_conversations_are_joined_every_word_is_told_exactly_once(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(on_both_engines(async |store| {
            let house = House::open(store).await;
            let customer = house.customer().await;
            let (mut all, mut joins, mut said_words) = (Vec::new(), Vec::new(), BTreeMap::new());
            for name in ["a", "b", "c"] {
                let new = NewConversation { first: Some(said(name)), ..chat_of(customer) };
                all.push(house.begin(new).await.id);
                said_words.insert(name.to_owned(), 1);
            }
            for (count, step) in steps.iter().enumerate() {
                match step {
                    Step::Say(which) => {
                        let words = format!("word {count}");
                        house.say(all[which % all.len()], &Author::Customer, &words).await;
                        said_words.insert(words, 1);
                    }
                    Step::Merge(kept, other) => {
                        let (kept, other) = (all[kept % all.len()], all[other % all.len()]);
                        joins.extend(house.conversations.merge(kept, other, Author::System).await);
                    }
                    Step::Split(which) => {
                        let id = all[which % all.len()];
                        let entries = house.entries(id).await;
                        let free = entries.iter().find(|entry| {
                            entry.moved_to.is_none() && !matches!(entry.body, Body::Happening { .. })
                        });
                        let Some(entry) = free else { continue };
                        let splitting = Splitting { numbers: vec![entry.number], queue: None, subject: None };
                        if let Ok((made, split)) = house.conversations.split(id, splitting, Author::System).await {
                            all.push(made.id);
                            joins.push(split);
                        }
                    }
                    Step::Undo(which) if !joins.is_empty() => {
                        let join = joins.remove(which % joins.len());
                        let _ = house.conversations.undo_join(join, Author::System).await;
                    }
                    Step::Undo(_) => {}
                }
                let mut told: BTreeMap<String, i32> = BTreeMap::new();
                for id in standing(&house, &all).await {
                    let story = house.conversations.story(id, None, 200).await.unwrap();
                    // What was moved out is told where it went.
                    let here: Vec<Told> = story.into_iter().filter(|one| one.entry.moved_to.is_none()).collect();
                    for words in spoken(&here) {
                        *told.entry(words).or_default() += 1;
                    }
                }
                assert_eq!(told, said_words, "after step {count}: {step:?}");
                for id in &all {
                    let numbers: Vec<i64> = house.entries(*id).await.iter().map(|entry| entry.number).collect();
                    assert_eq!(numbers, (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
                }
            }
        }));
    }
}
