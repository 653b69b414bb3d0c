//! A conversation begins.

use kernel::id::{self, Person};
use kernel::{Fault, Id, NewEvent, Reference, Refusal, Result};
use serde_json::json;
use store::Tx;
use vault::{Secret, Subject};

use crate::append::{self, Prepared};
use crate::conversation::{Conversation, Marks, NewConversation, Opened};
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::Happening;
use crate::rows::{self, SubjectLine};
use crate::state::State;
use crate::text::{LONGEST_SUBJECT, clean_line};

/// What references of conversations begin with: the matter somebody wrote about.
const LETTER: char = 'M';
/// How often another reference is tried when one is taken.
const ATTEMPTS: usize = 8;

impl Conversations {
    pub async fn open(&self, new: NewConversation) -> Result<Opened> {
        let first = new.first.as_ref().map(Prepared::new).transpose()?;
        let opened = self
            .write(move |conversations, tx| conversations.open_prepared(tx, &new, first.as_ref()))
            .await?;
        self.live().head_changed(opened.conversation.id, opened.conversation.last_number);
        Ok(opened)
    }

    /// The same in the caller's transaction, so that finding the customer is part of it.
    pub fn open_in(&self, tx: &mut Tx<'_>, new: &NewConversation) -> Result<Opened> {
        let first = new.first.as_ref().map(Prepared::new).transpose()?;
        self.open_prepared(tx, new, first.as_ref())
    }

    fn open_prepared(
        &self,
        tx: &mut Tx<'_>,
        new: &NewConversation,
        first: Option<&Prepared>,
    ) -> Result<Opened> {
        if let Some(key) = &new.key
            && let Some(conversation) = rows::find_opening(tx, &new.customer, key)?
        {
            return Ok(Opened { conversation, first: None, repeated: true });
        }
        let mut edit = self.begin(tx, new)?;
        let what = Happening::Opened { channel: new.channel.as_str().to_owned(), queue: new.queue.clone() };
        edit.happen(tx, &new.by, &what, "opened")?;
        let mut number = None;
        if let Some(first) = first {
            number = append::write(tx, &mut edit, first)?.map(|written| written.number);
        }
        self.begin_work(tx, &mut edit, new)?;
        let data = json!({
            "channel": new.channel.as_str(), "queue": new.queue, "topic": new.topic,
            "language": new.language, "urgency": new.urgency, "number": edit.head.last_number,
        });
        let event = NewEvent { kind: "conversations.opened", subject: edit.head.id.to_string(), data };
        tx.emit(edit.now, &event)?;
        Ok(Opened { conversation: edit.save(tx)?, first: number, repeated: false })
    }

    /// Writes the row of a new conversation, under a reference that nobody has.
    pub(crate) fn begin(&self, tx: &mut Tx<'_>, new: &NewConversation) -> Result<Edit> {
        let now = self.now();
        let data_key = self.vault().key_or_new(tx, &Subject::of(&new.customer), now)?;
        let id = id::new(now);
        let subject = match &new.subject {
            Some(line) => Some(data_key.seal::<SubjectLine>(id, &subject_line(line)?)?),
            None => None,
        };
        let mut conversation = Conversation {
            id,
            reference: Reference::random(LETTER),
            customer: new.customer,
            channel: new.channel,
            topic: new.topic.clone(),
            queue: new.queue.clone(),
            language: new.language.clone(),
            urgency: new.urgency,
            state: State::Open,
            since: now,
            reopened: 0,
            assignee: None,
            work: None,
            tags: Vec::new(),
            opened_at: now,
            version: 1,
            last_number: 0,
            last_at: now,
            last_message: 0,
            waiting_since: None,
            customer_count: 0,
            reply_count: 0,
            marks: Marks::default(),
            rating: None,
            subject,
        };
        for _ in 0..ATTEMPTS {
            if rows::insert(tx, &conversation, new.key.as_ref())? {
                return Edit::of(tx, self.vault(), conversation, now);
            }
            conversation.reference = Reference::random(LETTER);
        }
        Err(Fault::new("no free reference was found for a conversation").into())
    }

    /// Whose key seals what is said with a customer: their own, under the id it was first said with.
    pub(crate) fn subject_of(customer: &Id<Person>) -> Subject {
        Subject::of(customer)
    }
}

/// A subject line as it is kept: on one line, without numbers that must not be.
pub(crate) fn subject_line(text: &str) -> Result<Secret<String>, Refusal> {
    let line = clean_line(text, LONGEST_SUBJECT)?;
    Ok(Secret::new(vault::masking::mask(line.expose()).text.into_owned()))
}
