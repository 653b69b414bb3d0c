//! Looking for conversations by their reference.

use conversations::Page;
use kernel::{Error, Reference, Result};
use staff::Permission;

use crate::seat::Seat;

/// What fits the words, of what the reader may see.
pub(super) async fn page(seat: &Seat, words: &str) -> Result<Page> {
    let none = Page { rows: Vec::new(), next: None };
    let Ok(reference) = words.parse::<Reference>() else { return Ok(none) };
    let conversations = &seat.floor().conversations;
    let found = match conversations.get_by_reference(&reference).await {
        Ok(found) if seat.may_with(Permission::CONVERSATION_READ, &found) => found,
        Ok(_) | Err(Error::NotFound) => return Ok(none),
        Err(error) => return Err(error),
    };
    let rows = conversations.of_customer(vec![found.customer], None, 100, Some(seat.caller.member)).await?;
    Ok(Page { rows: rows.into_iter().filter(|row| row.conversation.id == found.id).collect(), next: None })
}
