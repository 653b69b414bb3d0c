//! Help: articles, guides and the search that finds them, so that an answer needs no wait.
//!
//! What a page counts (a search, an article read) is told to `knowledge`, which keeps no word of who it was.

mod article;
mod contact;
mod feedback;
mod guide;
mod home;
mod listing;
mod schema;
mod search;
mod suggest;
mod topic;
mod visit;

use axum::extract::FromRef;
use knowledge::Knowledge;
use web::{Access, Route, Routes, get, post};

use crate::Portal;

/// What the pages of the help are made from.
#[derive(Clone)]
pub(crate) struct Help {
    portal: Portal,
    knowledge: Knowledge,
}

impl FromRef<Help> for Portal {
    fn from_ref(help: &Help) -> Self {
        help.portal.clone()
    }
}

pub(crate) fn routes(portal: Portal, knowledge: Knowledge) -> Routes {
    Routes::open(table(), Help { portal, knowledge })
}

#[rustfmt::skip]
fn table() -> Vec<Route<Help>> {
    use Access::Public;
    vec![
        get ("/help",                          Public, home::show),
        get ("/help/search",                   Public, search::show),
        get ("/help/suggest",                  Public, suggest::show),
        get ("/help/topics/{topic}",           Public, topic::show),
        get ("/help/articles/{slug}",          Public, article::show),
        post("/help/articles/{slug}/feedback", Public, feedback::take),
        get ("/help/guides/{slug}",            Public, guide::show),
        get ("/help/contact/{topic}",          Public, contact::show),
    ]
}

/// The address of an article's page.
fn article_address(slug: &str) -> String {
    format!("/help/articles/{slug}")
}

fn guide_address(slug: &str) -> String {
    format!("/help/guides/{slug}")
}

/// By this way a contact is counted before it is shown.
fn contact_address(topic: &str) -> String {
    format!("/help/contact/{topic}")
}
