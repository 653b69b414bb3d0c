//! Rules: set off by events, judged, carried out once.

use conversations::{Act, Detail, State, Step, To};
use kernel::Error;
use routing::Urgency;
use testkit::on_both_engines;

use super::*;
use crate::{Action, Condition, Draft, Outcome, Rule, RuleDraft, RuleId, Scope, Texts, When};

fn draft(when: When, only_if: Vec<Condition>, then: Vec<Action>) -> RuleDraft {
    RuleDraft { name: name("A rule"), when, only_if, then }
}

fn tag(tag: &str) -> Action {
    Action::Tag { tags: vec![tag.to_owned()] }
}

fn words(phrase: &str) -> Condition {
    Condition::Words { any: vec![phrase.to_owned()] }
}

impl House {
    async fn rule(&self, draft: RuleDraft) -> RuleId {
        let id = self.automation.add_rule(draft, &administrator()).await.unwrap();
        self.automation.switch_rule(id, 1, true, &administrator()).await.unwrap();
        minutes_after(&self.clock, 1);
        id
    }

    async fn outcomes(&self, rule: RuleId) -> Vec<Outcome> {
        let runs = self.automation.rule_runs(rule, None, 100).await.unwrap();
        runs.into_iter().rev().map(|run| run.outcome).collect()
    }
}

