//! The hot path: something is said. One transaction, few statements, never twice.

use std::sync::Arc;

use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{NewEvent, Refusal, Result};
use serde_json::json;
use store::{Tx, params};
use vault::Secret;
use vault::masking::{mask, mask_continued};

use crate::author::Author;
use crate::conversations::Conversations;
use crate::edit::{Edit, NewRow};
use crate::entry::{Appended, Body, ClientKey, Entry, Envelope, Happening, NewBody, NewEntry, Words};
use crate::entry_rows::{self, Content, EntryKind};
use crate::state::{Command, State, StateKind};
use crate::text::{LONGEST_TEXT, clean};

/// Longest envelope, in bytes of Base64.
const LONGEST_ENVELOPE: usize = 64 * 1024;
const MOST_MENTIONS: usize = 20;
/// Conversations made one, one after the other; more would be a circle.
const LONGEST_CHAIN: usize = 32;

/// An entry that was found fit to be written, before any transaction began.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    author: Author,
    kind: EntryKind,
    content: Content,
    mentions: Vec<Id<StaffMember>>,
    key: Option<ClientKey>,
    file: Option<String>,
}

impl Prepared {
    pub fn new(entry: &NewEntry) -> Result<Self, Refusal> {
        let spoken = if entry.author.is_customer() { EntryKind::Message } else { EntryKind::Reply };
        let (kind, content, mentions) = match &entry.body {
            NewBody::Words(text) => (spoken, Content::Text(clean(text, LONGEST_TEXT)?), Vec::new()),
            NewBody::EndToEnd(envelope) => (spoken, Content::EndToEnd(checked(envelope)?), Vec::new()),
            NewBody::Note { .. } if entry.author.is_customer() => {
                return Err(Refusal::new("conversations.note_by_customer"));
            }
            NewBody::Note { mentions, .. } if mentions.len() > MOST_MENTIONS => {
                return Err(Refusal::new("conversations.too_many_mentions").with("most", MOST_MENTIONS));
            }
            NewBody::Note { text, mentions } => {
                (EntryKind::Note, Content::Text(clean(text, LONGEST_TEXT)?), mentions.clone())
            }
        };
        Ok(Self { author: entry.author.clone(), kind, content, mentions, key: entry.key.clone(), file: None })
    }

    /// A file that was stored, with the words that came with it.
    pub fn file(
        author: Author,
        file: String,
        caption: Option<&str>,
        key: Option<ClientKey>,
    ) -> Result<Self, Refusal> {
        let content = match caption.filter(|text| !text.trim().is_empty()) {
            Some(text) => Content::Text(clean(text, LONGEST_TEXT)?),
            None => Content::None,
        };
        let kind = EntryKind::Attachment;
        Ok(Self { author, kind, content, mentions: Vec::new(), key, file: Some(file) })
    }

    /// Whether a number may go on in it that an earlier message began: only if it has a digit. That is
    /// rare enough, and looking back costs a query.
    fn may_continue(&self) -> bool {
        matches!(self.kind, EntryKind::Message | EntryKind::Reply)
            && matches!(&self.content, Content::Text(text) if text.expose().chars().any(char::is_numeric))
    }
}

fn checked(envelope: &Envelope) -> Result<Envelope, Refusal> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let suite_fits = (1..=64).contains(&envelope.suite.len())
        && envelope.suite.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.'));
    if !suite_fits || envelope.sealed.is_empty() || !envelope.sealed.chars().all(is_base64) {
        return Err(Refusal::new("conversations.envelope_malformed"));
    }
    if envelope.sealed.len() > LONGEST_ENVELOPE {
        let length = envelope.sealed.len();
        return Err(Refusal::new("conversations.too_long")
            .with("longest", LONGEST_ENVELOPE)
            .with("length", length));
    }
    Ok(envelope.clone())
}

/// What was written, as it was kept.
pub(crate) struct Written {
    pub number: i64,
    pub entry: Entry,
    /// Earlier entries in which something had to be hidden.
    pub remasked: Vec<i64>,
}

impl Conversations {
    /// Writes an entry at the end. The same key from the same side writes it once, however often it is sent.
    pub async fn append(&self, id: Id<Kind>, entry: NewEntry) -> Result<Appended> {
        self.append_prepared(id, Prepared::new(&entry)?).await
    }

