//! What routing tells other areas. The subject of an event about work is the work's id; `subject` in its
//! data is what the work is about.

use jiff::Timestamp;
use kernel::id::{Id, Offer, StaffMember};
use kernel::{NewEvent, Result};
use serde_json::{Value, json};
use store::Tx;

use crate::model::{OfferEnd, QueueId};
use crate::work::Work;

pub const WAITING: &str = "routing.waiting";
pub const OFFERED: &str = "routing.offered";
pub const OFFER_ENDED: &str = "routing.offer_ended";
pub const TAKEN: &str = "routing.taken";
pub const RELEASED: &str = "routing.released";
pub const MOVED: &str = "routing.moved";
pub const OVERFLOWED: &str = "routing.overflowed";
pub const PAUSED: &str = "routing.paused";
pub const RESUMED: &str = "routing.resumed";
pub const WRAPPING: &str = "routing.wrapping";
pub const FINISHED: &str = "routing.finished";
pub const PRESENCE_CHANGED: &str = "routing.presence_changed";
pub const DESK_CLOSED: &str = "routing.desk_closed";
pub const QUEUE_CHANGED: &str = "routing.queue_changed";
pub const AGENT_CHANGED: &str = "routing.agent_changed";

/// Tells of work, with what everybody wants to know and `more`.
pub(crate) fn of_work(
    tx: &mut Tx<'_>,
    now: Timestamp,
    kind: &'static str,
    work: &Work,
    more: Value,
) -> Result<()> {
    let mut data = json!({ "subject": work.subject, "queue": work.placement.queue, "channel": work.channel });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    tx.emit(now, &NewEvent { kind, subject: work.id.to_string(), data })?;
    Ok(())
}

pub(crate) fn offer_ended(
    tx: &mut Tx<'_>,
    now: Timestamp,
    work: &Work,
    staff: Id<StaffMember>,
    offer: Id<Offer>,
    end: OfferEnd,
) -> Result<()> {
    of_work(tx, now, OFFER_ENDED, work, json!({ "staff": staff, "offer": offer, "end": end }))
}

pub(crate) fn of_staff(
    tx: &mut Tx<'_>,
    now: Timestamp,
    kind: &'static str,
    staff: Id<StaffMember>,
    data: Value,
) -> Result<()> {
    tx.emit(now, &NewEvent { kind, subject: staff.to_string(), data })?;
    Ok(())
}

pub(crate) fn queue_changed(tx: &mut Tx<'_>, now: Timestamp, queue: &QueueId) -> Result<()> {
    tx.emit(now, &NewEvent { kind: QUEUE_CHANGED, subject: queue.to_string(), data: json!({}) })?;
    Ok(())
}
