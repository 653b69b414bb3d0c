//! The API as a program uses it: in process, over a real store.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod conversations;
mod customers;
mod directory;
mod house;
mod once;
mod queues;
mod tokens;
mod webhooks;
