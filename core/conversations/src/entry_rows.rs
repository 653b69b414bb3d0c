//! The SQL of entries, and how their words are sealed and opened.

use std::fmt::Display;

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Fault, Result};
use store::{Row, Tx, Value, params};
use vault::{DataKey, Field, Opened, Sealed, Secret};

use crate::author::{Author, Side};
use crate::entry::{Body, ClientKey, Entry, Envelope, Happening, Origin, Words};
use crate::joining::Place;

vault::field!(
    /// The words of an entry, or the envelope they are sealed in.
    pub(crate) EntryBody: String = "conversation_entry"."body"
);

const COLUMNS: &str =
    "number, at, side, author, kind, form, body, fact, masked, client_key, origin, moved_to";

/// The kinds of entries as they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Message,
    Reply,
    Note,
    Attachment,
    Happening,
}

impl EntryKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Attachment => "attachment",
            Self::Happening => "happening",
        }
    }

    /// Said between the customer and us.
    pub(crate) fn is_spoken(self) -> bool {
        matches!(self, Self::Message | Self::Reply | Self::Attachment)
    }
}

/// The words of an entry that is about to be written.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    None,
    Text(Secret<String>),
    EndToEnd(Envelope),
}

/// An entry about to be written, at the number it will have.
pub(crate) struct EntryRow<'a> {
    pub conversation: Id<Kind>,
    pub number: i64,
    pub at: Timestamp,
    pub author: &'a Author,
    pub kind: EntryKind,
    pub content: &'a Content,
    pub fact: Option<String>,
    pub masked: bool,
    pub key: Option<&'a ClientKey>,
    pub origin: Option<Origin>,
}

/// What an entry's words are sealed for: its own place.
fn record(conversation: Id<Kind>, number: i64) -> String {
    format!("{conversation}/{number}")
}

/// Writes an entry; `false` when its key was used before.
pub(crate) fn insert(tx: &mut Tx<'_>, data_key: &DataKey, row: &EntryRow<'_>) -> Result<bool> {
    let (form, body) = match row.content {
        Content::None => ("none", None),
        Content::Text(text) => ("sealed", Some(seal(data_key, row.conversation, row.number, text)?)),
        Content::EndToEnd(envelope) => {
            let json = Secret::from_json(envelope)?;
            ("end_to_end", Some(seal(data_key, row.conversation, row.number, &json)?))
        }
    };
    let rows = tx.execute(
        "INSERT INTO conversation_entry (conversation, number, at, side, author, kind, form, body, fact, \
         masked, client_key, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
         ON CONFLICT DO NOTHING",
        params![
            row.conversation,
            row.number,
            row.at,
            row.author.side().as_str(),
            row.author.id(),
            row.kind.as_str(),
            form,
            body,
            row.fact,
            row.masked,
            row.key.map(ClientKey::as_str),
            row.origin.map(|origin| record(origin.conversation, origin.number))
        ],
    )?;
    Ok(rows == 1)
}

fn seal(
    key: &DataKey,
    conversation: Id<Kind>,
    number: i64,
    text: &Secret<String>,
) -> Result<Sealed<EntryBody>> {
    key.seal(record(conversation, number), text)
}

/// Where an entry with this key is.
pub(crate) fn by_key(
    tx: &mut Tx<'_>,
    conversation: Id<Kind>,
    side: Side,
    key: &ClientKey,
) -> Result<Option<(i64, Timestamp)>> {
    tx.query_opt(
        "SELECT number, at FROM conversation_entry WHERE conversation = ?1 AND side = ?2 AND client_key = ?3",
        params![conversation, side.as_str(), key.as_str()],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )
}

/// Entries after a number, oldest first.
pub(crate) fn after(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: Id<Kind>,
    number: i64,
    limit: u16,
) -> Result<Vec<Entry>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM conversation_entry WHERE conversation = ?1 AND number > ?2 \
             ORDER BY number LIMIT ?3"
        ),
        params![conversation, number, i64::from(limit)],
        |row| decode(row, key, conversation),
    )
}

/// Entries before a number, oldest first: the page above.
pub(crate) fn before(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: Id<Kind>,
    number: i64,
    limit: u16,
) -> Result<Vec<Entry>> {
    let mut entries = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM conversation_entry WHERE conversation = ?1 AND number < ?2 \
             ORDER BY number DESC LIMIT ?3"
        ),
        params![conversation, number, i64::from(limit)],
        |row| decode(row, key, conversation),
    )?;
    entries.reverse();
    Ok(entries)
}

/// Entries before a place in time, the newest first.
pub(crate) fn told_before(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: Id<Kind>,
    before: Option<Place>,
    limit: u16,
) -> Result<Vec<Entry>> {
    let (at, other, number) = match before {
        Some(place) => (place.at, place.conversation.to_string(), place.number),
        None => (Timestamp::MAX, String::new(), 0),
    };
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM conversation_entry WHERE conversation = ?1 \
             AND (at, conversation, number) < (?2, ?3, ?4) ORDER BY at DESC, number DESC LIMIT ?5"
        ),
        params![conversation, at, other, number, i64::from(limit)],
        |row| decode(row, key, conversation),
    )
}

