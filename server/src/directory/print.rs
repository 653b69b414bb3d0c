//! How answers of the directory look on a terminal: one fact a line, best first.

use std::process::ExitCode;

use ::directory::{
    Address, Answer, Change, Changed, Edition, Finding, MenuAnswer, Severity, ShipAnswer, WayAnswer,
    has_errors,
};
use kernel::{Error, Result};

use super::{Reading, dates};
use crate::Output;

pub(super) fn edition(output: &mut Output<'_>, edition: &Edition) -> Result<()> {
    let (from, recorded) = dates(edition);
    let line = output
        .words
        .message("directory-edition")
        .with("id", edition.id.to_string())
        .with("from", from)
        .with("recorded", recorded)
        .with("by", edition.recorded_by.as_str())
        .to_string();
    output.line(line)?;
    if edition.note.is_empty() { Ok(()) } else { output.line(format_args!("    {}", edition.note)) }
}

pub(super) fn units(output: &mut Output<'_>, reading: &Reading, only: Option<&str>) -> Result<()> {
    let directory = reading.directory();
    if only.is_some_and(|unit| directory.unit(unit).is_none()) {
        return Err(Error::NotFound);
    }
    for unit in directory.units.iter().filter(|unit| only.is_none_or(|only| unit.id == only)) {
        let language = output.words.language().clone();
        let short = unit.abbreviation.as_ref().map(|short| format!(" ({short})")).unwrap_or_default();
        output.line(format_args!("{}{short}  [{}]", unit.name.get(&language), unit.id))?;
        let topics = unit.topics.iter().filter_map(|topic| directory.topics.get(*topic));
        let topics: Vec<&str> = topics.map(|topic| topic.name.get(&language)).collect();
        if !topics.is_empty() {
            output.line(format_args!("  {}", topics.join(" · ")))?;
        }
        for way in directory.contacts(&unit.id, reading.moment, &reading.zone).unwrap_or_default() {
            contact(output, &way, reading)?;
        }
        for group in &unit.groups {
            let state = group.schedule.state_at(reading.moment, &reading.zone);
            let state = state.spoken(&output.words, reading.moment, &reading.zone);
            output.line(format_args!("  {}: {state}", group.name.get(&language)))?;
        }
        if let Some(note) = &unit.note {
            output.line(format_args!("  {}", note.get(&language)))?;
        }
        output.line("")?;
    }
    Ok(())
}

pub(super) fn who(output: &mut Output<'_>, answer: &Answer<'_>, reading: &Reading) -> Result<()> {
    let language = output.words.language().clone();
    for suggestion in &answer.suggestions {
        let name = suggestion.topic.name.get(&language).to_owned();
        let line = output.words.message("directory-did-you-mean").with("topic", name).to_string();
        output.line(line)?;
    }
    if answer.ways.is_empty() && answer.suggestions.is_empty() {
        let line = output.words.text("directory-not-understood").into_owned();
        output.line(line)?;
    }
    let mut unit = None;
    if !answer.ways.is_empty() {
        as_of(output, reading)?;
    }
    for way in &answer.ways {
        if unit != Some(&way.unit.id) {
            let topic = way.topic.map(|topic| topic.name.get(&language)).unwrap_or_default();
            output.line(format_args!("{} — {topic}", way.unit.name.get(&language)))?;
            unit = Some(&way.unit.id);
        }
        contact(output, way, reading)?;
    }
    Ok(())
}

/// The moment that is answered for, by the clock that the answers use.
fn as_of(output: &mut Output<'_>, reading: &Reading) -> Result<()> {
    let moment = reading.moment.to_zoned(reading.zone.clone());
    let line = output
        .words
        .message("directory-as-of")
        .with("day", output.words.day(moment.date()))
        .with("time", output.words.time(moment.time()))
        .with("zone", output.words.zone(&reading.zone, reading.moment))
        .to_string();
    output.line(line)
}

