//! Every text a person sees or hears, per language, and dates, times, numbers and money as they are
//! written there.
//!
//! The texts are the Fluent files in `locales/<language>/`, embedded in the program. Code names a text by
//! its key; `tests/locales.rs` holds that every key exists in every language and is used.

mod catalogue;
mod format;
mod message;
mod phrases;

pub use catalogue::Catalogue;
pub use message::{Message, Told, Words};
