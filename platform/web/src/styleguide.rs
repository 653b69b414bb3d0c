//! Every component in every state, for those who build pages. Debug builds only.

use askama::Template;
use axum::response::Response;

use crate::failure::Failure;
use crate::page::{Page, html};
use crate::routes::{Access, Routes, get};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide {
    page: Page,
}

pub(crate) fn routes() -> Routes {
    Routes::open(vec![get("/styleguide", Access::Public, show)], ())
}

async fn show(visitor: Visitor) -> Result<Response, Failure> {
    html(&Styleguide { page: visitor.page("Styleguide").unlisted() })
}
