//! The web shell: what every page and every answer to a program has in common.
//!
//! A face makes a table of [`Route`]s whose handlers return [`Failure`] on error, extract a [`Visitor`]
//! and send pages with [`html`]. [`Web::shell`] puts the house around it: errors in words, security
//! headers, limits, logs, metrics, assets and the preferences page. [`serve`] runs it until it is told to
//! stop. See the README for the rest.

pub mod assets;
mod client_address;
mod encoded;
mod error_page;
mod failure;
mod first_bytes;
mod form;
mod headers;
mod limits;
mod observe;
mod operations;
mod page;
mod page_cache;
mod preferences;
mod routes;
mod serve;
mod shell;
#[cfg(debug_assertions)]
mod styleguide;
mod visitor;

pub use client_address::client_address;
pub use failure::Failure;
pub use form::{Posted, check_token, form_page, unreadable};
pub use headers::Opening;
pub use limits::Limits;
pub use operations::{Operations, Readiness};
pub use page::{LanguageLink, Link, Page, html};
pub use page_cache::PageCache;
#[cfg(debug_assertions)]
pub use routes::Entered;
pub use routes::{Access, Entry, Route, Routes, get, post};
pub use serve::{Draining, Tls, serve, stop_signal};
pub use shell::{Destination, Mask, Settings, Web};
pub use visitor::{Contrast, Theme, Visitor, VisitorZone};
