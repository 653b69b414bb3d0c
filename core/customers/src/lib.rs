//! Who contacts us: people, their ways to be reached, their wishes, and people found to be one.
//!
//! A person keeps their own row, key and data for ever; merging two only points one row at the other, so
//! that undoing it is exact and no other area has to move anything. Only a *verified* point (an address
//! somebody proved to hold) identifies a person. What somebody merely typed is a claim: it is kept, and
//! shows staff that two people may be one, but it never opens anybody's history to a stranger.

mod change;
mod contact;
mod customers;
mod forget;
mod kinship;
mod merges;
mod model;
mod names;
mod notes;
mod point;
mod profile;
mod queries;
mod search;
mod store;

#[cfg(test)]
mod tests;

pub use change::Change;
pub use contact::Contact;
pub use customers::Customers;
pub use merges::Merge;
pub use model::{Brief, MergeId, Need, Needs, Note, Person, PersonId, PersonKind};
pub use point::{NewPoint, Point, PointKind};
pub use search::{Found, FoundBy, Suggestion};
