//! The desk in its shell, asked as a browser asks, over a fresh centre.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod audit;
mod browser;
mod house;
mod passkeys;
mod profile;
mod routes;
mod sign_in;
mod staff;
