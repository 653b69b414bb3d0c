//! Who did what, to what, why, from where and with what result: append-only, and provably unchanged.
//!
//! Each entry carries the hash of the one before, and at least every [`INTERVAL`] entries the trail is
//! signed with a key that the vault keeps. Whoever can write to the database can therefore change the
//! trail, but not without [`Trail::verify`] naming where. What no trail can show by itself, that its very
//! end was cut off, an [`Anchor`] kept elsewhere shows.

mod bundle;
mod chain;
mod checker;
mod model;
mod query;
mod rows;
mod sign;
mod trail;

#[cfg(test)]
mod tests;

pub use bundle::{BundleVerdict, Exported, verify_bundle};
pub use chain::Hash;
pub use checker::{Anchor, Broken, Damage, Intact, Verdict};
pub use model::{Actor, ActorKind, Entry, Origin, Outcome, Recorded};
pub use query::Filter;
pub use sign::{Checkpoint, PublicKey};
pub use trail::Trail;

/// At most so many entries come between two signatures.
pub const INTERVAL: i64 = 64;
