//! From raw entries to a sound directory: every reference resolved, every value checked, every error told.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Language, LocalText};
use toml::Spanned;

use crate::calendar::{Calendar, HolidayRule};
use crate::directory::{Directory, WayIndex};
use crate::finding::{Finding, Place, Places, Severity};
use crate::hours::{Hours, HoursError};
use crate::model::{Channel, Courier, Document, Group, Institution, Named, Topic, Unit};
use crate::open::{Schedule, Zone};
use crate::raw::{Day, RawChannel, RawGroup, RawHoliday, RawInstitution, RawNamed, RawTopic, RawUnit, Texts};
use crate::read::{Sheet, SheetUnit, in_order};
use crate::search::{Index, Phrase};

/// What every part of the file is checked against.
pub(crate) struct Builder<'t> {
    pub places: &'t Places<'t>,
    pub findings: Vec<Finding>,
    pub ids: Ids,
    pub home: TimeZone,
    languages: Vec<Language>,
    calendar: Arc<Calendar>,
    hours: HashMap<String, Arc<Hours>>,
}

/// The ids of each list, in its order.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub audiences: Vec<String>,
    pub regions: Vec<String>,
    pub subjects: Vec<String>,
    pub couriers: Vec<String>,
    pub documents: Vec<String>,
    pub topics: Vec<String>,
    pub units: Vec<String>,
    broken: std::collections::BTreeSet<String>,
}

pub(crate) fn build(
    sheet: Sheet,
    text: &str,
    places: &Places<'_>,
    findings: Vec<Finding>,
) -> Result<Directory, Vec<Finding>> {
    let mut builder = Builder {
        places,
        findings,
        ids: Ids::default(),
        home: TimeZone::UTC,
        languages: Vec::new(),
        calendar: Arc::default(),
        hours: HashMap::new(),
    };
    let directory = builder.directory(sheet, text);
    let findings = in_order(builder.findings);
    let sound = findings.iter().all(|finding| finding.severity == Severity::Warning);
    match directory {
        Some(directory) if sound => Ok(Directory { warnings: findings, ..directory }),
        _ => Err(findings),
    }
}

