//! Articles, guides and the search that finds them.
//!
//! A text is a file: front matter and Markdown, or a guide as a tree of data. Its revisions are kept in the
//! database; what is published and in force is also kept in memory, on shelves that are searched. Two rings
//! of readers have shelves of their own, so that a draft or an internal text cannot be found by a customer.

mod article;
mod commands;
mod document;
mod finding;
mod flags;
mod guide;
mod import;
mod knowledge;
mod library;
mod links;
pub mod markdown;
mod measures;
mod model;
mod queries;
mod search;
mod store;

pub use article::Article;
pub use commands::{Draft, SaveError};
pub use document::{Document, SourceFile};
pub use finding::{Finding, Severity, has_errors};
pub use flags::Flag;
pub use guide::{Answer, At, End, Guide, Next, Path, Standing, Step};
pub use import::Imported;
pub use knowledge::Knowledge;
pub use library::{Entry, Votes, Weight};
pub use measures::{ASKED_BY_ENOUGH, AskedFor, Deflection, Helpfulness};
pub use model::{Act, Head, Kind, Listed, Reader, Revision, STAFF, State};
pub use queries::{DiffLine, LineChange};
pub use search::{Found, Hit, Piece, Search};
