//! How anything that did not work out reaches the person or program that asked.
//!
//! A handler returns [`Failure`] and knows nothing of pages. [`dress`] is the one place that turns it, and
//! every bare error of the layers below (405, 413, 503 …), into a page or a problem document, and that
//! writes faults to the log.

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::{Error, Fault, Refusal};
use serde::Serialize;

use crate::Web;
use crate::error_page::ErrorPage;
use crate::page::html;
use crate::visitor::Visitor;

/// Routes under this prefix answer programs.
const API: &str = "/api";

/// What a handler returns instead of a response. Any error turns into it with `?`.
#[derive(Debug, Clone)]
pub struct Failure(Arc<Error>);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Arc::new(error.into()))
    }
}

impl Failure {
    pub fn status(&self) -> StatusCode {
        match self.0.as_ref() {
            Error::Refusal(refusal) => status_of(refusal.code()),
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The failure that a bare status from one of the layers stands for.
    fn of_status(status: StatusCode) -> Self {
        if status == StatusCode::NOT_FOUND {
            return Error::NotFound.into();
        }
        let code = STATUSES.iter().find(|(_, known)| *known == status).map(|(code, _)| *code);
        match code {
            Some(code) => Refusal::new(code).into(),
            None if status.is_client_error() => Refusal::new("web.bad_request").into(),
            None => Fault::new(format!("a layer answered {status}")).into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The code by which programs know that there is nothing there, or nothing for them.
const NOT_FOUND: &str = "web.not_found";

/// What the shell itself refuses, and the statuses of codes that are not the usual 422.
const STATUSES: [(&str, StatusCode); 17] = [
    ("web.bad_request", StatusCode::BAD_REQUEST),
    ("web.not_from_here", StatusCode::FORBIDDEN),
    ("web.form_expired", StatusCode::FORBIDDEN),
    ("web.method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
    ("web.too_slow", StatusCode::REQUEST_TIMEOUT),
    ("web.too_large", StatusCode::PAYLOAD_TOO_LARGE),
    ("web.address_too_long", StatusCode::URI_TOO_LONG),
    ("web.media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("web.too_many", StatusCode::TOO_MANY_REQUESTS),
    ("web.headers_too_large", StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    ("web.overloaded", StatusCode::SERVICE_UNAVAILABLE),
    ("desk.sign_in_needed", StatusCode::UNAUTHORIZED),
    ("api.token_needed", StatusCode::UNAUTHORIZED),
    ("api.scope_missing", StatusCode::FORBIDDEN),
    ("api.still_under_way", StatusCode::CONFLICT),
    ("staff.too_many_attempts", StatusCode::TOO_MANY_REQUESTS),
    ("staff.too_many_reveals", StatusCode::TOO_MANY_REQUESTS),
];

fn status_of(code: &str) -> StatusCode {
    let known = STATUSES.iter().find(|(known, _)| *known == code).map(|(_, status)| *status);
    known.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

/// A failure in the reader's words.
pub(crate) struct Spoken {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<&'static str>,
    pub(crate) what: String,
    pub(crate) remedy: String,
    pub(crate) reference: Option<String>,
}

impl Spoken {
    fn new(failure: &Failure, visitor: &Visitor) -> Self {
        let words = &visitor.words;
        let status = failure.status();
        match failure.0.as_ref() {
            Error::Refusal(refusal) => {
                let told = visitor.told(refusal);
                let code = Some(refusal.code());
                Self { status, code, what: told.what, remedy: told.remedy, reference: None }
            }
            Error::NotFound => {
                let what = words.text("web-not-found").into_owned();
                let remedy = words.message("web-not-found").attribute("remedy").to_string();
                Self { status, code: Some(NOT_FOUND), what, remedy, reference: None }
            }
            Error::Fault(fault) => {
                let what = words.text("web-fault").into_owned();
                let remedy = words.message("web-fault").attribute("remedy").to_string();
                let reference = Some(fault.reference().to_string());
                Self { status, code: None, what, remedy, reference }
            }
        }
    }
}

/// RFC 9457. Details beyond the status are in `code` (stable, for programs), `remedy` and `reference`.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    remedy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
}

/// Gives each request its visitor and each failure its form.
pub(crate) async fn dress(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::new(&web, request.headers(), request.uri().clone());
    let as_problem = wants_problem(request.uri().path(), request.headers());
    request.extensions_mut().insert(visitor.clone());
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        // A handler that made its own error page meant it.
        None if is_finished(&response) => return response,
        None => Failure::of_status(status),
    };
    log(&failure);
    let dressed = present(&failure, &visitor, as_problem);
    with_headers_of(&response, dressed)
}

/// A panic is a fault like any other; what it said goes to the log with its reference.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&'static str>().copied());
    Failure::from(Fault::new(format!("panicked: {}", said.unwrap_or("without words")))).into_response()
}

fn log(failure: &Failure) {
    if let Error::Fault(fault) = failure.0.as_ref() {
        tracing::error!(reference = %fault.reference(), %fault, "fault");
        metrics::counter!("faults_total").increment(1);
    }
}

fn present(failure: &Failure, visitor: &Visitor, as_problem: bool) -> Response {
    let spoken = Spoken::new(failure, visitor);
    let status = spoken.status;
    let mut response = if as_problem {
        problem(&spoken)
    } else {
        // If even the error page fails, the bare status is all there is left to say.
        html(&ErrorPage::new(visitor, spoken)).unwrap_or_else(|_| status.into_response())
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn problem(spoken: &Spoken) -> Response {
    let body = Problem {
        r#type: "about:blank",
        title: spoken.status.canonical_reason().unwrap_or_default(),
        status: spoken.status.as_u16(),
        detail: &spoken.what,
        remedy: &spoken.remedy,
        code: spoken.code,
        reference: spoken.reference.as_deref(),
    };
    let mut response = Json(body).into_response();
    let problem_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, problem_type);
    response
}

/// A problem document for programs: under the API's prefix, or when JSON is asked for and HTML is not.
fn wants_problem(path: &str, headers: &HeaderMap) -> bool {
    let under_api = path.strip_prefix(API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    under_api || (accept.contains("json") && !accept.contains("html"))
}

fn is_finished(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.contains("json"))
}

/// What a bare error says in its headers stays true of the dressed one.
fn with_headers_of(bare: &Response, mut dressed: Response) -> Response {
    const KEPT: [HeaderName; 3] = [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE];
    for name in KEPT {
        if let Some(value) = bare.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    #[cfg(debug_assertions)]
    if let Some(entered) = bare.extensions().get::<crate::Entered>() {
        dressed.extensions_mut().insert(*entered);
    }
    dressed
}
