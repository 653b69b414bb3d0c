//! Rules and what became of them. Pure.

use std::fmt;
use std::str::FromStr;

use audit::Actor;
use jiff::Timestamp;
use kernel::id::{AutomationRule, Conversation, Id};
use kernel::{Fault, LocalText, Refusal};
use serde::{Deserialize, Serialize};

use super::condition::{self, Condition};
use crate::action::{self, Action, Place};

pub type RuleId = Id<AutomationRule>;

const LONGEST_NAME: usize = 100;
/// Longest time that a rule waits for: a month.
const LONGEST_MINUTES: u32 = 31 * 24 * 60;

/// What sets a rule off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Opened,
    CustomerWrites,
    StaffReplies,
    /// Somebody has it who did not have it before.
    Assigned,
    /// It came to another queue.
    Moved,
    Tagged,
    /// Its topic, urgency, language or subject is another one.
    Described,
    Closed,
    Reopened,
    Rated,
    /// The customer has waited for an answer for so long; once for each wait.
    CustomerWaits {
        minutes: u32,
    },
    /// We have waited for the customer for so long; once for each wait.
    CustomerSilent {
        minutes: u32,
    },
}

impl When {
    /// What tells it, for those that time alone sets off.
    pub(crate) fn minutes(self) -> Option<u32> {
        match self {
            Self::CustomerWaits { minutes } | Self::CustomerSilent { minutes } => Some(minutes),
            _ => None,
        }
    }
}

/// A rule as people write it. `R` is how it names canned replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDraft<R = Id<kernel::id::CannedReply>> {
    pub name: LocalText,
    pub when: When,
    /// All of them must hold.
    #[serde(default = "Vec::new", rename = "if")]
    pub only_if: Vec<Condition>,
    pub then: Vec<Action<R>>,
}

impl RuleDraft {
    /// In the form in which it is kept, or why it makes no sense.
    pub(crate) fn checked(self) -> Result<Self, Refusal> {
        let is_fit = |name: &str| {
            !name.trim().is_empty()
                && name.chars().count() <= LONGEST_NAME
                && !name.contains(char::is_control)
        };
        if self.name.is_empty() || !self.name.iter().all(|(_, name)| is_fit(name)) {
            return Err(Refusal::new("automation.name_malformed").with("longest", LONGEST_NAME));
        }
        if self.when.minutes().is_some_and(|minutes| !(1..=LONGEST_MINUTES).contains(&minutes)) {
            return Err(Refusal::new("automation.wait_malformed").with("most", LONGEST_MINUTES));
        }
        action::check(&self.then, Place::Rule)?;
        Ok(Self { only_if: condition::checked(self.only_if)?, ..self })
    }
}

/// A rule as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    /// Rules have their turn in this order.
    pub place: i64,
    /// Since when it is on; nothing while it is off. What happened before does not set it off.
    pub on_since: Option<Timestamp>,
    pub version: i64,
    pub draft: RuleDraft,
}

/// A rule as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptVersion {
    pub version: i64,
    pub draft: RuleDraft,
    pub by: Actor,
    pub at: Timestamp,
}

/// What became of a rule that was set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Decided, and about to be carried out.
    Pending,
    Done,
    /// Its conditions no longer held when its turn came, or it was changed or turned off.
    Moot,
    /// Something in it was refused, so nothing of it was done.
    Refused,
    /// It broke.
    Failed,
    /// Too many rules were set off by one cause, or in one conversation in a short time.
    TooMany,
}

impl Outcome {
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Done, Self::Moot, Self::Refused, Self::Failed, Self::TooMany];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Moot => "moot",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::TooMany => "too_many",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Outcome {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.name() == text);
        found.ok_or_else(|| Fault::new(format!("{text} is no outcome of a rule")))
    }
}

/// A rule that was set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub number: i64,
    /// The event that began it, however many rules lie between.
    pub cause: String,
    pub rule: RuleId,
    pub version: i64,
    pub conversation: Id<Conversation>,
    /// The entry whose words set it off.
    pub entry: Option<i64>,
    pub at: Timestamp,
    pub outcome: Outcome,
    /// Why it was refused.
    pub code: Option<String>,
}
