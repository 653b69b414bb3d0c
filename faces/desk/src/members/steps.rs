//! What an administrator does to a member: roles, keeping out, letting in again, and their sessions.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use kernel::id::{StaffMember, StaffSession};
use kernel::{Id, Result};
use serde::Deserialize;
use staff::Step;
use web::{Failure, Posted};

use super::page::send;
use super::{STAFF, ticked};
use crate::notice::malformed;
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

type Who = Path<Id<StaffMember>>;

/// The member as the form showed them. Who changed them meanwhile is not overwritten.
#[derive(Deserialize)]
pub(crate) struct Seen {
    version: i64,
}

#[derive(Deserialize)]
pub(crate) struct Ticked {
    /// As text: what comes beside fields of any name is not read as a number.
    version: String,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

pub(crate) async fn set_roles(
    seat: Seat,
    Path(id): Who,
    Posted(form): Posted<Ticked>,
) -> Result<Response, Failure> {
    let version = form.version.parse().map_err(|_| malformed())?;
    match ticked(&form.fields) {
        Ok(roles) => take(&seat, id, version, Step::SetRoles(roles), "roles").await,
        Err(refusal) => send(&seat, id, None, Some(seat.refused(refusal.into())?)).await,
    }
}

pub(crate) async fn suspend(
    seat: Seat,
    Path(id): Who,
    Posted(seen): Posted<Seen>,
) -> Result<Response, Failure> {
    take(&seat, id, seen.version, Step::Suspend, "suspended").await
}

pub(crate) async fn reinstate(
    seat: Seat,
    Path(id): Who,
    Posted(seen): Posted<Seen>,
) -> Result<Response, Failure> {
    take(&seat, id, seen.version, Step::Reinstate, "reinstated").await
}

pub(crate) async fn leave(
    seat: Seat,
    Path(id): Who,
    Posted(seen): Posted<Seen>,
) -> Result<Response, Failure> {
    take(&seat, id, seen.version, Step::Leave, "left").await
}

async fn take(
    seat: &Seat,
    id: Id<StaffMember>,
    version: i64,
    step: Step,
    what: &str,
) -> Result<Response, Failure> {
    match seat.desk.staff().change(id, version, step, &seat.actor()).await {
        Ok(()) => Ok(done(&format!("{STAFF}/{id}"), what)),
        Err(error) => send(seat, id, None, Some(seat.refused(error)?)).await,
    }
}

pub(crate) async fn end_session(
    seat: Seat,
    Path((id, session)): Path<(Id<StaffMember>, Id<StaffSession>)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    seat.desk.staff().end_session(id, session, &seat.actor()).await?;
    Ok(done(&format!("{STAFF}/{id}"), "ended"))
}
