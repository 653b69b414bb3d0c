//! A queue: what it is for, whom it asks, and by which rules.

use std::collections::BTreeSet;

use directory::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use kernel::{LocalText, Refusal};
use serde::{Deserialize, Serialize};

use crate::model::{Needs, QueueId, Urgency, is_slug, words};
use crate::work::Placement;

words!(
    /// Whom of those who could a queue asks first.
    #[derive(Default)]
    Strategy {
        /// Who has been without work the longest.
        #[default]
        LongestIdle = "longest_idle",
        /// Who has the smallest part of their hands full.
        LeastLoaded = "least_loaded",
    }
);

words!(
    /// What a customer can do instead while a queue is closed.
    WhenClosed {
        Message = "message",
        Callback = "callback",
    }
);

/// What everything is worth in seconds of waiting. Because each is a head start and nothing more, whoever
/// waits long enough is before everybody who comes later: nothing starves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Priority {
    pub low: u32,
    pub normal: u32,
    pub high: u32,
    pub urgent: u32,
    /// Each grade of the customer's need.
    pub need: u32,
}

impl Default for Priority {
    fn default() -> Self {
        Self { low: 0, normal: 300, high: 1_200, urgent: 7_200, need: 300 }
    }
}

impl Priority {
    fn worth(&self, urgency: Urgency, customer_need: u8) -> SignedDuration {
        let of_urgency = match urgency {
            Urgency::Low => self.low,
            Urgency::Normal => self.normal,
            Urgency::High => self.high,
            Urgency::Urgent => self.urgent,
        };
        let of_need = i64::from(self.need) * i64::from(customer_need);
        SignedDuration::from_secs(i64::from(of_urgency) + of_need)
    }
}

/// Another queue whose people are asked too when work has waited for so long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overflow {
    /// Seconds.
    pub after: u32,
    pub to: QueueId,
}

/// Where a queue's hours come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Hours {
    /// The unit's ways in the directory that handle the queue's topics; this one way if it is named.
    #[default]
    Directory,
    Way(String),
    /// Its own, in the form of OpenStreetMap, by the institution's clock.
    Own(String),
    /// Open whenever somebody of the queue is there.
    Staffed,
}

/// A queue's settings, as the institution's file and administrators give them. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    pub id: QueueId,
    pub name: LocalText,
    /// The unit of the directory that it belongs to.
    pub unit: String,
    /// The topics of the directory that lead here.
    #[serde(default)]
    pub topics: BTreeSet<String>,
    /// The channels it takes.
    pub channels: BTreeSet<ChannelKind>,
    /// Where everything goes that no other queue is for.
    #[serde(default)]
    pub fallback: bool,
    #[serde(default)]
    pub hours: Hours,
    #[serde(default)]
    pub when_closed: BTreeSet<WhenClosed>,
    /// What everybody who takes its work must be able to do.
    #[serde(default)]
    pub needs: Needs,
    #[serde(default)]
    pub strategy: Strategy,
    /// How long work waits for whoever had it last, if they are there.
    #[serde(default)]
    pub sticky_for: u32,
    #[serde(default)]
    pub priority: Priority,
    /// How long an offer stands.
    #[serde(default = "Queue::offer_for")]
    pub offer_for: u32,
    /// After how long somebody who declined is asked again.
    #[serde(default = "Queue::again_after")]
    pub again_after: u32,
    /// After so many unanswered offers in a row somebody is taken to be away.
    #[serde(default = "Queue::misses")]
    pub misses: u8,
    #[serde(default)]
    pub wrap_up: u32,
    /// After how long live work is taken from somebody whose desk is gone.
    #[serde(default = "Queue::return_after")]
    pub return_after: u32,
    #[serde(default)]
    pub overflow: Vec<Overflow>,
    /// How long work takes, until there is experience.
    #[serde(default = "Queue::usual_handling")]
    pub usual_handling: u32,
    /// A queue that is not active takes no new work.
    #[serde(default = "Queue::active")]
    pub active: bool,
}

/// A longer time than this is a slip of the pen.
const LONGEST: u32 = 7 * 24 * 3600;
const MOST_OVERFLOWS: usize = 8;

impl Queue {
    fn offer_for() -> u32 {
        20
    }
    fn again_after() -> u32 {
        120
    }
    fn misses() -> u8 {
        2
    }
    fn return_after() -> u32 {
        60
    }
    fn usual_handling() -> u32 {
        480
    }
    fn active() -> bool {
        true
    }

    /// Refuses settings that contradict themselves; whether other queues and units exist is seen elsewhere.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |field: &'static str| {
            Err(Refusal::new("routing.queue_malformed").with("queue", &self.id).with("field", field))
        };
        let names = self.needs.skills.keys().chain(&self.needs.certificates);
        if self.name.iter().all(|(_, text)| text.trim().is_empty()) {
            return wrong("name");
        }
        if self.channels.is_empty() {
            return wrong("channels");
        }
        if names.into_iter().any(|name| !is_slug(name)) {
            return wrong("needs");
        }
        if !(5..=600).contains(&self.offer_for) {
            return wrong("offer_for");
        }
        let times = [
            ("again_after", self.again_after),
            ("sticky_for", self.sticky_for),
            ("wrap_up", self.wrap_up),
            ("return_after", self.return_after),
            ("usual_handling", self.usual_handling),
        ];
        for (field, seconds) in times {
            if seconds > LONGEST {
                return wrong(field);
            }
        }
        let worth = &self.priority;
        if [worth.low, worth.normal, worth.high, worth.urgent, worth.need].iter().any(|s| *s > LONGEST) {
            return wrong("priority");
        }
        if self.usual_handling == 0 || self.misses == 0 {
            return wrong(if self.misses == 0 { "misses" } else { "usual_handling" });
        }
        let in_order =
            self.overflow.iter().zip(self.overflow.iter().skip(1)).all(|(a, b)| a.after <= b.after);
        let sound = self.overflow.iter().all(|step| step.to != self.id && step.after <= LONGEST);
        if !in_order || !sound || self.overflow.len() > MOST_OVERFLOWS {
            return wrong("overflow");
        }
        Ok(())
    }

    /// The place of work in the line: when it began to wait, less what it is worth. Lower is sooner.
    pub fn rank(&self, placement: &Placement, waiting_since: Timestamp) -> Timestamp {
        let worth = self.priority.worth(placement.urgency, placement.customer_need);
        waiting_since.checked_sub(worth).unwrap_or(Timestamp::MIN)
    }

    /// Whose people may take work that has taken so many steps of overflow: its own, then the others.
    pub fn reach(&self, overflowed: u8) -> impl Iterator<Item = &QueueId> {
        let others = self.overflow.iter().take(usize::from(overflowed)).map(|step| &step.to);
        std::iter::once(&self.id).chain(others)
    }
}

pub(crate) fn seconds(count: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(count))
}

/// So many seconds after an instant.
pub(crate) fn after(instant: Timestamp, count: u32) -> Timestamp {
    instant.checked_add(seconds(count)).unwrap_or(Timestamp::MAX)
}
