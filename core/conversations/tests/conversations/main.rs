//! Conversations, on both engines.

mod course;
mod house;
mod timeline;
