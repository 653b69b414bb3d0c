//! The audit trail: read, filtered, checked and exported. Reading it is an entry itself.

pub(crate) mod export;
pub(crate) mod filter;
pub(crate) mod page;
pub(crate) mod verify;

use ::audit::{Actor, ActorKind, Entry, Origin, Outcome};
use kernel::Result;
use serde_json::Value;

use crate::seat::Seat;

pub(crate) const AUDIT: &str = "/desk/audit";

/// Writes down that the caller used the trail.
async fn note(seat: &Seat, action: &'static str, outcome: Outcome, details: Value) -> Result<()> {
    let staff = seat.desk.staff();
    let origin = Origin { address: Some(seat.caller.visit.address), node: staff.settings().node.clone() };
    let actor = Actor::new(ActorKind::Staff, seat.caller.member);
    let entry = Entry::new(action, "audit").by(actor).from(origin).ending(outcome).with(details);
    seat.desk.trail().record(seat.desk.store(), entry).await?;
    Ok(())
}
