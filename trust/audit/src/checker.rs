//! Walks along a trail and says where it breaks. It reads nothing itself, so that the same check serves the
//! database and an exported bundle.

use crate::INTERVAL;
use crate::chain::{Hash, Link};
use crate::sign::{Checkpoint, PublicKey};

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Intact(Intact),
    Broken(Broken),
}

/// Nothing was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intact {
    /// The last entry.
    pub last: i64,
    /// The last entry that a signature covers. Later ones are only chained.
    pub signed: i64,
    pub checkpoints: i64,
}

/// The first entry at which the trail breaks, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    pub seq: i64,
    pub damage: Damage,
}

/// How a trail breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The entry was removed, or its number was changed.
    Missing,
    /// The entry is not what was written.
    Changed,
    /// The entry was exchanged for another that looks right by itself.
    Replaced,
    /// From this entry on the chain was made anew; a signature or anchor at `until` remembers the old one.
    Rewritten { until: i64 },
    /// The entries from this one on were cut off.
    CutOff,
    /// What the trail remembers of its last entry does not fit this one.
    HeadDiffers,
    /// The signature that belongs after this entry was removed.
    CheckpointMissing,
    /// The signature after this entry is not by this house's key.
    CheckpointForged,
}

impl Broken {
    /// The key of the words for it.
    pub fn text_key(&self) -> &'static str {
        match self.damage {
            Damage::Missing => "audit-broken-missing",
            Damage::Changed => "audit-broken-changed",
            Damage::Replaced => "audit-broken-replaced",
            Damage::Rewritten { .. } => "audit-broken-rewritten",
            Damage::CutOff => "audit-broken-cut-off",
            Damage::HeadDiffers => "audit-broken-head-differs",
            Damage::CheckpointMissing => "audit-broken-checkpoint-missing",
            Damage::CheckpointForged => "audit-broken-checkpoint-forged",
        }
    }

    /// What the words mention.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let until = match self.damage {
            Damage::Rewritten { until } => Some(("until", until)),
            _ => None,
        };
        std::iter::once(("seq", self.seq)).chain(until)
    }
}

/// A place in the trail that was written down elsewhere: in a log, in an older export, on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    pub seq: i64,
    pub hash: Hash,
}

/// The state of a walk.
pub(crate) struct Checker<'k> {
    keys: &'k [PublicKey],
    anchor: Option<Anchor>,
    next: i64,
    previous: Option<Hash>,
    /// The number of the next checkpoint, once one was seen.
    number: Option<i64>,
    signed: i64,
    checkpoints: i64,
}

impl<'k> Checker<'k> {
    /// From the very beginning.
    pub fn from_start(keys: &'k [PublicKey], anchor: Option<Anchor>) -> Self {
        let genesis = Some(Hash::default());
        Self { keys, anchor, next: 1, previous: genesis, number: Some(1), signed: 0, checkpoints: 0 }
    }

    /// From an entry in the middle, whose predecessor is not at hand.
    pub fn from_entry(keys: &'k [PublicKey], first: i64) -> Self {
        let signed = first - 1;
        Self { keys, anchor: None, next: first, previous: None, number: None, signed, checkpoints: 0 }
    }

    /// The number of the next entry.
    pub fn next(&self) -> i64 {
        self.next
    }

    pub fn entry(&mut self, link: &Link) -> Result<(), Broken> {
        if link.seq > self.next {
            return broken(self.next, Damage::Missing);
        }
        if link.seq < self.next || link.expected() != link.hash {
            return broken(link.seq, Damage::Changed);
        }
        if self.previous.is_some_and(|previous| previous != link.previous) {
            // This entry is whole and tells what its predecessor was: the predecessor is the false one.
            return broken((link.seq - 1).max(1), Damage::Replaced);
        }
        if self.anchor.is_some_and(|anchor| anchor.seq == link.seq && anchor.hash != link.hash) {
            return broken(self.signed + 1, Damage::Rewritten { until: link.seq });
        }
        self.previous = Some(link.hash);
        self.next += 1;
        Ok(())
    }

    /// To be called after each entry, with the checkpoints that stand at it.
    pub fn checkpoints(&mut self, seq: i64, checkpoints: &[Checkpoint]) -> Result<(), Broken> {
        if checkpoints.is_empty() && seq % INTERVAL == 0 {
            return broken(seq, Damage::CheckpointMissing);
        }
        checkpoints.iter().try_for_each(|checkpoint| self.checkpoint(checkpoint))
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), Broken> {
        if !self.keys.iter().any(|key| key.has_signed(checkpoint)) {
            return broken(checkpoint.seq, Damage::CheckpointForged);
        }
        if self.number.is_some_and(|number| number != checkpoint.number) {
            return broken(self.signed + 1, Damage::CheckpointMissing);
        }
        if self.previous != Some(checkpoint.hash) {
            return broken(self.signed + 1, Damage::Rewritten { until: checkpoint.seq });
        }
        self.number = Some(checkpoint.number + 1);
        self.signed = checkpoint.seq;
        self.checkpoints += 1;
        Ok(())
    }

    /// The end: `head` is what the trail remembers of its last entry, `beyond` are checkpoints after it.
    pub fn end(&self, head: Option<Anchor>, beyond: &[Checkpoint]) -> Result<(), Broken> {
        let last = self.next - 1;
        if let Some(checkpoint) = beyond.first() {
            let is_ours = self.keys.iter().any(|key| key.has_signed(checkpoint));
            let damage = if is_ours { Damage::CutOff } else { Damage::CheckpointForged };
            return broken(self.next, damage);
        }
        match head {
            Some(head) if head.seq > last => broken(self.next, Damage::CutOff),
            Some(head) if head.seq == last && Some(head.hash) == self.previous => Ok(()),
            _ => broken(last.max(1), Damage::HeadDiffers),
        }
    }

    pub fn finish(self) -> Result<Intact, Broken> {
        if self.anchor.is_some_and(|anchor| anchor.seq >= self.next) {
            return broken(self.next, Damage::CutOff);
        }
        Ok(Intact { last: self.next - 1, signed: self.signed, checkpoints: self.checkpoints })
    }
}

fn broken<T>(seq: i64, damage: Damage) -> Result<T, Broken> {
    Err(Broken { seq, damage })
}

impl From<Result<Intact, Broken>> for Verdict {
    fn from(result: Result<Intact, Broken>) -> Self {
        match result {
            Ok(intact) => Self::Intact(intact),
            Err(broken) => Self::Broken(broken),
        }
    }
}
