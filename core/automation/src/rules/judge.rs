//! Which rules an event sets off. Pure, and it always comes to an end: one cause sets each rule off at
//! most once, and at most [`MOST_PER_CAUSE`] of them, whatever their effects set off in turn.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel::Event;
use serde_json::Value;

use super::condition::{Facts, Wanted};
use super::model::{Rule, RuleId, When};

/// Rules that one cause sets off, those that its effects set off included.
pub(crate) const MOST_PER_CAUSE: usize = 10;

/// The rules that are on, in their order, as they were at a revision.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rulebook {
    pub revision: i64,
    pub rules: Vec<Rule>,
}

/// Something that may set rules off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happened {
    pub what: Vec<When>,
    pub at: Timestamp,
    /// The entry whose words count.
    pub entry: Option<i64>,
    /// The event that began it all: itself, unless a rule did it.
    pub cause: String,
}

/// What is decided about a rule that was set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Run,
    /// It would be one too many.
    TooMany,
}

impl Happened {
    /// What an event of a conversation means for rules; nothing for most events.
    pub fn read(event: &Event) -> Option<Self> {
        let text = |name: &str| event.data.get(name).and_then(Value::as_str);
        let number = event.data.get("number").and_then(Value::as_i64);
        let done: Vec<&str> = match event.data.get("what").and_then(Value::as_array) {
            Some(done) => done.iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        let (what, entry) = match event.kind.as_str() {
            "conversations.opened" => (vec![When::Opened], number.filter(|number| *number > 1)),
            "conversations.entry" => match (text("side"), text("kind")) {
                (Some("customer"), _) => (vec![When::CustomerWrites], number),
                (Some("staff"), Some("reply")) => (vec![When::StaffReplies], number),
                _ => (Vec::new(), None),
            },
            "conversations.closed" | "conversations.changed" => (changed(&event.kind, &done, &text), None),
            _ => (Vec::new(), None),
        };
        let cause = text("cause").map_or_else(|| event.id.to_string(), str::to_owned);
        (!what.is_empty()).then_some(Self { what, at: event.at, entry, cause })
    }
}

fn changed<'a>(kind: &str, done: &[&str], text: &impl Fn(&str) -> Option<&'a str>) -> Vec<When> {
    let has_new = |now: &str, before: &str| text(now).is_some() && text(now) != text(before);
    let is_live = |state: Option<&str>| matches!(state, Some("open" | "waiting" | "snoozed"));
    let facts = [
        (When::Closed, kind == "conversations.closed"),
        (When::Reopened, text("from_state") == Some("closed") && is_live(text("state"))),
        // A conversation that is only now opened is "opened", not "moved".
        (When::Assigned, has_new("assignee", "from_assignee")),
        (When::Moved, has_new("queue", "from_queue")),
        (When::Tagged, done.contains(&"tags")),
        (When::Described, done.contains(&"described")),
        (When::Rated, done.contains(&"rated")),
    ];
    facts.into_iter().filter(|(_, is_so)| *is_so).map(|(when, _)| when).collect()
}

impl Rule {
    fn is_set_off(&self, happened: &Happened) -> bool {
        self.on_since.is_some_and(|since| since <= happened.at) && happened.what.contains(&self.draft.when)
    }

    /// Whether all its conditions hold.
    pub fn holds(&self, facts: &Facts) -> bool {
        self.draft.only_if.iter().all(|condition| condition.holds(facts))
    }
}

impl Rulebook {
    /// What has to be looked up to judge an event; nothing when no rule waits for it.
    pub fn wants(&self, happened: &Happened) -> Option<Wanted> {
        let mut candidates = self.rules.iter().filter(|rule| rule.is_set_off(happened)).peekable();
        candidates.peek()?;
        let mut wanted = Wanted::default();
        candidates.flat_map(|rule| &rule.draft.only_if).for_each(|condition| condition.wants(&mut wanted));
        Some(wanted)
    }

    /// The rules that an event sets off, in their order. `fired` are those that its cause has set off
    /// already.
    pub fn set_off(
        &self,
        happened: &Happened,
        facts: &Facts,
        fired: &BTreeSet<RuleId>,
    ) -> Vec<(&Rule, Decision)> {
        let mut count = fired.len();
        let mut decided = Vec::new();
        let new = self.rules.iter().filter(|rule| rule.is_set_off(happened) && !fired.contains(&rule.id));
        for rule in new.filter(|rule| rule.holds(facts)) {
            count += 1;
            let decision = if count <= MOST_PER_CAUSE { Decision::Run } else { Decision::TooMany };
            decided.push((rule, decision));
        }
        decided
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, VecDeque};

    use directory::ChannelKind;
    use kernel::{LocalText, Position};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::action::Action;
    use crate::rules::condition::Condition;
    use crate::rules::model::RuleDraft;

    fn facts() -> Facts {
        Facts {
            channel: ChannelKind::Chat,
            topic: None,
            queue: "cards".parse().unwrap(),
            language: "en".parse().unwrap(),
            tags: Vec::new(),
            urgency: routing::Urgency::Normal,
            is_assigned: false,
            waited_minutes: None,
            rating: None,
            words: None,
            customer: None,
            is_open: None,
        }
    }

