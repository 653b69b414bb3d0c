//! Lines: work that the same people may take, in the order in which it is their turn.
//!
//! Because everything in a line asks for the same, whoever is free looks at the heads of lines only, in
//! their order, and has found what is next for them at the first line that they are fit for.

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
    /// Nobody who is fit was free when so many had become free in the queues it reaches.
    pub blocked_at: Option<u64>,
}

/// Lines by their heads.
type Heads = BTreeSet<(Place, LineNumber)>;

#[derive(Debug, Default)]
pub(super) struct Lines {
    numbers: HashMap<LineKey, LineNumber>,
    all: Vec<Option<Line>>,
    unused: Vec<LineNumber>,
    /// By queue and channel: the lines that its people may take from, without those kept for one.
    of_queue: Vec<[Heads; ChannelKind::ALL.len()]>,
    kept_for: HashMap<Staff, BTreeSet<LineNumber>>,
}

impl Lines {
    pub fn new(queues: usize) -> Self {
        Self { of_queue: std::iter::repeat_with(Default::default).take(queues).collect(), ..Self::default() }
    }

    pub fn get(&self, number: LineNumber) -> Option<&Line> {
        self.all.get(number).and_then(Option::as_ref)
    }

    pub fn set_blocked(&mut self, number: LineNumber, at: u64) {
        if let Some(line) = self.all.get_mut(number).and_then(Option::as_mut) {
            line.blocked_at = Some(at);
        }
    }

    /// Puts work in its line; `reach` are the queues whose people may take it.
    pub fn join(&mut self, key: LineKey, place: Place, reach: &[usize]) -> LineNumber {
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => self.open(key),
        };
        self.change(number, reach, |line| {
            line.places.insert(place);
        });
        number
    }

    /// Takes work out of its line; an empty line is closed, so that nobody looks at it.
    pub fn quit(&mut self, number: LineNumber, place: Place, reach: &[usize]) {
        self.change(number, reach, |line| {
            line.places.remove(&place);
        });
        if self.get(number).is_some_and(|line| line.places.is_empty()) {
            self.close(number);
        }
    }

    fn open(&mut self, key: LineKey) -> LineNumber {
        let line = Line { key, places: BTreeSet::new(), blocked_at: None };
        let number = self.unused.pop().unwrap_or(self.all.len());
        match self.all.get_mut(number) {
            Some(slot) => *slot = Some(line),
            None => self.all.push(Some(line)),
        }
        self.numbers.insert(key, number);
        if let Some(staff) = key.only {
            self.kept_for.entry(staff).or_default().insert(number);
        }
        number
    }

    fn close(&mut self, number: LineNumber) {
        let Some(line) = self.all.get_mut(number).and_then(Option::take) else { return };
        self.numbers.remove(&line.key);
        self.unused.push(number);
        if let Some(staff) = line.key.only
            && let Some(kept) = self.kept_for.get_mut(&staff)
        {
            kept.remove(&number);
            if kept.is_empty() {
                self.kept_for.remove(&staff);
            }
        }
    }

    /// Changes who stands in a line, and where it stands among the lines if that changes its head.
    fn change(&mut self, number: LineNumber, reach: &[usize], change: impl FnOnce(&mut Line)) {
        let Some(line) = self.all.get_mut(number).and_then(Option::as_mut) else { return };
        let before = line.places.first().copied();
        change(line);
        let (key, after) = (line.key, line.places.first().copied());
        if before == after || key.only.is_some() {
            return;
        }
        for queue in reach {
            let channels = self.of_queue.get_mut(*queue);
            let Some(heads) = channels.and_then(|all| all.get_mut(key.channel as usize)) else { continue };
            if let Some(before) = before {
                heads.remove(&(before, number));
            }
            heads.extend(after.map(|after| (after, number)));
        }
    }

    /// The lines that a queue's people may take from, with their heads, the first in rank first.
    pub fn of(&self, queue: usize, channel: ChannelKind) -> impl Iterator<Item = (Place, LineNumber)> + '_ {
        let heads = self.of_queue.get(queue).and_then(|channels| channels.get(channel as usize));
        heads.into_iter().flatten().copied()
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
