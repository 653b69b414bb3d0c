//! Sessions that were looked up a moment ago, so that a page with ten requests reads the database once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use kernel::id::{StaffMember, StaffSession};
use quick_cache::sync::Cache;

use super::model::Times;
use crate::caller::{Method, Roles, Theme};
use crate::token::TokenHash;

/// Sessions held in memory: more than a node serves people.
const HELD: usize = 8192;
/// What another node has ended is believed here for so long at most, even if the event that says so is late.
const TRUSTED: SignedDuration = SignedDuration::from_secs(10);

/// A session as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub id: Id<StaffSession>,
    pub member: Id<StaffMember>,
    pub roles: Roles,
    pub language: kernel::Language,
    pub theme: Theme,
    pub method: Method,
    pub signed_in_at: Timestamp,
    pub times: Times,
    pub read_at: Timestamp,
}

pub(crate) struct Sessions {
    known: Cache<TokenHash, Arc<Known>>,
    /// Goes up whenever something is forgotten: a read that began before must not be remembered after.
    forgotten: AtomicU64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { known: Cache::new(HELD), forgotten: AtomicU64::new(0) }
    }
}

impl Sessions {
    pub(crate) fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Arc<Known>> {
        self.known.get(hash).filter(|known| now.duration_since(known.read_at) < TRUSTED)
    }

    /// Take before reading; hand to [`Self::remember`].
    pub(crate) fn mark(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    pub(crate) fn remember(&self, hash: TokenHash, known: Arc<Known>, mark: u64) {
        self.known.insert(hash.clone(), known);
        if self.mark() != mark {
            self.known.remove(&hash);
        }
    }

    pub(crate) fn forget(&self, ended: &[super::Ended]) {
        if !ended.is_empty() {
            self.forget_where(|known| ended.iter().any(|one| one.session == known.id));
        }
    }

    pub(crate) fn forget_member(&self, member: Id<StaffMember>) {
        self.forget_where(|known| known.member == member);
    }

    fn forget_where(&self, ended: impl Fn(&Known) -> bool) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.known.retain(|_, known| !ended(known));
    }
}
