//! What supervisors and desks look at.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Id, StaffMember};

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
    pub since: Timestamp,
    /// What lies before them, is held or being wrapped up, oldest first.
    pub hands: Vec<Work>,
}

impl Routing {
    /// All queues and all people who serve them, as they are at this moment.
    pub async fn floor(&self) -> Result<(Vec<QueueStand>, Vec<AgentStand>)> {
        let book = self.book();
        let (agents, work) =
            self.store.read(move |tx| Ok((agent_rows::all(tx)?, work_rows::active(tx)?))).await?;
        let mut queues: BTreeMap<QueueId, QueueStand> =
            book.queues().map(|queue| (queue.id.clone(), QueueStand::of(queue.id.clone()))).collect();
        let mut hands: BTreeMap<Id<StaffMember>, Vec<Work>> = BTreeMap::new();
        for work in work {
            if let Some(queue) = queues.get_mut(work.queue()) {
                queue.count(&work);
            }
            if let Some(holder) = work.holder {
                hands.entry(holder).or_default().push(work);
            }
        }
        let mut people = Vec::with_capacity(agents.len());
        for agent in agents {
            let mut hands = hands.remove(&agent.staff).unwrap_or_default();
            hands.sort_by_key(|work| (work.since, work.id));
            let presence = presence::shown(agent.presence.effective(), hands.iter().map(|work| work.state));
            for queue in agent.profile.queues.keys() {
                if let Some(queue) = queues.get_mut(queue) {
                    *queue.people.entry(presence).or_default() += 1;
                }
            }
            let since = agent.presence.gone_since.unwrap_or(agent.presence.since);
            people.push(AgentStand { staff: agent.staff, presence, since, hands });
        }
        // In the order in which the queues are listed.
        let stands = book.queues().filter_map(|queue| queues.remove(&queue.id)).collect();
        Ok((stands, people))
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

impl QueueStand {
    fn of(queue: QueueId) -> Self {
        Self { queue, waiting: 0, longest_since: None, held: 0, wrapping: 0, people: BTreeMap::new() }
    }

    fn count(&mut self, work: &Work) {
        match work.state {
            State::Waiting | State::Offered => {
                self.waiting += 1;
                let since =
                    self.longest_since.map_or(work.waiting_since, |first| first.min(work.waiting_since));
                self.longest_since = Some(since);
            }
            State::Held => self.held += 1,
            State::Wrapping => self.wrapping += 1,
            State::Paused => {}
        }
    }
}
