//! The ways of work, within the caller's transaction: who calls them has something of its own to write.

use jiff::Timestamp;
use kernel::id::{Id, StaffMember, Work as WorkKind};
use kernel::{Refusal, Result};
use serde_json::json;
use store::Tx;

use crate::model::{Ending, OfferEnd, Presence, QueueId, State};
use crate::queue::{Queue, after};
use crate::work::{How, NewWork, Placement, Resumed, Work};
use crate::{Routing, agent_rows, events, queue_rows, work_rows};

const MOST_NEED: u8 = 3;
const LONGEST_SUBJECT: usize = 200;

impl Routing {
    /// Lets work wait in a queue. A matter that waits already, or is in somebody's hands, is refused.
    pub fn wait(&self, tx: &mut Tx<'_>, new: &NewWork, now: Timestamp) -> Result<Id<WorkKind>> {
        let queue = placed(tx, &new.placement)?;
        if new.subject.is_empty() || new.subject.len() > LONGEST_SUBJECT {
            return Err(Refusal::new("routing.subject_malformed").into());
        }
        let work = Work::new(new, &queue, now);
        if !work_rows::insert(tx, &work)? {
            return Err(Refusal::new("routing.waits_already").into());
        }
        events::of_work(tx, now, events::WAITING, &work, json!({}))?;
        Ok(work.id)
    }

    /// Gives work into somebody's hands. Exactly one person has it afterwards.
    pub fn take(
        &self,
        tx: &mut Tx<'_>,
        work: &Id<WorkKind>,
        staff: Id<StaffMember>,
        how: &How,
        now: Timestamp,
    ) -> Result<Work> {
        let was = work_rows::get(tx, work)?;
        if was.owner() == Some(staff) {
            return Ok(was);
        }
        certified(tx, &was, staff)?;
        let taken = match how {
            How::Accepted(offer) => was.clone().accepted(staff, *offer, now)?,
            How::Picked => {
                let before_me = was.state == State::Offered && was.holder == Some(staff);
                if was.state != State::Paused && !before_me {
                    has_room(tx, &was, staff)?;
                }
                was.clone().picked(staff, now)?
            }
            How::Assigned { .. } => was.clone().assigned(staff, now)?,
        };
        work_rows::put(tx, &was, &taken)?;
        work_rows::forget_passes(tx, work)?;
        offer_over(tx, &was, (was.holder == Some(staff)).then_some(OfferEnd::Accepted), now)?;
        agent_rows::touched(tx, staff, now)?;
        agent_rows::forget_missed(tx, staff)?;
        if let Some(before) = was.owner() {
            agent_rows::touched(tx, before, now)?;
        }
        let data = json!({ "staff": staff, "from": was.owner(), "state": taken.state });
        events::of_work(tx, now, events::TAKEN, &taken, data)?;
        if let How::Assigned { by } = how {
            let entry = audit::Entry::new("routing.assign", &taken.subject).by(by.clone());
            let details = json!({ "work": taken.id, "staff": staff, "from": was.owner() });
            self.trail.append(tx, now, &entry.with(details))?;
        }
        Ok(taken)
    }

    /// Gives work back into the line, at the place it had; whoever gave it back is not asked at once.
    pub fn release(&self, tx: &mut Tx<'_>, work: &Id<WorkKind>, now: Timestamp) -> Result<Work> {
        let was = work_rows::get(tx, work)?;
        let queue = queue_rows::get(tx, was.queue())?;
        let released = was.clone().released(now)?;
        if let Some(holder) = was.holder {
            work_rows::pass(tx, work, holder, after(now, queue.again_after))?;
        }
        given_back(tx, &was, &released, "released", now)?;
        Ok(released)
    }

    /// Moves work to another queue or other needs; it keeps the time it has waited. Whoever held it has it
    /// no more.
    pub fn move_to(
        &self,
        tx: &mut Tx<'_>,
        work: &Id<WorkKind>,
        to: &Placement,
        now: Timestamp,
    ) -> Result<Work> {
        let was = work_rows::get(tx, work)?;
        let queue = placed(tx, to)?;
        let moved = was.clone().moved(&queue, to.clone(), now)?;
        work_rows::put(tx, &was, &moved)?;
        if was.queue() != moved.queue() {
            work_rows::forget_passes(tx, work)?;
        }
        offer_over(tx, &was, None, now)?;
        if let Some(holder) = was.owner() {
            agent_rows::touched(tx, holder, now)?;
        }
        let data = json!({ "from": was.queue(), "staff": was.owner() });
        events::of_work(tx, now, events::MOVED, &moved, data)?;
        Ok(moved)
    }

    /// Nobody is kept by it until it goes on: the customer's turn, or put off until later.
    pub fn pause(&self, tx: &mut Tx<'_>, work: &Id<WorkKind>, now: Timestamp) -> Result<Work> {
        let was = work_rows::get(tx, work)?;
        let paused = was.clone().paused(now)?;
        if was.state == State::Paused {
            return Ok(paused);
        }
        work_rows::put(tx, &was, &paused)?;
        offer_over(tx, &was, None, now)?;
        if let Some(holder) = was.owner() {
            agent_rows::touched(tx, holder, now)?;
        }
        events::of_work(tx, now, events::PAUSED, &paused, json!({ "staff": paused.holder }))?;
        Ok(paused)
    }