#[tokio::test]
async fn a_rule_does_what_it_says_once_when_its_words_are_said() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let then = vec![Action::SetUrgency { to: Urgency::Urgent }, tag("lost")];
        let rule = house.rule(draft(When::CustomerWrites, vec![words("lost my card")], then)).await;
        let from = house.end().await;
        let lost = house.begin(ChannelKind::Chat, "Hi, I LOST my card!").await;
        let other = house.begin(ChannelKind::Chat, "How is the weather?").await;
        house.settle(from).await;
        let after = house.now(&lost).await;
        assert_eq!((after.urgency, after.tags), (Urgency::Urgent, vec!["lost".to_owned()]));
        assert!(house.now(&other).await.tags.is_empty());
        // Hearing everything again changes nothing: every cause has had its effect.
        house.settle(from).await;
        assert_eq!(house.outcomes(rule).await, [Outcome::Done]);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn rules_that_set_each_other_off_come_to_an_end() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let to = |queue: &str| vec![Action::Move { queue: queue.parse().unwrap() }];
        let there = house.rule(draft(When::Moved, Vec::new(), to("general"))).await;
        let back = house.rule(draft(When::Moved, Vec::new(), to("cards"))).await;
        let itself = house
            .rule(draft(When::Tagged, Vec::new(), vec![Action::Untag { tags: vec!["a".into()] }, tag("a")]))
            .await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let from = house.end().await;
        let by = Author::System;
        house.conversations.tag(conversation.id, &["a".into()], &[], by.clone()).await.unwrap();
        let version = house.now(&conversation).await.version;
        let to = To::Queue("general".parse().unwrap());
        house.conversations.transfer(conversation.id, version, to, None, by).await.unwrap();
        let heard = house.settle(from).await;
        assert!(heard < 40, "{heard} events");
        // Each is set off by the transfer once; the first has nothing to do.
        assert_eq!(house.outcomes(there).await.len(), 1);
        assert_eq!(house.outcomes(back).await.len(), 1);
        assert_eq!(house.outcomes(itself).await, [Outcome::Done]);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_loop_through_somebody_else_is_stopped_after_a_while() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let rule = house.rule(draft(When::Tagged, Vec::new(), vec![Action::Note { text: "n".into() }])).await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let from = house.end().await;
        for round in 0..35 {
            let tag = [format!("t{}", round % 2)];
            let (add, remove) = if round % 4 < 2 { (&tag[..], &[][..]) } else { (&[][..], &tag[..]) };
            house.conversations.tag(conversation.id, add, remove, Author::System).await.unwrap();
        }
        house.settle(from).await;
        let outcomes = house.outcomes(rule).await;
        let done = outcomes.iter().filter(|outcome| **outcome == Outcome::Done).count();
        assert_eq!((done, outcomes.last()), (30, Some(&Outcome::TooMany)));
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_action_undoes_the_whole_run_and_hurts_no_other_rule() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let reply = Draft {
            name: name("Dear"),
            shortcut: "dear".into(),
            scope: Scope::Everyone,
            body: Texts(name("Dear {agent.name}")),
        };
        let reply = house.automation.add(reply, &administrator()).await.unwrap();
        let broken = draft(When::Opened, Vec::new(), vec![tag("half"), Action::Reply { reply }]);
        let broken = house.rule(broken).await;
        let closing = Action::Close { disposition: "answered".into() };
        let sound = house.rule(draft(When::Opened, Vec::new(), vec![tag("whole"), closing])).await;
        let late =
            house.rule(draft(When::Opened, Vec::new(), vec![tag("late"), Action::AwaitCustomer])).await;
        let from = house.end().await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        house.settle(from).await;
        let after = house.now(&conversation).await;
        assert_eq!(after.tags, ["whole"]);
        assert!(matches!(after.state, State::Closed { .. }));
        assert_eq!(house.outcomes(broken).await, [Outcome::Refused]);
        assert_eq!(house.outcomes(sound).await, [Outcome::Done]);
        let run = house.automation.rule_runs(late, None, 1).await.unwrap().pop().unwrap();
        assert_eq!((run.outcome, run.code.as_deref()), (Outcome::Refused, Some("conversations.closed")));
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_looks_again_when_its_turn_comes() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let untagged =
            || vec![Condition::Not { of: Box::new(Condition::Tagged { any: vec!["seen".into()] }) }];
        let first = house.rule(draft(When::Opened, untagged(), vec![tag("seen")])).await;
        let second = house.rule(draft(When::Opened, untagged(), vec![tag("twice")])).await;
        let from = house.end().await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        house.settle(from).await;
        assert_eq!(house.outcomes(first).await, [Outcome::Done]);
        assert_eq!(house.outcomes(second).await, [Outcome::Moot]);
        assert_eq!(house.now(&conversation).await.tags, ["seen"]);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_machines_words_are_no_answer() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let body = Texts(name("We have it: {conversation.reference}"));
        let reply = Draft { name: name("Ack"), shortcut: "ack".into(), scope: Scope::Everyone, body };
        let reply = house.automation.add(reply, &administrator()).await.unwrap();
        house.rule(draft(When::Opened, Vec::new(), vec![Action::Reply { reply }])).await;
        let from = house.end().await;
        let conversation = house.begin(ChannelKind::Email, "hello").await;
        house.settle(from).await;
        let after = house.now(&conversation).await;
        assert_eq!(house.replies(&conversation).await, [format!("We have it: {}", conversation.reference)]);
        assert_eq!((after.state, after.waiting_since), (State::Open, conversation.waiting_since));
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_happened_before_a_rule_was_on_does_not_set_it_off() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let from = house.end().await;
        let before = house.begin(ChannelKind::Chat, "hello").await;
        minutes_after(&house.clock, 1);
        let rule = house.rule(draft(When::Opened, Vec::new(), vec![tag("x")])).await;
        house.settle(from).await;
        assert!(house.now(&before).await.tags.is_empty());
        house.automation.switch_rule(rule, 1, false, &administrator()).await.unwrap();
        let from = house.end().await;
        let off = house.begin(ChannelKind::Chat, "hello").await;
        house.settle(from).await;
        assert!(house.now(&off).await.tags.is_empty() && house.outcomes(rule).await.is_empty());
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_was_changed_between_decision_and_deed_is_left_alone() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let rule = house.rule(draft(When::Opened, Vec::new(), vec![tag("old")])).await;
        let from = house.end().await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let (automation, store) = (house.automation.clone(), house.store.clone());
        let events = store.read(move |tx| tx.events_after(from, 100)).await.unwrap();
        let hear =
            move |tx: &mut store::Tx<'_>| events.iter().try_for_each(|event| automation.hear(tx, event));
        store.write(hear).await.unwrap();
        let new = draft(When::Opened, Vec::new(), vec![tag("new")]);
        house.automation.change_rule(rule, 1, new, &administrator()).await.unwrap();
        house.automation.run_pending("test").await.unwrap();
        assert_eq!(house.outcomes(rule).await, [Outcome::Moot]);
        assert!(house.now(&conversation).await.tags.is_empty());
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn events_of_the_conversation_set_off_the_rules_that_wait_for_them() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let agent = house.agent("Rosa").await;
        let mut rules = Vec::new();
        let whens = [
            When::Opened,
            When::CustomerWrites,
            When::StaffReplies,
            When::Assigned,
            When::Tagged,
            When::Described,
            When::Closed,
            When::Reopened,
            When::Rated,
        ];
        for when in whens {
            rules.push(house.rule(draft(when, Vec::new(), vec![Action::Note { text: "n".into() }])).await);
        }
        let from = house.end().await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let staff = Author::Staff(agent.reader.staff);
        house.says(&conversation, staff.clone(), "Hi").await;
        let act = |steps| Act { steps, by: staff.clone(), seen: None, cause: None };
        let (id, talks) = (conversation.id, &house.conversations);
        talks.act(id, act(vec![Step::Tag { add: vec!["t".into()], remove: Vec::new() }])).await.unwrap();
        let version = house.now(&conversation).await.version;
        let topic = Detail::Topic(Some("cards".into()));
        talks.describe(id, version, topic, staff.clone()).await.unwrap();
        talks.act(id, act(vec![Step::Close { disposition: "answered".into() }])).await.unwrap();
        talks.rate(id, 2, None).await.unwrap();
        house.says(&conversation, Author::Customer, "And another thing").await;
        house.settle(from).await;
        for (rule, when) in rules.iter().zip(whens) {
            let expected = if when == When::CustomerWrites { 2 } else { 1 };
            let outcomes = house.outcomes(*rule).await;
            // Whoever answers what nobody has, has it: that is one assignment; coming back is no other.
            assert_eq!(outcomes.len(), expected, "{when:?}: {outcomes:?}");
        }
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn rules_are_kept_in_versions_and_an_order_and_every_change_is_on_record() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (automation, by) = (&house.automation, administrator());
        let one = automation.add_rule(draft(When::Opened, Vec::new(), vec![tag("a")]), &by).await.unwrap();
        let two = automation.add_rule(draft(When::Closed, Vec::new(), vec![tag("b")]), &by).await.unwrap();
        let changed = draft(When::Opened, vec![Condition::Assigned], vec![tag("c")]);
        automation.change_rule(one, 1, changed.clone(), &by).await.unwrap();
        let stale = automation.change_rule(one, 1, changed.clone(), &by).await;
        assert_eq!(code(stale), "automation.changed_meanwhile");
        let versions = automation.rule_versions(one).await.unwrap();
        assert_eq!(versions.iter().map(|kept| kept.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((&versions[0].draft, &versions[0].by), (&changed, &by));
        automation.order_rules(vec![two, one], &by).await.unwrap();
        let rules: Vec<Rule> = automation.rules().await.unwrap();
        assert_eq!(rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), [two, one]);
        assert!(rules.iter().all(|rule| rule.on_since.is_none()), "a new rule is tried before it is on");
        assert_eq!(code(automation.order_rules(vec![one], &by).await), "automation.changed_meanwhile");
        automation.retire_rule(two, 1, &by).await.unwrap();
        assert!(matches!(automation.rule(two).await, Err(Error::NotFound)));
        let expected = ["add_rule", "add_rule", "change_rule", "order_rules", "retire_rule"];
        assert_eq!(house.actions().await, expected.map(|act| format!("automation.{act}")));
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let lost = house.begin(ChannelKind::Chat, "I lost my card").await;
        let other = house.begin(ChannelKind::Chat, "hello").await;
        house.says(&other, Author::Customer, "by the way, I LOST MY CARD").await;
        let quiet = house.begin(ChannelKind::Chat, "nothing").await;
        let (from, scope) = (house.end().await, conversations::Scope::All);
        let only_if = vec![Condition::Channel { any: vec![ChannelKind::Chat] }, words("lost my card")];
        let rule = draft(When::CustomerWrites, only_if.clone(), vec![tag("lost")]);
        let tried = house.automation.dry_run(rule, scope.clone()).await.unwrap();
        assert_eq!((tried.tried.len(), tried.hits()), (3, 2));
        let of = |id| tried.tried.iter().find(|tried| tried.conversation == id).unwrap();
        assert!(of(lost.id).would_run() && of(other.id).would_run());
        assert_eq!(of(quiet.id).held, [true, false]);
        let first = draft(When::Opened, only_if, vec![tag("lost")]);
        let tried = house.automation.dry_run(first, scope.clone()).await.unwrap();
        assert_eq!(tried.hits(), 1, "only what was said first counts at opening");
        let closed = draft(When::Closed, Vec::new(), vec![tag("x")]);
        assert_eq!(house.automation.dry_run(closed, scope).await.unwrap().hits(), 0);
        let none = conversations::Scope::Queues(vec!["general".parse().unwrap()]);
        let rule = draft(When::Opened, Vec::new(), vec![tag("x")]);
        assert!(house.automation.dry_run(rule, none).await.unwrap().tried.is_empty());
        assert_eq!(house.end().await, from, "nothing happened");
        house.close().await;
    })
    .await;
}
