//! The words of routing: urgency, presence, what work needs, how much somebody can do at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use directory::ChannelKind;
use kernel::{Fault, Refusal, Result};
use serde::{Deserialize, Serialize};

/// The name of a queue: lower-case letters, digits and dashes, such as `card-disputes`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueueId(String);

const LONGEST_SLUG: usize = 60;

impl QueueId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for QueueId {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if is_slug(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new("routing.name_malformed").with("name", text))
        }
    }
}

impl TryFrom<String> for QueueId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|refusal: Refusal| refusal.to_string())
    }
}

impl From<QueueId> for String {
    fn from(id: QueueId) -> Self {
        id.0
    }
}

/// Names of queues, skills and certificates are written alike.
pub(crate) fn is_slug(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= LONGEST_SLUG && text.chars().all(fits)
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = kernel::Refusal;

            fn from_str(text: &str) -> std::result::Result<Self, kernel::Refusal> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(kernel::Refusal::new("routing.word_unknown").with("given", text)),
                }
            }
        }
    };
}
pub(crate) use words;

words!(
    /// How little a matter can wait.
    #[derive(Default)]
    Urgency {
        Low = "low",
        #[default]
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
);

impl Urgency {
    pub(crate) fn number(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_number(number: i64) -> Result<Self> {
        let found = Self::ALL.iter().find(|urgency| urgency.number() == number);
        Ok(*found.ok_or_else(|| Fault::new(format!("no urgency has the number {number}")))?)
    }
}

words!(
    /// What somebody is to their colleagues and to the work.
    Presence {
        /// Work may be offered.
        Available = "available",
        /// There, but not to be offered anything.
        Busy = "busy",
        /// Writing up what was just finished; chosen by nobody, over when its time is.
        WrapUp = "wrap_up",
        Away = "away",
        Offline = "offline",
    }
);

words!(
    /// Where a piece of work stands. What is done is no longer work.
    State {
        Waiting = "waiting",
        Offered = "offered",
        Held = "held",
        Wrapping = "wrapping",
        /// Nobody is kept by it: the customer's turn, or put off until later.
        Paused = "paused",
    }
);

words!(
    /// How work ended.
    Ending {
        Handled = "handled",
        /// The customer left before anybody took it.
        Abandoned = "abandoned",
    }
);

words!(
    /// What became of an offer.
    OfferEnd {
        Accepted = "accepted",
        Declined = "declined",
        Expired = "expired",
        /// The work went elsewhere, or ended.
        Withdrawn = "withdrawn",
    }
);

/// What somebody must be able to do to take a piece of work. Both are met always, however long it waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// Skills and the lowest level of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub certificates: BTreeSet<String>,
}

impl Needs {
    /// What both ask for.
    pub fn with(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (skill, level) in &other.skills {
            let highest = all.skills.entry(skill.clone()).or_default();
            *highest = (*highest).max(*level);
        }
        all.certificates.extend(other.certificates.iter().cloned());
        all
    }
}

/// How much of each channel somebody takes at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capacity(pub BTreeMap<ChannelKind, u8>);

impl Default for Capacity {
    fn default() -> Self {
        let usual = |channel| match channel {
            ChannelKind::Phone => 1,
            ChannelKind::Chat => 3,
            // Messages wait until somebody gets to them.
            _ => 5,
        };
        Self(ChannelKind::ALL.into_iter().map(|channel| (channel, usual(channel))).collect())
    }
}

/// What somebody has on their hands, by channel: held, offered and being wrapped up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load([u16; ChannelKind::ALL.len()]);

impl Load {
    pub fn of(self, channel: ChannelKind) -> u16 {
        self.0.get(channel as usize).copied().unwrap_or_default()
    }

    pub fn total(self) -> u32 {
        self.0.iter().map(|count| u32::from(*count)).sum()
    }

    pub fn add(&mut self, channel: ChannelKind, count: u16) {
        if let Some(slot) = self.0.get_mut(channel as usize) {
            *slot = slot.saturating_add(count);
        }
    }

    pub fn take_away(&mut self, channel: ChannelKind) {
        if let Some(slot) = self.0.get_mut(channel as usize) {
            *slot = slot.saturating_sub(1);
        }
    }
}

impl Capacity {
    pub fn of(&self, channel: ChannelKind) -> u16 {
        self.0.get(&channel).copied().map_or(0, u16::from)
    }

    /// Whether one more of this channel fits. A call takes the whole person: nothing is offered beside
    /// it, and none is offered to somebody who is in a chat. Written messages wait beside chats.
    pub fn has_room(&self, load: Load, channel: ChannelKind) -> bool {
        let beside_a_call = channel != ChannelKind::Phone && load.of(ChannelKind::Phone) > 0;
        let call_beside_chats = channel == ChannelKind::Phone && load.of(ChannelKind::Chat) > 0;
        load.of(channel) < self.of(channel) && !beside_a_call && !call_beside_chats
    }

    /// How full this load makes somebody, in thousandths of what they can take.
    pub fn fullness(&self, load: Load) -> u32 {
        let share = |channel: ChannelKind| {
            let most = u32::from(self.of(channel)).max(1);
            u32::from(load.of(channel)).saturating_mul(1000) / most
        };
        ChannelKind::ALL.into_iter().map(share).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(of: &[(ChannelKind, u16)]) -> Load {
        let mut load = Load::default();
        for (channel, count) in of {
            load.add(*channel, *count);
        }
        load
    }

    #[test]
    fn three_chats_or_one_call_and_mail_beside_chats_only() {
        use ChannelKind::{Chat, Email, Fax, Phone};
        let mut capacity = Capacity::default();
        capacity.0.remove(&Fax);
        let room = |of: &[(ChannelKind, u16)], channel| capacity.has_room(load(of), channel);
        assert!(room(&[], Phone) && room(&[], Chat));
        assert!(room(&[(Chat, 2)], Chat) && !room(&[(Chat, 3)], Chat));
        assert!(!room(&[(Chat, 1)], Phone), "a call is not for somebody who chats");
        assert!(!room(&[(Phone, 1)], Chat) && !room(&[(Phone, 1)], Email), "a call stands alone");
        assert!(room(&[(Chat, 3)], Email) && !room(&[(Email, 5)], Email));
        assert!(!room(&[], Fax), "what is not in the capacity is not taken at all");
    }

    #[test]
    fn needs_add_up_to_the_highest_level() {
        let needs = |text: &str| serde_json::from_str::<Needs>(text).unwrap();
        let one = needs(r#"{"skills":{"title":2,"fraud":1},"certificates":["regulation-z"]}"#);
        let two = needs(r#"{"skills":{"title":1,"lease":3}}"#);
        let both = needs(r#"{"skills":{"title":2,"fraud":1,"lease":3},"certificates":["regulation-z"]}"#);
        assert_eq!(one.with(&two), both);
        assert_eq!(two.with(&one), both);
    }

    #[test]
    fn names_of_queues_are_plain() {
        assert!("card-disputes".parse::<QueueId>().is_ok());
        for name in ["", "Card", "a b", "a_b", "ñ", &"a".repeat(61)] {
            assert_eq!(name.parse::<QueueId>().unwrap_err().code(), "routing.name_malformed", "{name}");
        }
    }
}