impl Builder<'_> {
    fn directory(&mut self, sheet: Sheet, text: &str) -> Option<Directory> {
        let institution = sheet.institution.and_then(|raw| self.institution(raw));
        let holidays = self.own_holidays(sheet.own_holidays);
        self.calendar(sheet.holidays.country.as_ref(), sheet.holidays.hours, holidays);
        self.ids.broken = sheet.broken;
        self.ids.topics = self.unique("topic", sheet.topics.iter().map(|topic| &topic.id));
        self.ids.units = self.unique("unit", sheet.units.iter().map(|unit| &unit.raw.id));
        self.ids.couriers = self.unique("courier", sheet.couriers.iter().map(|courier| &courier.id));
        self.ids.documents = self.unique("document", sheet.documents.iter().map(|paper| &paper.id));
        self.ids.audiences = self.unique("audience", sheet.audiences.iter().map(|raw| &raw.id));
        self.ids.regions = self.unique("region", sheet.regions.iter().map(|raw| &raw.id));
        self.ids.subjects = self.unique("subject", sheet.subjects.iter().map(|raw| &raw.id));
        let mut directory = Directory {
            institution: institution?,
            calendar: Arc::clone(&self.calendar),
            audiences: sheet.audiences.into_iter().map(|raw| self.named(raw)).collect(),
            regions: sheet.regions.into_iter().map(|raw| self.named(raw)).collect(),
            subjects: sheet.subjects.into_iter().map(|raw| self.named(raw)).collect(),
            couriers: Vec::new(),
            documents: Vec::new(),
            channels: self.channels(sheet.channels),
            topics: sheet.topics.into_iter().map(|raw| self.topic(raw)).collect(),
            units: sheet.units.into_iter().map(|unit| self.unit(unit)).collect(),
            source: text.to_owned(),
            warnings: Vec::new(),
            handlers: Vec::new(),
            index: Index::default(),
            courier_index: Index::default(),
            document_index: Index::default(),
        };
        for raw in sheet.couriers {
            let (place, name) = (self.place(&raw.id), self.text(raw.name));
            directory.couriers.push(Courier { id: raw.id.into_inner(), name, synonyms: raw.synonyms, place });
        }
        for raw in sheet.documents {
            let (place, name) = (self.place(&raw.id), self.text(raw.name));
            let synonyms = self.synonyms(raw.synonyms);
            directory.documents.push(Document { id: raw.id.into_inner(), name, synonyms, place });
        }
        for raw in sheet.exceptions {
            self.exception(raw, &mut directory.units);
        }
        connect(&mut directory);
        Some(directory)
    }

    fn institution(&mut self, raw: RawInstitution) -> Option<Institution> {
        self.id_is_well_formed(&raw.id);
        if let Some(Zone::Fixed(zone)) = self.zone(&raw.zone) {
            self.home = zone;
        }
        for tag in &raw.languages {
            match tag.get_ref().parse() {
                Ok(language) => self.languages.push(language),
                Err(_) => self.error("language_malformed", tag.span().start, &[("language", tag.get_ref())]),
            }
        }
        self.in_sequence(*raw.effective.get_ref(), raw.until.as_ref());
        let until = raw.until.map(|day| day.into_inner().0);
        if self.languages.is_empty() {
            self.findings
                .push(Finding::error("missing_field", self.place(&raw.zone)).with("field", "languages"));
            return None;
        }
        Some(Institution {
            id: raw.id.into_inner(),
            name: raw.name,
            zone: self.home.clone(),
            languages: self.languages.clone(),
            effective: raw.effective.into_inner().0,
            until,
        })
    }

    fn own_holidays(&mut self, raws: Vec<RawHoliday>) -> BTreeMap<Date, LocalText> {
        raws.into_iter().map(|raw| (raw.date.get_ref().0, self.text(raw.name))).collect()
    }

    fn calendar(
        &mut self,
        country: Option<&Spanned<String>>,
        rule: HolidayRule,
        own: BTreeMap<Date, LocalText>,
    ) {
        match Calendar::new(country.map(|country| country.get_ref().as_str()), rule, own) {
            Some(calendar) => self.calendar = Arc::new(calendar),
            None => {
                if let Some(country) = country {
                    self.error("country_unknown", country.span().start, &[("country", country.get_ref())]);
                }
            }
        }
    }

    fn channels(&mut self, raws: Vec<RawChannel>) -> Vec<Channel> {
        let mut channels: Vec<Channel> = Vec::new();
        for raw in raws {
            let kind = *raw.kind.get_ref();
            if channels.iter().any(|channel| channel.kind == kind) {
                self.error(
                    "id_doubled",
                    raw.kind.span().start,
                    &[("kind", "channel"), ("id", kind.as_str())],
                );
            }
            if let Some(expected) = raw.expected.as_ref().filter(|raw| raw.get_ref().min > raw.get_ref().max)
            {
                let (min, max) = (expected.get_ref().min.to_string(), expected.get_ref().max.to_string());
                self.error("range_inverted", expected.span().start, &[("from", &min), ("until", &max)]);
            }
            channels.push(Channel {
                kind,
                name: self.text(raw.name),
                expected: raw.expected.map(Spanned::into_inner),
                best_for: self.maybe_text(raw.best_for),
                caution: self.maybe_text(raw.caution),
            });
        }
        channels
    }

    fn named(&mut self, raw: RawNamed) -> Named {
        let (place, name) = (self.place(&raw.id), self.text(raw.name));
        Named { id: raw.id.into_inner(), name, place }
    }

    fn topic(&mut self, raw: RawTopic) -> Topic {
        Topic {
            place: self.place(&raw.id),
            name: self.text(raw.name),
            subject: raw.subject.as_ref().and_then(|id| self.resolve("subject", id)),
            synonyms: self.synonyms(raw.synonyms),
            prefer: raw.prefer,
            audiences: Vec::new(),
            id: raw.id.into_inner(),
        }
    }

    fn unit(&mut self, SheetUnit { raw, groups, ways }: SheetUnit) -> Unit {
        let own: Vec<usize> = self.resolve_all("topic", &raw.topics);
        let _ = self.unique("way", ways.iter().map(|way| &way.id));
        let _ = self.unique("group", groups.iter().map(|group| &group.id));
        let ways: Vec<_> = ways.into_iter().map(|way| self.way(way, &raw, &own)).collect();
        let mut topics = own;
        for topic in ways.iter().flat_map(|way| &way.topics) {
            if !topics.contains(topic) {
                topics.push(*topic);
            }
        }
        Unit {
            place: self.place(&raw.id),
            audiences: self.resolve_all("audience", &raw.audiences),
            topics,
            groups: groups.into_iter().filter_map(|group| self.group(group, &raw)).collect(),
            promised: raw.promised.as_ref().and_then(|hours| self.schedule(hours, raw.zone.as_ref())),
            ways,
            name: self.text(raw.name),
            abbreviation: raw.abbreviation,
            purpose: self.maybe_text(raw.purpose),
            note: self.maybe_text(raw.note),
            id: raw.id.into_inner(),
        }
    }

    fn group(&mut self, raw: RawGroup, unit: &RawUnit) -> Option<Group> {
        let name = self.text(raw.name);
        let schedule = self.schedule(&raw.hours, raw.zone.as_ref().or(unit.zone.as_ref()))?;
        Some(Group { id: raw.id.into_inner(), name, schedule })
    }

    /// Hours by a clock; without a zone it is the clock at home.
    pub(crate) fn schedule(
        &mut self,
        hours: &Spanned<String>,
        zone: Option<&Spanned<String>>,
    ) -> Option<Schedule> {
        let zone = match zone {
            Some(zone) => self.zone(zone),
            None => Some(Zone::Fixed(self.home.clone())),
        };
        let hours = self.hours(hours);
        Some(Schedule { hours: hours?, zone: zone? })
    }

    fn hours(&mut self, text: &Spanned<String>) -> Option<Arc<Hours>> {
        if let Some(known) = self.hours.get(text.get_ref()) {
            return Some(Arc::clone(known));
        }
        match Hours::parse(text.get_ref(), Arc::clone(&self.calendar)) {
            Ok(hours) => {
                let hours = Arc::new(hours);
                self.hours.insert(text.get_ref().clone(), Arc::clone(&hours));
                Some(hours)
            }
            Err(error) => {
                let start = text.span().start;
                let (code, at) = match error {
                    // The text begins after its quotation mark.
                    HoursError::Syntax { column } => ("hours_malformed", start + column),
                    HoursError::Unsupported => ("hours_malformed", start),
                    HoursError::Sun => ("hours_need_a_place", start),
                };
                self.error(code, at, &[("hours", text.get_ref())]);
                None
            }
        }
    }

    pub(crate) fn zone(&mut self, name: &Spanned<String>) -> Option<Zone> {
        if name.get_ref() == "caller" {
            return Some(Zone::Caller);
        }
        let zone = TimeZone::get(name.get_ref()).ok().map(Zone::Fixed);
        if zone.is_none() {
            self.error("zone_unknown", name.span().start, &[("zone", name.get_ref())]);
        }
        zone
    }

    /// The ids of a list; malformed and doubled ones are told.
    fn unique<'i>(
        &mut self,
        kind: &'static str,
        ids: impl Iterator<Item = &'i Spanned<String>>,
    ) -> Vec<String> {
        let mut known: Vec<String> = Vec::new();
        for id in ids {
            self.id_is_well_formed(id);
            if known.contains(id.get_ref()) {
                self.error("id_doubled", id.span().start, &[("kind", kind), ("id", id.get_ref())]);
            }
            known.push(id.get_ref().clone());
        }
        known
    }

    fn id_is_well_formed(&mut self, id: &Spanned<String>) {
        let text = id.get_ref();
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !plain || text.is_empty() || text.starts_with('-') || text.ends_with('-') {
            self.error("id_malformed", id.span().start, &[("id", text)]);
        }
    }

    pub(crate) fn resolve_all(&mut self, kind: &'static str, ids: &[Spanned<String>]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.resolve(kind, id)).collect()
    }

    /// The place of an id in its list. An unknown one is told together with the nearest known.
    pub(crate) fn resolve(&mut self, kind: &'static str, id: &Spanned<String>) -> Option<usize> {
        let known = match kind {
            "audience" => &self.ids.audiences,
            "region" => &self.ids.regions,
            "subject" => &self.ids.subjects,
            "courier" => &self.ids.couriers,
            "document" => &self.ids.documents,
            "topic" => &self.ids.topics,
            _ => &self.ids.units,
        };
        let found = known.iter().position(|other| other == id.get_ref());
        if found.is_none() && !self.ids.broken.contains(id.get_ref()) {
            let likeness = |other: &String| strsim::jaro_winkler(other, id.get_ref());
            let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).cloned();
            let values =
                [("kind", kind), ("id", id.get_ref()), ("nearest", nearest.as_deref().unwrap_or("–"))];
            self.error("unknown_reference", id.span().start, &values);
        }
        found
    }

    /// Every text needs the default language; a missing other one is worth a warning.
    pub(crate) fn text(&mut self, text: Spanned<LocalText>) -> LocalText {
        let place = self.places.at(text.span().start);
        for (index, language) in self.languages.iter().enumerate() {
            let given = text.get_ref().exact(language);
            if given.is_none_or(|given| given.trim().is_empty()) {
                let code = "language_missing";
                let finding = if index == 0 || given.is_some() {
                    Finding::error(code, place.clone())
                } else {
                    Finding::warning(code, place.clone())
                };
                let known = text.get_ref().iter().next().map_or("", |(_, known)| known);
                self.findings.push(finding.with("language", language).with("text", known));
            }
        }
        text.into_inner()
    }

    pub(crate) fn maybe_text(&mut self, text: Option<Spanned<LocalText>>) -> Option<LocalText> {
        text.map(|text| self.text(text))
    }

    fn synonyms(&mut self, raw: Texts) -> BTreeMap<Language, Vec<String>> {
        let mut synonyms = BTreeMap::new();
        for (tag, phrases) in raw {
            let Ok(language) = tag.parse() else {
                let at = phrases.first().map_or(0, |phrase| phrase.span().start);
                self.error("language_malformed", at, &[("language", &tag)]);
                continue;
            };
            synonyms.insert(language, phrases.into_iter().map(Spanned::into_inner).collect());
        }
        synonyms
    }

    /// A first and a last day have to come in that order.
    pub(crate) fn in_sequence(&mut self, from: Day, until: Option<&Spanned<Day>>) {
        if let Some(until) = until.filter(|until| until.get_ref().0 < from.0) {
            let (first, last) = (from.0.to_string(), until.get_ref().0.to_string());
            self.error("range_inverted", until.span().start, &[("from", &first), ("until", &last)]);
        }
    }

    pub(crate) fn place<T>(&self, value: &Spanned<T>) -> Place {
        self.places.at(value.span().start)
    }

    pub(crate) fn error(&mut self, code: &'static str, at: usize, values: &[(&'static str, &str)]) {
        let finding = Finding::error(code, self.places.at(at));
        self.findings.push(values.iter().fold(finding, |finding, (name, value)| finding.with(name, value)));
    }
}

