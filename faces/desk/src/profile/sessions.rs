//! One's own sessions.

use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffSession;
use web::{Failure, Posted};

use super::PROFILE;
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

pub(crate) async fn end(
    seat: Seat,
    Path(session): Path<Id<StaffSession>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    seat.desk.staff().end_session(seat.caller.member, session, &seat.actor()).await?;
    Ok(done(PROFILE, "ended"))
}

pub(crate) async fn end_others(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    seat.desk.staff().end_other_sessions(&seat.caller).await?;
    Ok(done(PROFILE, "others-ended"))
}
