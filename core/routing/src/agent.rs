//! Somebody who takes work: what they can do, which queues they serve, and whether they are there.

use std::collections::{BTreeMap, BTreeSet};

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Id, StaffMember};
use kernel::{Language, Refusal};
use serde::{Deserialize, Serialize};

use crate::model::{Capacity, Needs, Presence, QueueId, Urgency, is_slug};

/// What somebody can do, as their supervisor has set it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// The queues they serve. Kept in a table of their own.
    #[serde(skip_serializing)]
    pub queues: BTreeMap<QueueId, Membership>,
    /// Skills and their level, 1 to 5.
    pub skills: BTreeMap<String, u8>,
    /// The languages they speak with customers.
    pub languages: BTreeSet<Language>,
    pub certificates: BTreeSet<String>,
    pub capacity: Capacity,
}

/// How somebody serves a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Membership {
    /// Only work of this urgency or above: the reserved team has `urgent`, everybody else `low`.
    pub takes_from: Takes,
}

/// The least urgency that somebody takes; everything, unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Takes(pub Urgency);

impl Default for Takes {
    fn default() -> Self {
        Self(Urgency::Low)
    }
}

impl Membership {
    pub fn reserved_for(urgency: Urgency) -> Self {
        Self { takes_from: Takes(urgency) }
    }

    pub fn takes(self, urgency: Urgency) -> bool {
        urgency >= self.takes_from.0
    }
}

const BEST: u8 = 5;
const MOST: u8 = 50;
const MOST_ENTRIES: usize = 100;

impl Profile {
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |field: &'static str| Err(Refusal::new("routing.profile_malformed").with("field", field));
        if self.skills.iter().any(|(name, level)| !is_slug(name) || !(1..=BEST).contains(level)) {
            return wrong("skills");
        }
        if self.certificates.iter().any(|name| !is_slug(name)) {
            return wrong("certificates");
        }
        let capacity = &self.capacity.0;
        if capacity.values().any(|most| *most > MOST)
            || capacity.get(&ChannelKind::Phone).is_some_and(|most| *most > 1)
        {
            return wrong("capacity");
        }
        let sizes = [self.skills.len(), self.certificates.len(), self.queues.len(), self.languages.len()];
        if sizes.into_iter().any(|size| size > MOST_ENTRIES) {
            return wrong("profile");
        }
        Ok(())
    }

    pub fn meets(&self, needs: &Needs) -> bool {
        needs.skills.iter().all(|(skill, level)| self.skills.get(skill).is_some_and(|own| own >= level))
            && needs.certificates.is_subset(&self.certificates)
    }

    /// Whether they speak the language, whatever the region; work without one is for everybody.
    pub fn speaks(&self, language: Option<&Language>) -> bool {
        language.is_none_or(|wanted| {
            let wanted = wanted.identifier().language;
            self.languages.iter().any(|own| own.identifier().language == wanted)
        })
    }
}

/// Somebody with everything that routing knows of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub staff: Id<StaffMember>,
    pub profile: Profile,
    /// For concurrent edits of the profile.
    pub version: i64,
    pub presence: PresenceRecord,
}

/// What somebody chose to be, and whether their desk is there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceRecord {
    pub chosen: Presence,
    /// Since when it has been so.
    pub since: Timestamp,
    /// Since when they have had no work.
    pub idle_since: Timestamp,
    /// Offers in a row that went unanswered.
    pub missed: u8,
    pub heard_until: Timestamp,
    /// Since when nothing is heard of their desk.
    pub gone_since: Option<Timestamp>,
}

impl PresenceRecord {
    /// Nobody has seen them yet.
    pub fn never(now: Timestamp) -> Self {
        Self {
            chosen: Presence::Offline,
            since: now,
            idle_since: now,
            missed: 0,
            heard_until: now,
            gone_since: None,
        }
    }

    /// What they are: away if their desk is gone, whatever they chose.
    pub fn effective(&self) -> Presence {
        match (self.chosen, self.gone_since) {
            (Presence::Offline, _) | (_, None) => self.chosen,
            (_, Some(_)) => Presence::Away,
        }
    }

    /// Since when nobody sits at their desk, if so.
    pub fn absent_since(&self) -> Option<Timestamp> {
        if self.chosen == Presence::Offline { Some(self.since) } else { self.gone_since }
    }
}
