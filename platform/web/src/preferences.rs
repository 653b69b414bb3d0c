//! The preferences page: language, colours, contrast and time zone, kept in the visitor's own cookies.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};
use jiff::tz::TimeZone;
use kernel::Language;
use serde::Deserialize;

use crate::Web;
use crate::failure::Failure;
use crate::form::{Posted, form_page};
use crate::page::Page;
use crate::routes::{Access, Routes, get, post};
use crate::visitor::{
    CONTRAST, Contrast, LANGUAGE, THEME, Theme, Visitor, VisitorZone, ZONE, language_asked,
};

/// A year: long enough for a preference, short enough to forget who never returns.
const KEPT: Duration = Duration::from_hours(365 * 24);
const HOME: &str = "/";

/// Continent/city only: the rest are old names and offsets.
const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

pub(crate) fn routes() -> Routes {
    let table = vec![get("/preferences", Access::Public, show), post("/preferences", Access::Public, save)];
    Routes::open(table, ())
}

#[derive(Template)]
#[template(path = "preferences.html")]
struct PreferencesPage {
    page: Page,
    back: String,
    saved: bool,
    themes: [Theme; 3],
    contrasts: [Contrast; 2],
    near_zones: Vec<ZoneChoice>,
    all_zones: Vec<ZoneChoice>,
}

struct ZoneChoice {
    name: String,
    text: String,
    chosen: bool,
}

#[derive(Deserialize)]
struct Asked {
    back: Option<String>,
    saved: Option<String>,
}

async fn show(visitor: Visitor, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    form_page(&visitor, &headers, |token| {
        let mut page = visitor.page(visitor.words.text("web-preferences")).unlisted();
        page.form_token = Some(token);
        PreferencesPage {
            page,
            back: local(asked.back.as_deref()),
            saved: asked.saved.is_some(),
            themes: Theme::ALL,
            contrasts: Contrast::ALL,
            near_zones: near_zones(&visitor),
            all_zones: all_zones(&visitor),
        }
    })
}

fn near_zones(visitor: &Visitor) -> Vec<ZoneChoice> {
    let names = visitor.web.settings().near_zones.iter();
    let zones = names.filter_map(|name| TimeZone::get(name).ok().map(|zone| (name, zone)));
    zones
        .map(|(name, zone)| ZoneChoice {
            text: format!("{} ({})", visitor.words.zone(&zone, visitor.now), place(name)),
            chosen: is_chosen(visitor, name),
            name: name.clone(),
        })
        .collect()
}

fn all_zones(visitor: &Visitor) -> Vec<ZoneChoice> {
    let near = &visitor.web.settings().near_zones;
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let known = |name: &String| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    names
        .filter(|name| known(name) && !near.contains(name))
        .map(|name| ZoneChoice { text: place(&name), chosen: is_chosen(visitor, &name), name })
        .collect()
}

fn is_chosen(visitor: &Visitor, name: &str) -> bool {
    visitor.zone.as_ref().is_some_and(|zone| zone.chosen && zone.name == name)
}

fn place(name: &str) -> String {
    name.replace('_', " ")
}

#[derive(Deserialize)]
struct Chosen {
    language: String,
    theme: String,
    contrast: String,
    zone: String,
    back: Option<String>,
}

async fn save(visitor: Visitor, Posted(chosen): Posted<Chosen>) -> Result<Response, Failure> {
    let web = &visitor.web;
    let language = web.catalogue().find(&chosen.language).map(|language| language.to_string());
    let theme = Theme::read(&chosen.theme).unwrap_or_default();
    let contrast = Contrast::read(&chosen.contrast).unwrap_or_default();
    let zone = VisitorZone::read(&chosen.zone, true).map(|zone| zone.name);
    let back = local(chosen.back.as_deref());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("back", &back)
        .append_pair("saved", "yes")
        .finish();
    let mut response = Redirect::to(&format!("/preferences?{query}")).into_response();
    let headers = response.headers_mut();
    remember(web, headers, LANGUAGE, language.as_deref());
    remember_look(web, headers, theme, contrast);
    remember(web, headers, ZONE, zone.as_deref());
    Ok(response)
}

fn remember_look(web: &Web, headers: &mut HeaderMap, theme: Theme, contrast: Contrast) {
    remember(web, headers, THEME, (theme != Theme::Auto).then_some(theme.as_str()));
    remember(web, headers, CONTRAST, (contrast != Contrast::Auto).then_some(contrast.as_str()));
}

impl Visitor {
    /// Whether there are words in this language.
    pub fn speaks(&self, language: &Language) -> bool {
        self.web.catalogue().languages().any(|known| known == language)
    }

    /// Brings preferences that a person has of old to the device they look at us with.
    pub fn prefer(&self, headers: &mut HeaderMap, language: &Language, theme: Theme, contrast: Contrast) {
        let language = self.web.catalogue().find(&language.to_string()).map(|language| language.to_string());
        remember(&self.web, headers, LANGUAGE, language.as_deref());
        remember_look(&self.web, headers, theme, contrast);
    }
}

/// Sets a preference's cookie; `None` takes it away, which means "as my system has it".
fn remember(web: &Web, headers: &mut HeaderMap, name: &'static str, value: Option<&str>) {
    let kept = value.map_or(Duration::ZERO, |_| KEPT);
    let cookie = Cookie::build((name, value.unwrap_or_default().to_owned()))
        .path("/")
        .max_age(kept.try_into().unwrap_or_default())
        .http_only(true)
        .secure(web.is_secure())
        .same_site(SameSite::Lax)
        .build();
    if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// A language asked for in the address holds for the rest of the visit, too.
pub(crate) async fn remember_language(State(web): State<Web>, request: Request, next: Next) -> Response {
    let asked = language_asked(request.uri()).and_then(|tag| web.catalogue().find(&tag));
    let asked = asked.map(|language| language.to_string());
    let jar = CookieJar::from_headers(request.headers());
    let new = asked.filter(|tag| jar.get(LANGUAGE).is_none_or(|cookie| cookie.value() != tag));
    let mut response = next.run(request).await;
    if let Some(tag) = new {
        remember(&web, response.headers_mut(), LANGUAGE, Some(&tag));
    }
    response
}

/// A path on this site and nothing else: whatever came with the address must not lead elsewhere.
fn local(path: Option<&str>) -> String {
    let safe = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= 1_024
            && !path.contains('\\')
            && path.chars().all(|c| c.is_ascii_graphic())
    };
    path.filter(safe).unwrap_or(HOME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(local(Some("/contact?q=title%20release")), "/contact?q=title%20release");
        for elsewhere in
            ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "", "/a\nb", "/a b"]
        {
            assert_eq!(local(Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(local(None), "/");
    }
}
