//! The portal: what customers and dealers see.
//!
//! Today that is the contact directory: whom to reach, how, and whether they are open. Every page works
//! without JavaScript, on a narrow phone, by keyboard, and on paper. Pages hold nothing personal, so they
//! are kept ready ([`web::PageCache`]) per edition, preferences and minute.

mod asked;
mod card;
pub mod chat;
mod contact;
mod directory_page;
mod home;
mod hours;
mod inquiry;
mod reach;
mod schema;
mod ship;
mod state;
mod unit;
mod vcard;

use directory::Directories;
use web::{Access, Destination, PageCache, Route, Routes, get};

/// The places of the portal's navigation.
pub const NAVIGATION: [Destination; 4] = [
    Destination { path: "/contact", key: "portal-nav-contact" },
    Destination { path: "/contact/directory", key: "portal-nav-directory" },
    Destination { path: "/contact/ship", key: "portal-nav-ship" },
    Destination { path: "/chat", key: "portal-nav-chat" },
];

/// Bytes of finished pages to keep.
const KEPT_PAGES: u64 = 64 * 1024 * 1024;

/// What the portal's pages are made from. Cloning shares it.
#[derive(Clone)]
pub struct Portal {
    directories: Directories,
    pages: PageCache,
}

impl Portal {
    pub fn new(directories: Directories) -> Self {
        Self { directories, pages: PageCache::new(KEPT_PAGES) }
    }

    /// Everything the portal answers to.
    pub fn routes(self) -> Routes {
        Routes::open(table(), self)
    }
}

#[rustfmt::skip]
fn table() -> Vec<Route<Portal>> {
    use Access::Public;
    vec![
        get ("/",                  Public, home::show),
        get ("/contact",           Public, contact::show),
        get ("/contact/directory", Public, directory_page::show),
        get ("/contact/ship",      Public, ship::show),
        get ("/contact/{unit}",    Public, unit::show),
    ]
}
