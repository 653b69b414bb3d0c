//! The chat's pages: before it, in it, after it. Each works as plain HTML; a script makes the room lively.
//!
//! Every page is there twice: on its own, and in a frame on other sites' pages.

mod begin;
mod lines;
mod room;
mod say;

use axum::extract::FromRef;
use axum::response::{IntoResponse, Redirect, Response};
use chat::{Chat, Door, Guest};
use directory::Directories;
use kernel::Result;
use web::{Access, Page, Route, Routes, get, post};

/// What the chat's pages are made from.
#[derive(Clone)]
pub(crate) struct Pages {
    chat: Chat,
    directories: Directories,
}

impl FromRef<Pages> for Chat {
    fn from_ref(pages: &Pages) -> Self {
        pages.chat.clone()
    }
}

/// The chat's pages, at both doors.
pub fn routes(chat: Chat, directories: Directories) -> Routes {
    Routes::open(table(), Pages { chat, directories })
}

#[rustfmt::skip]
fn table() -> Vec<Route<Pages>> {
    use Access::Public;
    vec![
        get ("/chat",                  Public, room::show),
        get ("/chat/frame",            Public, room::show),
        post("/chat",                  Public, begin::begin),
        post("/chat/frame",            Public, begin::begin),
        post("/chat/leave-word",       Public, begin::leave_word),
        post("/chat/frame/leave-word", Public, begin::leave_word),
        post("/chat/say",              Public, say::say),
        post("/chat/frame/say",        Public, say::say),
        post("/chat/end",              Public, say::end),
        post("/chat/frame/end",        Public, say::end),
        post("/chat/return",           Public, say::come_back),
        post("/chat/frame/return",     Public, say::come_back),
        post("/chat/rate",             Public, say::rate),
        post("/chat/frame/rate",       Public, say::rate),
        post("/chat/forget",           Public, say::forget),
        post("/chat/frame/forget",     Public, say::forget),
    ]
}

/// What every page of the chat knows of where it is.
struct Room {
    framed: bool,
    prefix: &'static str,
    proof: String,
}

impl Room {
    fn of(guest: &Guest) -> Result<Self> {
        Ok(Self { framed: guest.door == Door::Frame, prefix: guest.door.prefix(), proof: guest.proof()? })
    }
}

fn page(guest: &Guest, title: &str) -> Page {
    let title = guest.web.words.message(title).with("brand", guest.web.brand()).to_string();
    guest.web.page(title).unlisted()
}

/// Back to the room, after something was done in it.
fn back(guest: &Guest) -> Response {
    let mut response = Redirect::to(guest.door.prefix()).into_response();
    guest.remember(&mut response);
    response
}
