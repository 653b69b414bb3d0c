//! From the help to a person. It is counted, so that one sees which articles do not spare the way.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Error;
use web::Failure;

use super::Help;
use super::visit::Visit;
use crate::inquiry::Inquiry;

pub(super) async fn show(
    State(help): State<Help>,
    Path(topic): Path<String>,
    visit: Visit,
    inquiry: Inquiry,
) -> Result<Response, Failure> {
    if inquiry.directory().topic(&topic).is_none() {
        return Err(Error::NotFound.into());
    }
    if let Some(visit) = visit.returning() {
        help.knowledge.contacted(visit);
    }
    let address =
        inquiry.asked.link("/contact", &[("topic", Some(&topic)), ("audience", inquiry.asked.audience())]);
    Ok(Redirect::to(&address).into_response())
}
