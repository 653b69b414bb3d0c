//! The chat's promises, as a customer's page meets them.
// Clippy counts only #[test] functions as tests; what they call may fail just as loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod bad_input;
mod browser;
mod house;
mod nodes;
mod session;
mod talking;
