//! A small centre beside the engine: it keeps everything as the database would, by the same steps, and
//! checks each decision with rules written down a second time, plainly and slowly.

use std::collections::BTreeMap;

use directory::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Id, Offer};

use crate::engine::{Decision, Engine, Passes, Snapshot, Staff, WorkId};
use crate::model::{Ending, Load, Presence, State};
use crate::queue::{Queue, after};
use crate::{Agent, NewWork, Work};

pub(super) struct World {
    pub now: Timestamp,
    pub queues: Vec<Queue>,
    pub agents: BTreeMap<Staff, Agent>,
    pub work: BTreeMap<WorkId, (Work, Passes)>,
    pub done: Vec<(Work, Ending)>,
    pub engine: Engine,
}

impl World {
    pub fn new(queues: Vec<Queue>, agents: Vec<Agent>, now: Timestamp) -> Self {
        let mut engine = Engine::new(queues.clone());
        for agent in &agents {
            engine.put_agent(agent);
        }
        let agents = agents.into_iter().map(|agent| (agent.staff, agent)).collect();
        Self { now, queues, agents, work: BTreeMap::new(), done: Vec::new(), engine }
    }

    pub fn queue(&self, work: &Work) -> &Queue {
        self.queues.iter().find(|queue| queue.id == *work.queue()).unwrap()
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            queues: self.queues.clone(),
            agents: self.agents.values().cloned().collect(),
            work: self.work.values().cloned().collect(),
        }
    }

    /// What somebody has on their hands, counted anew.
    pub fn load(&self, staff: Staff) -> Load {
        let mut load = Load::default();
        for (work, _) in self.work.values() {
            if work.holder == Some(staff) && work.state != State::Paused {
                load.add(work.channel, 1);
            }
        }
        load
    }

    fn has_offer(&self, staff: Staff) -> bool {
        self.work.values().any(|(work, _)| work.state == State::Offered && work.holder == Some(staff))
    }

    /// Whether this could be offered to them now, by the rules as people would say them.
    pub fn could_take(&self, agent: &Agent, work: &Work, passes: &Passes) -> bool {
        let queue = self.queue(work);
        let to = &work.placement;
        let mut reach: Vec<_> = vec![queue.id.clone()];
        reach.extend(queue.overflow.iter().take(work.overflowed.into()).map(|step| step.to.clone()));
        let serves = reach.iter().any(|id| {
            agent.profile.queues.get(id).is_some_and(|membership| to.urgency >= membership.takes_from.0)
        });
        let needs = [&queue.needs, &to.needs];
        let skilled = needs.iter().all(|needs| {
            needs.skills.iter().all(|(skill, level)| agent.profile.skills.get(skill) >= Some(level))
                && needs.certificates.iter().all(|name| agent.profile.certificates.contains(name))
        });
        let speaks = to.language.as_ref().is_none_or(|tag| {
            let base = |tag: &kernel::Language| tag.to_string().split('-').next().unwrap().to_owned();
            agent.profile.languages.iter().any(|own| base(own) == base(tag))
        });
        let passed = passes.iter().any(|(by, until)| *by == agent.staff && *until > self.now);
        let kept = self.kept_for(work, passes).is_some_and(|staff| staff != agent.staff);
        let begun = work.not_before.is_none_or(|at| at <= self.now);
        serves && skilled && speaks && !passed && !kept && begun && self.is_free(agent, work.channel)
    }

    fn is_free(&self, agent: &Agent, channel: ChannelKind) -> bool {
        agent.presence.effective() == Presence::Available
            && !self.has_offer(agent.staff)
            && agent.profile.capacity.has_room(self.load(agent.staff), channel)
    }

    /// Whoever had it last, while it is kept for them.
    fn kept_for(&self, work: &Work, passes: &Passes) -> Option<Staff> {
        let queue = self.queue(work);
        let agent = self.agents.get(&work.sticky?)?;
        let there = matches!(agent.presence.effective(), Presence::Available | Presence::Busy);
        let in_time = after(work.queued_at, queue.sticky_for) > self.now;
        let passed = passes.iter().any(|(by, until)| *by == agent.staff && *until > self.now);
        let fit = self.is_fit(agent, work);
        (there && in_time && !passed && fit).then_some(agent.staff)
    }

    fn is_fit(&self, agent: &Agent, work: &Work) -> bool {
        let (queue, to) = (self.queue(work), &work.placement);
        let serves = queue
            .reach(work.overflowed)
            .any(|id| agent.profile.queues.get(id).is_some_and(|membership| membership.takes(to.urgency)));
        serves
            && agent.profile.speaks(to.language.as_ref())
            && agent.profile.meets(&queue.needs.with(&to.needs))
    }

    /// Lets the engine decide, checks that a fresh engine told everything at once decides the same, checks
    /// each decision, carries it out, and checks that nothing is left to decide.
    pub fn decide(&mut self) -> Vec<Decision> {
        let from_nothing = crate::engine::decide(self.snapshot(), self.now);
        let decisions = self.engine.decide(self.now, usize::MAX);
        assert_eq!(decisions, from_nothing, "whoever takes over decides the same");
        for decision in &decisions {
            self.check(decision);
            self.carry_out(decision);
        }
        for (work, passes) in self.work.values().filter(|(work, _)| work.state == State::Waiting) {
            for agent in self.agents.values() {
                assert!(!self.could_take(agent, work, passes), "{work:?} waits while {agent:?} is free");
            }
        }
        decisions
    }

    fn check(&self, decision: &Decision) {
        match decision {
            Decision::Offer { work, staff, .. } => {
                let (work, passes) = &self.work[work];
                let agent = &self.agents[staff];
                assert_eq!(work.state, State::Waiting, "only what waits is offered");
                assert!(self.could_take(agent, work, passes), "{work:?} is not for {agent:?}");
                let sooner = self.work.values().filter(|(other, passes)| {
                    other.state == State::Waiting
                        && (other.rank, other.id) < (work.rank, work.id)
                        && self.could_take(agent, other, passes)
                });
                assert_eq!(sooner.map(|(other, _)| other.id).next(), None, "somebody's turn was before");
            }
            Decision::Expire { work, staff } => {
                let (work, _) = &self.work[work];
                assert_eq!((work.state, work.holder), (State::Offered, Some(*staff)));
                assert!(work.due_at.unwrap() <= self.now, "its time was not over");
            }
            Decision::Overflow { work, queue } => {
                let (work, _) = &self.work[work];
                let step = &self.queue(work).overflow[usize::from(work.overflowed)];
                assert_eq!(step.to, *queue);
                assert!(after(work.queued_at, step.after) <= self.now, "it has not waited long enough");
            }
            Decision::EndWrapUp { work } => {
                assert!(self.work[work].0.due_at.unwrap() <= self.now);
            }
            Decision::BringBack { work, staff } => {
                let (work, _) = &self.work[work];
                assert_eq!(work.owner(), Some(*staff));
                let gone = self.agents[staff].presence.absent_since().unwrap();
                assert!(after(gone, self.queue(work).return_after) <= self.now);
                assert!(work.channel.is_live(), "letters can wait for whoever has them");
            }
        }
    }

    /// Keeps what was decided, as the database would.
    fn carry_out(&mut self, decision: &Decision) {
        match decision {
            Decision::Offer { work, staff, until } => {
                let offer: Id<Offer> = id::new(self.now);
                self.step(work, |own, _| own.offered(*staff, offer, *until).unwrap());
            }
            Decision::Expire { work, staff } => {
                self.pass(work, *staff);
                let misses = self.queue(&self.work[work].0).misses;
                let record = &mut self.agents.get_mut(staff).unwrap().presence;
                record.missed += 1;
                if record.missed >= misses && record.chosen == Presence::Available {
                    record.chosen = Presence::Away;
                }
            }
            Decision::Overflow { work, .. } => {
                self.step(work, |own, _| Work { overflowed: own.overflowed + 1, ..own });
            }
            Decision::EndWrapUp { work } => {
                let (own, _) = self.work.remove(work).unwrap();
                self.agents.get_mut(&own.holder.unwrap()).unwrap().presence.idle_since = self.now;
                self.done.push((own, Ending::Handled));
            }
            Decision::BringBack { work, staff } => {
                self.agents.get_mut(staff).unwrap().presence.idle_since = self.now;
                self.step(work, |own, now| own.released(now).unwrap());
            }
        }
    }

    fn step(&mut self, work: &WorkId, change: impl FnOnce(Work, Timestamp) -> Work) {
        let (own, _) = self.work.get_mut(work).unwrap();
        *own = change(own.clone(), self.now);
    }

    fn pass(&mut self, work: &WorkId, staff: Staff) {
        let again = after(self.now, self.queue(&self.work[work].0).again_after);
        let (own, passes) = self.work.get_mut(work).unwrap();
        *own = own.clone().not_taken(own.offer.unwrap()).unwrap();
        passes.retain(|(by, _)| *by != staff);
        passes.push((staff, again));
    }

    /// Tells the engine how a piece of work is.
    fn tell(&mut self, work: &WorkId) {
        match self.work.get(work) {
            Some((own, passes)) => self.engine.put_work(own, passes),
            None => self.engine.remove_work(work),
        }
    }

    fn touch(&mut self, staff: Staff) {
        self.agents.get_mut(&staff).unwrap().presence.idle_since = self.now;
        self.engine.touch(staff, self.now);
    }

    pub fn arrive(&mut self, new: NewWork) -> WorkId {
        let queue = self.queues.iter().find(|queue| queue.id == new.placement.queue).unwrap();
        let work = Work::new(&new, queue, self.now);
        let id = work.id;
        self.work.insert(id, (work, Passes::new()));
        self.tell(&id);
        id
    }

    pub fn accept(&mut self, work: WorkId) {
        let staff = self.work[&work].0.holder.unwrap();
        self.step(&work, |own, now| {
            let offer = own.offer.unwrap();
            own.accepted(staff, offer, now).unwrap()
        });
        self.work.get_mut(&work).unwrap().1.clear();
        self.agents.get_mut(&staff).unwrap().presence.missed = 0;
        self.touch(staff);
        self.put_agent(staff);
        self.tell(&work);
    }

    pub fn decline(&mut self, work: WorkId) {
        let staff = self.work[&work].0.holder.unwrap();
        self.pass(&work, staff);
        self.tell(&work);
    }

    pub fn finish(&mut self, work: WorkId) {
        let own = self.work[&work].0.clone();
        let holder = own.owner();
        if let Some(wrapping) = own.clone().wrapped(self.queue(&own).wrap_up, self.now) {
            self.work.get_mut(&work).unwrap().0 = wrapping;
        } else {
            self.work.remove(&work);
            self.done.push((own, Ending::Handled));
        }
        self.tell(&work);
        if let Some(holder) = holder {
            self.touch(holder);
        }
    }

    pub fn release(&mut self, work: WorkId) {
        let holder = self.work[&work].0.holder.unwrap();
        let again = after(self.now, self.queue(&self.work[&work].0).again_after);
        self.step(&work, |own, now| own.released(now).unwrap());
        self.work.get_mut(&work).unwrap().1.push((holder, again));
        self.touch(holder);
        self.tell(&work);
    }

    pub fn put_agent(&mut self, staff: Staff) {
        self.engine.put_agent(&self.agents[&staff]);
    }

    pub fn pass_time(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub fn in_state(&self, state: State) -> Vec<WorkId> {
        self.work.values().filter(|(work, _)| work.state == state).map(|(work, _)| work.id).collect()
    }
}
