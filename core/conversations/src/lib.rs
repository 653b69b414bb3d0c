//! Conversations with customers: one timeline each, whatever the channel.
//!
//! Entries are numbered 1, 2, 3 … without gaps, so that a client that says the last number it has gets
//! the rest and nothing is lost. Words are masked and sealed before they are stored. Every list is an
//! index over live work, so what is closed costs nothing.

mod act;
mod append;
mod author;
mod change;
mod conversation;
mod conversations;
mod disposition;
mod drafts;
mod edit;
mod entry;
mod entry_rows;
mod files;
mod held;
mod joining;
mod lists;
mod live;
mod marks;
mod matters;
mod mentions;
mod open;
mod presence;
mod rate;
mod reads;
mod rows;
mod search;
mod state;
mod tags;
mod text;
mod upkeep;
mod work;

pub use act::{Act, Seen, Step};
pub use author::{Author, Side};
pub use change::{Closing, Detail, To};
pub use conversation::{Conversation, Marks, NewConversation, Opened};
pub use conversations::Conversations;
pub use disposition::{Disposition, Dispositions};
pub use drafts::Draft;
pub use entry::{Appended, Body, ClientKey, Entry, Envelope, Happening, NewBody, NewEntry, Origin, Words};
pub use files::{Blobs, File, LARGEST_FILE, MediaType, NewFile, TableBlobs};
pub use held::Held;
pub use joining::{Join, JoinKind, Place, Splitting, Told};
pub use lists::{Counts, Cursor, Listed, Order, Page, Preview, Query, QueueCount, Scope, Who};
pub use live::{Change, ListChange, Live, Watch};
pub use mentions::Mention;
pub use presence::{Doing, Present, Reached, Somebody};
pub use reads::{PAGE, Shown};
pub use routing::{QueueId, Urgency};
pub use search::{Found, Hit};
pub use state::{Command, State, StateKind};
pub use tags::normal_tag;
pub use text::{LONGEST_SUBJECT, LONGEST_TEXT};
