//! One store, two engines: SQLite in a file, or PostgreSQL. Only this crate knows which.
//!
//! A unit of work is a closure without await, run inside one transaction:
//! [`Store::write`] and [`Store::read`]. A caller that goes away cannot leave half of one behind.
//! On SQLite one thread writes and commits many waiting closures together; on PostgreSQL closures run
//! serializably on a pool and are run again when the database asks for it, so they must not have other
//! effects than on the transaction they are given.

mod consume;
mod dialect;
mod engine;
mod events;
mod follow;
mod health;
mod lease;
mod migrate;
mod options;
mod postgres;
mod schema;
mod signal;
mod sqlite;
mod transport;
mod tx;
mod value;

pub use engine::{Engine, Store};
pub use health::Health;
pub use migrate::{Migrated, MigrationState};
pub use options::Options;
pub use schema::{Column, Index, Schema, Table};
pub use signal::Signal;
pub use tx::Tx;
pub use value::{FromValue, Row, ToValue, Value};

/// The values bound to `?1`, `?2`, … of a statement.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => { &[$($crate::ToValue::to_value(&$value)),+] };
}
