//! Those who take work: what they have on their hands, and in which order a queue asks those who are free.

use std::collections::{BTreeSet, HashMap};

use directory::ChannelKind;
use jiff::Timestamp;

use super::names::Abilities;
use super::{Staff, WorkId};
use crate::agent::Agent;
use crate::model::{Capacity, Load, Presence, Urgency};
use crate::queue::{Queue, Strategy};

/// Somebody as the engine knows them.
#[derive(Debug)]
pub(super) struct Member {
    pub abilities: Abilities,
    pub capacity: Capacity,
    /// Queues served, and the least urgency taken from each.
    pub serves: Vec<(usize, Urgency)>,
    pub presence: Presence,
    pub idle_since: i64,
    pub missed: u8,
    pub absent_since: Option<i64>,
}

/// What somebody has on their hands.
#[derive(Debug, Default)]
pub(super) struct Hands {
    pub load: Load,
    pub work: BTreeSet<WorkId>,
    /// Offers that lie before them. One at a time.
    pub offers: usize,
}

/// The order in which a queue asks: the reserved team first (they take nothing else), then by load where
/// the queue goes by it, then whoever has been idle the longest, then by id.
type Turn = (u8, u32, i64, Staff);

#[derive(Debug, Default)]
pub(super) struct Crew {
    pub members: HashMap<Staff, Member>,
    pub hands: HashMap<Staff, Hands>,
    strategies: Vec<Strategy>,
    /// By queue and channel: who is free.
    free: Vec<[Free; ChannelKind::ALL.len()]>,
}

/// Who is free, in their order, and how often somebody has become so.
#[derive(Debug, Default)]
struct Free {
    turns: BTreeSet<Turn>,
    became: u64,
}

const GRADES: u8 = Urgency::Urgent as u8;

impl Crew {
    pub fn new(queues: &[Queue]) -> Self {
        Self {
            strategies: queues.iter().map(|queue| queue.strategy).collect(),
            free: queues.iter().map(|_| Default::default()).collect(),
            ..Self::default()
        }
    }

    pub fn put(&mut self, staff: Staff, member: Member) {
        self.change(staff, |crew| {
            crew.members.insert(staff, member);
        });
    }

    pub fn remove(&mut self, staff: Staff) {
        self.change(staff, |crew| {
            crew.members.remove(&staff);
        });
    }

    /// Changes something about somebody, and where they stand among the free.
    pub fn change(&mut self, staff: Staff, change: impl FnOnce(&mut Self)) {
        self.stand(staff, false);
        change(self);
        self.stand(staff, true);
    }

    pub fn hold(&mut self, staff: Staff, work: WorkId, channel: ChannelKind, offered: bool) {
        self.change(staff, |crew| {
            let hands = crew.hands.entry(staff).or_default();
            hands.work.insert(work);
            hands.load.add(channel, 1);
            hands.offers += usize::from(offered);
        });
    }

    pub fn let_go(&mut self, staff: Staff, work: WorkId, channel: ChannelKind, offered: bool) {
        self.change(staff, |crew| {
            let Some(hands) = crew.hands.get_mut(&staff) else { return };
            hands.work.remove(&work);
            hands.load.take_away(channel);
            hands.offers -= usize::from(offered).min(hands.offers);
            if hands.work.is_empty() {
                crew.hands.remove(&staff);
            }
        });
    }

    fn load(&self, staff: Staff) -> (Load, usize) {
        self.hands.get(&staff).map_or((Load::default(), 0), |hands| (hands.load, hands.offers))
    }

    /// Whether one more of this channel may be offered to them.
    pub fn is_free(&self, staff: Staff, channel: ChannelKind) -> bool {
        let (load, offers) = self.load(staff);
        self.members.get(&staff).is_some_and(|member| {
            member.presence == Presence::Available && offers == 0 && member.capacity.has_room(load, channel)
        })
    }

    pub fn is_free_at_all(&self, staff: Staff) -> bool {
        ChannelKind::ALL.into_iter().any(|channel| self.is_free(staff, channel))
    }

    /// The least urgency that somebody takes of a queue; `None` for those who do not serve it.
    pub fn takes_from(&self, staff: Staff, queue: usize) -> Option<Urgency> {
        let serves = &self.members.get(&staff)?.serves;
        serves.iter().find(|(served, _)| *served == queue).map(|(_, urgency)| *urgency)
    }

    /// Who is free for this channel in a queue, in their order, with the least urgency each takes.
    pub fn free_in(&self, queue: usize, channel: ChannelKind) -> impl Iterator<Item = (Staff, u8)> + '_ {
        let free = self.free.get(queue).and_then(|channels| channels.get(channel as usize));
        let turns = free.into_iter().flat_map(|free| &free.turns);
        turns.map(|(reserved, _, _, staff)| (*staff, GRADES - reserved))
    }

    /// How often somebody has become free in these queues: while it stays the same, nobody has.
    pub fn freed_in(&self, queues: &[usize], channel: ChannelKind) -> u64 {
        let free = queues.iter().filter_map(|queue| self.free.get(*queue)?.get(channel as usize));
        free.map(|free| free.became).sum()
    }

    fn stand(&mut self, staff: Staff, present: bool) {
        let (load, offers) = self.load(staff);
        let Some(member) = self.members.get(&staff) else { return };
        if member.presence != Presence::Available || offers > 0 {
            return;
        }
        let fullness = member.capacity.fullness(load);
        for channel in ChannelKind::ALL.into_iter().filter(|channel| member.capacity.has_room(load, *channel))
        {
            for (queue, takes_from) in &member.serves {
                let by_load = self.strategies.get(*queue) == Some(&Strategy::LeastLoaded);
                let fullness = if by_load { fullness } else { 0 };
                let turn = (GRADES - *takes_from as u8, fullness, member.idle_since, staff);
                let Some(free) = self.free.get_mut(*queue).and_then(|all| all.get_mut(channel as usize))
                else {
                    continue;
                };
                if present {
                    free.turns.insert(turn);
                    free.became += 1;
                } else {
                    free.turns.remove(&turn);
                }
            }
        }
    }
}

impl Member {
    pub fn new(agent: &Agent, abilities: Abilities, serves: Vec<(usize, Urgency)>) -> Self {
        Self {
            abilities,
            capacity: agent.profile.capacity.clone(),
            serves,
            presence: agent.presence.effective(),
            idle_since: agent.presence.idle_since.as_microsecond(),
            missed: agent.presence.missed,
            absent_since: agent.presence.absent_since().map(Timestamp::as_microsecond),
        }
    }

    /// There, and so worth waiting for.
    pub fn is_at_work(&self) -> bool {
        matches!(self.presence, Presence::Available | Presence::Busy)
    }
}
