//! The engine: told what waits and who is there, it decides whom what is offered to.
//!
//! Pure and deterministic: no clock, no database, no chance. Told the same, it decides the same. It is
//! told changes only and looks at nothing that did not change, so a decision costs microseconds however
//! much waits. It takes its own decisions to be carried out; what was not is told to it again as it is.
//!
//! Laws, held by tests: nobody is offered more than they have room for, or what they are not fit for;
//! what lies before or with one person is offered to no other; of those who may be served by the same
//! people, the lower rank is served first; and where somebody free is fit for what waits, it is offered.

mod crew;
mod decide;
mod dues;
mod lines;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Id, StaffMember, Work as WorkKind};

use crate::agent::Agent;
use crate::model::{QueueId, State, Urgency};
use crate::queue::Queue;
use crate::work::Work;

use crew::{Crew, Member};
use dues::{Due, Dues};
use lines::{LineKey, LineNumber, Lines, Place};
use names::{Name, Names, NeedsNumber};

pub(crate) type Staff = Id<StaffMember>;
pub(crate) type WorkId = Id<WorkKind>;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Lay it before them, until then.
    Offer { work: WorkId, staff: Staff, until: Timestamp },
    /// The time of an offer is over.
    Expire { work: WorkId, staff: Staff },
    /// It has waited long: this queue's people may take it too.
    Overflow { work: WorkId, queue: QueueId },
    /// The time to write it up is over.
    EndWrapUp { work: WorkId },
    /// Whoever has it is gone; it waits again.
    BringBack { work: WorkId, staff: Staff },
}

/// Who passed work over, and until when they are not asked again.
pub type Passes = Vec<(Staff, Timestamp)>;

/// Work as the engine knows it.
#[derive(Debug)]
struct Job {
    rank: i64,
    channel: ChannelKind,
    queue: usize,
    overflowed: u8,
    language: Option<Name>,
    needs: NeedsNumber,
    urgency: Urgency,
    sticky: Option<Staff>,
    queued_at: i64,
    not_before: Option<i64>,
    stage: Stage,
    passes: Vec<(Staff, i64)>,
    line: Option<LineNumber>,
    dues: Vec<(i64, Due)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Offered { to: Staff, until: i64 },
    Held { by: Staff },
    Wrapping { by: Staff, until: i64 },
}

/// All that the engine is told, at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub queues: Vec<Queue>,
    pub agents: Vec<Agent>,
    pub work: Vec<(Work, Passes)>,
}

/// What follows from a snapshot at a moment.
pub fn decide(snapshot: Snapshot, now: Timestamp) -> Vec<Decision> {
    Engine::from(snapshot).decide(now, usize::MAX)
}

#[derive(Debug)]
pub struct Engine {
    queues: Vec<Queue>,
    queue_numbers: BTreeMap<QueueId, usize>,
    /// By queue: itself and those it overflows to, in order.
    reaches: Vec<Vec<usize>>,
    names: Names,
    jobs: HashMap<WorkId, Job>,
    lines: Lines,
    crew: Crew,
    dues: Dues,
    /// Waiting work by whoever had it last.
    sticks: HashMap<Staff, BTreeSet<WorkId>>,
    /// Work for which somebody free is still to be looked for.
    fresh: BTreeSet<Place>,
    /// People for whom work is still to be looked for.
    freed: BTreeSet<Staff>,
}

impl From<Snapshot> for Engine {
    fn from(snapshot: Snapshot) -> Self {
        let mut engine = Self::new(snapshot.queues);
        for agent in &snapshot.agents {
            engine.put_agent(agent);
        }
        for (work, passes) in &snapshot.work {
            engine.put_work(work, passes);
        }
        engine
    }
}

impl Engine {
    /// An engine for these queues. Other settings need another engine.
    pub fn new(queues: Vec<Queue>) -> Self {
        let numbers = queues.iter().enumerate().map(|(number, queue)| (queue.id.clone(), number));
        let queue_numbers: BTreeMap<QueueId, usize> = numbers.collect();
        let reaches = queues.iter().map(|queue| {
            let all = queue.reach(u8::MAX);
            all.filter_map(|id| queue_numbers.get(id).copied()).collect()
        });
        Self {
            reaches: reaches.collect(),
            queue_numbers,
            names: Names::default(),
            jobs: HashMap::new(),
            lines: Lines::new(queues.len()),
            crew: Crew::new(&queues),
            dues: Dues::default(),
            sticks: HashMap::new(),
            fresh: BTreeSet::new(),
            freed: BTreeSet::new(),
            queues,
        }
    }

    /// Somebody is as this says from now on.
    pub fn put_agent(&mut self, agent: &Agent) {
        let abilities = self.names.abilities(&agent.profile);
        let serves = agent.profile.queues.iter();
        let serves = serves
            .filter_map(|(queue, membership)| {
                Some((*self.queue_numbers.get(queue)?, membership.takes_from.0))
            })
            .collect();
        self.crew.put(agent.staff, Member::new(agent, abilities, serves));
        self.after_change_of(agent.staff);
    }

