//! The shapes of the directory's answers. They are the API's promise: a change here is a change for
//! programs, whatever happens inside the directory.

use directory::{
    Address, Expected, MenuAnswer, OpenState, PostalAddress, ShipAnswer, ShipWay, Suggestion, Topic, Unit,
    Way, WayAnswer,
};
use jiff::Timestamp;
use kernel::LocalText;
use serde::Serialize;
use utoipa::ToSchema;
use words::Words;

/// Something with an id for programs and a name for people, in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Named {
    pub id: String,
    pub name: String,
}

impl Named {
    fn new(id: &str, name: &LocalText, words: &Words) -> Self {
        Self { id: id.to_owned(), name: name.get(words.language()).to_owned() }
    }
}

/// Which edition of the directory an answer was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct EditionNote {
    pub id: String,
    /// From when on it holds.
    #[schema(value_type = String, format = DateTime)]
    pub valid_from: Timestamp,
    /// Until when it holds, if it says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_to: Option<Timestamp>,
    /// When it was recorded here.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    pub recorded_by: String,
    pub note: String,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Open,
    Closed,
    /// A message can be left at any time.
    AnyTime,
    /// The directory gives no hours.
    Unknown,
}

/// Open or closed at the moment asked about, and what comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct State {
    pub status: Status,
    /// While open: when it closes. Absent if it does not close within a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// While open: how many seconds are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<i64>,
    /// While not open: when it next opens. Absent if it does not open within a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opens_at: Option<Timestamp>,
    /// Why, where it is not simply the hours: a holiday's name, or an exception's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl State {
    pub(crate) fn of(state: &OpenState<'_>, moment: Timestamp, words: &Words) -> Self {
        let status = match state {
            OpenState::Open { .. } => Status::Open,
            OpenState::Closed { .. } => Status::Closed,
            OpenState::Unknown { .. } => Status::Unknown,
            OpenState::AnyTime => Status::AnyTime,
        };
        let closes_at = match state {
            OpenState::Open { until, .. } => *until,
            _ => None,
        };
        let reason = state.reason(words);
        let seconds_left = state.time_left(moment).map(|left| left.as_secs());
        Self { status, closes_at, seconds_left, opens_at: state.opens(), reason }
    }
}

/// How long an answer usually takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ExpectedResponse {
    pub min: u16,
    pub max: u16,
    /// `minutes`, `hours` or `business_days`.
    pub unit: String,
}

impl From<Expected> for ExpectedResponse {
    fn from(expected: Expected) -> Self {
        Self { min: expected.min, max: expected.max, unit: expected.unit.as_str().to_owned() }
    }
}

/// A postal address as it is written on the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[allow(clippy::struct_field_names)] // a postal code is called that
pub(crate) struct Postal {
    pub lines: Vec<String>,
    pub city: String,
    pub state: String,
    pub postal_code: String,
}

impl From<&PostalAddress> for Postal {
    fn from(address: &PostalAddress) -> Self {
        Self {
            lines: address.lines.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            postal_code: address.postal_code.clone(),
        }
    }
}

/// Where a way leads: only the fields of its channel are present; none when it is not published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Target {
    /// In E.164, as a `tel:` link wants it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The key to press in the menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the place on the web is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal: Option<Postal>,
}

impl Target {
    fn of(address: &Address, words: &Words) -> Self {
        match address {
            Address::Phone { number, option } => {
                Self { number: Some(number.e164().to_owned()), option: option.clone(), ..Self::default() }
            }
            Address::Fax { number } => Self { number: Some(number.e164().to_owned()), ..Self::default() },
            Address::Email { address } => Self { email: Some(address.clone()), ..Self::default() },
            Address::Mail(address) => Self { postal: Some(address.into()), ..Self::default() },
            Address::Web { name, url } => Self {
                place: Some(name.get(words.language()).to_owned()),
                url: url.clone(),
                ..Self::default()
            },
            Address::Unpublished => Self::default(),
        }
    }
}

/// One way to reach a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Contact {
    pub unit: Named,
    /// `phone`, `chat`, `email`, `social`, `fax`, `mail` or `web`.
    pub channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether the directory tells the number or address.
    pub published: bool,
    pub target: Target,
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Named>,
    /// The topic it was found for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_response: Option<ExpectedResponse>,
    /// A remark to know before using it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Contact {
    pub(crate) fn of(answer: &WayAnswer<'_>, words: &Words) -> Self {
        Self {
            unit: Named::new(&answer.unit.id, &answer.unit.name, words),
            channel: answer.way.channel.as_str().to_owned(),
            label: text(answer.way.label.as_ref(), words),
            published: answer.way.is_published(),
            target: Target::of(&answer.way.address, words),
            state: State::of(&answer.state, answer.moment, words),
            region: answer.region.map(|region| Named::new(&region.id, &region.name, words)),
            topic: answer.topic.map(|topic| topic_name(topic, words)),
            expected_response: answer.expected().map(Into::into),
            note: text(answer.way.note.as_ref(), words),
        }
    }
}

fn text(text: Option<&LocalText>, words: &Words) -> Option<String> {
    text.map(|text| text.get(words.language()).to_owned())
}

