//! Who is there. A desk that is open keeps its owner present by being heard of; one that falls silent is
//! gone after a while, and what its owner chose comes back with it.

use audit::{Actor, ActorKind, Entry};
use jiff::{SignedDuration, Timestamp};
use kernel::id::{Id, StaffMember};
use kernel::{Refusal, Result};
use serde_json::json;
use store::Tx;

use crate::agent::PresenceRecord;
use crate::model::{Presence, State};
use crate::{Routing, agent_rows, events, offers, work_rows};

impl Routing {
    /// A desk is to be heard of at least this often; three times in vain and it is gone.
    pub const HEARD_EVERY: SignedDuration = SignedDuration::from_secs(10);
    const SILENCE: SignedDuration = SignedDuration::from_secs(30);
    /// A desk that says it closes may be only loading its page again, or be one of several.
    const GRACE: SignedDuration = SignedDuration::from_secs(15);

    /// A desk has opened. Who was offline is away until they choose; everybody else is what they chose.
    pub async fn arrive(&self, staff: Id<StaffMember>) -> Result<Presence> {
        let clock = self.store.clock().clone();
        self.store.write(move |tx| arrive(tx, staff, clock.now())).await
    }

    /// These desks are open: one call for all of a node.
    pub async fn heard_of(&self, staff: Vec<Id<StaffMember>>) -> Result<()> {
        let clock = self.store.clock().clone();
        self.store
            .write(move |tx| {
                let now = clock.now();
                let until = now.checked_add(Self::SILENCE)?;
                for staff in &staff {
                    if !agent_rows::heard(tx, *staff, until)? {
                        arrive(tx, *staff, now)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Somebody's last desk has closed; if none opens soon, they are gone.
    pub async fn leave(&self, staff: Id<StaffMember>) -> Result<()> {
        let clock = self.store.clock().clone();
        self.store
            .write(move |tx| {
                let now = clock.now();
                if agent_rows::heard(tx, staff, now.checked_add(Self::GRACE)?)? {
                    // The leader did not expect silence so soon.
                    events::of_staff(tx, now, events::DESK_CLOSED, staff, json!({}))?;
                }
                Ok(())
            })
            .await
    }

    /// Sets what somebody is. Becoming available ends their wrap-up. Done by somebody else, such as a
    /// supervisor, it is in the audit trail.
    pub async fn set_presence(&self, staff: Id<StaffMember>, to: Presence, by: Actor) -> Result<()> {
        if to == Presence::WrapUp {
            return Err(Refusal::new("routing.presence_not_chosen").into());
        }
        let (clock, trail) = (self.store.clock().clone(), self.trail.clone());
        self.store
            .write(move |tx| {
                let now = clock.now();
                choose(tx, staff, to, now)?;
                if by.kind != ActorKind::Staff || by.id != staff.to_string() {
                    let entry = Entry::new("routing.set_presence", staff).by(by.clone());
                    trail.append(tx, now, &entry.with(json!({ "presence": to })))?;
                }
                Ok(())
            })
            .await
    }

    /// Ends somebody's wrap-up before its time.
    pub async fn end_wrap_ups(&self, staff: Id<StaffMember>) -> Result<()> {
        let clock = self.store.clock().clone();
        self.store.write(move |tx| end_wrap_ups(tx, staff, clock.now())).await
    }

    /// What somebody is at this moment.
    pub async fn presence(&self, staff: Id<StaffMember>) -> Result<Presence> {
        let (record, work) = self
            .store
            .read(move |tx| Ok((agent_rows::presence(tx, staff)?, work_rows::in_hands_of(tx, staff)?)))
            .await?;
        let effective = record.map_or(Presence::Offline, |record| record.effective());
        Ok(shown(effective, work.iter().map(|work| work.state)))
    }
}

/// Whoever is available and has nothing but wrap-up on their hands is shown so.
pub(crate) fn shown(effective: Presence, hands: impl Iterator<Item = State>) -> Presence {
    let (mut wraps, mut works) = (false, false);
    for state in hands {
        wraps |= state == State::Wrapping;
        works |= state == State::Held;
    }
    if effective == Presence::Available && wraps && !works { Presence::WrapUp } else { effective }
}

fn arrive(tx: &mut Tx<'_>, staff: Id<StaffMember>, now: Timestamp) -> Result<Presence> {
    let was = agent_rows::presence(tx, staff)?;
    let mut record = was.unwrap_or_else(|| PresenceRecord::never(now));
    if record.chosen == Presence::Offline {
        (record.chosen, record.since) = (Presence::Away, now);
    }
    record.heard_until = now.checked_add(Routing::SILENCE)?;
    record.gone_since = None;
    agent_rows::put_presence(tx, staff, &record)?;
    if was.map(|was| was.effective()) != Some(record.effective()) {
        tell(tx, staff, record.effective(), now)?;
    }
    Ok(record.effective())
}

fn choose(tx: &mut Tx<'_>, staff: Id<StaffMember>, to: Presence, now: Timestamp) -> Result<()> {
    let was = agent_rows::presence(tx, staff)?;
    let mut record = was.unwrap_or_else(|| PresenceRecord::never(now));
    if was.is_none() || record.chosen == Presence::Offline {
        // They may have no desk open, such as a program at the other end of the API.
        record.heard_until = now.checked_add(Routing::SILENCE)?;
        record.gone_since = None;
    }
    if record.chosen != to {
        (record.chosen, record.since, record.missed) = (to, now, 0);
        if to == Presence::Available {
            record.idle_since = now;
        }
    }
    agent_rows::put_presence(tx, staff, &record)?;
    if to == Presence::Available {
        end_wrap_ups(tx, staff, now)?;
    } else {
        offers::turn_down(tx, staff, now)?;
    }
    tell(tx, staff, record.effective(), now)
}

fn end_wrap_ups(tx: &mut Tx<'_>, staff: Id<StaffMember>, now: Timestamp) -> Result<()> {
    for work in work_rows::in_hands_of(tx, staff)? {
        Routing::end_wrap_up(tx, &work.id, now)?;
    }
    Ok(())
}

pub(crate) fn tell(
    tx: &mut Tx<'_>,
    staff: Id<StaffMember>,
    presence: Presence,
    now: Timestamp,
) -> Result<()> {
    events::of_staff(tx, now, events::PRESENCE_CHANGED, staff, json!({ "presence": presence }))
}
