//! What the shell promises about every request, tried through the whole stack.
// Clippy counts only #[test] functions as tests; what they call may fail just as loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod house;

mod assets;
mod errors;
mod forms;
mod operations;
mod pages;
mod routes;
mod visitors;
