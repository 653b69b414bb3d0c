//! Conversations, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod course;
mod files;
mod house;
mod joining;
mod lists;
mod live;
mod searching;
mod timeline;
