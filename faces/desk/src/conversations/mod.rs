//! The workspace: lists, one conversation, and what is done to it.
//!
//! Pages are whole pages; with a script they are fetched and what differs is put in place (`desk-page.js`),
//! and `?part=` leaves out what is not asked for. Each deed is a form that leads back to a page.

mod asked;
pub(crate) mod bulk;
mod channel;
pub(crate) mod deeds;
mod entries;
pub(crate) mod files;
mod happenings;
pub(crate) mod joined;
mod list;
pub(crate) mod page;
mod refused;
pub(crate) mod say;
mod scope;
mod search;
mod snooze;
pub(crate) mod suggest;
mod talk;
pub(crate) mod views;

pub(crate) use asked::Asked;
pub(crate) use channel::channel_name;
pub(crate) use list::{customer_name, subject};
pub(crate) use page::{Said, send as send_page};
pub(crate) use refused::{Fields, Tried};
pub(crate) use scope::find;

/// Where the lists are.
pub(crate) const CONVERSATIONS: &str = "/desk/conversations";
