//! Where the sealed bytes of files lie. One machine keeps them in its database; many share a store of
//! objects behind the same few calls.

use std::pin::Pin;

use kernel::Result;
use kernel::id::{Attachment, Id};
use store::{Store, params};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A place for pieces of files, by file and number. It sees only sealed bytes, which nothing but their
/// customer's key opens, wherever they lie.
pub trait Blobs: Send + Sync + 'static {
    /// Keeps a piece; keeping it again changes nothing.
    fn put(&self, file: Id<Attachment>, number: u32, sealed: Vec<u8>) -> Answer<'_, ()>;
    fn get(&self, file: Id<Attachment>, number: u32) -> Answer<'_, Option<Vec<u8>>>;
    /// Removes all pieces of a file.
    fn remove(&self, file: Id<Attachment>) -> Answer<'_, ()>;
}

/// Pieces in a table of the database.
pub struct TableBlobs(Store);

impl TableBlobs {
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

impl Blobs for TableBlobs {
    fn put(&self, file: Id<Attachment>, number: u32, sealed: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(self.0.write(move |tx| {
            tx.execute(
                "INSERT INTO conversation_blob (attachment, piece, body) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO NOTHING",
                params![file, number, sealed],
            )?;
            Ok(())
        }))
    }

    fn get(&self, file: Id<Attachment>, number: u32) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(self.0.read(move |tx| {
            tx.query_opt(
                "SELECT body FROM conversation_blob WHERE attachment = ?1 AND piece = ?2",
                params![file, number],
                |row| row.take(0),
            )
        }))
    }

    fn remove(&self, file: Id<Attachment>) -> Answer<'_, ()> {
        Box::pin(self.0.write(move |tx| {
            tx.execute("DELETE FROM conversation_blob WHERE attachment = ?1", params![file])?;
            Ok(())
        }))
    }
}
