//! How work goes from one state to the next: pure, so that each step can be looked at by itself. All of
//! them are in docs/routing.md, which a test holds against this.

use jiff::Timestamp;
use kernel::Refusal;
use kernel::id::{self, Id, Offer, StaffMember};

use crate::model::State;
use crate::queue::{Queue, after};
use crate::work::{NewWork, Placement, Work, micros};

impl Work {
    /// Work that begins to wait now, or when it may.
    pub fn new(new: &NewWork, queue: &Queue, now: Timestamp) -> Self {
        let waiting_since = new.not_before.map_or(now, |not_before| now.max(not_before));
        Self {
            id: id::new(now),
            subject: new.subject.clone(),
            channel: new.channel,
            placement: new.placement.clone(),
            sticky: new.sticky,
            state: State::Waiting,
            holder: None,
            offer: None,
            due_at: None,
            arrived_at: now,
            waiting_since,
            not_before: new.not_before,
            queued_at: waiting_since,
            overflowed: 0,
            rank: queue.rank(&new.placement, waiting_since),
            since: waiting_since,
            waited: 0,
            handled: 0,
        }
    }

    /// Closes the present stretch of time and begins the next one.
    fn into_state(mut self, state: State, now: Timestamp) -> Self {
        let stretch = micros(self.since, now);
        match self.state {
            State::Waiting | State::Offered => self.waited += stretch,
            State::Held | State::Wrapping => self.handled += stretch,
            State::Paused => {}
        }
        Self { state, since: now, offer: None, due_at: None, ..self }
    }

    pub fn offered(
        self,
        staff: Id<StaffMember>,
        offer: Id<Offer>,
        until: Timestamp,
    ) -> Result<Self, Refusal> {
        match self.state {
            // The customer goes on waiting: the stretch goes on too.
            State::Waiting => Ok(Self {
                state: State::Offered,
                holder: Some(staff),
                offer: Some(offer),
                due_at: Some(until),
                ..self
            }),
            _ => Err(Refusal::new("routing.not_waiting")),
        }
    }

    /// The offer came to nothing.
    pub fn not_taken(self, offer: Id<Offer>) -> Result<Self, Refusal> {
        match self.state {
            State::Offered if self.offer == Some(offer) => {
                Ok(Self { state: State::Waiting, holder: None, offer: None, due_at: None, ..self })
            }
            _ => Err(Refusal::new("routing.offer_over")),
        }
    }

    pub fn accepted(self, staff: Id<StaffMember>, offer: Id<Offer>, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Offered if self.offer == Some(offer) && self.holder == Some(staff) => {
                Ok(self.into_state(State::Held, now))
            }
            _ => Err(Refusal::new("routing.offer_over")),
        }
    }

    /// Picked from the queue; what is paused changes hands without going on.
    pub fn picked(self, staff: Id<StaffMember>, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Waiting | State::Offered => {
                Ok(Self { holder: Some(staff), ..self.into_state(State::Held, now) })
            }
            State::Paused => Ok(Self { holder: Some(staff), ..self }),
            State::Held => Err(Refusal::new("routing.already_taken")),
            State::Wrapping => Err(Refusal::new("routing.already_done")),
        }
    }

    pub fn assigned(self, staff: Id<StaffMember>, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Held => Ok(Self { holder: Some(staff), ..self.into_state(State::Held, now) }),
            _ => self.picked(staff, now),
        }
    }

    /// Back into the line, at the place it had.
    pub fn released(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Held | State::Paused => {
                Ok(Self { holder: None, sticky: None, ..self.into_state(State::Waiting, now) })
            }
            State::Waiting | State::Offered | State::Wrapping => Err(Refusal::new("routing.nobody_has_it")),
        }
    }

    /// Into another place, where it keeps the time it has waited. What is paused stays so.
    pub fn moved(self, queue: &Queue, to: Placement, now: Timestamp) -> Result<Self, Refusal> {
        let state = match self.state {
            State::Wrapping => return Err(Refusal::new("routing.already_done")),
            State::Paused => State::Paused,
            State::Waiting | State::Offered | State::Held => State::Waiting,
        };
        let queued_at = if to.queue == self.placement.queue { self.queued_at } else { now };
        let overflowed = if to.queue == self.placement.queue { self.overflowed } else { 0 };
        let rank = queue.rank(&to, self.waiting_since);
        let moved = Self { placement: to, queued_at, overflowed, rank, holder: None, sticky: None, ..self };
        Ok(moved.into_state(state, now))
    }

    pub fn paused(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Held => Ok(self.into_state(State::Paused, now)),
            State::Waiting | State::Offered => {
                Ok(Self { holder: None, ..self.into_state(State::Paused, now) })
            }
            State::Paused => Ok(self),
            State::Wrapping => Err(Refusal::new("routing.already_done")),
        }
    }

    /// Goes on with whoever had it, if they are able to, or else waits anew and asks them first.
    pub fn resumed(self, queue: &Queue, able: bool, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            State::Paused if able => Ok(self.into_state(State::Held, now)),
            State::Paused => {
                let (sticky, rank) = (self.holder.or(self.sticky), queue.rank(&self.placement, now));
                let waits = Self { sticky, rank, holder: None, waiting_since: now, queued_at: now, ..self };
                Ok(Self { overflowed: 0, ..waits.into_state(State::Waiting, now) })
            }
            State::Waiting | State::Offered | State::Held => Ok(self),
            State::Wrapping => Err(Refusal::new("routing.already_done")),
        }
    }

    /// `None`: it is done, and leaves.
    pub fn wrapped(self, wrap_up: u32, now: Timestamp) -> Option<Self> {
        let wraps = self.state == State::Held && wrap_up > 0;
        wraps.then(|| Self { due_at: Some(after(now, wrap_up)), ..self.into_state(State::Wrapping, now) })
    }

    /// How long it waited and was handled in all, in microseconds, if it ends now.
    pub fn times(&self, now: Timestamp) -> (i64, i64) {
        let end = self.clone().into_state(State::Paused, now);
        (end.waited, end.handled)
    }
}