    fn rule(when: When, only_if: Vec<Condition>) -> Rule {
        let then = vec![Action::Tag { tags: vec!["x".into()] }];
        let name = LocalText::new([("en".parse().unwrap(), "Rule".to_owned())]);
        Rule {
            id: kernel::id::new(Timestamp::UNIX_EPOCH),
            place: 1,
            on_since: Some(Timestamp::UNIX_EPOCH),
            version: 1,
            draft: RuleDraft { name, when, only_if, then },
        }
    }

    fn happened(what: When, cause: &str) -> Happened {
        Happened { what: vec![what], at: Timestamp::UNIX_EPOCH, entry: None, cause: cause.to_owned() }
    }

    const SORTS: [When; 6] =
        [When::Opened, When::CustomerWrites, When::Tagged, When::Moved, When::Assigned, When::Closed];

    proptest! {
        /// Rules whose effects set off anything at all: it ends, no rule runs twice, and few run.
        #[test]
        fn whatever_rules_set_off_comes_to_an_end(
            whens in prop::collection::vec(0..SORTS.len(), 0..30),
            effects in prop::collection::vec(prop::collection::vec(0..SORTS.len(), 0..4), 30),
            first in 0..SORTS.len(),
        ) {
            let rules: Vec<Rule> = whens.iter().map(|when| rule(SORTS[*when], Vec::new())).collect();
            let of: BTreeMap<RuleId, &Vec<usize>> =
                rules.iter().zip(&effects).map(|(rule, effects)| (rule.id, effects)).collect();
            let book = Rulebook { revision: 1, rules: rules.clone() };
            let mut fired = BTreeSet::new();
            let mut waiting = VecDeque::from([happened(SORTS[first], "evt")]);
            let (mut ran, mut looked) = (0, 0);
            while let Some(next) = waiting.pop_front() {
                looked += 1;
                prop_assert!(looked <= 1 + MOST_PER_CAUSE * 4, "it goes on and on");
                for (rule, decision) in book.set_off(&next, &facts(), &fired.clone()) {
                    prop_assert!(fired.insert(rule.id), "one cause, one run");
                    if decision == Decision::Run {
                        ran += 1;
                        waiting.extend(of[&rule.id].iter().map(|sort| happened(SORTS[*sort], "evt")));
                    }
                }
            }
            prop_assert!(ran <= MOST_PER_CAUSE);
        }
    }

    #[test]
    fn rules_have_their_turn_in_order_if_their_conditions_hold() {
        let (first, off) =
            (rule(When::Opened, Vec::new()), Rule { on_since: None, ..rule(When::Opened, Vec::new()) });
        let assigned = rule(When::Opened, vec![Condition::Assigned]);
        let later =
            Rule { on_since: Some(Timestamp::from_second(1).unwrap()), ..rule(When::Opened, Vec::new()) };
        let last = rule(When::Opened, vec![Condition::Not { of: Box::new(Condition::Assigned) }]);
        let rules = vec![first.clone(), off, assigned, later, last.clone(), rule(When::Closed, Vec::new())];
        let book = Rulebook { revision: 1, rules };
        let fired = book.set_off(&happened(When::Opened, "evt"), &facts(), &BTreeSet::new());
        let ids: Vec<RuleId> = fired.iter().map(|(rule, _)| rule.id).collect();
        assert_eq!(ids, [first.id, last.id]);
        let again = book.set_off(&happened(When::Opened, "evt"), &facts(), &BTreeSet::from([first.id]));
        assert_eq!(again.len(), 1);
    }

    fn event(kind: &str, data: Value) -> Event {
        Event {
            position: Position::default(),
            id: kernel::id::new(Timestamp::UNIX_EPOCH),
            at: Timestamp::UNIX_EPOCH,
            kind: kind.to_owned(),
            subject: String::new(),
            data,
        }
    }

    fn what(kind: &str, data: Value) -> Vec<When> {
        Happened::read(&event(kind, data)).map(|happened| happened.what).unwrap_or_default()
    }

    #[test]
    fn events_mean_what_happened_to_the_conversation() {
        let entry = |side: &str, kind: &str| {
            what("conversations.entry", json!({ "number": 2, "side": side, "kind": kind }))
        };
        assert_eq!(what("conversations.opened", json!({ "number": 2 })), [When::Opened]);
        assert_eq!(entry("customer", "message"), [When::CustomerWrites]);
        assert_eq!(entry("staff", "reply"), [When::StaffReplies]);
        assert!(entry("staff", "note").is_empty() && entry("system", "reply").is_empty());
        let changed = json!({
            "what": ["tags", "assigned"], "state": "open", "from_state": "closed", "queue": "b",
            "from_queue": "a", "assignee": "stf_1", "from_assignee": null,
        });
        let all = [When::Reopened, When::Assigned, When::Moved, When::Tagged];
        assert_eq!(what("conversations.changed", changed), all);
        let closed = json!({ "what": ["closed"], "state": "closed", "from_state": "open", "queue": "a", "from_queue": "a" });
        assert_eq!(what("conversations.closed", closed), [When::Closed]);
        assert!(what("customers.changed", json!({})).is_empty());
    }

    #[test]
    fn an_effect_has_the_cause_of_what_set_the_rule_off() {
        let own = event("conversations.opened", json!({}));
        assert_eq!(Happened::read(&own).unwrap().cause, own.id.to_string());
        let effect = event("conversations.opened", json!({ "cause": "evt_1" }));
        assert_eq!(Happened::read(&effect).unwrap().cause, "evt_1");
    }
}
