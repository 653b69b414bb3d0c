//! Stories: what a person does at the real centre, in a real browser.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod accessibility;
mod browser;
mod centre;
mod chat;
mod contact;
mod desk;
mod nothing_lost;
mod operator;
mod pages;
mod visitor;
