//! From the text of a directory file to its raw entries, going on after each error to find them all.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::{DeserializeOwned, IntoDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::build::build;
use crate::directory::Directory;
use crate::finding::{Finding, Places};
use crate::raw::{
    RawChannel, RawCourier, RawDocument, RawException, RawGroup, RawHoliday, RawHolidays, RawInstitution,
    RawNamed, RawTopic, RawUnit, RawWay,
};

/// The only shape of file there is so far.
const SCHEMA: &str = "1";

/// The entries of a file, those that could be read.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub institution: Option<RawInstitution>,
    pub holidays: RawHolidays,
    pub own_holidays: Vec<RawHoliday>,
    pub channels: Vec<RawChannel>,
    pub audiences: Vec<RawNamed>,
    pub regions: Vec<RawNamed>,
    pub subjects: Vec<RawNamed>,
    pub couriers: Vec<RawCourier>,
    pub documents: Vec<RawDocument>,
    pub topics: Vec<RawTopic>,
    pub units: Vec<SheetUnit>,
    pub exceptions: Vec<RawException>,
    /// Ids of entries that could not be read: pointing at them is not a second mistake.
    pub broken: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct SheetUnit {
    pub raw: RawUnit,
    pub groups: Vec<RawGroup>,
    pub ways: Vec<RawWay>,
}

pub(crate) fn load(text: &str, file_name: &str) -> Result<Directory, Vec<Finding>> {
    let places = Places::new(text, file_name);
    let mut reader = Reader { places: &places, findings: Vec::new(), broken: BTreeSet::new() };
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let sheet = reader.sheet(document.into_inner());
        build(sheet, text, &places, reader.findings)
    } else {
        // Guessing on after broken syntax would invent further errors.
        for error in &errors {
            reader.error(error, 0..0);
        }
        Err(in_order(reader.findings))
    }
}

/// In the order of the file.
pub(crate) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| a.place.cmp(&b.place).then(a.code.cmp(b.code)));
    findings
}

struct Reader<'t> {
    places: &'t Places<'t>,
    findings: Vec<Finding>,
    broken: BTreeSet<String>,
}

