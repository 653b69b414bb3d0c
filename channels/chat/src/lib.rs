//! Live chat with customers: visitors, the socket, and the widget.

mod chat;
#[cfg(feature = "client")]
pub mod client;
mod files;
pub mod frames;
mod guest;
pub mod identity;
pub mod rates;
mod routes;
pub mod session;
pub mod settings;
mod socket;
pub mod start;
pub mod text;
mod token;
mod transcript;
pub mod view;
pub mod visitors;
mod widget;

pub use chat::{Begun, Chat, Parts, Seat, StaffNames};
pub use guest::{Door, Guest};
pub use settings::{Host, Limits, Settings};
pub use token::Token;