/// One way, with its state, as one or two lines.
fn contact(output: &mut Output<'_>, way: &WayAnswer<'_>, reading: &Reading) -> Result<()> {
    let words = output.words.clone();
    let language = words.language();
    let channel = way.channel.map(|channel| channel.name.get(language)).unwrap_or_default();
    let region = way.region.map(|region| format!(" ({})", region.name.get(language))).unwrap_or_default();
    let label = way.way.label.as_ref().map(|label| format!(", {}", label.get(language))).unwrap_or_default();
    let state = way.state.spoken(&words, reading.moment, &reading.zone);
    let reason = way.state.reason(&words).map(|reason| format!(" ({reason})")).unwrap_or_default();
    let expected =
        way.expected().map(|expected| format!("; {}", expected.spoken(&words))).unwrap_or_default();
    let target = target(&way.way.address, &words);
    output.line(format_args!("  {channel}{region}{label}: {target}"))?;
    output.line(format_args!("      {state}{reason}{expected}"))?;
    match &way.way.note {
        Some(note) => output.line(format_args!("      {}", note.get(language))),
        None => Ok(()),
    }
}

fn target(address: &Address, words: &words::Words) -> String {
    match address {
        Address::Phone { number, option: Some(option) } => words
            .message("directory-number-option")
            .with("number", number.national())
            .with("option", option.as_str())
            .to_string(),
        Address::Phone { number, option: None } | Address::Fax { number } => number.national().to_owned(),
        Address::Email { address } => address.clone(),
        Address::Mail(address) => address.envelope().join(", "),
        Address::Web { name, url } => match url {
            Some(url) => format!("{} {url}", name.get(words.language())),
            None => name.get(words.language()).to_owned(),
        },
        Address::Unpublished => words.text("directory-unpublished").into_owned(),
    }
}

pub(super) fn ship(output: &mut Output<'_>, answer: &ShipAnswer<'_>) -> Result<()> {
    let language = output.words.language().clone();
    for way in &answer.ways {
        output.line(way.unit.name.get(&language))?;
        if let Address::Mail(address) = &way.way.address {
            for line in address.envelope() {
                output.line(format_args!("  {line}"))?;
            }
        }
        if let Some(note) = &way.way.note {
            output.line(format_args!("      {}", note.get(&language)))?;
        }
    }
    Ok(())
}

pub(super) fn menu(output: &mut Output<'_>, answer: &MenuAnswer<'_>) -> Result<()> {
    let language = output.words.language().clone();
    output.line(answer.number.national())?;
    for entry in &answer.entries {
        let label = entry.way.label.as_ref().unwrap_or(&entry.unit.name).get(&language);
        output.line(format_args!("  {:>2}  {label}", entry.option.unwrap_or("–")))?;
    }
    Ok(())
}

/// Prints findings in the order of the file; fails when one of them is an error.
pub(super) fn findings(output: &mut Output<'_>, findings: &[Finding]) -> Result<ExitCode> {
    for finding in findings {
        let key = finding.text_key();
        let message = || {
            let values = finding.values.iter().map(|(name, value)| (*name, value.as_str()));
            values.fold(output.words.message(&key), |message, (name, value)| message.with(name, value))
        };
        let (what, remedy) = (message().to_string(), message().attribute("remedy").to_string());
        let severity = match finding.severity {
            Severity::Error => output.words.text("directory-severity-error").into_owned(),
            Severity::Warning => output.words.text("directory-severity-warning").into_owned(),
        };
        output.line(format_args!("{}: {severity}: {what}\n    → {remedy}", finding.place))?;
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    let sum = output.words.message("directory-check-sum").with("errors", errors).with("warnings", warnings);
    let sum = sum.to_string();
    output.line(sum)?;
    Ok(if has_errors(findings) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

pub(super) fn changes(output: &mut Output<'_>, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        let line = output.words.text("directory-diff-none").into_owned();
        return output.line(line);
    }
    for change in changes {
        let (kind, id) = (change.kind, &change.id);
        match &change.changed {
            Changed::Added => output.line(format_args!("+ {kind} {id}"))?,
            Changed::Removed => output.line(format_args!("- {kind} {id}"))?,
            Changed::Field { field, was, is } => {
                let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
                output.line(format_args!("~ {kind} {id} {field}: {} → {}", shown(was), shown(is)))?;
            }
        }
    }
    Ok(())
}
