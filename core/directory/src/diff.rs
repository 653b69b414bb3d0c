//! What changed from one directory to another, thing by thing: what was, what is.

use std::collections::BTreeMap;

use kernel::LocalText;

use crate::directory::Directory;
use crate::model::{Address, Couriers, ExpectedUnit, Unit, Way};
use crate::open::{Schedule, Zone};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What kind of thing, by the word of the file: `unit`, `way`, `topic` …
    pub kind: &'static str,
    /// Its id; of a way `unit/way`.
    pub id: String,
    pub changed: Changed,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    Added,
    Removed,
    /// A field by its name in the file; `None` where it is not given.
    Field {
        field: &'static str,
        was: Option<String>,
        is: Option<String>,
    },
}

type Thing = (&'static str, String);
type Fields = BTreeMap<&'static str, String>;

/// What one has to change in `old` to get `new`, in alphabetical order of kind and id.
pub fn diff(old: &Directory, new: &Directory) -> Vec<Change> {
    let (old, new) = (things(old), things(new));
    let mut changes = Vec::new();
    for ((kind, id), was) in &old {
        let change = |changed| Change { kind, id: id.clone(), changed };
        match new.get(&(*kind, id.clone())) {
            None => changes.push(change(Changed::Removed)),
            Some(is) => changes.extend(fields(was, is).into_iter().map(change)),
        }
    }
    for (kind, id) in new.keys().filter(|thing| !old.contains_key(*thing)) {
        changes.push(Change { kind, id: id.clone(), changed: Changed::Added });
    }
    changes.sort();
    changes
}

fn fields(was: &Fields, is: &Fields) -> Vec<Changed> {
    let mut names: Vec<&'static str> = was.keys().chain(is.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let both = names.into_iter().map(|field| (field, was.get(field), is.get(field)));
    both.filter(|(_, was, is)| was != is)
        .map(|(field, was, is)| Changed::Field { field, was: was.cloned(), is: is.cloned() })
        .collect()
}

/// Everything in a directory as text, by kind and id.
fn things(directory: &Directory) -> BTreeMap<Thing, Fields> {
    let mut things = BTreeMap::new();
    let institution = &directory.institution;
    things.insert(
        ("institution", institution.id.clone()),
        Fields::from([
            ("name", institution.name.clone()),
            ("zone", zone(&Zone::Fixed(institution.zone.clone()))),
            ("languages", list(institution.languages.iter())),
            ("effective", institution.effective.to_string()),
            ("until", institution.until.map(|day| day.to_string()).unwrap_or_default()),
        ]),
    );
    let named = [
        ("audience", &directory.audiences),
        ("region", &directory.regions),
        ("subject", &directory.subjects),
    ];
    for (kind, entries) in named {
        things.extend(
            entries
                .iter()
                .map(|entry| ((kind, entry.id.clone()), Fields::from([("name", text(&entry.name))]))),
        );
    }
    for channel in &directory.channels {
        let expected = channel.expected.map(|expected| {
            let unit: ExpectedUnit = expected.unit;
            format!("{}–{} {}", expected.min, expected.max, unit.as_str())
        });
        let fields = Fields::from([
            ("name", text(&channel.name)),
            ("expected", expected.unwrap_or_default()),
            ("best_for", maybe(channel.best_for.as_ref())),
            ("caution", maybe(channel.caution.as_ref())),
        ]);
        things.insert(("channel", channel.kind.as_str().to_owned()), fields);
    }
    for courier in &directory.couriers {
        let fields = [("name", text(&courier.name)), ("synonyms", list(courier.synonyms.iter()))];
        things.insert(("courier", courier.id.clone()), fields.into());
    }
    for document in &directory.documents {
        let fields =
            [("name", text(&document.name)), ("synonyms", list(document.synonyms.values().flatten()))];
        things.insert(("document", document.id.clone()), fields.into());
    }
    for topic in &directory.topics {
        let subject = topic.subject.and_then(|index| directory.subjects.get(index));
        let fields = Fields::from([
            ("name", text(&topic.name)),
            ("subject", subject.map(|subject| subject.id.clone()).unwrap_or_default()),
            ("synonyms", list(topic.synonyms.values().flatten())),
            ("prefer", list(topic.prefer.iter().map(|channel| channel.as_str()))),
        ]);
        things.insert(("topic", topic.id.clone()), fields);
    }
    for unit in &directory.units {
        things.insert(("unit", unit.id.clone()), unit_fields(directory, unit));
        for group in &unit.groups {
            let fields = Fields::from([("name", text(&group.name)), ("hours", hours(Some(&group.schedule)))]);
            things.insert(("group", format!("{}/{}", unit.id, group.id)), fields);
        }
        for way in &unit.ways {
            things.insert(("way", format!("{}/{}", unit.id, way.id)), way_fields(directory, way));
        }
    }
    // What is not given is not there, rather than empty.
    for fields in things.values_mut() {
        fields.retain(|_, value| !value.is_empty());
    }
    things
}

fn unit_fields(directory: &Directory, unit: &Unit) -> Fields {
    Fields::from([
        ("name", text(&unit.name)),
        ("abbreviation", unit.abbreviation.clone().unwrap_or_default()),
        ("purpose", maybe(unit.purpose.as_ref())),
        ("note", maybe(unit.note.as_ref())),
        ("audiences", list(directory.audiences_of(&unit.audiences).map(|audience| &audience.id))),
        ("promised", hours(unit.promised.as_ref())),
    ])
}

fn way_fields(directory: &Directory, way: &Way) -> Fields {
    let topics = way.topics.iter().filter_map(|topic| directory.topics.get(*topic));
    let documents = way.documents.iter().filter_map(|paper| directory.documents.get(*paper));
    let region = way.region.and_then(|region| directory.regions.get(region));
    let couriers = match &way.couriers {
        Couriers::Unstated => String::new(),
        Couriers::These { named, others } => {
            let named = named.iter().filter_map(|courier| directory.couriers.get(*courier));
            let others = others.then(|| "others".to_owned());
            list(named.map(|courier| courier.id.clone()).chain(others))
        }
    };
    let exceptions = way.exceptions.iter().map(|exception| {
        let state = if exception.open { "open" } else { "closed" };
        format!("{state} {} – {} {}", exception.from, exception.until, text(&exception.message))
    });
    Fields::from([
        ("channel", way.channel.as_str().to_owned()),
        ("address", address(&way.address)),
        ("label", maybe(way.label.as_ref())),
        ("note", maybe(way.note.as_ref())),
        ("region", region.map(|region| region.id.clone()).unwrap_or_default()),
        ("topics", list(topics.map(|topic| &topic.id))),
        ("hours", hours(way.schedule.as_ref())),
        ("from", way.from.map(|day| day.to_string()).unwrap_or_default()),
        ("until", way.until.map(|day| day.to_string()).unwrap_or_default()),
        ("couriers", couriers),
        ("documents", list(documents.map(|document| &document.id))),
        ("exception", exceptions.collect::<Vec<_>>().join("; ")),
    ])
}

fn address(address: &Address) -> String {
    match address {
        Address::Phone { number, option: None } | Address::Fax { number } => number.e164().to_owned(),
        Address::Phone { number, option: Some(option) } => format!("{} option {option}", number.e164()),
        Address::Email { address } => address.clone(),
        Address::Mail(mail) => {
            format!("{}, {}, {} {}", mail.lines.join(", "), mail.city, mail.state, mail.postal_code)
        }
        Address::Web { name, url } => format!("{} {}", text(name), url.as_deref().unwrap_or_default()),
        Address::Unpublished => "unpublished".to_owned(),
    }
}

fn hours(schedule: Option<&Schedule>) -> String {
    schedule
        .map(|schedule| format!("{} ({})", schedule.hours.text(), zone(&schedule.zone)))
        .unwrap_or_default()
}

fn zone(zone: &Zone) -> String {
    match zone {
        Zone::Fixed(zone) => zone.iana_name().unwrap_or("UTC").to_owned(),
        Zone::Caller => "caller".to_owned(),
    }
}

fn text(text: &LocalText) -> String {
    list(text.iter().map(|(language, text)| format!("{language}: {text}")))
}

fn maybe(given: Option<&LocalText>) -> String {
    given.map(text).unwrap_or_default()
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
