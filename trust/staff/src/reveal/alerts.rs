//! Warnings to supervisors that somebody looks at many people's data.

use ::store::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, StaffAlert, StaffMember};
use kernel::{Error, Id, NewEvent, Result};

use super::store;
use crate::actor::Actor;
use crate::caller::Caller;
use crate::staff::Staff;
use crate::trail::Deed;

/// Says that somebody revealed the data of many people. The subject is the alert's id.
pub const BULK_REVEAL: &str = "staff.bulk_reveal";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A warning that nobody has dealt with yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: Id<StaffAlert>,
    pub member: Id<StaffMember>,
    pub raised_at: Timestamp,
    /// Whose data was looked at, in number.
    pub people: usize,
}

impl Staff {
    /// The warnings nobody has dealt with, the newest first.
    pub async fn open_alerts(&self, limit: u16) -> Result<Vec<Alert>> {
        self.read(move |_, tx| store::alerts(tx, limit)).await
    }

    /// Puts a warning aside. Somebody else than the person it is about must do that.
    pub async fn see_alert(&self, caller: &Caller, alert: Id<StaffAlert>) -> Result<()> {
        let caller = caller.clone();
        self.write(move |staff, tx| {
            if !store::see_alert(tx, alert, caller.member, staff.now())? {
                return Err(Error::NotFound);
            }
            Deed::new(&Actor::from(&caller), "staff.see_alert", alert).record(staff, tx)
        })
        .await
    }
}

/// Raises a warning when a member has looked at too many people; one at a time, which grows.
pub(super) fn watch(staff: &Staff, tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<()> {
    let (now, limits) = (staff.now(), staff.settings().reveals);
    let lately = store::people_since(tx, member, now.checked_sub(limits.within)?)?;
    let today = store::people_since(tx, member, now.checked_sub(DAY)?)?;
    if lately < limits.alert_at && today < limits.alert_at_in_a_day {
        return Ok(());
    }
    let people = lately.max(today);
    if let Some(open) = store::open_alert(tx, member)? {
        return store::raise_alert(tx, open, people);
    }
    let alert = Alert { id: id::new(now), member, raised_at: now, people };
    store::insert_alert(tx, &alert)?;
    Deed::new(&Actor::Program, BULK_REVEAL, member).with("people", people).record(staff, tx)?;
    let data = serde_json::json!({ "member": member.to_string(), "people": people });
    tx.emit(now, &NewEvent { kind: BULK_REVEAL, subject: alert.id.to_string(), data })?;
    Ok(())
}
