//! Sessions live on the server: the browser holds a random token, the database its hash.
//!
//! A session is always new at sign-in, ends when it is idle or old, when its owner or an administrator
//! ends it, and when what it rests on changes: the member's status or roles, a way to sign in, or the
//! member's standing at the institution's provider.

mod cache;
mod commands;
mod model;
pub(crate) mod store;

pub(crate) use cache::Sessions;
pub(crate) use commands::{Ended, end_all, end_one, open};
pub use commands::{SESSION_ENDED, SignedIn};
pub(crate) use model::End;
pub use model::Session;
