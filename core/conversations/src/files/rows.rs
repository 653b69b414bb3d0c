//! The SQL of files.

use jiff::Timestamp;
use kernel::id::{Attachment, Conversation as Kind, Id};
use kernel::{Fault, Result};
use store::{Tx, params};
use vault::{DataKey, Sealed};

use super::{File, FileName, MediaType};

/// A file as it is stored.
pub(super) struct FileRow {
    id: Id<Attachment>,
    pub conversation: Id<Kind>,
    /// The conversation whose customer's key sealed it, if it was moved since.
    pub sealed_for: Id<Kind>,
    name: Sealed<FileName>,
    media_type: MediaType,
    size: i64,
    created_at: Timestamp,
}

impl FileRow {
    pub fn open(self, key: &DataKey) -> Result<File> {
        Ok(File {
            id: self.id,
            conversation: self.conversation,
            name: key.open(self.id, &self.name)?.plain(),
            media_type: self.media_type,
            size: self.size,
            created_at: self.created_at,
        })
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    file: Id<Attachment>,
    conversation: Id<Kind>,
    name: &Sealed<FileName>,
    media_type: MediaType,
    size: i64,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO conversation_attachment (id, conversation, sealed_for, name, media_type, size, ready, \
         created_at) VALUES (?1, ?2, ?2, ?3, ?4, ?5, 0, ?6)",
        params![file, conversation, name, media_type.as_str(), size, now],
    )?;
    Ok(())
}

/// All its pieces are there and an entry shows it, in this conversation.
pub(super) fn make_ready(tx: &mut Tx<'_>, file: Id<Attachment>, conversation: Id<Kind>) -> Result<()> {
    tx.execute(
        "UPDATE conversation_attachment SET ready = 1, conversation = ?2 WHERE id = ?1",
        params![file, conversation],
    )?;
    Ok(())
}

pub(super) fn find(tx: &mut Tx<'_>, file: Id<Attachment>) -> Result<Option<FileRow>> {
    tx.query_opt(
        "SELECT id, conversation, sealed_for, name, media_type, size, created_at \
         FROM conversation_attachment WHERE id = ?1 AND ready = 1",
        params![file],
        |row| {
            let media_type: String = row.take(4)?;
            Ok(FileRow {
                id: row.take(0)?,
                conversation: row.take(1)?,
                sealed_for: row.take(2)?,
                name: row.take(3)?,
                media_type: MediaType::parse(&media_type)
                    .ok_or_else(|| Fault::new(format!("no type of file: {media_type}")))?,
                size: row.take(5)?,
                created_at: row.take(6)?,
            })
        },
    )
}

/// Files of a conversation and their bytes, those still coming in included.
pub(super) fn usage(tx: &mut Tx<'_>, conversation: Id<Kind>) -> Result<(i64, i64)> {
    tx.query_one(
        "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM conversation_attachment \
         WHERE conversation = ?1",
        params![conversation],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )
}

pub(super) fn unfinished(tx: &mut Tx<'_>, before: Timestamp) -> Result<Vec<Id<Attachment>>> {
    tx.query(
        "SELECT id FROM conversation_attachment WHERE ready = 0 AND created_at < ?1 \
         ORDER BY created_at LIMIT 100",
        params![before],
        |row| row.take(0),
    )
}

pub(super) fn delete_unready(tx: &mut Tx<'_>, file: Id<Attachment>) -> Result<u64> {
    tx.execute("DELETE FROM conversation_attachment WHERE id = ?1 AND ready = 0", params![file])
}
