//! Queues and who serves them, held in memory on each node.

use std::collections::BTreeMap;

use directory::ChannelKind;
use kernel::Result;
use kernel::id::{Id, StaffMember};
use store::Tx;

use crate::agent::Profile;
use crate::model::QueueId;
use crate::queue::Queue;
use crate::queue_rows::KeptQueue;
use crate::{agent_rows, queue_rows};

#[derive(Debug, Default)]
pub struct Book {
    queues: Vec<KeptQueue>,
    profiles: BTreeMap<Id<StaffMember>, (i64, Profile)>,
}

impl Book {
    pub(crate) fn read(tx: &mut Tx<'_>) -> Result<Self> {
        let queues = queue_rows::all(tx)?;
        let agents = agent_rows::all(tx)?.into_iter();
        Ok(Self { queues, profiles: agents.map(|a| (a.staff, (a.version, a.profile))).collect() })
    }

    /// All queues, in their order; those that take no new work too.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.iter().map(|kept| &kept.queue)
    }

    pub fn queue(&self, id: &QueueId) -> Option<&Queue> {
        self.kept(id).map(|kept| &kept.queue)
    }

    /// The queue with its version, for whoever is about to change it.
    pub fn kept(&self, id: &QueueId) -> Option<&KeptQueue> {
        self.queues.iter().find(|kept| kept.queue.id == *id)
    }

    /// The queue that is for a topic; else the one that is for everything that is left over.
    pub fn queue_for(&self, topic: Option<&str>, channel: ChannelKind) -> Option<&Queue> {
        let open = || self.queues().filter(|queue| queue.active && queue.channels.contains(&channel));
        let fits = |queue: &&Queue| topic.is_some_and(|topic| queue.topics.contains(topic));
        open().find(fits).or_else(|| open().find(|queue| queue.fallback))
    }

    /// What somebody can do, and its version; `None` for those who take no work.
    pub fn profile(&self, staff: Id<StaffMember>) -> Option<(i64, &Profile)> {
        self.profiles.get(&staff).map(|(version, profile)| (*version, profile))
    }

    /// Everybody who takes work.
    pub fn profiles(&self) -> impl Iterator<Item = (Id<StaffMember>, &Profile)> {
        self.profiles.iter().map(|(staff, (_, profile))| (*staff, profile))
    }

    /// The queues that somebody serves.
    pub fn serves(&self, staff: Id<StaffMember>) -> impl Iterator<Item = &QueueId> {
        self.profiles.get(&staff).into_iter().flat_map(|(_, profile)| profile.queues.keys())
    }

    pub fn is_served_by(&self, queue: &QueueId, staff: Id<StaffMember>) -> bool {
        self.profiles.get(&staff).is_some_and(|(_, profile)| profile.queues.contains_key(queue))
    }

    /// Who serves a queue.
    pub fn members(&self, queue: &QueueId) -> impl Iterator<Item = Id<StaffMember>> {
        self.profiles.iter().filter(|(_, (_, p))| p.queues.contains_key(queue)).map(|(staff, _)| *staff)
    }

    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }
}
