//! How content the customer was, in their own words if they like.

use kernel::id::{Conversation as Kind, Id};
use kernel::{Refusal, Result};
use vault::Secret;
use vault::masking::mask;

use crate::author::Author;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::edit::NewRow;
use crate::entry::Happening;
use crate::entry_rows::{Content, EntryKind};
use crate::state::Command;
use crate::text::{LONGEST_TEXT, clean};

impl Conversations {
    /// The customer says how content they are, from 1 to 5. Said again, the last word counts.
    pub async fn rate(&self, id: Id<Kind>, score: u8, comment: Option<String>) -> Result<Conversation> {
        if !(1..=5).contains(&score) {
            return Err(Refusal::new("conversations.score_malformed").with("score", score).into());
        }
        let words = comment.map(|text| clean(&text, LONGEST_TEXT)).transpose()?;
        let masked = words.as_ref().map(|words| mask(words.expose()));
        let is_masked = masked.as_ref().is_some_and(|masked| !masked.findings.is_empty());
        let content =
            masked.map_or(Content::None, |masked| Content::Text(Secret::new(masked.text.into_owned())));
        let fact = serde_json::to_string(&Happening::Rated { score })?;
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit(tx, id)?;
            edit.apply(Command::Work)?;
            edit.head.rating = Some(i64::from(score));
            let row = NewRow::new(&Author::Customer, EntryKind::Happening, content.clone());
            edit.write(tx, &NewRow { fact: Some(fact.clone()), masked: is_masked, ..row })?;
            edit.note_done("rated");
            edit.save(tx)
        })
        .await
    }
}
