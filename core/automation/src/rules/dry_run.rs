//! Trying a rule on what happened lately: what it would have done, and why not. Nothing is done.

use conversations::{Order, Query, Scope, StateKind, Words};
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Error, Reference, Result};

use super::condition::Wanted;
use super::model::{RuleDraft, When};
use crate::automation::Automation;
use crate::words::Text;

/// Conversations that a rule is tried on.
const MOST: u16 = 100;
/// Entries read of each.
const ENTRIES: u16 = 50;

/// What a rule would have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    pub tried: Vec<Tried>,
}

impl DryRun {
    /// How many conversations it would have done something to.
    pub fn hits(&self) -> usize {
        self.tried.iter().filter(|tried| tried.would_run()).count()
    }
}

/// A conversation that a rule was tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub conversation: Id<Kind>,
    pub reference: Reference,
    pub at: Timestamp,
    /// Whether what sets the rule off has happened to it.
    pub set_off: bool,
    /// Whether each condition holds, in their order.
    pub held: Vec<bool>,
    /// Why its actions would be refused, as a code.
    pub refused: Option<String>,
}

impl Tried {
    pub fn would_run(&self) -> bool {
        self.set_off && self.held.iter().all(|held| *held) && self.refused.is_none()
    }
}

impl Automation {
    /// Tries a rule on the newest conversations within what the reader may see, as they are now and with
    /// the words that would set it off.
    pub async fn dry_run(&self, draft: RuleDraft, scope: Scope) -> Result<DryRun> {
        let draft = draft.checked()?;
        let mut tried = Vec::new();
        let live = StateKind::ALL.into_iter().filter(|state| state.is_live()).collect();
        for states in [live, vec![StateKind::Closed]] {
            let query =
                Query { states, order: Order::NewestFirst, limit: MOST, ..Query::open(scope.clone()) };
            for row in self.conversations().list(query).await?.rows {
                if tried.len() < usize::from(MOST) {
                    tried.push(self.try_on(&draft, row.conversation.id).await?);
                }
            }
        }
        Ok(DryRun { tried })
    }

    async fn try_on(&self, draft: &RuleDraft, id: Id<Kind>) -> Result<Tried> {
        let words = self.words_that_count(draft.when, id).await?;
        let draft = draft.clone();
        self.read(move |automation, tx| {
            let conversation = automation.conversations().get_in(tx, id)?;
            let mut wanted = Wanted::default();
            draft.only_if.iter().for_each(|condition| condition.wants(&mut wanted));
            let mut facts = automation.facts(tx, &conversation, None, wanted)?;
            let held = |facts: &super::Facts| -> Vec<bool> {
                draft.only_if.iter().map(|condition| condition.holds(facts)).collect()
            };
            // Of several messages, the one that fits best.
            let mut best = held(&facts);
            for text in &words {
                facts.words = Some(text.clone());
                best = best.max_by_count(held(&facts));
            }
            let set_off = match draft.when {
                When::CustomerWrites => conversation.customer_count > 0,
                When::StaffReplies => conversation.reply_count > 0,
                When::Assigned => conversation.assignee.is_some(),
                When::Tagged => !conversation.tags.is_empty(),
                When::Closed => conversation.state.kind() == StateKind::Closed,
                When::Reopened => conversation.reopened > 0,
                When::Rated => conversation.rating.is_some(),
                // It may have happened; nothing of it is kept.
                When::Opened | When::Moved | When::Described => true,
                When::CustomerWaits { minutes } => {
                    facts.waited_minutes.is_some_and(|waited| waited >= minutes)
                }
                When::CustomerSilent { minutes } => {
                    let silent = automation.now().duration_since(conversation.since).as_mins();
                    conversation.state.kind() == StateKind::WaitingOnCustomer && silent >= i64::from(minutes)
                }
            };
            let refused = match automation.steps(tx, &draft.then, &conversation, None) {
                Ok(_) => None,
                Err(Error::Refusal(refusal)) => Some(refusal.code().to_owned()),
                Err(error) => return Err(error),
            };
            let (conversation, reference, at) =
                (conversation.id, conversation.reference, conversation.opened_at);
            Ok(Tried { conversation, reference, at, set_off, held: best, refused })
        })
        .await
    }

    /// The customer's words that could have set the rule off: the first, or each.
    async fn words_that_count(&self, when: When, id: Id<Kind>) -> Result<Vec<Text>> {
        let most = match when {
            When::Opened => 1,
            When::CustomerWrites => usize::from(ENTRIES),
            _ => return Ok(Vec::new()),
        };
        let entries = self.conversations().entries(id, 0, ENTRIES).await?;
        let said = entries.iter().filter(|entry| entry.side() == conversations::Side::Customer);
        let texts = said.filter_map(|entry| entry.body.words().and_then(Words::text));
        Ok(texts.take(most).map(Text::new).collect())
    }
}

/// The better of two judgements of the same conditions.
trait Better {
    fn max_by_count(self, other: Self) -> Self;
}

impl Better for Vec<bool> {
    fn max_by_count(self, other: Self) -> Self {
        let count = |held: &Self| held.iter().filter(|held| **held).count();
        if count(&other) > count(&self) { other } else { self }
    }
}
