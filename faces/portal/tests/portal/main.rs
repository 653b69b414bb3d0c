//! What the portal shows, tried through the whole shell with the example institution's directory.
// Clippy counts only #[test] functions as tests; what they call may fail just as loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod house;

mod answers;
mod chatting;
mod help;
mod moments;
mod pages;
mod papers;
mod whole;
