//! The runner: keeps an engine in step with the database, and carries out what it decides.
//!
//! One node leads, under a lease; when it is cut off, another takes over within seconds and reads anew
//! what waits. It is woken by events and by whatever is due next; nothing is looked at on a timer. Each
//! decision is checked once more where it is carried out, so an engine that is a moment behind does no harm.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel::id::{Id, StaffMember, Work as WorkKind};
use kernel::{Clock, Event, Fault, Position, Result};
use store::Tx;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::agent::Agent;
use crate::engine::{Decision, Engine, Passes, Snapshot};
use crate::model::{Presence, State};
use crate::work::Work;
use crate::{Routing, agent_rows, events, presence, queue_rows, take, work_rows};

const NAME: &str = "routing";
/// How long a node that died keeps others from leading.
const LEASE: SignedDuration = SignedDuration::from_secs(5);
const RENEW: SignedDuration = SignedDuration::from_millis(1_500);
/// How often those who do not lead ask whether they may, and whoever failed tries again.
const ASK: Duration = Duration::from_secs(1);
/// How long to hold on after a decision that was out of date.
const DISAGREED: Duration = Duration::from_millis(5);
/// Decisions that share a transaction. Few, so that no writer waits long for them.
const BATCH: usize = 32;
/// Events heard but not yet looked at. When there are more, following waits.
const HEARD: usize = 1_024;

/// Why a turn of leading is over.
enum Over {
    /// Another node leads.
    Lost,
    Closing,
}

/// One on each node. Only one of them leads.
pub struct Runner {
    routing: Routing,
    /// Unique to this node.
    holder: String,
}

/// What the leader has in memory.
struct Leading {
    engine: Engine,
    heard: mpsc::Receiver<Event>,
    following: JoinHandle<()>,
    renewed: Timestamp,
    next_silence: Option<Timestamp>,
}

impl Drop for Leading {
    fn drop(&mut self) {
        self.following.abort();
    }
}

/// What may have changed since the engine was told of it.
#[derive(Default)]
struct Stale {
    work: BTreeSet<Id<WorkKind>>,
    staff: BTreeSet<Id<StaffMember>>,
    /// Everything, because the rules changed.
    all: bool,
}

type Waiting = (Work, Passes);

/// What stands in the database about what was stale.
struct Fresh {
    /// `None`: it is done or paused.
    work: Vec<(Id<WorkKind>, Option<Waiting>)>,
    staff: Vec<(Id<StaffMember>, Option<Agent>)>,
    next_silence: Option<Timestamp>,
}

impl Runner {
    /// `holder` is unique to this node, so that two never lead at once.
    pub fn new(routing: Routing, holder: String) -> Self {
        Self { routing, holder }
    }

    /// Leads whenever nobody else does, until the store closes.
    pub async fn run(self) {
        while !self.routing.store.is_closing() {
            match self.lead().await {
                Ok(Over::Closing) => return,
                Ok(Over::Lost) => {}
                Err(_) if self.routing.store.is_closing() => return,
                Err(error) => tracing::error!(%error, "routing was interrupted"),
            }
            tokio::time::sleep(ASK).await;
        }
    }

    /// Gives the lease back, so that another node need not wait for its end.
    pub async fn step_down(routing: &Routing, holder: &str) -> Result<()> {
        let holder = holder.to_owned();
        routing.store.write(move |tx| tx.drop_lease(NAME, &holder)).await
    }

    fn now(&self) -> Timestamp {
        self.routing.store.clock().now()
    }

    async fn lead(&self) -> Result<Over> {
        let renewed = self.now();
        if !self.renew().await? {
            return Ok(Over::Lost);
        }
        let mut leading = self.take_over(renewed).await?;
        tracing::info!(work = leading.engine.size(), "routing leads here");
        loop {
            let decisions = leading.engine.decide(self.now(), BATCH);
            let mut stale = Stale::default();
            let silence = leading.next_silence.is_some_and(|at| at <= self.now());
            let renewal = self.now().duration_since(leading.renewed) >= RENEW;
            if !decisions.is_empty() || silence || renewal {
                leading.renewed = self.now();
                match self.carry_out(&decisions).await? {
                    Some(undone) => stale = undone,
                    None => return Ok(Over::Lost),
                }
            }
            if !stale.is_empty() {
                // Somebody was quicker. Were it ever a disagreement, it must not keep the database busy.
                tokio::time::sleep(DISAGREED).await;
            }
            let more = decisions.len() == BATCH || !stale.is_empty() || silence;
            if !self.listen(&mut leading, &mut stale, more).await {
                return Ok(Over::Closing);
            }
            if stale.all {
                leading = self.take_over(leading.renewed).await?;
            } else if !stale.is_empty() || silence {
                self.catch_up(&mut leading, stale).await?;
            }
        }
    }

