//! The words every other crate speaks: identifiers, the clock, money, languages, errors and events.
//!
//! Nothing here does input or output, and nothing here depends on another crate of the house.

pub mod clock;
pub mod error;
pub mod event;
pub mod id;
pub mod language;
pub mod money;
pub mod reference;

pub use clock::{Clock, SystemClock, TestClock};
pub use error::{Context, Error, Fault, Refusal, Result};
pub use event::{Event, NewEvent, Position};
pub use id::Id;
pub use language::{Language, LocalText};
pub use money::{Currency, Money};
pub use reference::Reference;
