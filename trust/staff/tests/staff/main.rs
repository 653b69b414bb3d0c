//! Staff over a real database, on both engines, with a clock that the tests move.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod house;
mod links;
mod members;
mod passkeys;
mod passwords;
mod policies;
mod programs;
mod provider;
mod reveals;
mod secrecy;
mod sessions;
