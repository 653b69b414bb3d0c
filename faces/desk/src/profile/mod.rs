//! One's own name, colours, ways to sign in and sessions.

pub(crate) mod authenticator;
pub(crate) mod page;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod sessions;
pub(crate) mod set_up;

use axum::response::Response;
use kernel::Error;
use web::Failure;

use crate::seat::Seat;

pub(crate) const PROFILE: &str = "/desk/profile";

/// The page that the deed was done on, again, with why it was refused.
async fn refused(seat: &Seat, error: Error) -> Result<Response, Failure> {
    let notice = Some(seat.refused(error)?);
    if seat.caller.method.is_strong() {
        page::send(seat, None, notice).await
    } else {
        set_up::send(seat, notice).await
    }
}

/// The page that the deed was done on.
fn home_of(seat: &Seat) -> &'static str {
    if seat.caller.method.is_strong() { PROFILE } else { crate::sign_in::SET_UP }
}