    /// Somebody takes no work any more.
    pub fn remove_agent(&mut self, staff: Staff) {
        self.crew.remove(staff);
        self.after_change_of(staff);
    }

    /// Something came to somebody or left them: they are idle since then.
    pub fn touch(&mut self, staff: Staff, now: Timestamp) {
        self.crew.change(staff, |crew| {
            if let Some(member) = crew.members.get_mut(&staff) {
                member.idle_since = now.as_microsecond();
            }
        });
    }

    /// A piece of work is as this says from now on.
    pub fn put_work(&mut self, work: &Work, passes: &Passes) {
        self.remove_work(&work.id);
        let Some(queue) = self.queue_numbers.get(work.queue()).copied() else { return };
        let Some(stage) = Stage::of(work) else { return };
        let needs = match self.queues.get(queue) {
            Some(settings) => self.names.needs(&settings.needs.with(&work.placement.needs)),
            None => return,
        };
        let job = Job {
            rank: work.rank.as_microsecond(),
            channel: work.channel,
            queue,
            overflowed: work.overflowed,
            language: work.placement.language.as_ref().map(|language| self.names.language(language)),
            needs,
            urgency: work.placement.urgency,
            sticky: work.sticky,
            queued_at: work.queued_at.as_microsecond(),
            not_before: work.not_before.map(Timestamp::as_microsecond),
            stage,
            passes: passes.iter().map(|(staff, until)| (*staff, until.as_microsecond())).collect(),
            line: None,
            dues: Vec::new(),
        };
        self.jobs.insert(work.id, job);
        self.settle(work.id);
    }

    /// A piece of work is done, paused or gone.
    pub fn remove_work(&mut self, work: &WorkId) {
        self.unsettle(*work);
        self.jobs.remove(work);
    }