    pub(crate) async fn append_prepared(&self, id: Id<Kind>, prepared: Prepared) -> Result<Appended> {
        let (appended, written) =
            self.write(move |conversations, tx| conversations.append_to(tx, id, &prepared)).await?;
        self.tell_written(appended, written);
        Ok(appended)
    }

    /// Wakes whoever watches on this node, with the entry at hand; other nodes hear of it by its event.
    pub(crate) fn tell_written(&self, appended: Appended, written: Option<Written>) {
        if let Some(written) = written {
            self.live().forget(appended.conversation, &written.remasked);
            self.live().entry_written(appended.conversation, Arc::new(written.entry));
        }
    }

    /// The same in the caller's transaction.
    pub fn append_in(&self, tx: &mut Tx<'_>, id: Id<Kind>, entry: &NewEntry) -> Result<Appended> {
        Ok(self.append_to(tx, id, &Prepared::new(entry)?)?.0)
    }

    pub(crate) fn append_to(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Kind>,
        prepared: &Prepared,
    ) -> Result<(Appended, Option<Written>)> {
        let side = prepared.author.side();
        let mut edit = self.edit(tx, id)?;
        for _ in 0..LONGEST_CHAIN {
            let State::Merged { into } = edit.head.state else { break };
            // It may have been written here before the two became one.
            if let Some(key) = &prepared.key
                && let Some((number, at)) = entry_rows::by_key(tx, edit.head.id, side, key)?
            {
                let conversation = edit.head.id;
                return Ok((Appended { conversation, number, at, repeated: true }, None));
            }
            edit = self.edit(tx, into)?;
        }
        let conversation = edit.head.id;
        let written = write(tx, &mut edit, prepared)?;
        if let Some(written) = written {
            let appended = Appended { conversation, number: written.number, at: edit.now, repeated: false };
            if prepared.kind == EntryKind::Reply {
                self.adopt(tx, &mut edit, &prepared.author)?;
            }
            self.settle(tx, &mut edit, &prepared.author)?;
            edit.save(tx)?;
            return Ok((appended, Some(written)));
        }
        let key = prepared.key.as_ref().ok_or_else(|| kernel::Fault::new("an entry's number was taken"))?;
        let (number, at) = entry_rows::by_key(tx, conversation, side, key)?
            .ok_or_else(|| kernel::Fault::new("an entry's number was taken"))?;
        Ok((Appended { conversation, number, at, repeated: true }, None))
    }
}

/// Writes one entry and moves the state as it asks. Nothing when its key was used before: then nothing at
/// all may be saved.
pub(crate) fn write(tx: &mut Tx<'_>, edit: &mut Edit, prepared: &Prepared) -> Result<Option<Written>> {
    let command = match prepared.kind {
        EntryKind::Note | EntryKind::Happening => Command::Work,
        _ if prepared.author.is_customer() => Command::CustomerWrites,
        // A machine's words leave it where it is: somebody still has to answer.
        _ if prepared.author == Author::System => Command::Work,
        _ => Command::Reply { live: edit.head.channel.is_live() },
    };
    // Where more than the one entry is written, a repeated key must not leave the rest behind, so it is
    // looked up first. Otherwise the insert itself finds it.
    let next = edit.head.state.clone().after(command.clone())?;
    let told = told(&edit.head.state, next.kind());
    if (told.is_some() || prepared.may_continue())
        && let Some(key) = &prepared.key
        && entry_rows::by_key(tx, edit.head.id, prepared.author.side(), key)?.is_some()
    {
        return Ok(None);
    }
    if let Some(what) = told {
        edit.happen(tx, &prepared.author, &what, "state")?;
    }
    let (content, masked, remasked) = hide(tx, edit, prepared)?;
    let fact = match prepared.kind {
        EntryKind::Attachment => prepared.file.clone(),
        EntryKind::Note if !prepared.mentions.is_empty() => {
            let ids: Vec<String> = prepared.mentions.iter().map(ToString::to_string).collect();
            Some(serde_json::to_string(&ids)?)
        }
        _ => None,
    };
    let row = NewRow {
        fact,
        masked,
        key: prepared.key.as_ref(),
        ..NewRow::new(&prepared.author, prepared.kind, content.clone())
    };
    let Some(number) = edit.write(tx, &row)? else { return Ok(None) };
    edit.apply(command)?;
    mention(tx, edit, number, &prepared.mentions)?;
    let entry = entry(edit, prepared, number, content, masked)?;
    Ok(Some(Written { number, entry, remasked }))
}

