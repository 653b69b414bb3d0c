//! Identifiers: a kind and a UUIDv7, written `case_01h2xcejqtf2nbrexx3vqjhp41` (the TypeID format).
//!
//! Each kind of thing has its own Rust type, so that a case cannot be passed where a queue is meant.
//! All kinds are registered in this file: that is how a prefix stays unique.

use jiff::Timestamp;
use type_safe_id::TypeSafeId;
use uuid::{ContextV7, Uuid};

pub use type_safe_id::StaticType as Kind;

/// An identifier of one kind of thing.
pub type Id<K> = TypeSafeId<K>;

/// Makes a new identifier, ordered by `now`.
pub fn new<K: Kind>(now: Timestamp) -> Id<K> {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    let at = uuid::Timestamp::from_unix(ContextV7::new(), seconds, nanos);
    Id::from_uuid(Uuid::new_v7(at))
}

/// Declares the kinds of identifiers and a list of their prefixes.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name;
            impl Kind for $name {
                const TYPE: &'static str = $prefix;
            }
        )*
        /// Every registered prefix.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    /// One recorded edition of a contact directory.
    DirectoryEdition = "dir",
    /// Something that happened, as told to other areas.
    EventKind = "evt",
    /// A key that seals one subject's data.
    VaultKey = "vkey",
    /// A key that signs checkpoints of the audit trail.
    AuditKey = "akey",
    /// A person who works here.
    StaffMember = "stf",
    /// One sign-in of a member of staff, until it ends.
    StaffSession = "ssn",
    /// A passkey of a member of staff.
    StaffPasskey = "pky",
    /// Something a supervisor should look at.
    StaffAlert = "alr",
    /// A customer or dealer, as a person.
    Person = "per",
    /// Two people found to be one, until that is undone.
    PersonMerge = "pmg",
    /// One matter talked about with a customer, by whatever channel.
    Conversation = "cnv",
    /// A file that belongs to a conversation.
    Attachment = "att",
    /// A reply that is held back for some seconds before it is sent.
    HeldReply = "hld",
    /// Two conversations made one, or one made two, until that is undone.
    ConversationMerge = "cmg",
    /// A piece of work that a queue holds for somebody to take.
    Work = "wrk",
    /// Work laid before one member of staff, to accept or decline.
    Offer = "ofr",
    /// A customer's browser, as the chat knows it.
    ChatVisitor = "vst",
    /// A text to reply with, prepared once and used often.
    CannedReply = "can",
    /// Several actions done by one command.
    Macro = "mac",
    /// Actions done when something happens.
    AutomationRule = "rul",
    /// A named way to look at conversations.
    View = "vew",
    /// What lets a program in.
    ApiToken = "tok",
    /// An address that is told what happens.
    Webhook = "whk",
    /// One event on its way to a webhook.
    Delivery = "dlv",
    /// An article, FAQ entry, guide or policy.
    Article = "art",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_unique() {
        let unique: std::collections::HashSet<_> = PREFIXES.iter().collect();
        assert_eq!(unique.len(), PREFIXES.len());
    }

    #[test]
    fn an_id_survives_text_and_keeps_its_kind() {
        let id: Id<DirectoryEdition> = new(Timestamp::UNIX_EPOCH);
        let text = id.to_string();
        assert!(text.starts_with("dir_"));
        assert_eq!(text.parse::<Id<DirectoryEdition>>().unwrap(), id);
        assert!(text.parse::<Id<EventKind>>().is_err(), "another kind's id is refused");
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early: Id<EventKind> = new(Timestamp::from_second(1_000).unwrap());
        let late: Id<EventKind> = new(Timestamp::from_second(2_000).unwrap());
        assert!(early.to_string() < late.to_string());
    }
}
