//! Canned replies and macros.

use conversations::{Seen, State, StateKind};
use kernel::Error;
use testkit::on_both_engines;

use super::*;
use crate::{Action, Assignee, CannedReply, Draft, Scope, Texts, Variable};

fn texts(en: &str, es: &str) -> Texts {
    Texts(LocalText::new([(language("en"), en.to_owned()), (language("es"), es.to_owned())]))
}

fn reply(shortcut: &str, text: &str) -> Draft<Texts> {
    let body = texts(text, &format!("ES {text}"));
    Draft {
        name: name(&format!("Reply {shortcut}")),
        shortcut: shortcut.into(),
        scope: Scope::Everyone,
        body,
    }
}

fn seen(conversation: &Conversation) -> Seen {
    Seen { version: conversation.version, number: conversation.last_number }
}

async fn shortcuts(house: &House, reader: &Reader, text: &str) -> Vec<String> {
    let found: Vec<CannedReply> = house.automation.find(reader, text, &language("en")).await.unwrap();
    found.into_iter().map(|kept| kept.shortcut).collect()
}

#[tokio::test]
async fn a_reply_is_filled_for_its_conversation_in_its_language() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let agent = house.agent("Rosa Díaz").await;
        let text =
            "Hi {customer.first_name|there}, {agent.first_name} of {queue.name}: {conversation.reference}";
        let id = house.automation.add(reply("hi", text), &administrator()).await.unwrap();
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let filled = house.automation.fill(id, conversation.id, &agent).await.unwrap();
        assert_eq!(filled.text, format!("Hi Ana, Rosa of Cards: {}", conversation.reference));
        let nobody = house.customer(None).await;
        let new =
            NewConversation::new(nobody, ChannelKind::Chat, "cards".parse().unwrap(), language("es-MX"));
        let spanish = house.conversations.open(new).await.unwrap().conversation;
        let filled = house.automation.fill(id, spanish.id, &agent).await.unwrap();
        assert_eq!(filled.text, format!("ES Hi there, Rosa of Tarjetas: {}", spanish.reference));
        let named =
            house.automation.add(reply("named", "Dear {customer.name}"), &administrator()).await.unwrap();
        let filled = house.automation.fill(named, spanish.id, &agent).await.unwrap();
        assert_eq!(filled.missing, [Variable::CustomerName]);
        let kept: CannedReply = house.automation.prepared(id, &agent.reader).await.unwrap();
        assert_eq!(kept.uses, 2);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn everybody_finds_what_is_for_them_and_nothing_else() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (rosa, max) = (house.agent("Rosa").await, house.agent("Max").await);
        let add = async |shortcut: &str, scope: Scope, by: Actor| {
            house.automation.add(Draft { scope, ..reply(shortcut, "text") }, &by).await
        };
        let own = Scope::Own(rosa.reader.staff);
        add("all", Scope::Everyone, administrator()).await.unwrap();
        add("cards", Scope::Queue("cards".parse().unwrap()), administrator()).await.unwrap();
        add("general", Scope::Queue("general".parse().unwrap()), administrator()).await.unwrap();
        let mine = add("mine", own.clone(), staff_actor(rosa.reader.staff)).await.unwrap();
        assert!(matches!(add("sly", own.clone(), administrator()).await, Err(Error::NotFound)));
        assert_eq!(shortcuts(&house, &rosa.reader, "").await, ["all", "cards", "mine"]);
        assert_eq!(shortcuts(&house, &max.reader, "").await, ["all", "cards"]);
        let found = house.automation.prepared::<Texts>(mine, &max.reader).await;
        assert!(matches!(found, Err(Error::NotFound)));
        let shared: Vec<CannedReply> = house.automation.shared().await.unwrap();
        assert_eq!(shared.len(), 3, "nobody looks after what is somebody's own");
        assert_eq!(house.actions().await.len(), 3, "what is somebody's own concerns them alone");
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn search_finds_by_shortcut_then_name_then_text() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let agent = house.agent("Rosa").await;
        let add = async |shortcut: &str, title: &str, text: &str| {
            let draft = Draft { name: name(title), ..reply(shortcut, text) };
            house.automation.add(draft, &administrator()).await.unwrap();
        };
        add("refund", "Money back", "…and so on").await;
        add("refund-late", "A late one", "soon").await;
        add("x1", "Refunds by check", "soon").await;
        add("x2", "Other", "Your refund is on its way").await;
        add("x3", "Not this", "nothing").await;
        assert_eq!(shortcuts(&house, &agent.reader, "/refund").await, ["refund", "refund-late", "x1", "x2"]);
        assert_eq!(shortcuts(&house, &agent.reader, "check ref").await, ["x1"]);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn changes_need_the_version_that_was_seen_and_shortcuts_are_unique_in_their_scope() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (automation, by) = (&house.automation, administrator());
        let id = automation.add(reply("Hi", "text"), &by).await.unwrap();
        assert_eq!(code(automation.add(reply("/hi", "text"), &by).await), "automation.shortcut_taken");
        let other = automation.add(reply("other", "text"), &by).await.unwrap();
        assert_eq!(
            code(automation.change(other, 1, reply("hi", "x"), &by).await),
            "automation.shortcut_taken"
        );
        automation.change(id, 1, reply("hi", "new {{text}}"), &by).await.unwrap();
        assert_eq!(
            code(automation.change(id, 1, reply("hi", "x"), &by).await),
            "automation.changed_meanwhile"
        );
        assert_eq!(
            code(automation.change(id, 2, reply("hi", "{what}"), &by).await),
            "automation.variable_unknown"
        );
        assert_eq!(
            code(automation.change(id, 2, reply("h i", "x"), &by).await),
            "automation.shortcut_malformed"
        );
        assert_eq!(code(automation.change(id, 2, reply("hi", " "), &by).await), "automation.text_malformed");
        automation.retire::<Texts>(id, 2, &by).await.unwrap();
        assert!(matches!(automation.retire::<Texts>(id, 2, &by).await, Err(Error::NotFound)));
        automation.add(reply("hi", "again"), &by).await.unwrap();
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_macro_does_everything_or_nothing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (automation, by, agent) = (&house.automation, administrator(), house.agent("Rosa").await);
        let bye = automation.add(reply("bye", "Bye, {customer.first_name}"), &by).await.unwrap();
        let body = vec![
            Action::Assign { to: Assignee::Me },
            Action::Reply { reply: bye },
            Action::Tag { tags: vec!["Done Deal".into()] },
            Action::Close { disposition: "answered".into() },
        ];
        let draft = Draft { name: name("Finish"), shortcut: "finish".into(), scope: Scope::Everyone, body };
        let id = automation.add(draft.clone(), &by).await.unwrap();
        let conversation = house.begin(ChannelKind::Chat, "thanks, that is all").await;
        let before = seen(&conversation);
        house.says(&conversation, Author::Customer, "one more thing").await;
        let late = automation.run_macro(id, conversation.id, before, &agent).await;
        assert_eq!(code(late), "conversations.unseen_words");
        let unchanged = house.now(&conversation).await;
        assert!(unchanged.state == State::Open && unchanged.tags.is_empty() && unchanged.assignee.is_none());
        assert!(house.replies(&conversation).await.is_empty());
        let done = automation.run_macro(id, conversation.id, seen(&unchanged), &agent).await.unwrap();
        assert_eq!(done.state.kind(), StateKind::Closed);
        assert_eq!((done.tags, done.assignee), (vec!["done-deal".to_owned()], Some(agent.reader.staff)));
        assert_eq!(house.replies(&conversation).await, ["Bye, Ana"]);
        automation.retire::<Texts>(bye, 1, &by).await.unwrap();
        let next = house.begin(ChannelKind::Chat, "hello").await;
        let gone = automation.run_macro(id, next.id, seen(&next), &agent).await;
        assert_eq!(code(gone), "automation.reply_gone");
        assert_eq!(code(automation.add(draft, &by).await), "automation.reply_gone");
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_macro_never_sends_a_text_with_a_hole_in_it() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (by, agent) = (administrator(), house.agent("Rosa").await);
        let dear = house.automation.add(reply("dear", "Dear {customer.name},"), &by).await.unwrap();
        let body = vec![Action::Reply { reply: dear }];
        let draft = Draft { name: name("Dear"), shortcut: "dear".into(), scope: Scope::Everyone, body };
        let id = house.automation.add(draft, &by).await.unwrap();
        let nobody = house.customer(None).await;
        let new = NewConversation::new(nobody, ChannelKind::Chat, "cards".parse().unwrap(), language("en"));
        let conversation = house.conversations.open(new).await.unwrap().conversation;
        let refused = house.automation.run_macro(id, conversation.id, seen(&conversation), &agent).await;
        assert_eq!(code(refused), "automation.reply_incomplete");
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn macros_that_name_what_does_not_exist_are_refused() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let add = async |action: Action| {
            let draft =
                Draft { name: name("M"), shortcut: "m".into(), scope: Scope::Everyone, body: vec![action] };
            code(house.automation.add(draft, &administrator()).await)
        };
        assert_eq!(add(Action::Move { queue: "nowhere".parse().unwrap() }).await, "routing.no_queue");
        let ending = Action::Close { disposition: "vanished".into() };
        assert_eq!(add(ending).await, "conversations.disposition_unknown");
        house.close().await;
    })
    .await;
}
