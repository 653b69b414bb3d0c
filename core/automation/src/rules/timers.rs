//! What time alone sets off: a customer who waits, a customer who is silent.

use std::sync::PoisonError;

use ::store::Tx;
use conversations::{Conversation, Cursor, StateKind};
use jiff::{SignedDuration, Timestamp};
use kernel::Result;

use super::condition::Wanted;
use super::decide::decide;
use super::judge::Decision;
use super::model::{Outcome, Rule, Run, When};
use crate::automation::Automation;

const LEASE: &str = "automation timers";
/// Longer than the time between two looks, so that the same node goes on.
const LEASE_FOR: SignedDuration = SignedDuration::from_secs(90);
/// Conversations looked at in one transaction.
const PAGE: u16 = 200;

impl Automation {
    /// Looks which waits have lasted long enough, and which queues are open. Call it every half minute.
    pub async fn look_at_time(&self, holder: &str) -> Result<()> {
        let holder = holder.to_owned();
        let rules = self
            .write(move |automation, tx| {
                if !tx.take_lease(LEASE, &holder, automation.now(), LEASE_FOR)? {
                    return Ok(Vec::new());
                }
                let book = automation.rulebook(tx)?;
                Ok(book.rules.iter().filter(|rule| rule.draft.when.minutes().is_some()).cloned().collect())
            })
            .await?;
        self.look_at_queues().await?;
        for rule in rules {
            self.look_for(rule).await?;
        }
        Ok(())
    }

    /// Remembers which queues are open; rules ask within transactions, where nothing can be waited for.
    async fn look_at_queues(&self) -> Result<()> {
        let now = self.now();
        for queue in self.inner.routing.book().queues() {
            let Some(channel) = queue.channels.iter().next() else { continue };
            let opening = self.inner.routing.open_state(&queue.id, *channel, now).await?;
            let mut open = self.inner.open.write().unwrap_or_else(PoisonError::into_inner);
            open.insert(queue.id.clone(), opening.open);
        }
        Ok(())
    }

    async fn look_for(&self, rule: Rule) -> Result<()> {
        let mut after = None;
        loop {
            let (rule, from) = (rule.clone(), after);
            let page = self
                .write(move |automation, tx| {
                    let now = automation.now();
                    let Some((state, before)) = due(&rule, now)? else { return Ok(None) };
                    let page = automation.conversations().waiting_in(tx, state, before, from, PAGE)?;
                    for conversation in &page {
                        automation.set_off_by_time(tx, &rule, conversation)?;
                    }
                    let last = page.last().map(|last| Cursor { since: last.since, id: last.id });
                    Ok(last.filter(|_| page.len() == usize::from(PAGE)))
                })
                .await?;
            let Some(last) = page else { return Ok(()) };
            after = Some(last);
        }
    }

    fn set_off_by_time(&self, tx: &mut Tx<'_>, rule: &Rule, conversation: &Conversation) -> Result<()> {
        let Some(since) = wait(rule.draft.when, conversation) else { return Ok(()) };
        let mut wanted = Wanted::default();
        rule.draft.only_if.iter().for_each(|condition| condition.wants(&mut wanted));
        if !rule.holds(&self.facts(tx, conversation, None, wanted)?) {
            return Ok(());
        }
        let run = Run {
            number: 0,
            // One wait is one cause.
            cause: format!("{}/{}", conversation.id, since.as_microsecond()),
            rule: rule.id,
            version: rule.version,
            conversation: conversation.id,
            entry: None,
            at: self.now(),
            outcome: Outcome::Pending,
            code: None,
        };
        decide(tx, run, Decision::Run).map(drop)
    }
}

/// In which state a rule's conversations are, and since when at the latest.
fn due(rule: &Rule, now: Timestamp) -> Result<Option<(StateKind, Timestamp)>> {
    let before = |minutes: u32| now.checked_sub(SignedDuration::from_mins(i64::from(minutes)));
    Ok(match rule.draft.when {
        When::CustomerWaits { minutes } => Some((StateKind::Open, before(minutes)?)),
        When::CustomerSilent { minutes } => Some((StateKind::WaitingOnCustomer, before(minutes)?)),
        _ => None,
    })
}

/// Since when the wait lasts that a rule is about.
fn wait(when: When, conversation: &Conversation) -> Option<Timestamp> {
    match when {
        When::CustomerWaits { .. } => conversation.waiting_since,
        When::CustomerSilent { .. } => Some(conversation.since),
        _ => None,
    }
}
