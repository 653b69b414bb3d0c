//! Looking up what conditions ask about.

use std::sync::PoisonError;

use ::store::Tx;
use conversations::Conversation;
use kernel::Result;

use super::condition::{Facts, Wanted};
use crate::automation::Automation;
use crate::words::Text;

impl Automation {
    /// A conversation as rules see it. What nobody asks about is not looked up.
    pub(crate) fn facts(
        &self,
        tx: &mut Tx<'_>,
        conversation: &Conversation,
        entry: Option<i64>,
        wanted: Wanted,
    ) -> Result<Facts> {
        let words = match entry.filter(|_| wanted.words) {
            Some(number) => self.conversations().words_in(tx, conversation.id, number)?,
            None => None,
        };
        let customer = if wanted.customer {
            let people = self.inner.customers.people_in(tx, &[conversation.customer])?;
            people.get(&conversation.customer).map(|person| person.kind)
        } else {
            None
        };
        let open = self.inner.open.read().unwrap_or_else(PoisonError::into_inner);
        let waited = conversation.waiting_since.map(|since| self.now().duration_since(since).as_mins());
        Ok(Facts {
            channel: conversation.channel,
            topic: conversation.topic.clone(),
            queue: conversation.queue.clone(),
            language: conversation.language.clone(),
            tags: conversation.tags.clone(),
            urgency: conversation.urgency,
            is_assigned: conversation.assignee.is_some(),
            waited_minutes: waited.and_then(|minutes| u32::try_from(minutes).ok()),
            rating: conversation.rating.and_then(|rating| u8::try_from(rating).ok()),
            words: words.as_ref().and_then(|words| words.text()).map(Text::new),
            customer,
            is_open: open.get(&conversation.queue).copied(),
        })
    }
}
