//! The portal: what customers and dealers see.
//!
//! The contact directory says whom to reach, how, and whether they are open; the help has articles, guides
//! and their search. Every page works
//! without JavaScript, on a narrow phone, by keyboard, and on paper. Pages hold nothing personal, so they
//! are kept ready ([`web::PageCache`]) per edition, preferences and minute.

mod asked;
mod card;
pub mod chat;
mod contact;
mod directory_page;
mod help;
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
use knowledge::Knowledge;
use web::{Access, Destination, PageCache, Route, Routes, get};

/// The places of the portal's navigation.
pub const NAVIGATION: [Destination; 5] = [
    Destination { path: "/contact", key: "portal-nav-contact" },
    Destination { path: "/help", key: "portal-nav-help" },
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

    /// The help: articles, guides and their search.
    pub fn help(&self, knowledge: Knowledge) -> Routes {
        help::routes(self.clone(), knowledge)
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
