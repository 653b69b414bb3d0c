//! Single sign-on with the institution's own provider, by OIDC: authorization code with PKCE.
//!
//! The provider is believed about who somebody is, which roles their groups bring, and when it is over:
//! it may say so itself (back-channel logout), and it is asked again while a session lasts. Taking
//! access away wins over everything, even over keeping an administrator: the command line can add one.

mod check;
mod client;
mod http;
mod logout;
mod person;
mod sign_in;
pub(crate) mod store;

pub(crate) use client::Provider;
pub use client::ProviderSettings;
pub use http::{HttpClient, HttpFailure};