    /// When something is due next, if nothing changes before.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.dues.next().and_then(|at| Timestamp::from_microsecond(at).ok())
    }

    /// How much waits or is in somebody's hands.
    pub fn size(&self) -> usize {
        self.jobs.len()
    }

    fn set_stage(&mut self, work: WorkId, stage: Stage) {
        self.unsettle(work);
        if let Some(job) = self.jobs.get_mut(&work) {
            job.stage = stage;
        }
        self.settle(work);
    }

    /// Puts work where its stage belongs: into a line or into somebody's hands.
    fn settle(&mut self, work: WorkId) {
        let Some(job) = self.jobs.get(&work) else { return };
        let channel = job.channel;
        match job.stage {
            Stage::Waiting => {
                if let Some(staff) = job.sticky {
                    self.sticks.entry(staff).or_default().insert(work);
                }
                self.line_up(work);
            }
            Stage::Offered { to, until } => {
                self.crew.hold(to, work, channel, true);
                self.is_due(work, until, Due::OfferEnds);
            }
            Stage::Held { by } => {
                self.crew.hold(by, work, channel, false);
                self.watch_holder(work, by);
            }
            Stage::Wrapping { by, until } => {
                self.crew.hold(by, work, channel, false);
                self.is_due(work, until, Due::WrapUpEnds);
            }
        }
    }

    /// Takes work from where it is.
    fn unsettle(&mut self, work: WorkId) {
        let Some(job) = self.jobs.get_mut(&work) else { return };
        for (at, due) in job.dues.drain(..) {
            self.dues.remove(at, due, work);
        }
        let (place, channel, line) = ((job.rank, work), job.channel, job.line.take());
        let (queue, overflowed, stage) = (job.queue, job.overflowed, job.stage);
        if let Some(staff) = job.sticky
            && let Some(work_of) = self.sticks.get_mut(&staff)
        {
            work_of.remove(&work);
            if work_of.is_empty() {
                self.sticks.remove(&staff);
            }
        }
        if let Some(line) = line {
            self.fresh.remove(&place);
            self.lines.quit(line, place, reach(&self.reaches, queue, overflowed));
        }
        if let Some(holder) = stage.holder() {
            self.crew.let_go(holder, work, channel, stage.is_offered());
            if self.crew.is_free_at_all(holder) {
                self.freed.insert(holder);
            }
        }
    }

    fn line_up(&mut self, work: WorkId) {
        let Some(job) = self.jobs.get(&work) else { return };
        let only = self.waits_for(job);
        let key = LineKey {
            queue: job.queue,
            overflowed: job.overflowed,
            channel: job.channel,
            language: job.language,
            needs: job.needs,
            urgency: job.urgency,
            only: only.map(|(staff, _)| staff),
        };
        let (place, queue, overflowed, queued_at) =
            ((job.rank, work), job.queue, job.overflowed, job.queued_at);
        if let Some(not_before) = job.not_before.filter(|at| *at > self.dues.last) {
            return self.is_due(work, not_before, Due::MayBegin);
        }
        let passes: Vec<i64> = job.passes.iter().map(|(_, until)| *until).collect();
        let line = self.lines.join(key, place, reach(&self.reaches, queue, overflowed));
        self.fresh.insert(place);
        if let Some(job) = self.jobs.get_mut(&work) {
            job.line = Some(line);
        }
        for until in passes {
            self.is_due(work, until, Due::AskAgain);
        }
        if let Some((_, until)) = only {
            self.is_due(work, until, Due::KeptUntil);
        }
        let next = self.queues.get(queue).and_then(|queue| queue.overflow.get(usize::from(overflowed)));
        if let Some(step) = next {
            let at = queued_at.saturating_add(i64::from(step.after) * 1_000_000);
            self.is_due(work, at, Due::Overflows);
        }
    }

    /// Whom work is kept for, and until when: who had it last, if they are there and still fit.
    fn waits_for(&self, job: &Job) -> Option<(Staff, i64)> {
        let settings = self.queues.get(job.queue)?;
        let (staff, kept) = (job.sticky?, i64::from(settings.sticky_for) * 1_000_000);
        let until = job.queued_at.saturating_add(kept);
        let is_there = self.crew.members.get(&staff).is_some_and(Member::is_at_work);
        let passed = job.is_passed_by(staff, self.dues.last);
        (until > self.dues.last && is_there && !passed && self.is_fit(staff, job)).then_some((staff, until))
    }

    /// Whether somebody may take it at all, free or not.
    fn is_fit(&self, staff: Staff, job: &Job) -> bool {
        let serves = reach(&self.reaches, job.queue, job.overflowed).iter().any(|queue| {
            self.crew.takes_from(staff, *queue).is_some_and(|takes_from| job.urgency >= takes_from)
        });
        let able = |member: &Member| self.names.fit(&member.abilities, job.language, job.needs);
        serves && self.crew.members.get(&staff).is_some_and(able)
    }

    fn after_change_of(&mut self, staff: Staff) {
        if self.crew.is_free_at_all(staff) {
            self.freed.insert(staff);
        }
        // What was kept for them may be for everybody now or the other way round, and what they hold may
        // have to be taken back.
        let sticks: Vec<WorkId> = self.sticks.get(&staff).into_iter().flatten().copied().collect();
        for work in sticks {
            self.set_stage(work, Stage::Waiting);
        }
        let held: Vec<WorkId> =
            self.crew.hands.get(&staff).into_iter().flat_map(|h| h.work.iter().copied()).collect();
        for work in held {
            self.watch_holder(work, staff);
        }
    }

    /// Live work whose holder is gone is due to be taken back.
    fn watch_holder(&mut self, work: WorkId, by: Staff) {
        let Some(job) = self.jobs.get(&work).filter(|job| job.stage == Stage::Held { by }) else { return };
        let absent = self.crew.members.get(&by).and_then(|member| member.absent_since);
        let patience =
            self.queues.get(job.queue).map_or(0, |queue| i64::from(queue.return_after) * 1_000_000);
        if let Some(since) = absent.filter(|_| job.channel.is_live()) {
            self.is_due(work, since.saturating_add(patience), Due::BringBack);
        }
    }

    fn is_due(&mut self, work: WorkId, at: i64, due: Due) {
        if let Some(job) = self.jobs.get_mut(&work)
            && !job.dues.contains(&(at, due))
        {
            job.dues.push((at, due));
            self.dues.add(at, due, work);
        }
    }
}

/// The queues whose people may take work that has taken so many steps of overflow.
fn reach(reaches: &[Vec<usize>], queue: usize, overflowed: u8) -> &[usize] {
    let all = reaches.get(queue).map_or(&[][..], Vec::as_slice);
    all.get(..=usize::from(overflowed)).unwrap_or(all)
}

impl Job {
    fn is_passed_by(&self, staff: Staff, now: i64) -> bool {
        self.passes.iter().any(|(by, until)| *by == staff && *until > now)
    }
}

impl Stage {
    /// `None`: it concerns nobody.
    fn of(work: &Work) -> Option<Self> {
        let until = work.due_at.map(Timestamp::as_microsecond);
        Some(match (work.state, work.holder) {
            (State::Waiting, _) => Self::Waiting,
            (State::Offered, Some(to)) => Self::Offered { to, until: until? },
            (State::Held, Some(by)) => Self::Held { by },
            (State::Wrapping, Some(by)) => Self::Wrapping { by, until: until? },
            (State::Paused, _) | (_, None) => return None,
        })
    }

    fn holder(self) -> Option<Staff> {
        match self {
            Self::Waiting => None,
            Self::Offered { to, .. } => Some(to),
            Self::Held { by } | Self::Wrapping { by, .. } => Some(by),
        }
    }

    fn is_offered(self) -> bool {
        matches!(self, Self::Offered { .. })
    }
}
