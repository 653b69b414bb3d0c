//! Finding conversations by their words, though the words are sealed: the index holds keyed hashes of
//! stemmed words. It is filled after the fact, off the way of whoever writes, from the events of entries.

mod find;
mod index;
mod rows;
mod tokens;

pub use find::{Found, Hit};
