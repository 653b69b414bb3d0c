//! Other programs and what lets them in: a token with scopes, for some queues or all, until it expires or
//! is revoked. The token is shown once; the database keeps its hash.

mod commands;
mod model;
mod store;

pub use model::{ApiTokenInfo, IssuedToken, NewApiToken, Program};
