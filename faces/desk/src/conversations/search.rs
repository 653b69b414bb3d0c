//! Looking for conversations: by their reference, or by words that were said in them.

use conversations::{Cursor, Page, Scope};
use jiff::Timestamp;
use kernel::{Error, Reference, Result};
use staff::Permission;

use super::asked::Asked;
use crate::seat::Seat;

const ROWS: u16 = 50;

/// What fits the words, of what the reader may see.
pub(super) async fn page(seat: &Seat, scope: Scope, asked: &Asked) -> Result<Page> {
    if let Ok(reference) = asked.words.parse::<Reference>()
        && let Some(page) = by_reference(seat, &reference).await?
    {
        return Ok(page);
    }
    let (before, me) = (asked.after.map(|after| after.id), Some(seat.caller.member));
    let found = seat.floor().conversations.search(&asked.words, scope, before, ROWS, me).await;
    match found {
        Ok(found) => Ok(Page {
            rows: found.hits.into_iter().map(|hit| hit.listed).collect(),
            // The order is that of the ids alone.
            next: found.next.map(|id| Cursor { since: Timestamp::UNIX_EPOCH, id }),
        }),
        // Nothing that could be looked for, such as a lone comma.
        Err(Error::Refusal(_)) => Ok(Page { rows: Vec::new(), next: None }),
        Err(error) => Err(error),
    }
}

async fn by_reference(seat: &Seat, reference: &Reference) -> Result<Option<Page>> {
    let conversations = &seat.floor().conversations;
    let found = match conversations.get_by_reference(reference).await {
        Ok(found) if seat.may_with(Permission::CONVERSATION_READ, &found) => found,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let rows = conversations.of_customer(vec![found.customer], None, 100, Some(seat.caller.member)).await?;
    let rows = rows.into_iter().filter(|row| row.conversation.id == found.id).collect();
    Ok(Some(Page { rows, next: None }))
}
