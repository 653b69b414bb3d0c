//! Offers: work laid before somebody for some seconds, to accept or decline. Accepting is
//! [`Routing::take`], because whoever accepts has something of its own to write.

use jiff::Timestamp;
use kernel::id::{self, Id, Offer, StaffMember, Work as WorkKind};
use kernel::{Refusal, Result};
use serde_json::json;
use store::Tx;

use crate::agent::Profile;
use crate::model::{Ending, OfferEnd, Presence, State};
use crate::queue::{Queue, after};
use crate::work::{OpenOffer, Work};
use crate::{Routing, agent_rows, events, queue_rows, take, work_rows};

impl Routing {
    /// Declines an offer: the next person is asked.
    pub fn decline(
        &self,
        tx: &mut Tx<'_>,
        offer: Id<Offer>,
        staff: Id<StaffMember>,
        now: Timestamp,
    ) -> Result<()> {
        let over = || Refusal::new("routing.offer_over");
        let was = work_rows::by_offer(tx, staff, offer)?.ok_or_else(over)?;
        agent_rows::forget_missed(tx, staff)?;
        passed_over(tx, &was, staff, offer, OfferEnd::Declined, now)
    }

    /// The offer that lies before somebody.
    pub async fn offer_before(&self, staff: Id<StaffMember>) -> Result<Option<OpenOffer>> {
        let hands = self.store.read(move |tx| work_rows::in_hands_of(tx, staff)).await?;
        Ok(hands.into_iter().find_map(open_offer))
    }

    /// Lays work before somebody, if both are still free for it. `false`: they are not.
    pub(crate) fn offer(
        tx: &mut Tx<'_>,
        work: &Id<WorkKind>,
        staff: Id<StaffMember>,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(was) = work_rows::find(tx, work)?.filter(|work| work.state == State::Waiting) else {
            return Ok(false);
        };
        let Some(agent) = agent_rows::find(tx, staff)? else { return Ok(false) };
        let free = agent.presence.effective() == Presence::Available
            && !work_rows::has_offer(tx, staff)?
            && agent.profile.capacity.has_room(work_rows::load_of(tx, staff)?, was.channel);
        let queue = queue_rows::get(tx, was.queue())?;
        if !free || !is_fit(&agent.profile, &queue, &was) {
            return Ok(false);
        }
        let until = after(now, queue.offer_for);
        let offer: Id<Offer> = id::new(now);
        let offered = was.clone().offered(staff, offer, until)?;
        work_rows::put(tx, &was, &offered)?;
        let data = json!({ "staff": staff, "offer": offer, "until": until });
        events::of_work(tx, now, events::OFFERED, &offered, data)?;
        Ok(true)
    }

    /// An offer's time is over. Whoever lets several pass is taken to be away. `false`: it is not over.
    pub(crate) fn expire(tx: &mut Tx<'_>, work: &Id<WorkKind>, now: Timestamp) -> Result<bool> {
        let Some(was) = work_rows::find(tx, work)? else { return Ok(false) };
        let (State::Offered, Some(staff), Some(offer)) = (was.state, was.holder, was.offer) else {
            return Ok(false);
        };
        if was.due_at.is_none_or(|due| due > now) {
            return Ok(false);
        }
        passed_over(tx, &was, staff, offer, OfferEnd::Expired, now)?;
        let misses = queue_rows::get(tx, was.queue())?.misses;
        let Some(mut record) = agent_rows::presence(tx, staff)? else { return Ok(true) };
        record.missed = record.missed.saturating_add(1);
        let away = record.missed >= misses && record.chosen == Presence::Available;
        if away {
            (record.chosen, record.since, record.missed) = (Presence::Away, now, 0);
        }
        agent_rows::put_presence(tx, staff, &record)?;
        if away {
            let data = json!({ "presence": Presence::Away, "why": "missed_offers" });
            events::of_staff(tx, now, events::PRESENCE_CHANGED, staff, data)?;
        }
        Ok(true)
    }

    /// The time to write up what was done is over. `false`: it was before.
    pub(crate) fn end_wrap_up(tx: &mut Tx<'_>, work: &Id<WorkKind>, now: Timestamp) -> Result<bool> {
        match work_rows::find(tx, work)? {
            Some(work) if work.state == State::Wrapping => {
                take::done(tx, &work, Ending::Handled, now).map(|()| true)
            }
            _ => Ok(false),
        }
    }
}

/// Whoever is not available any more does not leave customers waiting for an answer to an offer.
pub(crate) fn turn_down(tx: &mut Tx<'_>, staff: Id<StaffMember>, now: Timestamp) -> Result<()> {
    for work in work_rows::in_hands_of(tx, staff)? {
        if let (State::Offered, Some(offer)) = (work.state, work.offer) {
            passed_over(tx, &work, staff, offer, OfferEnd::Declined, now)?;
        }
    }
    Ok(())
}

fn passed_over(
    tx: &mut Tx<'_>,
    was: &Work,
    staff: Id<StaffMember>,
    offer: Id<Offer>,
    end: OfferEnd,
    now: Timestamp,
) -> Result<()> {
    let queue = queue_rows::get(tx, was.queue())?;
    work_rows::put(tx, was, &was.clone().not_taken(offer)?)?;
    work_rows::pass(tx, &was.id, staff, after(now, queue.again_after))?;
    events::offer_ended(tx, now, was, staff, offer, end)
}

/// Whether work may be offered to somebody who is like this.
fn is_fit(profile: &Profile, queue: &Queue, work: &Work) -> bool {
    let to = &work.placement;
    let serves = queue
        .reach(work.overflowed)
        .any(|id| profile.queues.get(id).is_some_and(|membership| membership.takes(to.urgency)));
    serves && profile.speaks(to.language.as_ref()) && profile.meets(&queue.needs.with(&to.needs))
}

fn open_offer(work: Work) -> Option<OpenOffer> {
    Some(OpenOffer {
        id: work.offer?,
        work: work.id,
        subject: work.subject,
        channel: work.channel,
        queue: work.placement.queue,
        urgency: work.placement.urgency,
        waiting_since: work.waiting_since,
        until: work.due_at?,
    })
}