/// What a change of state by an entry is told as.
fn told(state: &State, next: StateKind) -> Option<Happening> {
    match (state.kind(), next) {
        (StateKind::Closed, StateKind::Open) => Some(Happening::Reopened),
        (StateKind::Snoozed, StateKind::Open | StateKind::WaitingOnCustomer) => Some(Happening::Woke),
        _ => None,
    }
}

/// Hides sensitive numbers, also those whose beginning the sender's earlier messages hold.
fn hide(tx: &mut Tx<'_>, edit: &Edit, prepared: &Prepared) -> Result<(Content, bool, Vec<i64>)> {
    let Content::Text(text) = &prepared.content else {
        return Ok((prepared.content.clone(), false, Vec::new()));
    };
    if !prepared.may_continue() {
        let masked = mask(text.expose());
        let is_masked = !masked.findings.is_empty();
        return Ok((Content::Text(Secret::new(masked.text.into_owned())), is_masked, Vec::new()));
    }
    let (id, last) = (edit.head.id, edit.head.last_number);
    let earlier = entry_rows::last_texts_of(tx, edit.data_key(), id, &prepared.author, last)?;
    let texts: Vec<&str> = earlier.iter().map(|(_, text)| text.expose().as_str()).collect();
    let continued = mask_continued(&texts, text.expose());
    let mut remasked = Vec::new();
    for replaced in continued.earlier {
        let Some((number, _)) = earlier.get(replaced.index) else { continue };
        entry_rows::replace_text(tx, edit.data_key(), id, *number, &Secret::new(replaced.text))?;
        remasked.push(*number);
    }
    if !remasked.is_empty() {
        let data = json!({ "numbers": remasked });
        tx.emit(edit.now, &NewEvent { kind: "conversations.masked", subject: id.to_string(), data })?;
    }
    let is_masked = !continued.new.findings.is_empty();
    Ok((Content::Text(Secret::new(continued.new.text.into_owned())), is_masked, remasked))
}

/// Tells those whom a note names.
fn mention(tx: &mut Tx<'_>, edit: &Edit, number: i64, mentions: &[Id<StaffMember>]) -> Result<()> {
    for staff in mentions {
        let rows = tx.execute(
            "INSERT INTO conversation_mention (staff, conversation, number, at, seen) \
             VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING",
            params![staff, edit.head.id, number, edit.now],
        )?;
        if rows == 1 {
            let data = json!({ "staff": staff, "number": number });
            let event = NewEvent { kind: "conversations.mentioned", subject: edit.head.id.to_string(), data };
            tx.emit(edit.now, &event)?;
        }
    }
    Ok(())
}

fn entry(edit: &Edit, prepared: &Prepared, number: i64, content: Content, masked: bool) -> Result<Entry> {
    let words = match content {
        Content::None => None,
        Content::Text(text) => Some(Words::Text(text)),
        Content::EndToEnd(envelope) => Some(Words::EndToEnd(envelope)),
    };
    let lacking = || kernel::Fault::new("an entry without words");
    let body = match prepared.kind {
        EntryKind::Message => Body::Message(words.ok_or_else(lacking)?),
        EntryKind::Reply => Body::Reply(words.ok_or_else(lacking)?),
        EntryKind::Note => {
            Body::Note { words: words.ok_or_else(lacking)?, mentions: prepared.mentions.clone() }
        }
        EntryKind::Attachment | EntryKind::Happening => {
            let file = prepared.file.as_deref().ok_or_else(lacking)?.parse()?;
            Body::Attachment { file, caption: words }
        }
    };
    Ok(Entry {
        number,
        at: edit.now,
        author: prepared.author.clone(),
        body,
        masked,
        origin: None,
        moved_to: None,
        key: prepared.key.clone(),
    })
}
