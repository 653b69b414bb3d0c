//! Forms that only we can have made.
//!
//! The browser's own word on where a request comes from is checked by a layer. A token is the second lock,
//! for browsers that say nothing: a hidden field that must fit a cookie which other sites can neither read
//! nor set. Each page has another token for the same cookie, so that nothing secret repeats in compressed
//! pages.

use askama::Template;
use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use axum::extract::{Form, FromRequest, Request};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Context, Fault, Refusal, Result};
use serde::de::DeserializeOwned;
use tower_http::timeout::TimeoutError;

use crate::Web;
use crate::failure::Failure;
use crate::page::html;
use crate::visitor::Visitor;

/// The hidden field's name.
pub(crate) const FIELD: &str = "form_token";
const COOKIE: &str = "form";
const COOKIE_OVER_TLS: &str = "__Host-form";
const RANDOM_BYTES: usize = 16;

/// Makes and checks tokens.
pub(crate) struct Signer(Key);

impl Signer {
    pub(crate) fn new(secret: Option<[u8; 32]>) -> Result<Self> {
        let secret = match secret {
            Some(secret) => secret,
            None => random()?,
        };
        Ok(Self(Key::new(HMAC_SHA256, &secret)))
    }

    fn sign(&self, visitor: &str, salt: &str) -> String {
        let signature = hmac::sign(&self.0, message(visitor, salt).as_bytes());
        format!("{salt}.{}", hex::encode(signature))
    }

    /// Compares in constant time.
    fn fits(&self, visitor: &str, token: &str) -> bool {
        let Some((salt, signature)) = token.split_once('.') else { return false };
        let Ok(signature) = hex::decode(signature) else { return false };
        hmac::verify(&self.0, message(visitor, salt).as_bytes(), &signature).is_ok()
    }
}

fn message(visitor: &str, salt: &str) -> String {
    format!("form:{visitor}:{salt}")
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Fault::new("drawing random bytes"))?;
    Ok(bytes)
}

/// Sends a page that has forms: `make` is given the token for the page's `form_token`.
pub fn form_page<T: Template>(
    visitor: &Visitor,
    headers: &HeaderMap,
    make: impl FnOnce(String) -> T,
) -> std::result::Result<Response, Failure> {
    let salt = hex::encode(random::<RANDOM_BYTES>()?);
    let known = known_as(&visitor.web, headers);
    let id = match &known {
        Some(id) => id.clone(),
        None => hex::encode(random::<RANDOM_BYTES>()?),
    };
    let mut response = html(&make(visitor.web.signer().sign(&id, &salt)))?;
    let sent = response.headers_mut();
    sent.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if known.is_none() {
        let cookie = Cookie::build((cookie_name(&visitor.web), id))
            .path("/")
            .http_only(true)
            .secure(visitor.web.is_secure())
            .same_site(SameSite::Strict)
            .build();
        sent.append(
            header::SET_COOKIE,
            HeaderValue::try_from(cookie.to_string()).context("the form's cookie")?,
        );
    }
    Ok(response)
}

fn cookie_name(web: &Web) -> &'static str {
    if web.is_secure() { COOKIE_OVER_TLS } else { COOKIE }
}

fn known_as(web: &Web, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let id = jar.get(cookie_name(web))?.value().to_owned();
    let ours = id.len() == 2 * RANDOM_BYTES && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    ours.then_some(id)
}

/// A form that was posted, and came from one of our pages.
pub struct Posted<T>(pub T);

impl<T, S> FromRequest<S> for Posted<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> std::result::Result<Self, Failure> {
        let missing = || Fault::new("a route outside the web shell took a form");
        let web =
            request.extensions().get::<Visitor>().map(|visitor| visitor.web.clone()).ok_or_else(missing)?;
        let (parts, body) = request.into_parts();
        let id = known_as(&web, &parts.headers);
        let body = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(body, state).await.map_err(|error| unreadable(&error))?;
        let token = form_urlencoded::parse(&bytes).find(|(name, _)| name == FIELD).map(|(_, value)| value);
        check(&web, id, token.as_deref())?;
        let whole = Request::from_parts(parts, bytes.into());
        let Form(form) =
            Form::<T>::from_request(whole, state).await.map_err(|_| Refusal::new("web.bad_request"))?;
        Ok(Self(form))
    }
}

/// Refuses a form that came from no page of ours: for those that [`Posted`] cannot read, such as files.
pub fn check_token(visitor: &Visitor, headers: &HeaderMap, token: Option<&str>) -> Result<(), Refusal> {
    check(&visitor.web, known_as(&visitor.web, headers), token)
}

fn check(web: &Web, id: Option<String>, token: Option<&str>) -> Result<(), Refusal> {
    let fits = |id: String| token.is_some_and(|token| web.signer().fits(&id, token));
    if id.is_some_and(fits) { Ok(()) } else { Err(Refusal::new("web.form_expired")) }
}

/// A body that did not arrive was too long, or too slow.
pub fn unreadable(error: &axum::extract::rejection::BytesRejection) -> Failure {
    let mut causes =
        std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
    let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        "web.too_large"
    } else if causes.any(|cause| cause.downcast_ref::<TimeoutError>().is_some()) {
        "web.too_slow"
    } else {
        "web.bad_request"
    };
    Refusal::new(code).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_visitor_only_and_no_two_are_alike() {
        let signer = Signer::new(None).unwrap();
        let token = signer.sign("visitor", "salt");
        assert!(signer.fits("visitor", &token));
        assert!(!signer.fits("another", &token));
        assert_ne!(token, signer.sign("visitor", "pepper"));
        assert!(!Signer::new(None).unwrap().fits("visitor", &token), "another secret");
        for forged in
            ["", ".", "salt", "salt.", "salt.00", &token[..token.len() - 2], &token.replace("salt", "s")]
        {
            assert!(!signer.fits("visitor", forged), "{forged}");
        }
    }

    #[test]
    fn nodes_with_the_same_secret_accept_one_anothers_forms() {
        let (one, other) = (Signer::new(Some([7; 32])).unwrap(), Signer::new(Some([7; 32])).unwrap());
        assert!(other.fits("visitor", &one.sign("visitor", "salt")));
    }
}
