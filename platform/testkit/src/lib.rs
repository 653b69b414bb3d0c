//! What tests share: a fresh database for each, on both engines.
//!
//! PostgreSQL comes from `cargo xtask test` (or `cargo xtask peers`), which starts a private server and
//! says where it is. Without one a test fails; it is never skipped.
#![allow(clippy::expect_used)]

mod databases;

pub use databases::{TestStore, all_events, on_both_engines, on_postgres, on_sqlite};
