//! Webhooks against a real receiver over the network.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod house;
mod receiver;

mod looking_after;
mod sending;
