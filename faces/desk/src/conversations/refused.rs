//! When a deed is refused: the page as it is now, what happened meanwhile, and a choice. Nothing is lost.

use std::collections::BTreeMap;

use axum::response::Response;
use conversations::Conversation;
use kernel::Error;
use staff::Permission;
use web::Failure;

use super::asked::Asked;
use super::page::{Said, send};
use super::scope::find;
use super::talk::{Draft, holder, state};
use crate::notice::{Again, Notice};
use crate::seat::Seat;

/// What a form of the workspace holds.
pub(crate) type Fields = BTreeMap<String, String>;

/// Somebody else was quicker.
const MEANWHILE: &str = "conversations.changed_meanwhile";
/// The customer wrote something that whoever closes has not seen.
const UNSEEN: &str = "conversations.unseen_words";

/// A form that was posted about a conversation.
pub(crate) struct Tried<'a> {
    pub seat: &'a Seat,
    pub conversation: kernel::Id<kernel::id::Conversation>,
    /// Where it was sent to.
    pub action: String,
    pub fields: &'a Fields,
}

impl Tried<'_> {
    /// The page it was sent from, with the refusal.
    pub(crate) async fn refused(self, error: Error, typed: Option<Draft>) -> Result<Response, Failure> {
        let Error::Refusal(refusal) = &error else { return Err(error.into()) };
        let is_conflict = matches!(refusal.code(), MEANWHILE | UNSEEN);
        let mut notice = self.seat.refused(error)?;
        let found = find(self.seat, self.conversation, Permission::CONVERSATION_READ).await?;
        if is_conflict {
            self.offer_again(&mut notice, &found.shown.conversation).await?;
        }
        let back = self.fields.get("back").map_or("", String::as_str);
        let (asked, _) = Asked::read_address(back);
        send(self.seat, &asked, Some(found), Said { notice: Some(notice), typed, ..Said::default() }).await
    }

    /// What it is now, and the same deed with what is known now.
    async fn offer_again(&self, notice: &mut Notice, now: &Conversation) -> Result<(), Failure> {
        let seat = self.seat;
        let names = seat
            .desk
            .colleagues()
            .names(seat.desk.staff(), now.assignee.as_slice(), seat.visitor.now)
            .await?;
        let words = &seat.visitor.words;
        let told = words.message("desk-conflict-now").with("state", state(seat, now).text);
        notice.text = told.with("holder", holder(seat, now, &names)).to_string();
        notice.again = Some(self.again(now, "desk-conflict-anyway", &[]));
        Ok(())
    }

    /// The same form once more: `more` fields say that this is meant.
    pub fn again(&self, now: &Conversation, key: &'static str, more: &[(&str, &str)]) -> Again {
        let known = ["form_token", "version", "seen"];
        let kept = self.fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        let mut fields: Vec<(String, String)> =
            kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        fields.push(("version".into(), now.version.to_string()));
        fields.push(("seen".into(), now.last_number.to_string()));
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let text = self.seat.visitor.words.text(key).into_owned();
        let (asked, _) = Asked::read_address(self.fields.get("back").map_or("", String::as_str));
        let leave = self.seat.visitor.words.text("desk-conflict-leave").into_owned();
        Again { action: self.action.clone(), fields, text, leave: (asked.conversation(now.id), leave) }
    }
}
