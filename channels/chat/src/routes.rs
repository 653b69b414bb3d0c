//! What the chat answers to beside the portal's pages: the socket, the widget, a host's word, the transcript.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use web::{Access, Failure, Opening, Route, Routes, get, post};

use crate::chat::Chat;
use crate::guest::Guest;
use crate::{files, socket, transcript, widget};

impl Chat {
    /// Both doors have the same addresses, each under its own beginning.
    pub fn routes(&self) -> Routes {
        Routes::open(table(), self.clone())
    }
}

#[rustfmt::skip]
fn table() -> Vec<Route<Chat>> {
    use Access::Public;
    vec![
        get ("/chat/widget.js",        Public, widget::script),
        get ("/chat/socket",           Public, socket::take),
        get ("/chat/frame/socket",     Public, socket::take),
        post("/chat/identity",         Public, identify),
        post("/chat/frame/identity",   Public, identify),
        post("/chat/files",            Public, files::send).taking(files::LARGEST_FORM),
        post("/chat/frame/files",      Public, files::send).taking(files::LARGEST_FORM),
        get ("/chat/files/{id}",       Public, files::fetch),
        get ("/chat/frame/files/{id}", Public, files::fetch),
        get ("/chat/transcript",       Public, transcript::download),
        get ("/chat/frame/transcript", Public, transcript::download),
    ]
}

#[derive(Deserialize)]
struct Word {
    token: String,
    proof: String,
}

/// A host says who its customer is: 201 when that is news, 200 when it was known.
async fn identify(guest: Guest, State(_): State<Chat>, Form(word): Form<Word>) -> Result<Response, Failure> {
    guest.check(&word.proof)?;
    guest.may_begin()?;
    let is_news = guest.identify(&word.token).await?;
    let mut response = if is_news { StatusCode::CREATED } else { StatusCode::OK }.into_response();
    guest.remember(&mut response);
    Ok(response)
}

/// Lets pages of other sites load a response.
pub(crate) fn embedded(mut response: Response) -> Response {
    response.extensions_mut().insert(Opening::Embedded);
    let hourly = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, hourly);
    response
}
