//! Telling an open desk that there is something to look at. A message never carries what is to be seen:
//! the page fetches that, as whoever it is, with the permissions of that moment.

mod bell;
mod message;
pub(crate) mod socket;

pub use bell::Bell;
