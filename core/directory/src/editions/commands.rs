//! Recording a new edition.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, NewEvent, Refusal, Result, id};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Directories, Edition, in_force, store};
use crate::Directory;

/// What to record besides the directory itself.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// From when on it holds, instead of the date in the file.
    pub effective: Option<Date>,
    pub recorded_by: String,
    pub note: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    Recorded(Edition),
    /// The very same file already holds from that day on.
    Unchanged(Edition),
}

impl Imported {
    pub fn edition(&self) -> &Edition {
        match self {
            Self::Recorded(edition) | Self::Unchanged(edition) => edition,
        }
    }
}

impl Directories {
    /// Records an edition, all of it or nothing. Only a directory that was read without error can be.
    pub async fn import(&self, directory: &Directory, import: Import) -> Result<Imported> {
        let wanted = wanted(directory, import)?;
        let (clock, source) = (self.store.clock().clone(), directory.source().to_owned());
        let imported = self
            .store
            .write(move |tx| {
                let editions = store::all(tx)?;
                if let Some(other) = editions.iter().find(|known| known.institution != wanted.institution) {
                    return Err(Refusal::new("directory.other_institution")
                        .with("file", &wanted.institution)
                        .with("centre", &other.institution)
                        .into());
                }
                if let Some(same) = already_in(&editions, &wanted) {
                    return Ok(Imported::Unchanged(same.clone()));
                }
                let edition = stamped(&wanted, &editions, clock.now());
                store::insert(tx, &edition, &source)?;
                tx.emit(edition.recorded_at, &published(&edition))?;
                Ok(Imported::Recorded(edition))
            })
            .await?;
        self.refresh().await?;
        Ok(imported)
    }
}

/// The edition as it would be, still without the instant of its recording.
fn wanted(directory: &Directory, import: Import) -> Result<Edition> {
    let institution = &directory.institution;
    let start_of = |day: Date, zone: &TimeZone| day.to_zoned(zone.clone()).map(|start| start.timestamp());
    let valid_from = start_of(import.effective.unwrap_or(institution.effective), &institution.zone)?;
    // "Until" names the last day on which it holds.
    let valid_to = match institution.until {
        None => None,
        Some(last) => Some(start_of(last.tomorrow()?, &institution.zone)?),
    };
    if valid_to.is_some_and(|end| end <= valid_from) {
        return Err(Refusal::new("directory.never_in_force").into());
    }
    Ok(Edition {
        id: id::new(Timestamp::UNIX_EPOCH),
        institution: institution.id.clone(),
        valid_from,
        valid_to,
        recorded_at: Timestamp::UNIX_EPOCH,
        recorded_by: import.recorded_by,
        note: import.note,
        digest: hex::encode(Sha256::digest(directory.source())),
    })
}

fn already_in<'e>(editions: &'e [Edition], wanted: &Edition) -> Option<&'e Edition> {
    let now_in_force = in_force(editions, wanted.valid_from, Timestamp::MAX)?;
    let same = now_in_force.digest == wanted.digest
        && now_in_force.valid_from == wanted.valid_from
        && now_in_force.valid_to == wanted.valid_to;
    same.then_some(now_in_force)
}

/// Recorded now, but never before what was recorded earlier, even when the clock went backwards.
fn stamped(wanted: &Edition, editions: &[Edition], now: Timestamp) -> Edition {
    let last = editions.iter().map(|edition| edition.recorded_at).max();
    let after_last = last.and_then(|last| last.checked_add(SignedDuration::from_micros(1)).ok());
    let recorded_at = after_last.map_or(now, |after| now.max(after));
    Edition { id: id::new(recorded_at), recorded_at, ..wanted.clone() }
}

fn published(edition: &Edition) -> NewEvent {
    NewEvent {
        kind: super::queries::PUBLISHED,
        subject: edition.id.to_string(),
        data: json!({ "valid_from": edition.valid_from, "digest": edition.digest }),
    }
}
