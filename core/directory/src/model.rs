//! A contact directory, read and found sound: who can be reached for what, by which ways, and when.
//!
//! Invariants (kept by the reader, which is the only one that builds these): every index points into its
//! list, every way has what its channel needs, and every text has the default language.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Language, LocalText};
use serde::{Deserialize, Serialize};

use crate::finding::Place;
use crate::open::{Exception, Schedule};
use crate::phone::PhoneNumber;

/// The house that publishes the directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Institution {
    pub id: String,
    pub name: String,
    /// Where it is at home: dates without a zone are dates here.
    pub zone: TimeZone,
    /// The first is the default.
    pub languages: Vec<Language>,
    /// From when on, and until when, the directory holds.
    pub effective: Date,
    pub until: Option<Date>,
}

/// Something the file names: an audience, a region, a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub id: String,
    pub name: LocalText,
    pub place: Place,
}

/// A means of contact. The set is closed, because each is handled by code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Phone,
    Chat,
    Email,
    Social,
    Fax,
    Mail,
    Web,
}

impl ChannelKind {
    pub const ALL: [Self; 7] =
        [Self::Phone, Self::Chat, Self::Email, Self::Social, Self::Fax, Self::Mail, Self::Web];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Social => "social",
            Self::Fax => "fax",
            Self::Mail => "mail",
            Self::Web => "web",
        }
    }

    /// Somebody has to be there at the same moment. Other channels take a message at any time.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Phone | Self::Chat)
    }
}

/// What the institution says about a channel. Their order in the file is the order of preference.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    pub kind: ChannelKind,
    pub name: LocalText,
    pub expected: Option<Expected>,
    pub best_for: Option<LocalText>,
    pub caution: Option<LocalText>,
}

/// How long an answer usually takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub min: u16,
    pub max: u16,
    pub unit: ExpectedUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedUnit {
    Minutes,
    Hours,
    BusinessDays,
}

impl ExpectedUnit {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::BusinessDays => "business_days",
        }
    }
}

/// What somebody needs, with the words people use for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    pub id: String,
    pub name: LocalText,
    /// The heading it stands under, an index into [`Directory::subjects`](crate::Directory::subjects).
    pub subject: Option<usize>,
    pub synonyms: BTreeMap<Language, Vec<String>>,
    /// The channels that settle it best, best first. Those not named follow in the channels' own order.
    pub prefer: Vec<ChannelKind>,
    /// Who may ask it: the audiences of the units that handle it; empty means anybody.
    pub audiences: Vec<usize>,
    pub place: Place,
}

/// A carrier of letters and parcels.
#[derive(Debug, Clone, PartialEq)]
pub struct Courier {
    pub id: String,
    pub name: LocalText,
    pub synonyms: Vec<String>,
    pub place: Place,
}

/// A kind of paper that is sent in.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: String,
    pub name: LocalText,
    pub synonyms: BTreeMap<Language, Vec<String>>,
    pub place: Place,
}

/// A desk, department or centre.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub id: String,
    pub name: LocalText,
    pub abbreviation: Option<String>,
    /// What it does, in a few words.
    pub purpose: Option<LocalText>,
    pub note: Option<LocalText>,
    /// Whom it serves, as indexes; empty means anybody.
    pub audiences: Vec<usize>,
    pub topics: Vec<usize>,
    pub groups: Vec<Group>,
    /// The week that its own text promises, which its ways have to cover.
    pub promised: Option<Schedule>,
    pub ways: Vec<Way>,
    pub place: Place,
}

/// A part of a unit with hours of its own and no number of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub id: String,
    pub name: LocalText,
    pub schedule: Schedule,
}

/// One way to reach a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Unique within its unit.
    pub id: String,
    pub label: Option<LocalText>,
    /// A remark to know before using it.
    pub note: Option<LocalText>,
    pub channel: ChannelKind,
    pub address: Address,
    pub region: Option<usize>,
    /// What it is for: its own topics, or else those of its unit.
    pub topics: Vec<usize>,
    /// When somebody is there. `None`: the directory does not say, or it does not matter.
    pub schedule: Option<Schedule>,
    pub exceptions: Vec<Exception>,
    /// The first and last day on which it holds.
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Which carriers may deliver there.
    pub couriers: Couriers,
    /// Which papers belong there, as indexes.
    pub documents: Vec<usize>,
    pub place: Place,
}

impl Way {
    /// Whether it holds on this day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    pub fn is_published(&self) -> bool {
        self.address != Address::Unpublished
    }
}

/// Where a way leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Address {
    Phone {
        number: PhoneNumber,
        /// The key to press in the menu.
        option: Option<String>,
    },
    Fax {
        number: PhoneNumber,
    },
    Email {
        address: String,
    },
    Mail(PostalAddress),
    /// A place on the web: chat, social media, a page. Its name is always known, its link not always.
    Web {
        name: LocalText,
        url: Option<String>,
    },
    /// It exists, but the directory does not tell the number or address.
    Unpublished,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalAddress {
    pub lines: Vec<String>,
    pub city: String,
    pub state: String,
    pub postal_code: String,
}

/// Which carriers an address takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Couriers {
    /// The directory does not say.
    #[default]
    Unstated,
    /// These, as indexes, and with `others` every other one that no address of the same papers names.
    These { named: Vec<usize>, others: bool },
}
