//! The page that says what went wrong and what to do now.

use askama::Template;

use crate::failure::Spoken;
use crate::page::Page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    page: Page,
    spoken: Spoken,
    /// Whether it happened in a room of its own, without the main navigation.
    is_apart: bool,
    back: &'static str,
    back_text: String,
}

impl ErrorPage {
    pub(crate) fn new(visitor: &Visitor, spoken: Spoken) -> Self {
        let page = visitor.page(spoken.what.clone()).unlisted();
        let room = visitor.web.room(visitor.address.path());
        let (back, key) = room.map_or(("/", "web-home"), |room| (room.path, room.key));
        let back_text = visitor.words.text(key).into_owned();
        Self { page, spoken, is_apart: room.is_some(), back, back_text }
    }
}