impl Reader<'_> {
    fn sheet(&mut self, mut table: DeTable<'_>) -> Sheet {
        self.schema(&mut table);
        let institution = table.remove("institution");
        if institution.is_none() {
            self.missing("institution");
        }
        let mut sheet = Sheet {
            institution: institution.and_then(|value| self.entry(value)),
            holidays: table.remove("holidays").and_then(|value| self.entry(value)).unwrap_or_default(),
            own_holidays: self.list(&mut table, "holiday"),
            channels: self.list(&mut table, "channel"),
            audiences: self.list(&mut table, "audience"),
            regions: self.list(&mut table, "region"),
            subjects: self.list(&mut table, "subject"),
            couriers: self.list(&mut table, "courier"),
            documents: self.list(&mut table, "document"),
            topics: self.list(&mut table, "topic"),
            units: self.units(&mut table),
            exceptions: self.list(&mut table, "exception"),
            broken: BTreeSet::new(),
        };
        for (key, _) in table {
            let finding = Finding::error("unknown_field", self.places.at(key.span().start));
            let expected = "institution, holidays, holiday, channel, audience, region, subject, courier, \
                            document, topic, unit, exception";
            self.findings.push(finding.with("field", key.get_ref()).with("expected", expected));
        }
        sheet.broken = std::mem::take(&mut self.broken);
        sheet
    }

    fn schema(&mut self, table: &mut DeTable<'_>) {
        match table.remove("schema") {
            None => self.missing("schema"),
            Some(value) => {
                let given = value.get_ref().as_integer().map_or("?", |number| number.as_str()).to_owned();
                if given != SCHEMA {
                    let finding = Finding::error("schema_unsupported", self.places.at(value.span().start));
                    self.findings.push(finding.with("given", given).with("expected", SCHEMA));
                }
            }
        }
    }

    fn units(&mut self, table: &mut DeTable<'_>) -> Vec<SheetUnit> {
        let mut units = Vec::new();
        for mut value in self.array(table.remove("unit")) {
            let (mut groups, mut ways) = (Vec::new(), Vec::new());
            if let DeValue::Table(unit) = value.get_mut() {
                groups = self.list(unit, "group");
                ways = self.list(unit, "way");
            }
            if let Some(raw) = self.entry(value) {
                units.push(SheetUnit { raw, groups, ways });
            }
        }
        units
    }

    /// The entries of a list that can be read.
    fn list<T: DeserializeOwned>(&mut self, table: &mut DeTable<'_>, key: &str) -> Vec<T> {
        let values = self.array(table.remove(key));
        values.into_iter().filter_map(|value| self.entry(value)).collect()
    }

    fn array<'i>(&mut self, value: Option<Spanned<DeValue<'i>>>) -> Vec<Spanned<DeValue<'i>>> {
        let Some(value) = value else { return Vec::new() };
        let start = value.span().start;
        match value.into_inner() {
            DeValue::Array(values) => values.into_iter().collect(),
            other => {
                let finding = Finding::error("wrong_type", self.places.at(start));
                self.findings.push(finding.with("given", kind(other.type_str())).with("expected", "entries"));
                Vec::new()
            }
        }
    }

    fn entry<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let span = value.span();
        let id = value.get_ref().get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
        match T::deserialize(value.into_deserializer()) {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.error(&error, span);
                self.broken.extend(id);
                None
            }
        }
    }

    fn missing(&mut self, field: &str) {
        self.findings.push(Finding::error("missing_field", self.places.at(0)).with("field", field));
    }

    fn error(&mut self, error: &Error, otherwise: Range<usize>) {
        let place = self.places.at(error.span().unwrap_or(otherwise).start);
        self.findings.push(classify(error.message(), place));
    }
}

/// Sorts the reader's English messages into codes that have words in every language.
fn classify(message: &str, place: crate::finding::Place) -> Finding {
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let expected = |text: &str| {
        let list = text.split_once("expected ").map_or("", |(_, list)| list);
        list.trim_start_matches("one of ").replace('`', "")
    };
    if message.starts_with("missing field") {
        Finding::error("missing_field", place).with("field", quoted(message))
    } else if message.starts_with("unknown field") {
        Finding::error("unknown_field", place)
            .with("field", quoted(message))
            .with("expected", expected(message))
    } else if message.starts_with("unknown variant") {
        Finding::error("unknown_choice", place)
            .with("given", quoted(message))
            .with("expected", expected(message))
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (given, wanted) = rest.split_once(", expected ").unwrap_or((rest, ""));
        Finding::error("wrong_type", place).with("given", kind(given)).with("expected", kind(wanted))
    } else if message == "wanted string or table" {
        Finding::error("wrong_type", place).with("given", "other").with("expected", "text")
    } else if message.starts_with("invalid value") {
        Finding::error("number_out_of_range", place).with("given", quoted(message))
    } else if let Some(language) = message.strip_prefix("language.malformed input=") {
        Finding::error("language_malformed", place).with("language", language)
    } else {
        Finding::error("toml_syntax", place).with("detail", message)
    }
}

/// The kind of value that a message speaks of, as a word that texts can choose by.
fn kind(message: &str) -> &'static str {
    const KINDS: [(&str, &str); 12] = [
        ("local date and time", "moment"),
        ("date", "date"),
        ("time", "moment"),
        ("map", "table"),
        ("struct", "table"),
        ("table", "table"),
        ("sequence", "list"),
        ("array", "list"),
        ("string", "text"),
        ("bool", "boolean"),
        ("integer", "number"),
        ("u16", "number"),
    ];
    // What a person wrote may follow in quotation marks.
    let said = message.split(['"', '`']).next().unwrap_or_default();
    KINDS.iter().find(|(word, _)| said.contains(word)).map_or("other", |(_, kind)| kind)
}
