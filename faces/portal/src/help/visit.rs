//! A visit of the help: a random number in a cookie for a day, to see whether the help spared a contact.
//! Nothing else is known by it, and whoever asks not to be counted (`Sec-GPC`, `DNT`) is not.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use uuid::Uuid;

const COOKIE: &str = "help-visit";
const A_DAY: u32 = 86_400;

/// An extractor.
pub(super) struct Visit {
    id: Option<String>,
    /// The browser does not have it yet.
    is_new: bool,
    is_secure: bool,
    /// What was searched for on the page from which it came here.
    pub searched: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Visit {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text("origin").or_else(|| text("referer")).unwrap_or_default();
        let searched = searched(text("referer").unwrap_or_default());
        let is_secure = origin.starts_with("https:") || text("x-forwarded-proto") == Some("https");
        if text("sec-gpc") == Some("1") || text("dnt") == Some("1") {
            return Self { id: None, is_new: false, is_secure, searched };
        }
        let known = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies =
            known.flat_map(|value| value.split(';')).filter_map(|part| part.trim().split_once('='));
        let id = cookies.find(|(name, _)| *name == COOKIE).map(|(_, value)| value);
        match id.and_then(|value| value.parse::<Uuid>().ok()) {
            Some(id) => Self { id: Some(id.to_string()), is_new: false, is_secure, searched },
            None => Self { id: Some(Uuid::new_v4().to_string()), is_new: true, is_secure, searched },
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The visit, but only one that came here before: whoever never comes back is not counted.
    pub(super) fn returning(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| !self.is_new)
    }

    /// Gives the browser its number.
    pub(super) fn remember(&self, mut response: Response) -> Response {
        if let (true, Some(id)) = (self.is_new, &self.id) {
            let secure = if self.is_secure { "; Secure" } else { "" };
            let cookie = format!("{COOKIE}={id}; Path=/; Max-Age={A_DAY}; HttpOnly; SameSite=Lax{secure}");
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        response
    }
}

/// The question in the address of a results page.
fn searched(referer: &str) -> Option<String> {
    let (_, rest) = referer.split_once("/help/search?")?;
    let query = rest.split('#').next().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "q").map(|(_, value)| value.into_owned()).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(headers: &[(&'static str, &str)]) -> Visit {
        let headers = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), HeaderValue::try_from(*value).unwrap())
        });
        Visit::of(&headers.collect())
    }

    #[test]
    fn a_visit_is_known_again_and_a_forged_number_is_not_taken() {
        let known = visit(&[("cookie", "a=b; help-visit=0191f2a5-6f6e-7c3e-8b6a-6a1f1d5c2b11")]);
        assert_eq!(known.returning(), Some("0191f2a5-6f6e-7c3e-8b6a-6a1f1d5c2b11"));
        let forged = visit(&[("cookie", "help-visit=<script>")]);
        assert!(forged.returning().is_none() && forged.id().is_some());
    }

    #[test]
    fn whoever_asks_not_to_be_counted_is_not() {
        for name in ["sec-gpc", "dnt"] {
            assert!(visit(&[(name, "1")]).id().is_none());
        }
    }

    #[test]
    fn the_search_that_led_here_is_read_from_the_page_before() {
        let from = |referer| visit(&[("referer", referer)]).searched;
        assert_eq!(from("https://x.example/help/search?lang=es&q=a+b#c").as_deref(), Some("a b"));
        assert_eq!(from("https://x.example/help"), None);
        assert_eq!(from("https://x.example/help/search?q="), None);
    }
}
