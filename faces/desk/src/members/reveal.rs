//! Showing somebody's address in full, to those who say why.

use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffMember;
use serde::Deserialize;
use staff::{Reason, Resource, Wanted};
use web::{Failure, Posted};

use super::page::send;
use crate::guard::purpose;
use crate::seat::Seat;

#[derive(Deserialize)]
pub(crate) struct Why {
    reason: String,
}

pub(crate) async fn email(
    seat: Seat,
    Path(id): Path<Id<StaffMember>>,
    Posted(why): Posted<Why>,
) -> Result<Response, Failure> {
    let staff = seat.desk.staff();
    let email = staff.member(id).await?.email;
    let wanted = Wanted {
        subject: id.to_string(),
        field: "staff_member.email",
        resource: Resource::System,
        own_queue: false,
        purpose: purpose(&seat.caller),
    };
    let reason = Reason::Written(why.reason.clone());
    match staff.reveal(&seat.caller, wanted, reason, move |_| Ok(email.clone())).await {
        Ok(email) => send(&seat, id, Some(Ok(email.expose().clone())), None).await,
        Err(error) => {
            let notice = seat.refused(error)?;
            send(&seat, id, Some(Err(why.reason)), Some(notice)).await
        }
    }
}
