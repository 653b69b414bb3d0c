//! Whoever asks: the browser by its cookie, and the door it came through.

use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri, header};
use kernel::{Refusal, Result};
use web::Failure;

use crate::chat::{Chat, Seat};
use crate::rates::Address;
use crate::settings::KEPT;
use crate::token::{Token, random};
use crate::view::Reader;
use crate::visitors::Visitor;

/// A chat on a page of its own, or in a frame on another site's page. A browser has one cookie for each:
/// inside another site it keeps them apart for every site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Page,
    Frame,
}

impl Door {
    fn of(address: &Uri) -> Self {
        let path = address.path();
        let framed = path.strip_prefix(Self::Frame.prefix());
        if framed.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            Self::Frame
        } else {
            Self::Page
        }
    }

    /// Where its addresses begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Page => "/chat",
            Self::Frame => "/chat/frame",
        }
    }

    /// Over TLS the name itself forbids that a neighbouring host or plain HTTP sets it.
    const fn cookie(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Page, true) => "__Host-chat",
            (Self::Page, false) => "chat",
            (Self::Frame, true) => "__Host-chat-frame",
            (Self::Frame, false) => "chat-frame",
        }
    }
}

/// Whoever asks. An extractor.
pub struct Guest {
    pub(crate) chat: Chat,
    pub door: Door,
    pub(crate) token: Token,
    /// The browser had no cookie yet.
    pub is_new: bool,
    pub web: web::Visitor,
    pub(crate) address: Address,
}

impl<S> FromRequestParts<S> for Guest
where
    Chat: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let chat = Chat::from_ref(state);
        let web = web::Visitor::from_request_parts(parts, state).await?;
        let door = Door::of(&parts.uri);
        let known = read_cookie(&parts.headers, door, chat.settings().secure);
        let is_new = known.is_none();
        let token = known.map_or_else(Token::random, Ok)?;
        let address = Address::of(web::client_address(parts, chat.settings().proxies));
        Ok(Self { chat, door, token, is_new, web, address })
    }
}

fn read_cookie(headers: &HeaderMap, door: Door, secure: bool) -> Option<Token> {
    let jar = CookieJar::from_headers(headers);
    Token::parse(jar.get(door.cookie(secure))?.value())
}

impl Guest {
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Proof for a form on a page made for this browser.
    pub fn proof(&self) -> Result<String> {
        self.chat.0.forms.sign(&self.token)
    }

    /// Refuses a form that no page of ours made for this browser.
    pub fn check(&self, proof: &str) -> Result<(), Refusal> {
        if !self.is_new && self.chat.0.forms.fits(&self.token, proof) {
            return Ok(());
        }
        Err(Refusal::new("web.form_expired"))
    }

    /// A key for a message that is not written yet.
    pub fn fresh_key(&self) -> Result<String> {
        random::<16>()
    }

    /// In whose words and by whose clock a page for this guest is.
    pub async fn reader(&self) -> Result<Reader> {
        Ok(Reader::new(&self.web, &self.chat.home_zone().await?, self.door))
    }

    /// Counts a beginning from this address.
    pub fn may_begin(&self) -> Result<(), Refusal> {
        self.chat.0.rates.start(self.address).map_err(|_| Refusal::new("web.too_many"))
    }

    /// Counts a message.
    pub fn may_say(&self, visitor: &Visitor) -> Result<(), Refusal> {
        self.chat.0.rates.message(&visitor.id).map_err(|_| Refusal::new("chat.too_fast"))
    }

    pub async fn visitor(&self) -> Result<Option<Visitor>> {
        if self.is_new { Ok(None) } else { self.chat.visitor(&self.token).await }
    }

    /// The chat that this browser is in.
    pub async fn seat(&self) -> Result<Option<Seat>> {
        match self.visitor().await? {
            Some(visitor) => self.chat.seat(visitor).await,
            None => Ok(None),
        }
    }

    /// The chat that a form is about.
    pub async fn own_seat(&self) -> Result<Seat> {
        Ok(self.seat().await?.ok_or_else(|| Refusal::new("chat.no_chat"))?)
    }

    pub async fn begin(&self, beginning: crate::start::Beginning, away: bool) -> Result<crate::chat::Begun> {
        self.chat.begin(&self.token, beginning, self.web.language(), away).await
    }

    pub async fn identify(&self, word: &str) -> Result<bool> {
        self.chat.identify(&self.token, word).await
    }

    pub async fn forget(&self) -> Result<()> {
        self.chat.forget(&self.token).await
    }

    /// Lets the browser keep its cookie for a day from now.
    pub fn remember(&self, response: &mut Response) {
        self.set_cookie(response, self.token.expose(), KEPT.as_secs());
    }

    /// Takes the cookie away.
    pub fn dismiss(&self, response: &mut Response) {
        self.set_cookie(response, "", 0);
    }

    fn set_cookie(&self, response: &mut Response, value: &str, seconds: i64) {
        let secure = self.chat.settings().secure;
        // Another site's page sends it only as that page's own; without TLS browsers know no such thing.
        let apart = secure && self.door == Door::Frame;
        let mut cookie = Cookie::build((self.door.cookie(secure), value.to_owned()))
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(if apart { SameSite::None } else { SameSite::Lax })
            .build();
        cookie.set_max_age(std::time::Duration::from_secs(seconds.unsigned_abs()).try_into().ok());
        cookie.set_partitioned(apart);
        if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    /// Tells the browser who may show this page, and that nobody may keep it.
    pub fn dress(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.door == Door::Frame {
            response.extensions_mut().insert(web::Opening::Framed(self.chat.settings().ancestors()));
        }
        self.remember(response);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_is_known_by_the_address() {
        for (path, door) in [
            ("/chat", Door::Page),
            ("/chat/say", Door::Page),
            ("/chat/framed", Door::Page),
            ("/chat/frame", Door::Frame),
            ("/chat/frame/say", Door::Frame),
            ("/chat/frame?new=yes", Door::Frame),
        ] {
            assert_eq!(Door::of(&path.parse().unwrap()), door, "{path}");
        }
    }
}
