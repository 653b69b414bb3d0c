//! Whether a queue is open, and what can be done instead while it is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use directory::{ChannelKind, Directory, OpenState, Schedule, Unit, Way, Zone};
use jiff::Timestamp;
use kernel::{Refusal, Result};
use store::params;

use crate::Routing;
use crate::model::QueueId;
use crate::queue::{Hours, Queue, WhenClosed};

/// How a queue is for somebody who comes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub open: bool,
    /// While it is open: until when, if its hours say so.
    pub until: Option<Timestamp>,
    /// While it is closed: when it opens next, if that is known.
    pub opens: Option<Timestamp>,
    /// Whether anybody who serves it is at work at this moment.
    pub staffed: bool,
    /// What can be done instead of waiting.
    pub instead: BTreeSet<WhenClosed>,
}

/// What hours say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByHours {
    Open {
        until: Option<Timestamp>,
    },
    Closed {
        opens: Option<Timestamp>,
    },
    /// They say nothing certain: it is open while somebody is there.
    Silent {
        opens: Option<Timestamp>,
    },
}

impl Routing {
    /// Whether a queue is open at this moment for those who come by this channel.
    pub async fn open_state(&self, queue: &QueueId, channel: ChannelKind, now: Timestamp) -> Result<Opening> {
        let book = self.book();
        let queue = book.queue(queue).ok_or_else(|| Refusal::new("routing.no_queue").with("queue", queue))?;
        let by_hours = match self.directory().await? {
            Some(published) => by_hours(queue, channel, &published.directory, now),
            None => ByHours::Silent { opens: None },
        };
        let staffed = self.is_staffed(queue.id.clone()).await?;
        Ok(opening(by_hours, staffed, queue))
    }

    async fn is_staffed(&self, queue: QueueId) -> Result<bool> {
        let found = self
            .store
            .read(move |tx| {
                tx.query(
                    "SELECT p.staff FROM routing_member m JOIN routing_presence p ON p.staff = m.staff \
                     WHERE m.queue = ?1 AND p.chosen IN ('available', 'busy') AND p.gone_since IS NULL LIMIT 1",
                    params![queue.as_str()],
                    |row| row.take::<String>(0),
                )
            })
            .await?;
        Ok(!found.is_empty())
    }
}

fn opening(by_hours: ByHours, staffed: bool, queue: &Queue) -> Opening {
    let (open, until, opens) = match by_hours {
        ByHours::Open { until } => (true, until, None),
        ByHours::Closed { opens } => (false, None, opens),
        ByHours::Silent { opens } => (staffed, None, opens.filter(|_| !staffed)),
    };
    let instead = if open { BTreeSet::new() } else { queue.when_closed.clone() };
    Opening { open, until, opens, staffed, instead }
}

fn by_hours(queue: &Queue, channel: ChannelKind, directory: &Directory, now: Timestamp) -> ByHours {
    let zone = &directory.institution.zone;
    match &queue.hours {
        Hours::Staffed => ByHours::Silent { opens: None },
        // Whoever set it was told if it did not parse; a calendar cannot change that.
        Hours::Own(text) => match directory::Hours::parse(text, directory.calendar.clone()) {
            Ok(hours) => {
                let schedule = Schedule { hours: Arc::new(hours), zone: Zone::Fixed(zone.clone()) };
                together([schedule.state_at(now, zone)].into_iter())
            }
            Err(_) => ByHours::Silent { opens: None },
        },
        Hours::Directory | Hours::Way(_) => match directory.unit(&queue.unit) {
            Some(unit) => {
                together(ways(queue, channel, unit, directory).iter().map(|way| way.state_at(now, zone)))
            }
            None => ByHours::Silent { opens: None },
        },
    }
}

/// The ways of the unit whose hours the queue keeps: the named one; else those with hours for its topics,
/// and of them those of the same channel if there are any.
fn ways<'d>(queue: &Queue, channel: ChannelKind, unit: &'d Unit, directory: &'d Directory) -> Vec<&'d Way> {
    if let Hours::Way(id) = &queue.hours {
        return unit.ways.iter().filter(|way| way.id == *id).collect();
    }
    let is_for = |way: &&Way| {
        let mut topics = way.topics.iter().filter_map(|index| directory.topics.get(*index));
        queue.topics.is_empty() || topics.any(|topic| queue.topics.contains(&topic.id))
    };
    let with_hours: Vec<&Way> =
        unit.ways.iter().filter(|way| way.schedule.is_some()).filter(is_for).collect();
    let same: Vec<&Way> = with_hours.iter().filter(|way| way.channel == channel).copied().collect();
    if same.is_empty() { with_hours } else { same }
}

/// Open while any is open; open next when the first is.
fn together<'d>(states: impl Iterator<Item = OpenState<'d>>) -> ByHours {
    let (mut open, mut silent, mut closed) = (None, false, false);
    let mut opens: Option<Timestamp> = None;
    for state in states {
        opens = [opens, state.opens()].into_iter().flatten().min();
        match state {
            OpenState::Open { until, .. } => {
                let last = |before: Option<Timestamp>| before.zip(until).map(|(a, b)| a.max(b));
                open = Some(open.map_or(until, last));
            }
            OpenState::Closed { .. } => closed = true,
            OpenState::Unknown { .. } | OpenState::AnyTime => silent = true,
        }
    }
    match open {
        Some(until) => ByHours::Open { until },
        None if closed && !silent => ByHours::Closed { opens },
        None => ByHours::Silent { opens },
    }
}
