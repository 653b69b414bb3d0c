//! "Did this help?"

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, Refusal};
use knowledge::Reader;
use serde::Deserialize;
use web::{Failure, Visitor};

use super::visit::Visit;
use super::{Help, article_address};

#[derive(Deserialize)]
pub(super) struct Said {
    helped: String,
}

/// A vote counts once a visit. It needs no token: the shell takes no form from elsewhere, and there is
/// nothing in it but a yes or a no.
pub(super) async fn take(
    State(help): State<Help>,
    Path(slug): Path<String>,
    visitor: Visitor,
    visit: Visit,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    let language = visitor.language();
    let entry = help.knowledge.entry(&slug, language, Reader::Anybody).ok_or(Error::NotFound)?;
    let helped = match said.helped.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::new("web.bad_request").into()),
    };
    if let Some(visit) = visit.id() {
        help.knowledge.rate(&slug, &entry.language, helped, visit).await?;
    }
    let answer = if helped { "yes" } else { "no" };
    let back = format!("{}?said={answer}#feedback", article_address(&slug));
    Ok(visit.remember(Redirect::to(&back).into_response()))
}
