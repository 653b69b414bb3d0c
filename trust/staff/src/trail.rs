//! What this crate writes into the audit trail, and the only place that knows how.

use audit::{ActorKind, Entry, Origin, Outcome};
use kernel::{Refusal, Result};
use serde_json::{Map, Value};
use store::Tx;

use crate::actor::Actor;
use crate::staff::Staff;

/// One deed, recorded in the same transaction as its effect.
pub(crate) struct Deed<'a> {
    actor: &'a Actor,
    entry: Entry,
    details: Map<String, Value>,
}

impl<'a> Deed<'a> {
    pub(crate) fn new(actor: &'a Actor, action: &'static str, on: impl ToString) -> Self {
        let kind = match actor {
            Actor::Staff(_) => ActorKind::Staff,
            Actor::Visitor(_) => ActorKind::Stranger,
            Actor::CommandLine => ActorKind::Operator,
            Actor::Program => ActorKind::System,
        };
        let id = actor.member().map_or_else(|| kind.as_str().to_owned(), |member| member.to_string());
        let entry = Entry::new(action, on).by(audit::Actor::new(kind, id));
        Self { actor, entry, details: Map::new() }
    }

    /// The reason that a person gave. The trail masks what must not be kept.
    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.entry = self.entry.because(why);
        self
    }

    /// A fact about it; never personal data.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string().into());
        self
    }

    /// It was not done, and this is what the person was told.
    pub(crate) fn refused(mut self, refusal: &Refusal) -> Self {
        self.entry = self.entry.ending(Outcome::Refused);
        self.with("refusal", refusal.code())
    }

    pub(crate) fn record(self, staff: &Staff, tx: &mut Tx<'_>) -> Result<()> {
        let address = self.actor.visit().map(|visit| visit.address);
        let origin = Origin { address, node: staff.settings().node.clone() };
        staff.trail().append(tx, staff.now(), &self.entry.from(origin).with(self.details.into()))?;
        Ok(())
    }
}