/// The sender's last texts before a new one, oldest first, with their numbers.
pub(crate) fn last_texts_of(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: Id<Kind>,
    author: &Author,
    last: i64,
) -> Result<Vec<(i64, Secret<String>)>> {
    /// Messages of one sender, and how far back among everybody's they are looked for.
    const MESSAGES: i64 = 4;
    const REACH: i64 = 40;
    let mut texts: Vec<(i64, Sealed<EntryBody>)> = tx.query(
        "SELECT number, body FROM conversation_entry WHERE conversation = ?1 AND number > ?2 AND side = ?3 \
         AND author IS NOT DISTINCT FROM ?4 AND form = 'sealed' AND kind IN ('message', 'reply') \
         ORDER BY number DESC LIMIT ?5",
        params![conversation, last - REACH, author.side().as_str(), author.id(), MESSAGES],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )?;
    texts.reverse();
    let opened = texts.into_iter().filter_map(|(number, sealed)| {
        key.open(record(conversation, number), &sealed)
            .map(|opened| opened.plain().map(|text| (number, text)))
            .transpose()
    });
    opened.collect()
}

/// Puts other words in the place of those of an entry.
pub(crate) fn replace_text(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: Id<Kind>,
    number: i64,
    text: &Secret<String>,
) -> Result<()> {
    tx.execute(
        "UPDATE conversation_entry SET body = ?3, masked = 1 WHERE conversation = ?1 AND number = ?2",
        params![conversation, number, seal(key, conversation, number, text)?],
    )?;
    Ok(())
}

fn decode(row: &mut Row, key: &DataKey, conversation: Id<Kind>) -> Result<Entry> {
    let number: i64 = row.take(0)?;
    let side: String = row.take(2)?;
    let author: Option<String> = row.take(3)?;
    let kind: String = row.take(4)?;
    let form: String = row.take(5)?;
    let words = words(Some(key), conversation, number, &form, row.take(6)?)?;
    let fact: Option<String> = row.take(7)?;
    let client_key: Option<String> = row.take(9)?;
    let origin: Option<String> = row.take(10)?;
    Ok(Entry {
        number,
        at: row.take(1)?,
        author: Author::from_parts(&side, author.as_deref())?,
        body: body(&kind, words, fact)?,
        masked: row.take(8)?,
        origin: origin.map(|text| parse_origin(&text)).transpose()?,
        moved_to: row.take(11)?,
        key: client_key.map(|text| text.parse()).transpose()?,
    })
}

/// Opens the words of an entry, as far as they are ours to open.
pub(crate) fn words(
    key: Option<&DataKey>,
    conversation: Id<Kind>,
    number: i64,
    form: &str,
    body: Value,
) -> Result<Option<Words>> {
    if form == "none" {
        return Ok(None);
    }
    let sealed: Sealed<EntryBody> = store::FromValue::from_value(body)?;
    Ok(Some(match text_of(key, record(conversation, number), &sealed)? {
        Words::Text(text) if form == "end_to_end" => Words::EndToEnd(text.parse_json()?),
        words => words,
    }))
}

/// Opens sealed words. Damaged ones are logged and answered like erased ones, so that one row that cannot
/// be read hides no other.
pub(crate) fn text_of<F: Field<Plain = String>>(
    key: Option<&DataKey>,
    place: impl Display,
    sealed: &Sealed<F>,
) -> Result<Words> {
    let place = place.to_string();
    match key.map(|key| key.open(&place, sealed)) {
        Some(Ok(Opened::Plain(text))) => Ok(Words::Text(text)),
        Some(Ok(Opened::Erased)) => Ok(Words::Erased),
        Some(Err(error)) if error.refusal_code() != Some("vault.unreadable") => Err(error),
        None | Some(Err(_)) => {
            tracing::error!(%place, "words of a conversation cannot be opened");
            Ok(Words::Erased)
        }
    }
}

fn body(kind: &str, words: Option<Words>, fact: Option<String>) -> Result<Body> {
    let lacking = || Fault::new(format!("a {kind} lacks what it consists of"));
    Ok(match kind {
        "message" => Body::Message(words.ok_or_else(lacking)?),
        "reply" => Body::Reply(words.ok_or_else(lacking)?),
        "note" => {
            let mentions = fact.map(|fact| serde_json::from_str::<Vec<String>>(&fact)).transpose()?;
            let mentions =
                mentions.unwrap_or_default().iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
            Body::Note { words: words.ok_or_else(lacking)?, mentions }
        }
        "attachment" => Body::Attachment { file: fact.ok_or_else(lacking)?.parse()?, caption: words },
        "happening" => {
            let what: Happening = serde_json::from_str(&fact.ok_or_else(lacking)?)?;
            Body::Happening { what, words }
        }
        other => return Err(Fault::new(format!("no kind of entry: {other}")).into()),
    })
}

fn parse_origin(text: &str) -> Result<Origin> {
    let (conversation, number) =
        text.split_once('/').ok_or_else(|| Fault::new("an entry's origin is malformed"))?;
    Ok(Origin { conversation: conversation.parse()?, number: number.parse()? })
}