    async fn renew(&self) -> Result<bool> {
        let (clock, holder) = (self.routing.store.clock().clone(), self.holder.clone());
        self.routing.store.write(move |tx| tx.take_lease(NAME, &holder, clock.now(), LEASE)).await
    }

    /// Begins to follow, and then reads everything, so that nothing falls between the two.
    async fn take_over(&self, renewed: Timestamp) -> Result<Leading> {
        let store = self.routing.store.clone();
        let from = store.events_end().await?;
        let (snapshot, next_silence) =
            store.read(|tx| Ok((read_all(tx)?, agent_rows::next_silence(tx)?))).await?;
        let (told, heard) = mpsc::channel(HEARD);
        let following = tokio::spawn(async move {
            if let Err(error) = follow(&store, from, told).await {
                tracing::debug!(%error, "routing stopped following events");
            }
        });
        Ok(Leading { engine: Engine::from(snapshot), heard, following, renewed, next_silence })
    }

    /// Waits for something to happen or be due, unless there is `more` to do at once. `false`: the end.
    async fn listen(&self, leading: &mut Leading, stale: &mut Stale, more: bool) -> bool {
        if !more {
            let renewal = leading.renewed.checked_add(RENEW).unwrap_or(Timestamp::MAX);
            let dues = [Some(renewal), leading.engine.next_due(), leading.next_silence];
            let due = dues.into_iter().flatten().min().unwrap_or(renewal);
            let until_due = Duration::try_from(due.duration_since(self.now())).unwrap_or_default();
            tokio::select! {
                event = leading.heard.recv() => match event {
                    Some(event) => stale.note(&event),
                    None => return false,
                },
                () = tokio::time::sleep(until_due) => {}
            }
        }
        while let Ok(event) = leading.heard.try_recv() {
            stale.note(&event);
        }
        true
    }

    /// Carries out what was decided, together if that works, else one by one. Returns what the engine has
    /// to be told anew; `None` when another node leads.
    async fn carry_out(&self, decisions: &[Decision]) -> Result<Option<Stale>> {
        match self.carry_out_together(decisions.to_vec()).await {
            Err(error) if decisions.len() > 1 => {
                tracing::warn!(%error, "decisions are carried out one by one");
            }
            together => return together,
        }
        let mut stale = Stale::default();
        for decision in decisions {
            match self.carry_out_together(vec![decision.clone()]).await {
                Ok(Some(undone)) => stale.add(undone),
                Ok(None) => return Ok(None),
                Err(error) => {
                    tracing::error!(%error, ?decision, "a decision could not be carried out");
                    stale.undone(decision);
                    tokio::time::sleep(ASK).await;
                }
            }
        }
        Ok(Some(stale))
    }

    async fn carry_out_together(&self, decisions: Vec<Decision>) -> Result<Option<Stale>> {
        let holder = self.holder.clone();
        let clock = self.routing.store.clock().clone();
        self.routing
            .store
            .write(move |tx| {
                let now = clock.now();
                if !tx.take_lease(NAME, &holder, now, LEASE)? {
                    return Ok(None);
                }
                let mut stale = Stale::default();
                for decision in &decisions {
                    if !Routing::do_as_decided(tx, decision, now)? {
                        stale.undone(decision);
                    }
                }
                for staff in agent_rows::lose_silent(tx, now)? {
                    presence::tell(tx, staff, Presence::Away, now)?;
                }
                Ok(Some(stale))
            })
            .await
    }

    /// Tells the engine how what may have changed is now.
    async fn catch_up(&self, leading: &mut Leading, stale: Stale) -> Result<()> {
        let fresh = self.routing.store.read(move |tx| Fresh::read(tx, &stale)).await?;
        for (staff, agent) in fresh.staff {
            match agent {
                Some(agent) => leading.engine.put_agent(&agent),
                None => leading.engine.remove_agent(staff),
            }
        }
        for (id, work) in fresh.work {
            match work {
                Some((work, passes)) => leading.engine.put_work(&work, &passes),
                None => leading.engine.remove_work(&id),
            }
        }
        leading.next_silence = fresh.next_silence;
        Ok(())
    }
}

