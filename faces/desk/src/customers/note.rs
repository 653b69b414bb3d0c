//! A note about a customer.

use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::Conversation as Kind;
use staff::Permission;
use vault::Secret;
use web::{Failure, Posted};

use crate::conversations::{Asked, Fields, Tried, find};
use crate::seat::{Seat, done};

pub(crate) async fn add(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let text = Secret::new(fields.get("text").cloned().unwrap_or_default());
    let customer = found.shown.conversation.customer;
    if let Err(error) = seat.floor().customers.note(customer, text, &seat.audit_actor()).await {
        let action = String::new();
        return Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await;
    }
    let (asked, _) = Asked::read_address(fields.get("back").map_or("", String::as_str));
    Ok(done(&asked.conversation(id), "person-note"))
}
