//! What an entry says.

use std::net::IpAddr;

use jiff::Timestamp;
use kernel::{Fault, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vault::masking::mask;

use crate::chain::Hash;

/// Longest purpose that is kept, in characters; a written reason is a sentence or two.
const PURPOSE: usize = 500;
/// Longest details, in bytes.
const DETAILS: usize = 16 * 1024;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = kernel::Refusal;

            fn from_str(text: &str) -> Result<Self, kernel::Refusal> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(kernel::Refusal::new("audit.filter_malformed")),
                }
            }
        }
    };
}

named!(
    /// What kind of being acted.
    ActorKind {
        /// A representative, supervisor, administrator or compliance officer.
        Staff = "staff",
        Customer = "customer",
        /// Another program, by its key.
        Program = "program",
        /// Someone at the command line of the server.
        Operator = "operator",
        /// The program itself: timers, retention, consumers of events.
        System = "system",
        /// Nobody known yet, such as someone who failed to sign in.
        Stranger = "stranger",
    }
);

named!(
    /// How it ended.
    Outcome {
        Done = "done",
        /// A rule said no.
        Refused = "refused",
        /// It broke.
        Failed = "failed",
    }
);

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub kind: ActorKind,
    /// The actor's id; never a name.
    pub id: String,
}

impl Actor {
    pub fn new(kind: ActorKind, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }

    pub fn system() -> Self {
        Self::new(ActorKind::System, "system")
    }
}

/// Where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub address: Option<IpAddr>,
    /// The node that served it.
    pub node: String,
}

/// An entry about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub actor: Actor,
    /// `area.act`, present tense: `vault.reveal`, `staff.sign_in`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub object: String,
    /// Why: a matter's id or a written reason. It is masked before it is kept.
    pub purpose: Option<String>,
    pub origin: Origin,
    pub outcome: Outcome,
    /// Facts about it. Never personal data; texts in it are masked all the same.
    pub details: Value,
}

impl Entry {
    /// Something that was done, by the program itself unless [`Entry::by`] says otherwise.
    pub fn new(action: &'static str, object: impl ToString) -> Self {
        Self {
            actor: Actor::system(),
            action,
            object: object.to_string(),
            purpose: None,
            origin: Origin::default(),
            outcome: Outcome::Done,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    pub fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    pub fn because(self, purpose: impl Into<String>) -> Self {
        Self { purpose: Some(purpose.into()), ..self }
    }

    pub fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    pub fn ending(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// The entry as it is kept, at its place in the chain.
    pub(crate) fn at_place(&self, seq: i64, now: Timestamp, previous: Hash) -> Result<Recorded> {
        let mut details = self.details.clone();
        mask_texts(&mut details);
        let details = details.to_string();
        if details.len() > DETAILS {
            return Err(Fault::new(format!("the details of {} are too long", self.action)).into());
        }
        let shorten = |text: &String| mask(&text.chars().take(PURPOSE).collect::<String>()).text.into_owned();
        let mut recorded = Recorded {
            seq,
            // As precise as the store keeps it, or the hash would not be found again.
            at: Timestamp::from_microsecond(now.as_microsecond())?,
            actor_kind: self.actor.kind.as_str().to_owned(),
            actor: self.actor.id.clone(),
            action: self.action.to_owned(),
            object: self.object.clone(),
            purpose: self.purpose.as_ref().map(shorten),
            address: self.origin.address.map(|address| address.to_string()),
            node: self.origin.node.clone(),
            outcome: self.outcome.as_str().to_owned(),
            details,
            previous,
            hash: Hash::default(),
        };
        recorded.hash = recorded.link().expected();
        Ok(recorded)
    }
}

/// Masks every text in a JSON value; what is left is still JSON.
fn mask_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = mask(text).text.into_owned(),
        Value::Array(values) => values.iter_mut().for_each(mask_texts),
        Value::Object(fields) => fields.values_mut().for_each(mask_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An entry as it was read. Its fields are text, whatever they say: what someone tampered with must still
/// be readable to be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub seq: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub purpose: Option<String>,
    pub address: Option<String>,
    pub node: String,
    pub outcome: String,
    /// JSON.
    pub details: String,
    /// The hash of the entry before.
    pub previous: Hash,
    pub hash: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sensitive_numbers_do_not_get_into_an_entry() {
        let entry = Entry::new("case.reveal", "case_1")
            .because("customer gave card 4111 1111 1111 1111")
            .with(json!({ "note": ["SSN 078-05-1120"], "count": 4_111_111_111_111_111_i64 }));
        let recorded = entry.at_place(1, Timestamp::UNIX_EPOCH, Hash::default()).unwrap();
        assert_eq!(recorded.purpose.as_deref(), Some("customer gave card •••• •••• •••• 1111"));
        // Compared as values: the order of keys depends on what else is built.
        let details: Value = serde_json::from_str(&recorded.details).unwrap();
        assert_eq!(details, json!({ "note": ["SSN •••-••-••••"], "count": 4_111_111_111_111_111_i64 }));
    }

    #[test]
    fn names_are_read_back() {
        for kind in ["staff", "customer", "program", "operator", "system", "stranger"] {
            assert_eq!(kind.parse::<ActorKind>().unwrap().as_str(), kind);
        }
        for outcome in ["done", "refused", "failed"] {
            assert_eq!(outcome.parse::<Outcome>().unwrap().as_str(), outcome);
        }
        assert_eq!("gone".parse::<Outcome>().unwrap_err().code(), "audit.filter_malformed");
    }

    #[test]
    fn long_reasons_are_cut_and_long_details_are_a_fault() {
        let entry = Entry::new("a.b", "c").because("x".repeat(9000));
        let recorded = entry.at_place(1, Timestamp::UNIX_EPOCH, Hash::default()).unwrap();
        assert_eq!(recorded.purpose.unwrap().len(), PURPOSE);
        let entry = Entry::new("a.b", "c").with(json!("x".repeat(DETAILS)));
        assert!(entry.at_place(1, Timestamp::UNIX_EPOCH, Hash::default()).is_err());
    }
}
