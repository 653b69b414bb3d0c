//! The ways in: a passkey, or a password with an authenticator app, or a one-time link that leads to
//! setting one of them up. There are no default passwords; the first link comes from the command line.

mod authenticator;
pub(crate) mod ceremony;
mod factors;
pub(crate) mod links;
mod passkeys;
mod password;
mod recovery;
mod totp;
mod two_steps;

pub use authenticator::AuthenticatorAdded;
pub use factors::{FACTOR_CHANGED, Factors};
pub use links::{Link, LinkKind};
pub(crate) use passkeys::Passkeys;
pub use passkeys::{PasskeyAdded, PasskeyInfo};
pub(crate) use password::Hasher;
pub use totp::AuthenticatorSecret;
