//! Where the data is and how many hands may hold it.

use std::path::PathBuf;
use std::time::Duration;

use kernel::Refusal;

use crate::transport::Server;

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) place: Place,
    /// Connections that read at the same time.
    pub readers: usize,
    /// Connections that write at the same time, on PostgreSQL. SQLite always has one.
    pub writers: usize,
    /// Calls that may wait for each kind of connection before callers themselves have to wait.
    pub waiting: usize,
    /// How long a write waits for another process that holds the database.
    pub patience: Duration,
    /// Commit waiting writes together (SQLite). Off only to measure what it is worth.
    pub group_commit: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Place {
    File(PathBuf),
    Server(Box<Server>),
}

impl Options {
    /// `sqlite:PATH`, or a `postgres://` address.
    pub fn from_url(url: &str) -> Result<Self, Refusal> {
        let place = if let Some(path) = url.strip_prefix("sqlite:") {
            Place::File(PathBuf::from(path))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Place::Server(Box::new(Server::parse(url)?))
        } else {
            return Err(Refusal::new("store.address_malformed"));
        };
        Ok(Self {
            place,
            readers: 4,
            writers: 8,
            waiting: 4096,
            patience: Duration::from_secs(10),
            group_commit: true,
        })
    }

    /// The database file, when there is one.
    pub fn file(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_engine_or_is_refused() {
        assert!(Options::from_url("sqlite:data/a.db").unwrap().file().is_some());
        assert!(Options::from_url("postgres://u@localhost/d").unwrap().file().is_none());
        for bad in ["", "mysql://x", "data/a.db", "postgres://[bad"] {
            assert_eq!(Options::from_url(bad).unwrap_err().code(), "store.address_malformed", "{bad}");
        }
    }
}
