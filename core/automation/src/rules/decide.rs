//! Hearing events and writing down which rules they set off.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use ::store::Tx;
use jiff::SignedDuration;
use kernel::id::{self, Id};
use kernel::{Event, Result};

use super::judge::{Decision, Happened, Rulebook};
use super::model::{Outcome, Run};
use super::store;
use crate::automation::Automation;

/// Rules that do something to one conversation in a short time: more is a loop that goes through people
/// or other programs, which no cause shows.
const MOST_IN_A_WHILE: usize = 30;
const A_WHILE: SignedDuration = SignedDuration::from_mins(10);

impl Automation {
    /// Writes down the rules that an event sets off. For a durable consumer, so that each counts once.
    pub fn hear(&self, tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        let Some(happened) = Happened::read(event) else { return Ok(()) };
        let book = self.rulebook(tx)?;
        let Some(wanted) = book.wants(&happened) else { return Ok(()) };
        let conversation: Id<id::Conversation> = event.subject.parse()?;
        let conversation = self.conversations().get_in(tx, conversation)?;
        let facts = self.facts(tx, &conversation, happened.entry, wanted)?;
        // Most events set nothing off: what their cause has set off already matters only if one does.
        if book.set_off(&happened, &facts, &BTreeSet::new()).is_empty() {
            return Ok(());
        }
        let fired = store::fired(tx, &happened.cause)?;
        for (rule, decision) in book.set_off(&happened, &facts, &fired) {
            let run = Run {
                number: 0,
                cause: happened.cause.clone(),
                rule: rule.id,
                version: rule.version,
                conversation: conversation.id,
                entry: happened.entry,
                at: self.now(),
                outcome: Outcome::Pending,
                code: None,
            };
            decide(tx, run, decision)?;
        }
        Ok(())
    }

    /// The rules that are on: read again when they were changed.
    pub(crate) fn rulebook(&self, tx: &mut Tx<'_>) -> Result<Arc<Rulebook>> {
        let revision = store::revision(tx)?;
        let known = self.inner.rules.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.revision == revision {
            return Ok(known);
        }
        let book = Arc::new(store::book(tx, revision)?);
        *self.inner.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&book);
        Ok(book)
    }
}

/// Writes a run down, unless this conversation has had too many; `false` when it was written before.
pub(super) fn decide(tx: &mut Tx<'_>, run: Run, decision: Decision) -> Result<bool> {
    let since = run.at.checked_sub(A_WHILE)?;
    let is_too_many =
        decision == Decision::TooMany || store::count_since(tx, run.conversation, since)? >= MOST_IN_A_WHILE;
    if is_too_many {
        tracing::warn!(rule = %run.rule, conversation = %run.conversation, cause = run.cause, "rules were stopped: too many at once");
        return store::insert_run(tx, &Run { outcome: Outcome::TooMany, ..run });
    }
    store::insert_run(tx, &run)
}
