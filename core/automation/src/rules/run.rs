//! Carrying out what was decided: one run in one transaction, with everything it changes.

use ::store::Tx;
use conversations::{Act, Author};
use jiff::SignedDuration;
use kernel::{Error, NewEvent, Result};
use serde_json::json;

use super::condition::Wanted;
use super::model::{Outcome, Run};
use super::store;
use crate::automation::Automation;

const LEASE: &str = "automation runs";
const LEASE_FOR: SignedDuration = SignedDuration::from_secs(10);
/// What rules did is kept for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A rule was carried out.
const RAN: &str = "automation.rule_ran";

/// How an attempt went.
enum Turn {
    /// There was nothing to do, or another node does it.
    Idle,
    Ended,
}

impl Automation {
    /// Carries out what was decided, on one node, until the store closes.
    pub async fn run(&self, holder: &str) -> Result<()> {
        let mut changes = self.store().changes();
        loop {
            self.run_pending(holder).await?;
            if !self.store().changed(&mut changes).await {
                return Ok(());
            }
        }
    }

    /// Carries out everything that is decided by now.
    pub async fn run_pending(&self, holder: &str) -> Result<()> {
        while let Turn::Ended = self.turn(holder).await? {}
        Ok(())
    }

    async fn turn(&self, holder: &str) -> Result<Turn> {
        let Some(run) = self.read(|_, tx| store::next_pending(tx)).await? else { return Ok(Turn::Idle) };
        let (holder, number, tried) = (holder.to_owned(), run.number, run.clone());
        let done = self
            .write(move |automation, tx| {
                if !tx.take_lease(LEASE, &holder, automation.now(), LEASE_FOR)? {
                    return Ok(Turn::Idle);
                }
                automation.carry_out(tx, &run)?;
                Ok(Turn::Ended)
            })
            .await;
        let (outcome, code) = match &done {
            Ok(_) => return done,
            Err(Error::Refusal(refusal)) => (Outcome::Refused, Some(refusal.code())),
            Err(Error::NotFound) => (Outcome::Refused, Some("not_found")),
            Err(Error::Fault(fault)) => {
                tracing::error!(%fault, rule = %tried.rule, conversation = %tried.conversation, "a rule failed");
                (Outcome::Failed, None)
            }
        };
        self.write(move |_, tx| store::end_run(tx, number, outcome, code)).await?;
        Ok(Turn::Ended)
    }

    /// Looks again whether it is so, and does what the rule says.
    fn carry_out(&self, tx: &mut Tx<'_>, run: &Run) -> Result<()> {
        let rule = store::find(tx, run.rule)?;
        let rule = rule.filter(|rule| rule.on_since.is_some() && rule.version == run.version);
        let Some(rule) = rule else { return end(tx, run, Outcome::Moot) };
        let conversation = self.conversations().get_in(tx, run.conversation)?;
        let mut wanted = Wanted::default();
        rule.draft.only_if.iter().for_each(|condition| condition.wants(&mut wanted));
        if !rule.holds(&self.facts(tx, &conversation, run.entry, wanted)?) {
            return end(tx, run, Outcome::Moot);
        }
        let steps = self.steps(tx, &rule.draft.then, &conversation, None)?;
        let act = Act { steps, by: Author::System, seen: None, cause: Some(run.cause.clone()) };
        self.conversations().act_in(tx, conversation.id, &act)?;
        let data = json!({ "conversation": conversation.id.to_string(), "cause": run.cause });
        tx.emit(self.now(), &NewEvent { kind: RAN, subject: rule.id.to_string(), data })?;
        end(tx, run, Outcome::Done)
    }

    /// Forgets what rules did long ago.
    pub async fn tidy(&self) -> Result<u64> {
        self.write(|automation, tx| store::forget_runs(tx, automation.now().checked_sub(KEPT)?)).await
    }
}

fn end(tx: &mut Tx<'_>, run: &Run, outcome: Outcome) -> Result<()> {
    if store::end_run(tx, run.number, outcome, None)? {
        Ok(())
    } else {
        // Another node was faster: nothing of this attempt may be kept.
        Err(kernel::Refusal::new("automation.changed_meanwhile").into())
    }
}
