//! Editions: directories as they were recorded, dated twice.
//!
//! An edition says when it holds in the world (`valid_from`, `valid_to`) and when we recorded it. Nothing
//! is ever changed or removed, so both "what did we publish then" and "what do we know today about then"
//! have answers: the same question with another `known_at`.

mod commands;
mod queries;
mod store;
#[cfg(test)]
mod tests;

use std::sync::{Arc, RwLock};

use ::store::Store;
use jiff::Timestamp;
use kernel::Refusal;
use kernel::id::{DirectoryEdition, Id};
use quick_cache::sync::Cache;

pub use commands::{Import, Imported};

use crate::Directory;

/// Parsed directories kept in memory. The oldest give way; they are read again when asked for.
const KEPT: usize = 16;

/// What is known of an edition without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub id: Id<DirectoryEdition>,
    pub institution: String,
    pub valid_from: Timestamp,
    pub valid_to: Option<Timestamp>,
    pub recorded_at: Timestamp,
    pub recorded_by: String,
    pub note: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
}

/// An edition and the directory in it.
#[derive(Debug)]
pub struct Published {
    pub edition: Edition,
    pub directory: Directory,
}

/// All editions. Cloning shares them; they are held in memory and follow what others record.
#[derive(Clone)]
pub struct Directories {
    store: Store,
    register: Arc<RwLock<Arc<[Edition]>>>,
    read: Arc<Cache<String, Arc<Published>>>,
}

impl Edition {
    fn holds_at(&self, moment: Timestamp) -> bool {
        self.valid_from <= moment && self.valid_to.is_none_or(|end| moment < end)
    }
}

/// The edition that holds at `moment` by what was known at `known_at`: of those recorded by then, the one
/// that took effect last; of several that took effect together, the one recorded last.
pub fn in_force(editions: &[Edition], moment: Timestamp, known_at: Timestamp) -> Option<&Edition> {
    editions
        .iter()
        .filter(|edition| edition.recorded_at <= known_at && edition.holds_at(moment))
        .max_by_key(|edition| (edition.valid_from, edition.recorded_at))
}

/// Why there is no edition for a moment.
fn none_in_force(editions: &[Edition], moment: Timestamp, known_at: Timestamp) -> Refusal {
    let known = editions.iter().filter(|edition| edition.recorded_at <= known_at);
    match known.map(|edition| edition.valid_from).min() {
        None => Refusal::new("directory.nothing_recorded"),
        Some(first) => {
            Refusal::new("directory.none_in_force").with("moment", day(moment)).with("first", day(first))
        }
    }
}

fn day(moment: Timestamp) -> String {
    moment.strftime("%F").to_string()
}

#[cfg(test)]
mod laws {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn edition(valid_from: i64, valid_to: Option<i64>, recorded_at: i64) -> Edition {
        Edition {
            id: kernel::id::new(at(recorded_at)),
            institution: "example".into(),
            valid_from: at(valid_from),
            valid_to: valid_to.map(at),
            recorded_at: at(recorded_at),
            recorded_by: "test".into(),
            note: String::new(),
            digest: String::new(),
        }
    }

    #[test]
    fn a_later_record_changes_what_we_know_today_but_not_what_we_knew_then() {
        let editions = [edition(100, None, 90), edition(100, None, 500), edition(300, None, 250)];
        let then = in_force(&editions, at(200), at(200)).unwrap();
        let today = in_force(&editions, at(200), at(1_000)).unwrap();
        assert_eq!(then.recorded_at, at(90));
        assert_eq!(today.recorded_at, at(500));
        assert_eq!(in_force(&editions, at(400), at(1_000)).unwrap().valid_from, at(300));
        assert_eq!(in_force(&editions, at(400), at(200)).unwrap().valid_from, at(100));
    }

    #[test]
    fn an_edition_ends_where_it_says_and_before_the_first_there_is_none() {
        let editions = [edition(100, Some(200), 50)];
        assert!(in_force(&editions, at(199), at(60)).is_some());
        assert!(in_force(&editions, at(200), at(60)).is_none());
        assert!(in_force(&editions, at(99), at(60)).is_none());
        assert!(in_force(&editions, at(150), at(49)).is_none());
        assert_eq!(none_in_force(&editions, at(99), at(60)).code(), "directory.none_in_force");
        assert_eq!(none_in_force(&editions, at(99), at(10)).code(), "directory.nothing_recorded");
    }

    proptest! {
        #[test]
        fn what_is_in_force_holds_was_known_and_is_the_newest_such(
            spans in prop::collection::vec((0..50i64, prop::option::of(1..50i64), 0..50i64), 0..12),
            moment in 0..60i64,
            known in 0..60i64,
        ) {
            let editions: Vec<_> =
                spans.iter().map(|(from, length, told)| edition(*from, length.map(|l| from + l), *told)).collect();
            let (moment, known) = (at(moment), at(known));
            let candidates: Vec<_> =
                editions.iter().filter(|e| e.recorded_at <= known && e.holds_at(moment)).collect();
            match in_force(&editions, moment, known) {
                None => prop_assert!(candidates.is_empty()),
                Some(found) => {
                    prop_assert!(candidates.contains(&found));
                    for other in candidates {
                        prop_assert!((other.valid_from, other.recorded_at) <= (found.valid_from, found.recorded_at));
                    }
                }
            }
        }
    }
}
