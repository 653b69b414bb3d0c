//! The directory as a whole, and how things in it are found by their ids.

use std::sync::Arc;

use kernel::Language;

use crate::calendar::Calendar;
use crate::finding::Finding;
use crate::model::{Channel, ChannelKind, Courier, Document, Institution, Named, Topic, Unit, Way};
use crate::open::Zone;
use crate::search::Index;

/// A contact directory. Read one with [`Directory::load`].
#[derive(Debug)]
pub struct Directory {
    pub institution: Institution,
    pub calendar: Arc<Calendar>,
    pub audiences: Vec<Named>,
    pub regions: Vec<Named>,
    /// The headings under which topics stand.
    pub subjects: Vec<Named>,
    pub couriers: Vec<Courier>,
    pub documents: Vec<Document>,
    /// In order of preference.
    pub channels: Vec<Channel>,
    pub topics: Vec<Topic>,
    pub units: Vec<Unit>,
    pub(crate) source: String,
    pub(crate) warnings: Vec<Finding>,
    /// By topic: where its ways are.
    pub(crate) handlers: Vec<Vec<WayIndex>>,
    pub(crate) index: Index,
    pub(crate) courier_index: Index,
    pub(crate) document_index: Index,
}

/// Where a way is: its unit, and its place among the unit's ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WayIndex {
    pub unit: usize,
    pub way: usize,
}

impl Directory {
    /// Reads a directory file. `file_name` is only for messages. On failure every error found is told.
    pub fn load(text: &str, file_name: &str) -> Result<Self, Vec<Finding>> {
        crate::read::load(text, file_name)
    }

    /// The text it was read from, to the byte.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }

    pub fn channel(&self, kind: ChannelKind) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.kind == kind)
    }

    pub fn default_language(&self) -> Option<&Language> {
        self.institution.languages.first()
    }

    /// The zones by which its hours are kept, that of the institution first.
    pub fn zones(&self) -> Vec<String> {
        let schedules = self.units.iter().flat_map(|unit| &unit.ways).filter_map(|way| way.schedule.as_ref());
        let fixed = schedules.filter_map(|schedule| match &schedule.zone {
            Zone::Fixed(zone) => Some(zone),
            Zone::Caller => None,
        });
        let mut zones: Vec<String> = Vec::new();
        for name in std::iter::once(&self.institution.zone).chain(fixed).filter_map(|zone| zone.iana_name()) {
            if !zones.iter().any(|known| known == name) {
                zones.push(name.to_owned());
            }
        }
        zones
    }

    /// The topics that this audience may ask about, in the order of the file; all without an audience.
    pub fn topics_for(&self, audience: Option<&str>) -> impl Iterator<Item = &Topic> {
        let audience = audience.map(|id| self.audience_index(id));
        self.topics
            .iter()
            .filter(move |topic| audience.is_none_or(|audience| serves(&topic.audiences, audience)))
    }

    pub(crate) fn audience_index(&self, id: &str) -> Option<usize> {
        self.audiences.iter().position(|audience| audience.id == id)
    }

    pub(crate) fn region_index(&self, id: &str) -> Option<usize> {
        self.regions.iter().position(|region| region.id == id)
    }

    pub(crate) fn way(&self, index: WayIndex) -> Option<(&Unit, &Way)> {
        let unit = self.units.get(index.unit)?;
        Some((unit, unit.ways.get(index.way)?))
    }

    /// The names of these audiences, regions or the like.
    pub fn audiences_of<'d>(&'d self, indexes: &'d [usize]) -> impl Iterator<Item = &'d Named> {
        indexes.iter().filter_map(|index| self.audiences.get(*index))
    }
}

/// Whether a list of audiences, empty meaning anybody, has this one; `None` is an audience unheard of.
pub(crate) fn serves(audiences: &[usize], audience: Option<usize>) -> bool {
    audiences.is_empty() || audience.is_some_and(|audience| audiences.contains(&audience))
}
