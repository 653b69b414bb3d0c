//! Notes that name somebody.

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use store::{Tx, params};

use crate::conversations::Conversations;
use crate::lists::Listed;

/// A note that names somebody.
#[derive(Debug, Clone)]
pub struct Mention {
    pub listed: Listed,
    /// The note.
    pub number: i64,
    pub at: Timestamp,
    pub seen: bool,
}

struct Found {
    conversation: Id<Kind>,
    number: i64,
    at: Timestamp,
    seen: bool,
}

impl Conversations {
    /// Notes that name a member of staff, the newest first; `before` is when the last one seen was written.
    pub async fn mentions(
        &self,
        staff: Id<StaffMember>,
        before: Option<Timestamp>,
        limit: u16,
    ) -> Result<Vec<Mention>> {
        self.read(move |conversations, tx| {
            let mut mentions = Vec::new();
            for found in find(tx, staff, before, limit)? {
                let listed = conversations.listed(tx, &[found.conversation], Some(staff))?;
                mentions.extend(listed.into_iter().map(|listed| Mention {
                    listed,
                    number: found.number,
                    at: found.at,
                    seen: found.seen,
                }));
            }
            Ok(mentions)
        })
        .await
    }
}

fn find(
    tx: &mut Tx<'_>,
    staff: Id<StaffMember>,
    before: Option<Timestamp>,
    limit: u16,
) -> Result<Vec<Found>> {
    tx.query(
        "SELECT conversation, number, at, seen FROM conversation_mention \
         WHERE staff = ?1 AND at < ?2 ORDER BY at DESC, conversation, number LIMIT ?3",
        params![staff, before.unwrap_or(Timestamp::MAX), i64::from(limit.min(100))],
        |row| {
            Ok(Found {
                conversation: row.take(0)?,
                number: row.take(1)?,
                at: row.take(2)?,
                seen: row.take(3)?,
            })
        },
    )
}
