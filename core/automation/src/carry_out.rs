//! From actions to steps in a conversation: names are looked up, texts are filled.

use conversations::{Act, Author, Conversation, Seen, Step};
use jiff::SignedDuration;
use kernel::id::{self, Id};
use kernel::{Error, Refusal, Result};
use routing::QueueId;
use store::Tx;
use vault::Secret;

use crate::action::{Action, Assignee};
use crate::automation::Automation;
use crate::kept;
use crate::prepared::{Texts, usable};
use crate::scope::Reader;
use crate::template::{Filled, Template, Values, Variable};

/// Somebody of staff who uses what is prepared.
#[derive(Debug, Clone)]
pub struct Agent {
    pub reader: Reader,
    /// As customers know them.
    pub name: Secret<String>,
}

impl Automation {
    /// The text of a canned reply for a conversation, to be looked over before it is sent.
    pub async fn fill(
        &self,
        reply: Id<id::CannedReply>,
        conversation: Id<id::Conversation>,
        agent: &Agent,
    ) -> Result<Filled> {
        let agent = agent.clone();
        self.write(move |automation, tx| {
            let kept = usable::<Texts>(tx, reply, &agent.reader)?;
            let conversation = automation.conversations().get_in(tx, conversation)?;
            kept::count_use::<Texts>(tx, reply)?;
            automation.filled(tx, &kept.body, &conversation, Some(&agent))
        })
        .await
    }

    /// Does everything that a macro says, or nothing.
    pub async fn run_macro(
        &self,
        id: Id<id::Macro>,
        conversation: Id<id::Conversation>,
        seen: Seen,
        agent: &Agent,
    ) -> Result<Conversation> {
        let agent = agent.clone();
        let done = self
            .write(move |automation, tx| {
                let kept = usable::<Vec<Action>>(tx, id, &agent.reader)?;
                let head = automation.conversations().get_in(tx, conversation)?;
                let steps = automation.steps(tx, &kept.body, &head, Some(&agent))?;
                kept::count_use::<Vec<Action>>(tx, id)?;
                let by = Author::Staff(agent.reader.staff);
                let act = Act { steps, by, seen: Some(seen), cause: None };
                automation.conversations().act_in(tx, conversation, &act)
            })
            .await?;
        Ok(done)
    }

    /// What actions mean for one conversation. A program has no name and is nobody's "me".
    pub(crate) fn steps(
        &self,
        tx: &mut Tx<'_>,
        actions: &[Action],
        conversation: &Conversation,
        agent: Option<&Agent>,
    ) -> Result<Vec<Step>> {
        let mut steps = Vec::with_capacity(actions.len());
        for action in actions {
            steps.push(match action {
                Action::Reply { reply } => {
                    let gone = || Refusal::new("automation.reply_gone");
                    let kept = kept::find::<Texts>(tx, *reply)?.ok_or_else(gone)?;
                    let filled = self.filled(tx, &kept.body, conversation, agent)?;
                    if let Some(missing) = filled.missing.first() {
                        let refusal = Refusal::new("automation.reply_incomplete");
                        return Err(refusal.with("variable", missing.name()).into());
                    }
                    Step::Reply(filled.text)
                }
                Action::Note { text } => Step::Note(text.clone()),
                Action::Tag { tags } => Step::Tag { add: tags.clone(), remove: Vec::new() },
                Action::Untag { tags } => Step::Tag { add: Vec::new(), remove: tags.clone() },
                Action::Assign { to } => Step::Assign(match to {
                    Assignee::Me => Some(agent.ok_or(Error::NotFound)?.reader.staff),
                    Assignee::Nobody => None,
                    Assignee::Staff(staff) => Some(*staff),
                }),
                Action::Move { queue } => Step::Move(queue.clone()),
                Action::SetUrgency { to } => Step::Urgency(*to),
                Action::Snooze { minutes } => {
                    let lasting = SignedDuration::from_mins(i64::from(*minutes));
                    Step::Snooze { until: self.now().checked_add(lasting)? }
                }
                Action::AwaitCustomer => Step::AwaitCustomer,
                Action::Close { disposition } => Step::Close { disposition: disposition.clone() },
            });
        }
        Ok(steps)
    }

    fn filled(
        &self,
        tx: &mut Tx<'_>,
        texts: &Texts,
        conversation: &Conversation,
        agent: Option<&Agent>,
    ) -> Result<Filled> {
        let mut values = Values::new();
        let people = self.inner.customers.people_in(tx, &[conversation.customer])?;
        if let Some(person) = people.get(&conversation.customer) {
            if let Some(name) = &person.name {
                values.insert(Variable::CustomerName, name.expose().clone());
            }
            if let Some(name) = person.first_name() {
                values.insert(Variable::CustomerFirstName, name.to_owned());
            }
        }
        if let Some(agent) = agent {
            let name = agent.name.expose();
            values.insert(Variable::AgentName, name.clone());
            let first = name.split_whitespace().next().unwrap_or(name);
            values.insert(Variable::AgentFirstName, first.to_owned());
        }
        values.insert(Variable::ConversationReference, conversation.reference.to_string());
        if let Some(queue) = self.inner.routing.book().queue(&conversation.queue) {
            values.insert(Variable::QueueName, queue.name.get(&conversation.language).to_owned());
        }
        Ok(Template::parse(texts.0.get(&conversation.language))?.fill(&values))
    }

    /// Refuses actions that name what does not exist.
    pub(crate) fn check_names(&self, tx: &mut Tx<'_>, actions: &[Action]) -> Result<()> {
        for action in actions {
            match action {
                Action::Reply { reply } if kept::find::<Texts>(tx, *reply)?.is_none() => {
                    return Err(Refusal::new("automation.reply_gone").into());
                }
                Action::Move { queue } => self.check_queue(queue)?,
                Action::Close { disposition } => {
                    let known = self.conversations().dispositions();
                    if !known.offered().any(|one| one.id == *disposition) {
                        let refusal = Refusal::new("conversations.disposition_unknown");
                        return Err(refusal.with("disposition", disposition).into());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) fn check_queue(&self, queue: &QueueId) -> Result<(), Refusal> {
        match self.inner.routing.book().queue(queue) {
            Some(_) => Ok(()),
            None => Err(Refusal::new("routing.no_queue").with("queue", queue)),
        }
    }
}
