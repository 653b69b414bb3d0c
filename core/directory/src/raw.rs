//! The shape of a directory file, before anything in it is believed.
//!
//! Every value that can be wrong by itself carries its place in the file.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use kernel::LocalText;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use toml::Spanned;

use crate::calendar::HolidayRule;
use crate::model::{ChannelKind, Expected, PostalAddress};

pub(crate) type Texts = BTreeMap<String, Vec<Spanned<String>>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawInstitution {
    pub id: Spanned<String>,
    pub name: String,
    pub zone: Spanned<String>,
    pub languages: Vec<Spanned<String>>,
    pub effective: Spanned<Day>,
    pub until: Option<Spanned<Day>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHolidays {
    pub country: Option<Spanned<String>>,
    #[serde(default)]
    pub hours: HolidayRule,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHoliday {
    pub date: Spanned<Day>,
    pub name: Spanned<LocalText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawChannel {
    pub kind: Spanned<ChannelKind>,
    pub name: Spanned<LocalText>,
    pub expected: Option<Spanned<Expected>>,
    pub best_for: Option<Spanned<LocalText>>,
    pub caution: Option<Spanned<LocalText>>,
}

/// An audience, a region or a subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNamed {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCourier {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
    #[serde(default)]
    pub synonyms: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDocument {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
    #[serde(default)]
    pub synonyms: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTopic {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
    pub subject: Option<Spanned<String>>,
    #[serde(default)]
    pub synonyms: Texts,
    #[serde(default)]
    pub prefer: Vec<ChannelKind>,
}

/// A unit without its ways and groups, which are read one by one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawUnit {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
    pub abbreviation: Option<String>,
    pub purpose: Option<Spanned<LocalText>>,
    pub note: Option<Spanned<LocalText>>,
    #[serde(default)]
    pub audiences: Vec<Spanned<String>>,
    #[serde(default)]
    pub topics: Vec<Spanned<String>>,
    pub hours: Option<Spanned<String>>,
    pub zone: Option<Spanned<String>>,
    pub promised: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawGroup {
    pub id: Spanned<String>,
    pub name: Spanned<LocalText>,
    pub hours: Spanned<String>,
    pub zone: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWay {
    pub id: Spanned<String>,
    pub channel: Spanned<ChannelKind>,
    #[serde(default = "yes")]
    pub published: bool,
    pub number: Option<Spanned<String>>,
    pub option: Option<Spanned<String>>,
    pub email: Option<Spanned<String>>,
    pub address: Option<Spanned<PostalAddress>>,
    pub site: Option<Spanned<LocalText>>,
    pub url: Option<Spanned<String>>,
    pub label: Option<Spanned<LocalText>>,
    pub note: Option<Spanned<LocalText>>,
    pub region: Option<Spanned<String>>,
    pub topics: Option<Vec<Spanned<String>>>,
    pub hours: Option<Spanned<String>>,
    pub zone: Option<Spanned<String>>,
    pub from: Option<Spanned<Day>>,
    pub until: Option<Spanned<Day>>,
    pub couriers: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub documents: Vec<Spanned<String>>,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawException {
    pub units: Vec<Spanned<String>>,
    pub regions: Option<Vec<Spanned<String>>>,
    pub from: Spanned<Moment>,
    pub until: Spanned<Moment>,
    pub zone: Option<Spanned<String>>,
    pub state: RawState,
    pub message: Spanned<LocalText>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RawState {
    Open,
    Closed,
}

/// A date as TOML writes it: `2023-08-28`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::value::Datetime::deserialize(deserializer)?;
        match (value.date, value.time) {
            (Some(_), None) => value.to_string().parse().map(Self).map_err(D::Error::custom),
            _ => Err(D::Error::custom("invalid type: time, expected a date")),
        }
    }
}

/// A local date and time as TOML writes it: `2026-01-26T14:00:00`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub DateTime);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::value::Datetime::deserialize(deserializer)?;
        match (value.date, value.time, value.offset) {
            (Some(_), Some(_), None) => value.to_string().parse().map(Self).map_err(D::Error::custom),
            _ => Err(D::Error::custom("invalid type: datetime, expected a local date and time")),
        }
    }
}
