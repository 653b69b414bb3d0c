//! The desk's own cookies. Scripts cannot read them and other sites' forms do not send them.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie as Header, SameSite};
use http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

use crate::Desk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session; gone with the browser.
    Session,
    /// A device that somebody has signed in from.
    Device,
    /// A sign-in under way at the institution's provider.
    Provider,
}

impl Cookie {
    /// Over TLS the name itself forbids that a neighbouring host or plain HTTP sets it.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Device, true) => "__Host-device",
            (Self::Device, false) => "device",
            (Self::Provider, true) => "__Host-provider",
            (Self::Provider, false) => "provider",
        }
    }

    fn kept(self) -> Option<SignedDuration> {
        match self {
            Self::Session => None,
            Self::Device => Some(SignedDuration::from_hours(24 * 180)),
            Self::Provider => Some(SignedDuration::from_mins(10)),
        }
    }
}

pub(crate) fn read(desk: &Desk, headers: &HeaderMap, cookie: Cookie) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(cookie.name(desk.is_secure())).map(|cookie| cookie.value().to_owned())
}

pub(crate) fn set(desk: &Desk, headers: &mut HeaderMap, cookie: Cookie, value: &str) {
    append(desk, headers, cookie, value, cookie.kept());
}

pub(crate) fn clear(desk: &Desk, headers: &mut HeaderMap, cookie: Cookie) {
    append(desk, headers, cookie, "", Some(SignedDuration::ZERO));
}

fn append(desk: &Desk, headers: &mut HeaderMap, cookie: Cookie, value: &str, kept: Option<SignedDuration>) {
    let secure = desk.is_secure();
    let mut header = Header::build((cookie.name(secure), value.to_owned()))
        .path("/")
        .http_only(true)
        .secure(secure)
        // Lax and not Strict: a link in an email leads to the desk, and so does the provider.
        .same_site(SameSite::Lax);
    if let Some(kept) = kept.and_then(|kept| std::time::Duration::try_from(kept).ok()) {
        header = header.max_age(kept.try_into().unwrap_or_default());
    }
    if let Ok(value) = HeaderValue::try_from(header.build().to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}
