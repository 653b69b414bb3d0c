//! Showing how to reach a customer in full, because of the conversation that is open about them.

use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::Conversation as Kind;
use staff::{Permission, Reason, Wanted};
use vault::Secret;
use web::{Failure, Posted};

use super::Revealed;
use crate::conversations::{Asked, Fields, Said, Tried, find, send_page};
use crate::guard::{in_queue, purpose};
use crate::seat::Seat;

pub(crate) async fn points(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CUSTOMER_READ).await?;
    let conversation = &found.shown.conversation;
    let (resource, circumstances) = in_queue(&seat.desk, &seat.caller, &conversation.queue);
    let wanted = Wanted {
        subject: conversation.customer.to_string(),
        field: "customer.points",
        resource,
        own_queue: circumstances.own_queue || conversation.assignee == Some(seat.caller.member),
        purpose: purpose(&seat.caller),
    };
    let reason = Reason::Matter(conversation.reference.clone());
    // The page reads them with everything else of the customer; that they may be shown is what is decided here.
    let revealed =
        seat.desk.staff().reveal(&seat.caller, wanted, reason, |_| Ok(Secret::new(String::new()))).await;
    if let Err(error) = revealed {
        let action = String::new();
        return Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await;
    }
    let (asked, _) = Asked::read_address(fields.get("back").map_or("", String::as_str));
    send_page(&seat, &asked, Some(found), Said { revealed: Revealed::Shown, ..Said::default() }).await
}
