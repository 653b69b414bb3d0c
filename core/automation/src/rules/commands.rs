//! Adding, changing, ordering and turning rules on and off. Each is a new version and an audit entry.

use ::store::Tx;
use audit::{Actor, Entry};
use kernel::{Error, NewEvent, Refusal, Result, id};
use serde_json::{Value, json};

use super::model::{KeptVersion, Rule, RuleDraft, RuleId, Run};
use super::store;
use crate::automation::Automation;

/// Rules of one institution.
const MOST: usize = 200;
/// Tells other nodes that rules are different now.
const CHANGED: &str = "automation.rules_changed";

/// A rule about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewRule {
    pub draft: RuleDraft,
    pub on: bool,
}

impl Automation {
    /// All rules in their order.
    pub async fn rules(&self) -> Result<Vec<Rule>> {
        self.read(|_, tx| store::all(tx)).await
    }

    pub async fn rule(&self, id: RuleId) -> Result<Rule> {
        self.read(move |_, tx| store::find(tx, id)?.ok_or(Error::NotFound)).await
    }

    /// A rule as it was, newest version first.
    pub async fn rule_versions(&self, id: RuleId) -> Result<Vec<KeptVersion>> {
        self.read(move |_, tx| store::versions(tx, id)).await
    }

    /// What a rule did, newest first.
    pub async fn rule_runs(&self, id: RuleId, before: Option<i64>, limit: u16) -> Result<Vec<Run>> {
        self.read(move |_, tx| store::runs(tx, id, before, limit)).await
    }

    /// Adds a rule as the last one, turned off: it is tried first.
    pub async fn add_rule(&self, draft: RuleDraft, by: &Actor) -> Result<RuleId> {
        let by = by.clone();
        self.write(move |automation, tx| {
            automation.add_rule_in(tx, NewRule { draft: draft.clone(), on: false }, &by)
        })
        .await
    }

    pub(crate) fn add_rule_in(&self, tx: &mut Tx<'_>, new: NewRule, by: &Actor) -> Result<RuleId> {
        let now = self.now();
        if store::all(tx)?.len() >= MOST {
            return Err(Refusal::new("automation.too_many_rules").with("most", MOST).into());
        }
        let draft = new.draft.checked()?;
        self.check_names(tx, &draft.then)?;
        let place = store::last_place(tx)? + 1;
        let rule = Rule { id: id::new(now), place, on_since: new.on.then_some(now), version: 1, draft };
        store::put(tx, &rule, by, now)?;
        self.tell_rule(tx, "automation.add_rule", &rule, by, json!({ "on": new.on }))?;
        Ok(rule.id)
    }

    /// Changes a rule that the caller saw at `version`.
    pub async fn change_rule(&self, id: RuleId, version: i64, draft: RuleDraft, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            let rule = seen_at(tx, id, version)?;
            let draft = draft.clone().checked()?;
            automation.check_names(tx, &draft.then)?;
            let rule = Rule { draft, version: version + 1, ..rule };
            store::put(tx, &rule, &by, automation.now())?;
            automation.tell_rule(tx, "automation.change_rule", &rule, &by, json!({}))
        })
        .await
    }

    /// Turns a rule on or off.
    pub async fn switch_rule(&self, id: RuleId, version: i64, on: bool, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            let rule = seen_at(tx, id, version)?;
            if rule.on_since.is_some() == on {
                return Ok(());
            }
            if on {
                // What it names may be gone since it was written.
                automation.check_names(tx, &rule.draft.then)?;
            }
            let now = automation.now();
            let rule = Rule { on_since: on.then_some(now), ..rule };
            store::put(tx, &rule, &by, now)?;
            automation.tell_rule(tx, "automation.switch_rule", &rule, &by, json!({ "on": on }))
        })
        .await
    }

    /// Takes a rule out for good; what it did stays on record.
    pub async fn retire_rule(&self, id: RuleId, version: i64, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            let rule = seen_at(tx, id, version)?;
            store::retire(tx, id, automation.now())?;
            automation.tell_rule(tx, "automation.retire_rule", &rule, &by, json!({}))
        })
        .await
    }

    /// Puts rules in this order. Refused unless it names each of them once.
    pub async fn order_rules(&self, order: Vec<RuleId>, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            let now = automation.now();
            let mut known: Vec<RuleId> = store::all(tx)?.into_iter().map(|rule| rule.id).collect();
            let mut named = order.clone();
            known.sort();
            named.sort();
            if known != named {
                return Err(Refusal::new("automation.changed_meanwhile").into());
            }
            for (place, id) in (1..).zip(&order) {
                store::set_place(tx, *id, place)?;
            }
            store::revise(tx)?;
            tx.emit(now, &event("order"))?;
            let ids: Vec<String> = order.iter().map(ToString::to_string).collect();
            let entry = Entry::new("automation.order_rules", "rules").by(by.clone());
            automation.trail().append(tx, now, &entry.with(json!({ "order": ids })))?;
            Ok(())
        })
        .await
    }

    fn tell_rule(
        &self,
        tx: &mut Tx<'_>,
        action: &'static str,
        rule: &Rule,
        by: &Actor,
        mut details: Value,
    ) -> Result<()> {
        let now = self.now();
        tx.emit(now, &event(&rule.id.to_string()))?;
        if let Some(details) = details.as_object_mut() {
            details.insert("version".to_owned(), json!(rule.version));
        }
        self.trail().append(tx, now, &Entry::new(action, rule.id).by(by.clone()).with(details))?;
        Ok(())
    }
}

fn event(subject: &str) -> NewEvent {
    NewEvent { kind: CHANGED, subject: subject.to_owned(), data: json!({}) }
}

fn seen_at(tx: &mut Tx<'_>, id: RuleId, version: i64) -> Result<Rule> {
    let rule = store::find(tx, id)?.ok_or(Error::NotFound)?;
    if rule.version != version {
        return Err(Refusal::new("automation.changed_meanwhile").into());
    }
    Ok(rule)
}
