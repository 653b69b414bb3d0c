//! Files that customers and staff send: looked at, sealed in pieces, and served so that they can do no harm.

mod blobs;
mod name;
mod rows;
mod sniff;

use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Attachment, Conversation as Kind, Id};
use kernel::{Error, Fault, Refusal, Result};
use store::{FromValue, Value};
use vault::{DataKey, Sealed, Secret};

use crate::append::Prepared;
use crate::author::Author;
use crate::conversations::Conversations;
use crate::entry::{Appended, ClientKey};
use crate::entry_rows;
use crate::state::Command;

pub use blobs::{Blobs, TableBlobs};
pub use sniff::MediaType;

/// Largest file, in bytes.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// Files of one conversation, and bytes of all of them together.
const MOST_FILES: i64 = 50;
const MOST_BYTES: i64 = 100 * 1024 * 1024;
/// Bytes of a piece: small, so that no writer waits long for one.
const PIECE: usize = 256 * 1024;
/// A file that was not finished by then never will be.
const UNFINISHED: SignedDuration = SignedDuration::from_hours(1);

vault::field!(
    /// The name a file came with.
    pub(crate) FileName: String = "conversation_attachment"."name"
);
vault::field!(
    /// A piece of a file.
    pub(crate) FilePiece: Vec<u8> = "conversation_blob"."body"
);

/// A file about to be kept.
#[derive(Clone)]
pub struct NewFile {
    pub author: Author,
    /// As the sender calls it; it is cleaned.
    pub name: String,
    pub bytes: Vec<u8>,
    /// What was said along with it.
    pub caption: Option<String>,
    pub key: Option<ClientKey>,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone)]
pub struct File {
    pub id: Id<Attachment>,
    pub conversation: Id<Kind>,
    /// Nothing when the customer's data was erased.
    pub name: Option<Secret<String>>,
    pub media_type: MediaType,
    pub size: i64,
    pub created_at: Timestamp,
}

impl Conversations {
    /// Keeps a file and writes it into the conversation. What it is is decided by its content.
    pub async fn attach(&self, id: Id<Kind>, file: NewFile) -> Result<Appended> {
        let media_type = sniff::media_type(&file.bytes)?;
        let name = name::cleaned(&file.name, media_type);
        if let Some(appended) = self.repeated(id, &file).await? {
            return Ok(appended);
        }
        let (kept, key) = self.begin_file(id, media_type, name, file.bytes.len()).await?;
        let prepared = Prepared::file(file.author, kept.to_string(), file.caption.as_deref(), file.key)?;
        self.put_pieces(kept, &key, &file.bytes).await?;
        let (appended, written) = self
            .write(move |conversations, tx| {
                let (appended, written) = conversations.append_to(tx, id, &prepared)?;
                if written.is_some() {
                    rows::make_ready(tx, kept, appended.conversation)?;
                }
                Ok((appended, written))
            })
            .await?;
        self.tell_written(appended, written);
        Ok(appended)
    }

    /// What is known of a file of this conversation. A file of another is not found, and neither is one
    /// that was never finished.
    pub async fn file(&self, conversation: Id<Kind>, file: Id<Attachment>) -> Result<File> {
        self.read(move |conversations, tx| {
            let row = rows::find(tx, file)?.filter(|row| row.conversation == conversation);
            let row = row.ok_or(Error::NotFound)?;
            let key = conversations.key_of(tx, row.sealed_for)?;
            row.open(&key)
        })
        .await
    }

    /// A file and its bytes.
    pub async fn read_file(&self, conversation: Id<Kind>, file: Id<Attachment>) -> Result<(File, Vec<u8>)> {
        let facts = self.file(conversation, file).await?;
        let key = self
            .read(move |conversations, tx| {
                let row = rows::find(tx, file)?.ok_or(Error::NotFound)?;
                conversations.key_of(tx, row.sealed_for)
            })
            .await?;
        let size = usize::try_from(facts.size)?;
        let mut bytes = Vec::with_capacity(size);
        for piece in 0..pieces(size) {
            let sealed = self.blobs().get(file, piece).await?;
            let sealed = sealed.ok_or_else(|| Fault::new(format!("a piece of {file} is missing")))?;
            let sealed = Sealed::<FilePiece>::from_value(Value::Blob(sealed))?;
            let opened = key.open(record(file, piece), &sealed)?.plain();
            let opened = opened.ok_or_else(|| Refusal::new("vault.erased"))?;
            bytes.extend_from_slice(opened.expose());
        }
        Ok((facts, bytes))
    }

    /// Removes what was begun and never finished. To be called every few minutes.
    pub async fn tidy(&self) -> Result<u64> {
        let before = self.now().checked_sub(UNFINISHED)?;
        let unfinished = self.read(move |_, tx| rows::unfinished(tx, before)).await?;
        let mut gone = 0;
        for file in unfinished {
            self.blobs().remove(file).await?;
            gone += self.write(move |_, tx| rows::delete_unready(tx, file)).await?;
        }
        Ok(gone)
    }

    async fn repeated(&self, id: Id<Kind>, file: &NewFile) -> Result<Option<Appended>> {
        let Some(key) = file.key.clone() else { return Ok(None) };
        let side = file.author.side();
        let found = self.read(move |_, tx| entry_rows::by_key(tx, id, side, &key)).await?;
        Ok(found.map(|(number, at)| Appended { conversation: id, number, at, repeated: true }))
    }

    /// Makes room for a file, or refuses before its bytes are written.
    async fn begin_file(
        &self,
        id: Id<Kind>,
        media_type: MediaType,
        name: Secret<String>,
        size: usize,
    ) -> Result<(Id<Attachment>, DataKey)> {
        let size = i64::try_from(size)?;
        self.write(move |conversations, tx| {
            let edit = conversations.edit(tx, id)?;
            // What could not be said now is refused now.
            edit.head.state.clone().after(Command::CustomerWrites)?;
            let (count, bytes) = rows::usage(tx, id)?;
            if count >= MOST_FILES || bytes + size > MOST_BYTES {
                return Err(Refusal::new("conversations.too_many_files").with("most", MOST_FILES).into());
            }
            let file = id::new::<Attachment>(edit.now);
            let name = edit.data_key().seal::<FileName>(file, &name)?;
            rows::insert(tx, file, id, &name, media_type, size, edit.now)?;
            Ok((file, edit.data_key().clone()))
        })
        .await
    }

    async fn put_pieces(&self, file: Id<Attachment>, key: &DataKey, bytes: &[u8]) -> Result<()> {
        for (number, piece) in bytes.chunks(PIECE).enumerate() {
            let number = u32::try_from(number)?;
            let sealed: Sealed<FilePiece> = key.seal(record(file, number), &Secret::new(piece.to_vec()))?;
            self.blobs().put(file, number, sealed.as_bytes().to_vec()).await?;
        }
        Ok(())
    }
}

fn record(file: Id<Attachment>, piece: u32) -> String {
    format!("{file}/{piece}")
}

fn pieces(size: usize) -> u32 {
    u32::try_from(size.div_ceil(PIECE)).unwrap_or(u32::MAX)
}
