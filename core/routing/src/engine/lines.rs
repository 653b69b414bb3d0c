//! Lines: work that the same people may take, in the order in which it is their turn.
//!
//! Because everything in a line asks for the same, whoever is free looks at the head of each line only,
//! however much waits.

use std::collections::{BTreeSet, HashMap};

use directory::ChannelKind;

use super::names::{Name, NeedsNumber};
use super::{Job, Staff, WorkId};
use crate::model::Urgency;

pub(super) type LineNumber = usize;
/// A place in a line: the rank, and the id for those of the same rank.
pub(super) type Place = (i64, WorkId);

/// What all work of a line has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LineKey {
    pub queue: usize,
    /// Steps of overflow taken.
    pub overflowed: u8,
    pub channel: ChannelKind,
    pub language: Option<Name>,
    pub needs: NeedsNumber,
    pub urgency: Urgency,
    /// Kept for this one for a while, who had it last.
    pub only: Option<Staff>,
}

#[derive(Debug)]
pub(super) struct Line {
    pub key: LineKey,
    pub places: BTreeSet<Place>,
    /// Nobody who is fit is free, and nobody has become so since that was found.
    pub blocked: bool,
}

#[derive(Debug, Default)]
pub(super) struct Lines {
    numbers: HashMap<LineKey, LineNumber>,
    all: Vec<Option<Line>>,
    unused: Vec<LineNumber>,
    /// By queue and channel: the lines that its people may take from, without those kept for one.
    of_queue: Vec<[BTreeSet<LineNumber>; ChannelKind::ALL.len()]>,
    kept_for: HashMap<Staff, BTreeSet<LineNumber>>,
}

impl Lines {
    pub fn new(queues: usize) -> Self {
        Self { of_queue: std::iter::repeat_with(Default::default).take(queues).collect(), ..Self::default() }
    }

    pub fn get(&self, number: LineNumber) -> Option<&Line> {
        self.all.get(number).and_then(Option::as_ref)
    }

    pub fn set_blocked(&mut self, number: LineNumber, blocked: bool) {
        if let Some(line) = self.all.get_mut(number).and_then(Option::as_mut) {
            line.blocked = blocked;
        }
    }

    /// Puts work in its line; `reach` are the queues whose people may take it.
    pub fn join(&mut self, key: LineKey, place: Place, reach: &[usize]) -> LineNumber {
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => self.open(key, reach),
        };
        if let Some(line) = self.all.get_mut(number).and_then(Option::as_mut) {
            line.places.insert(place);
        }
        number
    }

    fn open(&mut self, key: LineKey, reach: &[usize]) -> LineNumber {
        let line = Line { key, places: BTreeSet::new(), blocked: false };
        let number = self.unused.pop().unwrap_or(self.all.len());
        match self.all.get_mut(number) {
            Some(slot) => *slot = Some(line),
            None => self.all.push(Some(line)),
        }
        self.numbers.insert(key, number);
        match key.only {
            Some(staff) => {
                self.kept_for.entry(staff).or_default().insert(number);
            }
            None => {
                for queue in reach {
                    if let Some(lines) = self.slot(*queue, key.channel) {
                        lines.insert(number);
                    }
                }
            }
        }
        number
    }

    /// Takes work out of its line; an empty line is closed, so that nobody looks at it.
    pub fn quit(&mut self, number: LineNumber, place: Place, reach: &[usize]) {
        let Some(line) = self.all.get_mut(number).and_then(Option::as_mut) else { return };
        line.places.remove(&place);
        if !line.places.is_empty() {
            return;
        }
        let key = line.key;
        self.numbers.remove(&key);
        if let Some(slot) = self.all.get_mut(number) {
            *slot = None;
        }
        self.unused.push(number);
        match key.only {
            Some(staff) => {
                if let Some(kept) = self.kept_for.get_mut(&staff) {
                    kept.remove(&number);
                    if kept.is_empty() {
                        self.kept_for.remove(&staff);
                    }
                }
            }
            None => {
                for queue in reach {
                    if let Some(lines) = self.slot(*queue, key.channel) {
                        lines.remove(&number);
                    }
                }
            }
        }
    }

    fn slot(&mut self, queue: usize, channel: ChannelKind) -> Option<&mut BTreeSet<LineNumber>> {
        self.of_queue.get_mut(queue)?.get_mut(channel as usize)
    }

    pub fn of(&self, queue: usize, channel: ChannelKind) -> impl Iterator<Item = LineNumber> + '_ {
        let lines = self.of_queue.get(queue).and_then(|channels| channels.get(channel as usize));
        lines.into_iter().flatten().copied()
    }

    pub fn kept_for(&self, staff: Staff) -> impl Iterator<Item = LineNumber> + '_ {
        self.kept_for.get(&staff).into_iter().flatten().copied()
    }

    /// The first in a line whom this person has not passed over.
    pub fn first_for(
        &self,
        number: LineNumber,
        staff: Staff,
        now: i64,
        jobs: &HashMap<WorkId, Job>,
    ) -> Option<Place> {
        let places = &self.get(number)?.places;
        let open = |place: &&Place| jobs.get(&place.1).is_some_and(|job| !job.is_passed_by(staff, now));
        places.iter().find(open).copied()
    }
}
