//! Rules that time alone sets off, and the work that goes on by itself.

use routing::Urgency;
use testkit::on_both_engines;

use super::*;
use crate::{Action, Condition, Outcome, RuleDraft, RuleId, When};

impl House {
    async fn timed(&self, when: When, only_if: Vec<Condition>, then: Vec<Action>) -> RuleId {
        let draft = RuleDraft { name: name("A rule"), when, only_if, then };
        let id = self.automation.add_rule(draft, &administrator()).await.unwrap();
        self.automation.switch_rule(id, 1, true, &administrator()).await.unwrap();
        id
    }

    async fn look(&self) {
        self.automation.look_at_time("test").await.unwrap();
        self.automation.run_pending("test").await.unwrap();
    }

    async fn count(&self, rule: RuleId) -> usize {
        let runs = self.automation.rule_runs(rule, None, 100).await.unwrap();
        assert!(runs.iter().all(|run| run.outcome == Outcome::Done), "{runs:?}");
        runs.len()
    }
}

#[tokio::test]
async fn a_customer_who_waits_sets_a_rule_off_once_for_each_wait() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let agent = house.agent("Rosa").await;
        let then = vec![Action::SetUrgency { to: Urgency::High }];
        let rule = house.timed(When::CustomerWaits { minutes: 10 }, Vec::new(), then).await;
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        minutes_after(&house.clock, 9);
        house.look().await;
        assert_eq!(house.count(rule).await, 0);
        minutes_after(&house.clock, 2);
        house.look().await;
        house.look().await;
        assert_eq!((house.count(rule).await, house.now(&conversation).await.urgency), (1, Urgency::High));
        house.says(&conversation, Author::Staff(agent.reader.staff), "Hi").await;
        minutes_after(&house.clock, 30);
        house.look().await;
        assert_eq!(house.count(rule).await, 1, "nobody waits for an answer");
        house.says(&conversation, Author::Customer, "Still here").await;
        minutes_after(&house.clock, 11);
        house.look().await;
        assert_eq!(house.count(rule).await, 2);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_silent_customer_is_let_go_after_a_while() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let agent = house.agent("Rosa").await;
        let then = vec![Action::Close { disposition: "answered".into() }];
        let rule = house.timed(When::CustomerSilent { minutes: 60 }, Vec::new(), then).await;
        let conversation = house.begin(ChannelKind::Email, "hello").await;
        house.says(&conversation, Author::Staff(agent.reader.staff), "Which card?").await;
        minutes_after(&house.clock, 59);
        house.look().await;
        assert!(house.now(&conversation).await.state.is_live());
        minutes_after(&house.clock, 2);
        house.look().await;
        assert!(!house.now(&conversation).await.state.is_live());
        assert_eq!(house.count(rule).await, 1);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn rules_know_whether_a_queue_is_open() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let closed = vec![Condition::Not { of: Box::new(Condition::QueueOpen) }];
        let note = vec![Action::Note { text: "closed".into() }];
        let rule = house.timed(When::Opened, closed, note).await;
        house.look().await;
        let from = house.end().await;
        minutes_after(&house.clock, 1);
        house.begin(ChannelKind::Email, "at ten in the morning").await;
        house.settle(from).await;
        assert_eq!(house.count(rule).await, 0);
        minutes_after(&house.clock, 8 * 60);
        house.look().await;
        let from = house.end().await;
        house.begin(ChannelKind::Email, "in the evening").await;
        house.settle(from).await;
        assert_eq!(house.count(rule).await, 1);
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_itself_it_hears_and_carries_out_what_happens() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let tag = vec![Action::Tag { tags: vec!["new".into()] }];
        house.timed(When::Opened, Vec::new(), tag).await;
        minutes_after(&house.clock, 1);
        // Two nodes, of which one does the work.
        let mut working = Vec::new();
        for node in ["one", "two"] {
            let (hears, runs) = (house.automation.clone(), house.automation.clone());
            let store = house.store.clone();
            working.push(tokio::spawn(async move {
                store.consume("automation", node, move |tx, event| hears.hear(tx, event)).await
            }));
            working.push(tokio::spawn(async move { runs.run(node).await }));
        }
        let conversation = house.begin(ChannelKind::Chat, "hello").await;
        let done = async {
            while house.now(&conversation).await.tags.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), done).await.unwrap();
        house.store.close().await.unwrap();
        for one in working {
            // Closing the store ends them, perhaps in the middle of asking it something.
            let _ = one.await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_rules_did_is_forgotten_after_some_months() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let rule = house.timed(When::Opened, Vec::new(), vec![Action::Note { text: "n".into() }]).await;
        let from = house.end().await;
        house.begin(ChannelKind::Chat, "hello").await;
        house.settle(from).await;
        assert_eq!((house.count(rule).await, house.automation.tidy().await.unwrap()), (1, 0));
        minutes_after(&house.clock, 91 * 24 * 60);
        assert_eq!((house.automation.tidy().await.unwrap(), house.count(rule).await), (1, 0));
        house.close().await;
    })
    .await;
}
