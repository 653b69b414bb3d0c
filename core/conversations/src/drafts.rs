//! What a member of staff has begun to write and not sent: kept, sealed like what is sent.

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use store::{Tx, params};
use vault::{Sealed, Secret};

use crate::conversations::Conversations;
use crate::text::{LONGEST_TEXT, clean};

vault::field!(
    /// A draft.
    pub(crate) DraftBody: String = "conversation_draft"."body"
);

/// A draft and when it was last changed.
#[derive(Debug, Clone)]
pub struct Draft {
    pub conversation: Id<Kind>,
    pub text: Secret<String>,
    pub at: Timestamp,
}

impl Conversations {
    /// Keeps a draft; an empty one is thrown away.
    pub async fn save_draft(&self, id: Id<Kind>, staff: Id<StaffMember>, text: &str) -> Result<()> {
        let text = if text.trim().is_empty() { None } else { Some(clean(text, LONGEST_TEXT)?) };
        self.write(move |conversations, tx| match &text {
            Some(text) => conversations.put_draft(tx, id, staff, text),
            None => drop_draft(tx, id, staff),
        })
        .await
    }

    pub async fn draft(&self, id: Id<Kind>, staff: Id<StaffMember>) -> Result<Option<Draft>> {
        self.read(move |conversations, tx| {
            let found: Option<(Sealed<DraftBody>, Timestamp)> = tx.query_opt(
                "SELECT body, at FROM conversation_draft WHERE conversation = ?1 AND staff = ?2",
                params![id, staff],
                |row| Ok((row.take(0)?, row.take(1)?)),
            )?;
            let Some((body, at)) = found else { return Ok(None) };
            let key = conversations.key_of(tx, id)?;
            let text = key.open(record(id, staff), &body)?.plain();
            Ok(text.map(|text| Draft { conversation: id, text, at }))
        })
        .await
    }

    /// Where somebody has begun to write, the latest first.
    pub async fn drafts_of(&self, staff: Id<StaffMember>) -> Result<Vec<(Id<Kind>, Timestamp)>> {
        self.read(move |_, tx| {
            tx.query(
                "SELECT conversation, at FROM conversation_draft WHERE staff = ?1 ORDER BY at DESC LIMIT 100",
                params![staff],
                |row| Ok((row.take(0)?, row.take(1)?)),
            )
        })
        .await
    }

    pub(crate) fn put_draft(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Kind>,
        staff: Id<StaffMember>,
        text: &Secret<String>,
    ) -> Result<()> {
        let key = self.key_of(tx, id)?;
        // Numbers that must not be kept are not kept in drafts either.
        let masked = Secret::new(vault::masking::mask(text.expose()).text.into_owned());
        let body = key.seal::<DraftBody>(record(id, staff), &masked)?;
        tx.execute(
            "INSERT INTO conversation_draft (conversation, staff, body, at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (conversation, staff) DO UPDATE SET body = excluded.body, at = excluded.at",
            params![id, staff, body, self.now()],
        )?;
        Ok(())
    }
}

pub(crate) fn drop_draft(tx: &mut Tx<'_>, id: Id<Kind>, staff: Id<StaffMember>) -> Result<()> {
    tx.execute("DELETE FROM conversation_draft WHERE conversation = ?1 AND staff = ?2", params![id, staff])?;
    Ok(())
}

fn record(id: Id<Kind>, staff: Id<StaffMember>) -> String {
    format!("{id}/{staff}")
}
