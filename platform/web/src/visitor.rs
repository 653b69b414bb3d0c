//! Who looks at a page: which language, which colours, which time zone, and what time it is.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum_extra::extract::CookieJar;
use http::request::Parts;
use http::{HeaderMap, Uri, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Fault, Language, Refusal};
use words::{Catalogue, Told, Words};

use crate::Web;
use crate::failure::Failure;
use crate::page::Page;

/// Cookies of the preferences. Only the detected zone is written by a script.
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const THEME: &str = "theme";
pub(crate) const CONTRAST: &str = "contrast";
pub(crate) const ZONE: &str = "zone";
pub(crate) const ZONE_SEEN: &str = "zone-seen";

/// Light, dark, or as the visitor's system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

/// More contrast, or as the visitor's system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Contrast {
    #[default]
    Auto,
    More,
}

/// A zone the visitor chose, or the one their browser reported.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitorZone {
    pub name: String,
    pub zone: TimeZone,
    pub chosen: bool,
}

/// Whoever looks at a page. An extractor; the shell puts it into every request.
#[derive(Clone)]
pub struct Visitor {
    pub(crate) web: Web,
    pub words: Words,
    pub theme: Theme,
    pub contrast: Contrast,
    pub zone: Option<VisitorZone>,
    pub now: Timestamp,
    /// The address asked for, as it came.
    pub address: Arc<Uri>,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

impl Contrast {
    pub const ALL: [Self; 2] = [Self::Auto, Self::More];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::More => "more",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contrast| contrast.as_str() == text)
    }
}

impl VisitorZone {
    /// Only names of the time zone database, never a path or anything else a cookie may hold.
    pub fn read(name: &str, chosen: bool) -> Option<Self> {
        let plausible = name.len() <= 64
            && name.split('/').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-+".contains(c))
            });
        let zone = plausible.then(|| TimeZone::get(name).ok())??;
        let name = zone.iana_name()?.to_owned();
        Some(Self { name, zone, chosen })
    }
}

impl Visitor {
    pub(crate) fn new(web: &Web, headers: &HeaderMap, address: Uri) -> Self {
        let jar = CookieJar::from_headers(headers);
        let cookie = |name: &str| jar.get(name).map(|cookie| cookie.value_trimmed().to_owned());
        let language = language_asked(&address)
            .and_then(|tag| web.catalogue().find(&tag))
            .or_else(|| web.catalogue().find(&cookie(LANGUAGE)?))
            .unwrap_or_else(|| accepted_language(web, headers));
        let zone = cookie(ZONE).and_then(|name| VisitorZone::read(&name, true));
        let seen = || VisitorZone::read(&decoded(&cookie(ZONE_SEEN)?), false);
        Self {
            words: web.catalogue().words(&language),
            theme: cookie(THEME).and_then(|text| Theme::read(&text)).unwrap_or_default(),
            contrast: cookie(CONTRAST).and_then(|text| Contrast::read(&text)).unwrap_or_default(),
            zone: zone.or_else(seen),
            now: web.now(),
            address: Arc::new(address),
            web: web.clone(),
        }
    }

    /// The name that people know the house by.
    pub fn brand(&self) -> &str {
        &self.web.settings().brand
    }

    /// Words in every language, for what is read elsewhere.
    pub fn catalogue(&self) -> &Catalogue {
        self.web.catalogue()
    }

    /// A refusal in words. It may repeat what was sent, but no card number or the like.
    pub fn told(&self, refusal: &Refusal) -> Told {
        let Some(mask) = self.web.settings().mask else { return self.words.refusal(refusal) };
        let masked = refusal
            .details()
            .fold(Refusal::new(refusal.code()), |masked, (name, value)| masked.with(name, mask(value)));
        self.words.refusal(&masked)
    }

    pub fn language(&self) -> &Language {
        self.words.language()
    }

    /// The frame of a page with this title, for the visitor.
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page::new(self, title.into())
    }

    /// Everything about the visitor that a page may look different for, save the time.
    pub(crate) fn variant(&self) -> String {
        let zone = self.zone.as_ref().map_or("-", |zone| zone.name.as_str());
        let chosen = self.zone.as_ref().is_some_and(|zone| zone.chosen);
        let (theme, contrast) = (self.theme.as_str(), self.contrast.as_str());
        format!("{} {theme} {contrast} {zone} {chosen}", self.language())
    }
}

/// What `?lang=` asks for.
pub(crate) fn language_asked(address: &Uri) -> Option<String> {
    let query = address.query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "lang").map(|(_, value)| value.into_owned())
}

fn accepted_language(web: &Web, headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    web.catalogue().negotiate(header.unwrap_or_default())
}

/// Undoes `encodeURIComponent` for the characters that zone names have.
fn decoded(cookie: &str) -> String {
    cookie.replace("%2F", "/").replace("%2B", "+")
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let missing = || Fault::new("a route outside the web shell asked for its visitor");
        parts.extensions.get::<Self>().cloned().ok_or_else(|| missing().into())
    }
}