pub(crate) fn topic_name(topic: &Topic, words: &Words) -> Named {
    Named::new(&topic.id, &topic.name, words)
}

/// Who handles it, and by which ways, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Who {
    pub edition: EditionNote,
    /// The moment the answer is for.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What was understood. Empty when the words were not.
    pub topics: Vec<Named>,
    pub contacts: Vec<Contact>,
    /// What may have been meant, when nothing was understood.
    pub suggestions: Vec<Meant>,
}

/// A topic that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Meant {
    pub topic: Named,
    /// It fits the words, but another audience than the one asked for.
    pub other_audience: bool,
}

impl Meant {
    pub(crate) fn of(suggestion: &Suggestion<'_>, words: &Words) -> Self {
        Self { topic: topic_name(suggestion.topic, words), other_audience: suggestion.other_audience }
    }
}

/// What a telephone number offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Menu {
    pub edition: EditionNote,
    pub number: String,
    pub entries: Vec<MenuItem>,
}

/// One entry of a menu; without an option it is reached by the number alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct MenuItem {
    pub option: Option<String>,
    pub label: String,
    pub unit: Named,
}

impl Menu {
    pub(crate) fn of(edition: EditionNote, answer: &MenuAnswer<'_>, words: &Words) -> Self {
        let entries = answer.entries.iter().map(|entry| MenuItem {
            option: entry.option.map(str::to_owned),
            label: way_label(entry.way, entry.unit, words),
            unit: Named::new(&entry.unit.id, &entry.unit.name, words),
        });
        Self { edition, number: answer.number.e164().to_owned(), entries: entries.collect() }
    }
}

fn way_label(way: &Way, unit: &Unit, words: &Words) -> String {
    way.label.as_ref().unwrap_or(&unit.name).get(words.language()).to_owned()
}

/// Where papers go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Ship {
    pub edition: EditionNote,
    /// The courier as understood; absent for one the directory does not name.
    pub courier: Option<Named>,
    pub documents: Vec<Named>,
    pub addresses: Vec<ShipAddress>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ShipAddress {
    pub unit: Named,
    pub postal: Option<Postal>,
    pub note: Option<String>,
    /// Whether the directory says which couriers deliver there, and this one is among them.
    pub courier_stated: bool,
}

impl Ship {
    pub(crate) fn of(edition: EditionNote, answer: &ShipAnswer<'_>, words: &Words) -> Self {
        let document = |document: &&directory::Document| Named::new(&document.id, &document.name, words);
        Self {
            edition,
            courier: answer.courier.map(|courier| Named::new(&courier.id, &courier.name, words)),
            documents: answer.documents.iter().map(document).collect(),
            addresses: answer.ways.iter().map(|way| ship_address(way, words)).collect(),
        }
    }
}

fn ship_address(answer: &ShipWay<'_>, words: &Words) -> ShipAddress {
    ShipAddress {
        unit: Named::new(&answer.unit.id, &answer.unit.name, words),
        postal: Target::of(&answer.way.address, words).postal,
        note: text(answer.way.note.as_ref(), words),
        courier_stated: answer.courier_stated,
    }
}

/// A unit with every contact it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UnitDetails {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abbreviation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whom it serves; empty means anybody.
    pub audiences: Vec<Named>,
    pub topics: Vec<Named>,
    pub groups: Vec<GroupDetails>,
    pub contacts: Vec<Contact>,
}

/// A part of a unit with hours of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GroupDetails {
    pub id: String,
    pub name: String,
    pub state: State,
}

impl UnitDetails {
    pub(crate) fn of(
        directory: &directory::Directory,
        unit: &Unit,
        contacts: &[WayAnswer<'_>],
        moment: Timestamp,
        zone: &jiff::tz::TimeZone,
        words: &Words,
    ) -> Self {
        let topics = unit.topics.iter().filter_map(|index| directory.topics.get(*index));
        let groups = unit.groups.iter().map(|group| GroupDetails {
            id: group.id.clone(),
            name: group.name.get(words.language()).to_owned(),
            state: State::of(&group.schedule.state_at(moment, zone), moment, words),
        });
        Self {
            id: unit.id.clone(),
            name: unit.name.get(words.language()).to_owned(),
            abbreviation: unit.abbreviation.clone(),
            purpose: text(unit.purpose.as_ref(), words),
            note: text(unit.note.as_ref(), words),
            audiences: directory
                .audiences_of(&unit.audiences)
                .map(|audience| Named::new(&audience.id, &audience.name, words))
                .collect(),
            topics: topics.map(|topic| topic_name(topic, words)).collect(),
            groups: groups.collect(),
            contacts: contacts.iter().map(|contact| Contact::of(contact, words)).collect(),
        }
    }
}

/// The whole directory at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Whole {
    pub edition: EditionNote,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub institution: Named,
    pub audiences: Vec<Named>,
    pub regions: Vec<Named>,
    pub units: Vec<UnitDetails>,
}

/// The names under which a list of things is known.
pub(crate) fn named(list: &[directory::Named], words: &Words) -> Vec<Named> {
    list.iter().map(|one| Named::new(&one.id, &one.name, words)).collect()
}
