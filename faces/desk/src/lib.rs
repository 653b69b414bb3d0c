//! The desk: what those who work here see.
//!
//! The workspace, signing in, one's own profile, staff and their roles, policies and the audit trail. Every route stands
//! with its permission in one table ([`routes`]), from which the router is made; what somebody may not see
//! does not exist for them. Everything works by keyboard and without JavaScript, save passkeys.

mod audit;
mod colleagues;
mod conversations;
mod cookies;
mod customers;
mod door;
mod floor;
mod frame;
mod guard;
mod home;
mod keys;
mod live;
mod members;
mod moment;
mod names;
mod notice;
mod policies;
mod portrait;
mod presence;
mod profile;
mod programs;
mod routes;
mod seat;
mod sign_in;
mod visit;

use std::sync::{Arc, OnceLock};

use ::audit::Trail;
use staff::Staff;
use store::Store;

use colleagues::Colleagues;
pub use customers::OpenConversations;
pub use floor::Floor;
pub use live::Bell;
use policies::Matrix;
pub use policies::PolicyFile;
pub use routes::{Access, Route, routes, table};

/// Where one-time links lead; their token follows.
pub const LINK: &str = "/desk/sign-in/link/";
/// Where the institution's sign-in provider sends people back to.
pub const PROVIDER_CALLBACK: &str = "/desk/sign-in/provider/callback";

/// Where those go back to who lost their way in the desk.
pub const ROOM: web::Destination = web::Destination { path: guard::HOME, key: "desk-back" };

/// What the desk's pages are made from. Cloning shares it.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    staff: Staff,
    trail: Trail,
    store: Store,
    floor: Floor,
    colleagues: Colleagues,
    policy_files: Vec<PolicyFile>,
    matrix: OnceLock<Matrix>,
    proxies: usize,
}

impl Desk {
    /// `policy_files` are those that `staff` decides by, for people to read.
    pub fn new(
        staff: Staff,
        trail: Trail,
        store: Store,
        policy_files: Vec<PolicyFile>,
        floor: Floor,
    ) -> Self {
        let (colleagues, matrix) = (Colleagues::default(), OnceLock::new());
        Self(Arc::new(Inner { staff, trail, store, floor, colleagues, policy_files, matrix, proxies: 0 }))
    }

    pub(crate) fn floor(&self) -> &Floor {
        &self.0.floor
    }

    pub(crate) fn colleagues(&self) -> &Colleagues {
        &self.0.colleagues
    }

    /// So many proxies of our own stand in front, and each adds to `X-Forwarded-For` whom it speaks for.
    /// Without this, that header is not believed.
    #[must_use]
    pub fn behind_proxies(self, proxies: usize) -> Self {
        Self(Arc::new(Inner { proxies, ..(*self.0).clone() }))
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.0.trail
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn staff(&self) -> &Staff {
        &self.0.staff
    }

    pub(crate) fn policy_files(&self) -> &[PolicyFile] {
        &self.0.policy_files
    }

    /// Whether browsers reach the desk over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.staff().settings().origin.scheme() == "https"
    }
}
