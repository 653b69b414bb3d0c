//! The people who work here. There is always an active administrator once there was one; nobody is ever
//! deleted, because the audit trail names them.

mod commands;
mod model;
mod queries;
pub(crate) mod store;

pub(crate) use commands::CHANGED;
pub use commands::Profile;
pub use model::{Member, NewMember, Status, Step};
