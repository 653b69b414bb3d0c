//! The portal: what customers and dealers see.
//!
//! Today that is the contact directory: whom to reach, how, and whether they are open. Every page works
//! without JavaScript, on a narrow phone, by keyboard, and on paper. Pages hold nothing personal, so they
//! are kept ready ([`web::PageCache`]) per edition, preferences and minute.

mod asked;
mod card;
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

use axum::Router;
use axum::routing::{MethodRouter, get};
use directory::Directories;
use web::{Destination, PageCache};

/// The places of the portal's navigation.
pub const NAVIGATION: [Destination; 3] = [
    Destination { path: "/contact", key: "portal-nav-contact" },
    Destination { path: "/contact/directory", key: "portal-nav-directory" },
    Destination { path: "/contact/ship", key: "portal-nav-ship" },
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

    /// The table of routes. All are for anybody; a route that is not will name its permission here.
    pub fn routes(self) -> Router {
        let table: [(&str, MethodRouter<Self>); 5] = [
            ("/", get(home::show)),
            ("/contact", get(contact::show)),
            ("/contact/directory", get(directory_page::show)),
            ("/contact/ship", get(ship::show)),
            ("/contact/{unit}", get(unit::show)),
        ];
        let routes =
            table.into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler));
        routes.with_state(self)
    }
}
