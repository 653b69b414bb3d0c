//! The customer beside a conversation: who they are, what they wish and need, what they asked before.

mod beside;
mod matters;
pub(crate) mod note;
pub(crate) mod reveal;

pub(crate) use beside::{PersonView, Revealed, beside};
pub use matters::OpenConversations;
