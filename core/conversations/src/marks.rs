//! How far each side has read. Marks only go forward, except where staff set one back on purpose.

use kernel::Result;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use store::{Tx, params};

use crate::conversations::Conversations;
use crate::live::ListChange;
use crate::presence::Momentary;
use crate::rows;

impl Conversations {
    /// The customer's device has everything up to this entry.
    pub async fn delivered_to_customer(&self, id: Id<Kind>, number: i64) -> Result<()> {
        let to = self
            .write(move |_, tx| {
                let to = number.min(last_number(tx, id)?);
                let rows = tx.execute(
                    "UPDATE conversation SET customer_delivered = ?2 WHERE id = ?1 AND customer_delivered < ?2",
                    params![id, to],
                )?;
                Ok((rows == 1).then_some(to))
            })
            .await?;
        match to {
            Some(to) => self.signal(id, &Momentary::Delivered { to }).await,
            None => Ok(()),
        }
    }

    /// The customer has read everything up to this entry. A number that does not exist yet is no promise.
    pub async fn read_by_customer(&self, id: Id<Kind>, number: i64) -> Result<()> {
        let to = self
            .write(move |_, tx| {
                let head = rows::find(tx, id)?;
                let to = number.min(head.last_number);
                if to <= head.marks.customer_read {
                    return Ok(None);
                }
                let count = if to == head.last_number {
                    head.reply_count
                } else {
                    let since = head.marks.customer_read;
                    head.marks.customer_read_count + replies_between(tx, id, since, to)?
                };
                tx.execute(
                    "UPDATE conversation SET customer_read = ?2, customer_read_count = ?3, \
                     customer_delivered = CASE WHEN customer_delivered < ?2 THEN ?2 ELSE customer_delivered END \
                     WHERE id = ?1",
                    params![id, to, count],
                )?;
                Ok(Some(to))
            })
            .await?;
        match to {
            Some(to) => self.signal(id, &Momentary::CustomerRead { to }).await,
            None => Ok(()),
        }
    }

    /// A member of staff has read everything up to this entry, mentions of them included.
    pub async fn read_by_staff(&self, id: Id<Kind>, staff: Id<StaffMember>, number: i64) -> Result<()> {
        let to = self
            .write(move |_, tx| {
                let head = rows::find(tx, id)?;
                let to = number.min(head.last_number);
                let heard =
                    if to == head.last_number { head.customer_count } else { heard_up_to(tx, id, to)? };
                let moved = tx.execute(
                    "INSERT INTO conversation_reader (conversation, staff, number, heard) \
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT (conversation, staff) DO UPDATE \
                     SET number = excluded.number, heard = excluded.heard \
                     WHERE conversation_reader.number < excluded.number",
                    params![id, staff, to, heard],
                )?;
                tx.execute(
                    "UPDATE conversation_mention SET seen = 1 \
                     WHERE conversation = ?1 AND staff = ?2 AND number <= ?3 AND seen = 0",
                    params![id, staff, to],
                )?;
                tx.execute(
                    "UPDATE conversation SET staff_read = ?2 WHERE id = ?1 AND staff_read < ?2",
                    params![id, to],
                )?;
                Ok((moved == 1).then_some(to))
            })
            .await?;
        match to {
            Some(to) => self.signal(id, &Momentary::StaffRead { to, staff }).await,
            None => Ok(()),
        }
    }

    /// Sets a reader's mark back to before this entry, so that it counts as unread again.
    pub async fn mark_unread(&self, id: Id<Kind>, staff: Id<StaffMember>, from: i64) -> Result<()> {
        self.write(move |_, tx| {
            let to = from.min(last_number(tx, id)?).saturating_sub(1).max(0);
            let heard = heard_up_to(tx, id, to)?;
            tx.execute(
                "INSERT INTO conversation_reader (conversation, staff, number, heard) \
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT (conversation, staff) DO UPDATE \
                 SET number = excluded.number, heard = excluded.heard",
                params![id, staff, to, heard],
            )?;
            Ok(())
        })
        .await?;
        self.live().tell_lists(ListChange {
            conversation: Some(id),
            assignee: Some(staff),
            ..ListChange::default()
        });
        Ok(())
    }
}

fn last_number(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<i64> {
    tx.query_one("SELECT last_number FROM conversation WHERE id = ?1", params![id], |row| row.take(0))
}

/// The customer's entries up to a number.
fn heard_up_to(tx: &mut Tx<'_>, id: Id<Kind>, to: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) FROM conversation_entry WHERE conversation = ?1 AND number <= ?2 \
         AND side = 'customer' AND kind IN ('message', 'attachment')",
        params![id, to],
        |row| row.take(0),
    )
}

fn replies_between(tx: &mut Tx<'_>, id: Id<Kind>, after: i64, to: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) FROM conversation_entry WHERE conversation = ?1 AND number > ?2 AND number <= ?3 \
         AND side <> 'customer' AND kind IN ('reply', 'attachment')",
        params![id, after, to],
        |row| row.take(0),
    )
}
