//! What supervisors and desks look at.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Id, StaffMember};
use store::Tx;

use crate::agent::PresenceRecord;
use crate::book::Book;
use crate::model::{Presence, QueueId, State};
use crate::work::Work;
use crate::{Routing, agent_rows, presence, work_rows};

/// How a queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueStand {
    pub queue: QueueId,
    /// Waiting or just being offered.
    pub waiting: usize,
    /// Since when the one who waits longest does.
    pub longest_since: Option<Timestamp>,
    pub held: usize,
    pub wrapping: usize,
    /// How many of those who serve it are what.
    pub people: BTreeMap<Presence, usize>,
}

/// How somebody stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStand {
    pub staff: Id<StaffMember>,
    pub presence: Presence,
    /// Since when it is so; for those who were never here, since always.
    pub since: Timestamp,
    /// What lies before them, is held or being wrapped up, oldest first.
    pub hands: Vec<Work>,
}

/// What stands in the database at one moment.
struct Sight {
    /// How many wait in a queue, and since when the first.
    waiting: Vec<(QueueId, i64, Timestamp)>,
    hands: Vec<Hand>,
    presences: BTreeMap<Id<StaffMember>, PresenceRecord>,
}

/// Work in somebody's hands, as far as counting goes.
struct Hand {
    holder: Id<StaffMember>,
    queue: QueueId,
    state: State,
}

impl Routing {
    /// How all queues stand at this moment, in their order.
    pub async fn stands(&self) -> Result<Vec<QueueStand>> {
        let sight = self
            .store
            .read(|tx| {
                let hands = work_rows::hands(tx)?;
                Sight::of(tx, hands)
            })
            .await?;
        Ok(sight.stands(&self.book()))
    }

    /// All queues, and all people with what is in their hands, at this moment.
    pub async fn floor(&self) -> Result<(Vec<QueueStand>, Vec<AgentStand>)> {
        let (sight, work) = self
            .store
            .read(|tx| {
                let work = work_rows::all_in_hands(tx)?;
                let hands = work
                    .iter()
                    .filter_map(|work| Some((work.holder?, work.placement.queue.clone(), work.state)));
                Ok((Sight::of(tx, hands.collect())?, work))
            })
            .await?;
        let book = self.book();
        Ok((sight.stands(&book), sight.people(&book, work)))
    }

    /// What waits in a queue, next first.
    pub async fn waiting_in(&self, queue: QueueId, most: u32) -> Result<Vec<Work>> {
        self.store.read(move |tx| work_rows::waiting(tx, &queue, most)).await
    }

    /// What lies before somebody, is held by them or being wrapped up, oldest first.
    pub async fn in_hands_of(&self, staff: Id<StaffMember>) -> Result<Vec<Work>> {
        self.store.read(move |tx| work_rows::in_hands_of(tx, staff)).await
    }
}

impl Sight {
    fn of(tx: &mut Tx<'_>, hands: Vec<(Id<StaffMember>, QueueId, State)>) -> Result<Self> {
        let hands = hands.into_iter().map(|(holder, queue, state)| Hand { holder, queue, state });
        Ok(Self {
            waiting: work_rows::waiting_by_queue(tx)?,
            hands: hands.collect(),
            presences: agent_rows::presences(tx)?.into_iter().collect(),
        })
    }

    /// Since when somebody is what they are.
    fn since(&self, staff: Id<StaffMember>) -> Timestamp {
        let record = self.presences.get(&staff);
        record.map_or(Timestamp::UNIX_EPOCH, |record| record.gone_since.unwrap_or(record.since))
    }

    /// What everybody is shown as.
    fn shown(&self) -> BTreeMap<Id<StaffMember>, Presence> {
        let mut states: BTreeMap<Id<StaffMember>, Vec<State>> = BTreeMap::new();
        for hand in &self.hands {
            states.entry(hand.holder).or_default().push(hand.state);
        }
        let shown = self.presences.iter().map(|(staff, record)| {
            let states = states.get(staff).into_iter().flatten().copied();
            (*staff, presence::shown(record.effective(), states))
        });
        shown.collect()
    }

    fn stands(&self, book: &Book) -> Vec<QueueStand> {
        let mut queues: BTreeMap<&QueueId, QueueStand> =
            book.queues().map(|queue| (&queue.id, QueueStand::of(queue.id.clone()))).collect();
        for (queue, count, since) in &self.waiting {
            if let Some(stand) = queues.get_mut(queue) {
                stand.waiting = usize::try_from(*count).unwrap_or(usize::MAX);
                stand.longest_since = Some(*since);
            }
        }
        for hand in &self.hands {
            if let Some(stand) = queues.get_mut(&hand.queue) {
                stand.held += usize::from(hand.state == State::Held);
                stand.wrapping += usize::from(hand.state == State::Wrapping);
            }
        }
        let shown = self.shown();
        for (staff, profile) in book.profiles() {
            let presence = shown.get(&staff).copied().unwrap_or(Presence::Offline);
            for queue in profile.queues.keys() {
                if let Some(stand) = queues.get_mut(queue) {
                    *stand.people.entry(presence).or_default() += 1;
                }
            }
        }
        book.queues().filter_map(|queue| queues.remove(&queue.id)).collect()
    }

    fn people(&self, book: &Book, work: Vec<Work>) -> Vec<AgentStand> {
        let mut hands: BTreeMap<Id<StaffMember>, Vec<Work>> = BTreeMap::new();
        for work in work {
            if let Some(holder) = work.holder {
                hands.entry(holder).or_default().push(work);
            }
        }
        let shown = self.shown();
        let people = book.profiles().map(|(staff, _)| {
            let mut hands = hands.remove(&staff).unwrap_or_default();
            hands.sort_by_key(|work| (work.since, work.id));
            let presence = shown.get(&staff).copied().unwrap_or(Presence::Offline);
            AgentStand { staff, presence, since: self.since(staff), hands }
        });
        people.collect()
    }
}

impl QueueStand {
    fn of(queue: QueueId) -> Self {
        Self { queue, waiting: 0, longest_since: None, held: 0, wrapping: 0, people: BTreeMap::new() }
    }
}