/// Works out what follows from the entries together: who handles a topic, who may ask it, the words for it.
fn connect(directory: &mut Directory) {
    let mut handlers = vec![Vec::new(); directory.topics.len()];
    for (unit_index, unit) in directory.units.iter().enumerate() {
        for (way_index, way) in unit.ways.iter().enumerate() {
            for topic in &way.topics {
                if let Some(ways) = handlers.get_mut(*topic) {
                    ways.push(WayIndex { unit: unit_index, way: way_index });
                }
            }
        }
    }
    for (index, topic) in directory.topics.iter_mut().enumerate() {
        let units: Vec<&Unit> = directory.units.iter().filter(|unit| unit.topics.contains(&index)).collect();
        if !units.iter().any(|unit| unit.audiences.is_empty()) {
            topic.audiences = units.iter().flat_map(|unit| unit.audiences.iter().copied()).collect();
            topic.audiences.sort_unstable();
            topic.audiences.dedup();
        }
    }
    directory.handlers = handlers;
    directory.index = Index::new(phrases(directory));
    let couriers = directory.couriers.iter().enumerate();
    directory.courier_index = Index::new(couriers.flat_map(|(index, courier)| {
        let own = courier.synonyms.iter().map(String::as_str);
        named_phrases(&courier.name, own.chain([courier.id.as_str()]), vec![index])
    }));
    let documents = directory.documents.iter().enumerate();
    directory.document_index = Index::new(documents.flat_map(|(index, document)| {
        let own = document.synonyms.values().flatten().map(String::as_str);
        named_phrases(&document.name, own.chain([document.id.as_str()]), vec![index])
    }));
}

