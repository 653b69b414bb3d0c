//! Conversations, on both engines.

mod course;
mod files;
mod house;
mod joining;
mod searching;
mod timeline;
