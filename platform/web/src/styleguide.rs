//! Every component in every state, for those who build pages. Debug builds only.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::failure::Failure;
use crate::page::{Page, html};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide {
    page: Page,
}

pub(crate) fn routes() -> Router {
    Router::new().route("/styleguide", get(show))
}

async fn show(visitor: Visitor) -> Result<Response, Failure> {
    html(&Styleguide { page: visitor.page("Styleguide").unlisted() })
}