    /// Goes on: with whoever had it, if they are there and have room; else it waits and asks them first.
    pub fn resume(&self, tx: &mut Tx<'_>, work: &Id<WorkKind>, now: Timestamp) -> Result<Resumed> {
        let was = work_rows::get(tx, work)?;
        let queue = queue_rows::get(tx, was.queue())?;
        let able = match was.holder.filter(|_| was.state == State::Paused) {
            Some(holder) => is_at_work(tx, holder)? && has_room(tx, &was, holder).is_ok(),
            None => false,
        };
        let resumed = was.clone().resumed(&queue, able, now)?;
        let answer = resumed.owner().map_or(Resumed::Waiting, Resumed::Held);
        if was.state != State::Paused {
            return Ok(answer);
        }
        work_rows::put(tx, &was, &resumed)?;
        if let Some(holder) = resumed.owner() {
            agent_rows::touched(tx, holder, now)?;
        }
        events::of_work(tx, now, events::RESUMED, &resumed, json!({ "staff": resumed.owner() }))?;
        Ok(answer)
    }

    /// Work is done. Whoever did it may have time to write it up, if the queue gives it.
    pub fn finish(&self, tx: &mut Tx<'_>, work: &Id<WorkKind>, ending: Ending, now: Timestamp) -> Result<()> {
        let was = work_rows::get(tx, work)?;
        let wrap_up = queue_rows::get(tx, was.queue())?.wrap_up;
        if let (Ending::Handled, Some(wrapping)) = (ending, was.clone().wrapped(wrap_up, now)) {
            work_rows::put(tx, &was, &wrapping)?;
            let data = json!({ "staff": wrapping.holder, "until": wrapping.due_at });
            return events::of_work(tx, now, events::WRAPPING, &wrapping, data);
        }
        offer_over(tx, &was, None, now)?;
        done(tx, &was, ending, now)
    }

    /// The work that is about something, unless it is done.
    pub fn work_about(&self, tx: &mut Tx<'_>, subject: &str) -> Result<Option<Work>> {
        work_rows::of_subject(tx, subject)
    }

    pub fn work(&self, tx: &mut Tx<'_>, work: &Id<WorkKind>) -> Result<Work> {
        work_rows::get(tx, work)
    }
}

/// Takes work out of the table of what is to be done, and its holder's mind.
pub(crate) fn done(tx: &mut Tx<'_>, work: &Work, ending: Ending, now: Timestamp) -> Result<()> {
    work_rows::archive(tx, work, ending, now)?;
    if let Some(holder) = work.holder {
        agent_rows::touched(tx, holder, now)?;
    }
    events::of_work(tx, now, events::FINISHED, work, json!({ "staff": work.holder, "ending": ending }))
}

/// Takes live work from somebody whose desk is gone: it waits again.
pub(crate) fn bring_back(tx: &mut Tx<'_>, was: &Work, now: Timestamp) -> Result<()> {
    given_back(tx, was, &was.clone().released(now)?, "desk_gone", now)
}

fn given_back(tx: &mut Tx<'_>, was: &Work, work: &Work, why: &str, now: Timestamp) -> Result<()> {
    work_rows::put(tx, was, work)?;
    if let Some(holder) = was.owner() {
        agent_rows::touched(tx, holder, now)?;
    }
    events::of_work(tx, now, events::RELEASED, work, json!({ "staff": was.holder, "why": why }))
}

/// Tells that an offer is over, if there was one.
fn offer_over(tx: &mut Tx<'_>, was: &Work, end: Option<OfferEnd>, now: Timestamp) -> Result<()> {
    match (was.state, was.holder, was.offer) {
        (State::Offered, Some(holder), Some(offer)) => {
            events::offer_ended(tx, now, was, holder, offer, end.unwrap_or(OfferEnd::Withdrawn))
        }
        _ => Ok(()),
    }
}

/// The queue of a place that makes sense.
fn placed(tx: &mut Tx<'_>, placement: &Placement) -> Result<Queue> {
    let queue = queue_rows::get(tx, &placement.queue)?;
    if !queue.active {
        return Err(Refusal::new("routing.queue_inactive").with("queue", &queue.id).into());
    }
    if placement.customer_need > MOST_NEED {
        return Err(Refusal::new("routing.need_malformed").into());
    }
    Ok(queue)
}

/// What the law asks of whoever does the work is asked of everybody, however they come by it.
fn certified(tx: &mut Tx<'_>, work: &Work, staff: Id<StaffMember>) -> Result<()> {
    let needed = queue_rows::get(tx, work.queue())?.needs.with(&work.placement.needs).certificates;
    if needed.is_empty() {
        return Ok(());
    }
    let own = agent_rows::find(tx, staff)?.map(|agent| agent.profile.certificates).unwrap_or_default();
    match needed.difference(&own).next() {
        None => Ok(()),
        Some(missing) => Err(Refusal::new("routing.not_certified").with("certificate", missing).into()),
    }
}

fn has_room(tx: &mut Tx<'_>, work: &Work, staff: Id<StaffMember>) -> Result<()> {
    let capacity = agent_rows::find(tx, staff)?.map(|agent| agent.profile.capacity).unwrap_or_default();
    if capacity.has_room(work_rows::load_of(tx, staff)?, work.channel) {
        Ok(())
    } else {
        Err(Refusal::new("routing.hands_full").into())
    }
}

fn is_at_work(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<bool> {
    let effective = agent_rows::presence(tx, staff)?.map(|record| record.effective());
    Ok(matches!(effective, Some(Presence::Available | Presence::Busy)))
}

impl Routing {
    /// The queue that work of this topic and channel goes to.
    pub fn queue_for(&self, topic: Option<&str>, channel: directory::ChannelKind) -> Result<QueueId> {
        let book = self.book();
        let found = book.queue_for(topic, channel).map(|queue| queue.id.clone());
        Ok(found.ok_or_else(|| Refusal::new("routing.no_queue_for").with("channel", channel.as_str()))?)
    }
}
