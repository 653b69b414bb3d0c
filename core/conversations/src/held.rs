//! Replies that are held back for some seconds, in which they can be taken back. They are in the
//! database, so that a restart neither loses one nor sends it twice.

use jiff::Timestamp;
use kernel::id::{self, Conversation as Kind, HeldReply, Id, StaffMember};
use kernel::{Error, Refusal, Result};
use store::{Row, Tx, params};
use vault::{Sealed, Secret};

use crate::append::Prepared;
use crate::author::Author;
use crate::conversations::Conversations;
use crate::drafts::drop_draft;
use crate::entry::{ClientKey, NewBody, NewEntry};
use crate::text::{LONGEST_TEXT, clean};

vault::field!(
    /// A reply that is not sent yet.
    pub(crate) HeldBody: String = "conversation_held"."body"
);

/// Replies sent in one transaction.
const BATCH: i64 = 16;

/// A reply that can still be taken back.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: Id<HeldReply>,
    pub conversation: Id<Kind>,
    pub staff: Id<StaffMember>,
    pub text: Secret<String>,
    pub due: Timestamp,
}

struct Waiting {
    id: Id<HeldReply>,
    conversation: Id<Kind>,
    staff: Id<StaffMember>,
    body: Sealed<HeldBody>,
    key: String,
    due: Timestamp,
}

const COLUMNS: &str = "id, conversation, staff, body, client_key, due";

fn decode(row: &mut Row) -> Result<Waiting> {
    Ok(Waiting {
        id: row.take(0)?,
        conversation: row.take(1)?,
        staff: row.take(2)?,
        body: row.take(3)?,
        key: row.take(4)?,
        due: row.take(5)?,
    })
}

impl Conversations {
    /// Holds a reply until `due`. The same key holds it once; the draft it came from is done with.
    pub async fn hold_reply(
        &self,
        id: Id<Kind>,
        staff: Id<StaffMember>,
        text: &str,
        key: ClientKey,
        due: Timestamp,
    ) -> Result<Id<HeldReply>> {
        let text = clean(text, LONGEST_TEXT)?;
        self.write(move |conversations, tx| {
            let edit = conversations.edit(tx, id)?;
            // A reply that could not be sent now is refused now.
            edit.head.state.clone().after(crate::state::Command::Reply { live: true })?;
            let held = id::new::<HeldReply>(edit.now);
            let masked = Secret::new(vault::masking::mask(text.expose()).text.into_owned());
            let body = edit.data_key().seal::<HeldBody>(held, &masked)?;
            let inserted = tx.execute(
                "INSERT INTO conversation_held (id, conversation, staff, body, client_key, due) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                params![held, id, staff, body, key.as_str(), due],
            )?;
            drop_draft(tx, id, staff)?;
            if inserted == 1 {
                return Ok(held);
            }
            tx.query_one(
                "SELECT id FROM conversation_held WHERE conversation = ?1 AND client_key = ?2",
                params![id, key.as_str()],
                |row| row.take(0),
            )
        })
        .await
    }

    /// Takes a reply back; its text is the writer's draft again. Not found once it was sent.
    pub async fn undo_reply(&self, held: Id<HeldReply>, staff: Id<StaffMember>) -> Result<Secret<String>> {
        self.write(move |conversations, tx| {
            let found = tx.query_one(
                &format!("DELETE FROM conversation_held WHERE id = ?1 AND staff = ?2 RETURNING {COLUMNS}"),
                params![held, staff],
                decode,
            )?;
            let key = conversations.key_of(tx, found.conversation)?;
            let text = key.open(found.id, &found.body)?.plain();
            let text = text.ok_or_else(|| Refusal::new("vault.erased"))?;
            conversations.put_draft(tx, found.conversation, staff, &text)?;
            Ok(text)
        })
        .await
    }

    /// Sends a held reply at once.
    pub async fn send_now(&self, held: Id<HeldReply>, staff: Id<StaffMember>) -> Result<()> {
        let conversation = self
            .read(move |_, tx| {
                tx.query_one(
                    "SELECT conversation FROM conversation_held WHERE id = ?1 AND staff = ?2",
                    params![held, staff],
                    |row| row.take(0),
                )
            })
            .await?;
        self.send(held, conversation).await
    }

    /// What somebody has said in a conversation and can still take back.
    pub async fn held_in(&self, id: Id<Kind>, staff: Id<StaffMember>) -> Result<Vec<Held>> {
        self.read(move |conversations, tx| {
            let sql = format!(
                "SELECT {COLUMNS} FROM conversation_held WHERE conversation = ?1 AND staff = ?2 ORDER BY due"
            );
            let waiting = tx.query(&sql, params![id, staff], decode)?;
            let key = conversations.key_of(tx, id)?;
            let mut held = Vec::new();
            for one in waiting {
                if let Some(text) = key.open(one.id, &one.body)?.plain() {
                    held.push(Held { id: one.id, conversation: id, staff, text, due: one.due });
                }
            }
            Ok(held)
        })
        .await
    }

    /// Sends what is due, each by itself, so that one that cannot be sent keeps no other.
    pub(crate) async fn flush_due(&self) -> Result<()> {
        let due = self
            .read(|conversations, tx| {
                tx.query(
                    "SELECT id, conversation FROM conversation_held WHERE due <= ?1 ORDER BY due LIMIT ?2",
                    params![conversations.now(), BATCH],
                    |row| Ok((row.take(0)?, row.take(1)?)),
                )
            })
            .await?;
        for (held, conversation) in due {
            if let Err(error) = self.send(held, conversation).await {
                tracing::error!(%error, %held, "a held reply was not sent and is tried again");
            }
        }
        Ok(())
    }

    /// Sends one held reply. If the conversation was closed meanwhile, it is its writer's draft again:
    /// nothing is lost.
    async fn send(&self, held: Id<HeldReply>, conversation: Id<Kind>) -> Result<()> {
        let sent = self
            .write(move |conversations, tx| {
                let Some((one, text)) = conversations.take_held(tx, held, conversation)? else {
                    return Ok(None);
                };
                let entry = NewEntry {
                    author: Author::Staff(one.staff),
                    body: NewBody::Words(text.expose().clone()),
                    key: Some(one.key.parse()?),
                };
                conversations.append_to(tx, conversation, &Prepared::new(&entry)?).map(Some)
            })
            .await;
        match sent {
            Ok(Some((appended, written))) => self.tell_written(appended, written),
            Ok(None) => {}
            Err(Error::Refusal(refusal)) => {
                tracing::info!(%conversation, %refusal, "a held reply became a draft again");
                self.write(move |conversations, tx| {
                    let Some((one, text)) = conversations.take_held(tx, held, conversation)? else {
                        return Ok(());
                    };
                    conversations.put_draft(tx, conversation, one.staff, &text)
                })
                .await?;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes a held reply out; nothing when it was sent or taken back already, or its customer erased.
    fn take_held(
        &self,
        tx: &mut Tx<'_>,
        held: Id<HeldReply>,
        conversation: Id<Kind>,
    ) -> Result<Option<(Waiting, Secret<String>)>> {
        let sql = format!("DELETE FROM conversation_held WHERE id = ?1 RETURNING {COLUMNS}");
        let Some(one) = tx.query_opt(&sql, params![held], decode)? else { return Ok(None) };
        let text = self.key_of(tx, conversation)?.open(one.id, &one.body)?.plain();
        Ok(text.map(|text| (one, text)))
    }
}
