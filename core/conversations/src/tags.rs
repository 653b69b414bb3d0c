//! Tags: short names that staff put on conversations, to find them by.

use std::collections::BTreeSet;

use kernel::id::{Conversation as Kind, Id};
use kernel::{Refusal, Result};
use store::{Tx, params};

use crate::author::Author;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::Happening;
use crate::state::Command;

const LONGEST: usize = 40;
const MOST: usize = 20;

/// A tag in its one form: lower case, words joined by dashes.
pub fn normal_tag(text: &str) -> Result<String, Refusal> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let tag = words.join("-");
    if tag.is_empty() || tag.chars().count() > LONGEST {
        return Err(Refusal::new("conversations.tag_malformed").with("tag", text));
    }
    Ok(tag)
}

/// Keeps the rows by which conversations are found under their tags in step with the conversation.
pub(crate) fn place(tx: &mut Tx<'_>, c: &Conversation) -> Result<()> {
    tx.execute("DELETE FROM conversation_tag WHERE conversation = ?1", params![c.id])?;
    for tag in &c.tags {
        tx.execute(
            "INSERT INTO conversation_tag (tag, state, since, conversation) VALUES (?1, ?2, ?3, ?4)",
            params![tag, c.state.kind().as_str(), c.since, c.id],
        )?;
    }
    Ok(())
}

/// Several tags, each in its one form.
pub(crate) fn normal(tags: &[String]) -> Result<BTreeSet<String>, Refusal> {
    tags.iter().map(|tag| normal_tag(tag)).collect()
}

/// Puts tags on a conversation and takes others off; `false` when that changes nothing.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    edit: &mut Edit,
    add: &BTreeSet<String>,
    remove: &BTreeSet<String>,
    by: &Author,
) -> Result<bool> {
    let mut tags: BTreeSet<String> = edit.head.tags.iter().cloned().collect();
    let removed: Vec<String> = remove.iter().filter(|tag| tags.remove(*tag)).cloned().collect();
    let added: Vec<String> = add.iter().filter(|tag| tags.insert((*tag).clone())).cloned().collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(false);
    }
    if tags.len() > MOST {
        return Err(Refusal::new("conversations.too_many_tags").with("most", MOST).into());
    }
    for tag in &added {
        tx.execute(
            "INSERT INTO conversation_tag_known (tag, used_at) VALUES (?1, ?2) ON CONFLICT (tag) DO NOTHING",
            params![tag, edit.now],
        )?;
    }
    edit.head.tags = tags.into_iter().collect();
    edit.happen(tx, by, &Happening::Tagged { added, removed }, "tags")?;
    Ok(true)
}

impl Conversations {
    /// Adds and removes tags; what is there already, or not there, is passed over. Others may do the same
    /// at the same time: tags do not contradict one another, so no version is asked for.
    pub async fn tag(
        &self,
        id: Id<Kind>,
        add: &[String],
        remove: &[String],
        by: Author,
    ) -> Result<Conversation> {
        let (add, remove) = (normal(add)?, normal(remove)?);
        self.change(move |conversations, tx| conversations.tag_in(tx, id, &add, &remove, &by)).await
    }

    pub(crate) fn tag_in(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Kind>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
        by: &Author,
    ) -> Result<Conversation> {
        let mut edit = self.edit(tx, id)?;
        edit.apply(Command::Work)?;
        if change(tx, &mut edit, add, remove, by)? { edit.save(tx) } else { Ok(edit.head) }
    }

    /// Tags that were used before and begin with these letters.
    pub async fn known_tags(&self, beginning: &str, limit: u16) -> Result<Vec<String>> {
        let from = beginning.to_lowercase();
        // Every text that begins so is before the same text followed by the last character there is.
        let to = format!("{from}\u{10ffff}");
        self.read(move |_, tx| {
            tx.query(
                "SELECT tag FROM conversation_tag_known WHERE tag >= ?1 AND tag < ?2 ORDER BY tag LIMIT ?3",
                params![from, to, i64::from(limit)],
                |row| row.take(0),
            )
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_one_form() {
        for spelling in ["Late Fee", " late  fee ", "late-fee", "LATE_FEE!"] {
            assert_eq!(normal_tag(spelling).unwrap(), "late-fee", "{spelling}");
        }
        assert_eq!(normal_tag("Español").unwrap(), "español");
        assert_eq!(normal_tag(" - ").unwrap_err().code(), "conversations.tag_malformed");
        assert!(normal_tag(&"x".repeat(41)).is_err());
    }
}
