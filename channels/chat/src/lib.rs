//! Live chat with customers: visitors, the socket, and the widget.

pub mod frames;
pub mod identity;
pub mod rates;
pub mod session;
pub mod settings;
pub mod text;
mod token;
pub mod visitors;