impl Routing {
    /// `false`: it is not any more as the engine thought.
    fn do_as_decided(tx: &mut Tx<'_>, decision: &Decision, now: Timestamp) -> Result<bool> {
        match decision {
            Decision::Offer { work, staff, .. } => Self::offer(tx, work, *staff, now),
            Decision::Expire { work, .. } => Self::expire(tx, work, now),
            Decision::EndWrapUp { work } => Self::end_wrap_up(tx, work, now),
            Decision::Overflow { work, queue } => {
                let Some(was) = work_rows::find(tx, work)? else { return Ok(false) };
                let settings = queue_rows::get(tx, was.queue())?;
                let step = settings.overflow.get(usize::from(was.overflowed));
                if was.state != State::Waiting || step.is_none_or(|step| step.to != *queue) {
                    return Ok(false);
                }
                let wider = Work { overflowed: was.overflowed + 1, ..was.clone() };
                work_rows::put(tx, &was, &wider)?;
                events::of_work(tx, now, events::OVERFLOWED, &wider, serde_json::json!({ "to": queue }))?;
                Ok(true)
            }
            Decision::BringBack { work, staff } => {
                let held = work_rows::find(tx, work)?.filter(|work| work.owner() == Some(*staff));
                let record = agent_rows::presence(tx, *staff)?;
                let gone = record.is_none_or(|record| record.absent_since().is_some());
                match held.filter(|_| gone) {
                    Some(was) => take::bring_back(tx, &was, now).map(|()| true),
                    None => Ok(false),
                }
            }
        }
    }
}

/// Everything that the engine is to know.
fn read_all(tx: &mut Tx<'_>) -> Result<Snapshot> {
    let mut passes: std::collections::BTreeMap<Id<WorkKind>, Passes> = std::collections::BTreeMap::new();
    for (work, staff, until) in work_rows::all_passes(tx)? {
        passes.entry(work).or_default().push((staff, until));
    }
    let mut with_passes = |work: Work| {
        let passes = passes.remove(&work.id).unwrap_or_default();
        (work, passes)
    };
    Ok(Snapshot {
        queues: queue_rows::all(tx)?.into_iter().map(|kept| kept.queue).collect(),
        agents: agent_rows::all(tx)?,
        work: work_rows::active(tx)?.into_iter().map(&mut with_passes).collect(),
    })
}

async fn follow(store: &store::Store, from: Position, told: mpsc::Sender<Event>) -> Result<()> {
    store
        .follow(from, move |event| {
            let told = told.clone();
            async move {
                if event.kind.starts_with("routing.") {
                    told.send(event).await.map_err(|_| Fault::new("nobody listens any more"))?;
                }
                Ok(())
            }
        })
        .await
}

impl Stale {
    fn is_empty(&self) -> bool {
        self.work.is_empty() && self.staff.is_empty() && !self.all
    }

    fn add(&mut self, other: Self) {
        self.work.extend(other.work);
        self.staff.extend(other.staff);
        self.all |= other.all;
    }

    /// What an event is about, and whoever it names, may have changed.
    fn note(&mut self, event: &Event) {
        self.all |= event.kind == events::QUEUE_CHANGED;
        self.work.extend(event.subject.parse::<Id<WorkKind>>());
        self.staff.extend(event.subject.parse::<Id<StaffMember>>());
        for named in ["staff", "from"].iter().filter_map(|name| event.data.get(name)?.as_str()) {
            self.staff.extend(named.parse::<Id<StaffMember>>());
        }
    }

    fn undone(&mut self, decision: &Decision) {
        let (work, staff) = match decision {
            Decision::Offer { work, staff, .. }
            | Decision::Expire { work, staff }
            | Decision::BringBack { work, staff } => (work, Some(*staff)),
            Decision::Overflow { work, .. } | Decision::EndWrapUp { work } => (work, None),
        };
        self.work.insert(*work);
        self.staff.extend(staff);
    }
}

impl Fresh {
    fn read(tx: &mut Tx<'_>, stale: &Stale) -> Result<Self> {
        let mut fresh =
            Self { work: Vec::new(), staff: Vec::new(), next_silence: agent_rows::next_silence(tx)? };
        for id in &stale.work {
            let work = match work_rows::find(tx, id)? {
                Some(work) => Some((work, work_rows::passes(tx, id)?)),
                None => None,
            };
            fresh.work.push((*id, work));
        }
        for id in &stale.staff {
            fresh.staff.push((*id, agent_rows::find(tx, *id)?));
        }
        Ok(fresh)
    }
}
