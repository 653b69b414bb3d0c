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
}

impl ErrorPage {
    pub(crate) fn new(visitor: &Visitor, spoken: Spoken) -> Self {
        let page = visitor.page(spoken.what.clone()).unlisted();
        Self { page, spoken }
    }
}
