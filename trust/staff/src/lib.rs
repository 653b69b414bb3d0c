//! The people who work here: who they are, how they prove it, and what they may do.
//!
//! This crate knows no HTML and no HTTP. A desk builds a [`Caller`] from the session cookie with
//! [`Staff::caller`], asks [`Policies`] whether it may, and calls the commands of [`Staff`].

mod actor;
mod attempts;
mod caller;
mod housekeeping;
mod members;
mod policy;
mod programs;
mod provider;
mod reveal;
mod sessions;
mod sign_in;
mod staff;
mod token;
mod trail;
mod visit;

pub use actor::Actor;
pub use caller::{Caller, Method, Role, Roles, Theme};
pub use members::{Member, NewMember, Profile, Status, Step};
pub use policy::{Circumstances, Decision, Permission, Policies, Problem, Purpose, Resource};
pub use programs::{ApiTokenInfo, IssuedToken, NewApiToken, Program};
pub use provider::{HttpClient, HttpFailure, ProviderSettings};
pub use reveal::{
    Alert, BULK_REVEAL, NoMatters, OpenMatters, Reason, RevealLimits, Wanted, mask_email, mask_name,
    mask_phone,
};
pub use sessions::{SESSION_ENDED, Session, SignedIn};
pub use sign_in::{
    AuthenticatorAdded, AuthenticatorSecret, FACTOR_CHANGED, Factors, Link, LinkKind, PasskeyAdded,
    PasskeyInfo,
};
pub use staff::{GroupRoles, Settings, Staff};
pub use token::Token;
pub use visit::Visit;