/// Everything that leads to topics: their names and synonyms, their headings, their units, their ways.
fn phrases(directory: &Directory) -> Vec<Phrase<'_>> {
    let mut phrases = Vec::new();
    for (index, topic) in directory.topics.iter().enumerate() {
        phrases.extend(named_phrases(&topic.name, [topic.id.as_str()], vec![index]));
        for (language, synonyms) in &topic.synonyms {
            let language = Some(language);
            phrases.extend(synonyms.iter().map(|text| Phrase { text, language, topics: vec![index] }));
        }
    }
    for (index, subject) in directory.subjects.iter().enumerate() {
        let under = directory.topics.iter().enumerate().filter(|(_, topic)| topic.subject == Some(index));
        let topics: Vec<usize> = under.map(|(index, _)| index).collect();
        phrases.extend(named_phrases(&subject.name, [], topics));
    }
    for unit in &directory.units {
        phrases.extend(named_phrases(&unit.name, unit.abbreviation.as_deref(), unit.topics.clone()));
        for way in &unit.ways {
            if let Some(label) = &way.label {
                phrases.extend(named_phrases(label, [], way.topics.clone()));
            }
        }
    }
    phrases
}

fn named_phrases<'t>(
    name: &'t LocalText,
    more: impl IntoIterator<Item = &'t str>,
    topics: Vec<usize>,
) -> Vec<Phrase<'t>> {
    let names = name.iter().map(|(language, text)| (text, Some(language)));
    let more = more.into_iter().map(|text| (text, None));
    names.chain(more).map(|(text, language)| Phrase { text, language, topics: topics.clone() }).collect()
}
