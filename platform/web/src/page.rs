//! What every page has around its own content, and how a finished page is sent.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, header};
use kernel::Context;
use words::Words;

use crate::assets;
use crate::failure::Failure;
use crate::visitor::{Contrast, Theme, Visitor, VisitorZone};

/// The frame of a page; templates have it as the field `page` and extend `layout.html`.
pub struct Page {
    pub words: Words,
    pub title: String,
    /// The name of the house, on every page.
    pub brand: String,
    pub path: String,
    pub theme: Theme,
    pub contrast: Contrast,
    pub zone: Option<VisitorZone>,
    pub navigation: Vec<Link>,
    pub languages: Vec<LanguageLink>,
    /// Where the visitor comes back to from the preferences.
    pub here: String,
    /// Proves that a form came from us; only pages made by [`crate::form_page`] have one.
    pub form_token: Option<String>,
    /// Whether search engines may list it. Answers to a question somebody typed are not listed.
    pub listed: bool,
}

pub struct Link {
    pub href: String,
    pub text: String,
    pub current: bool,
}

pub struct LanguageLink {
    pub tag: String,
    pub name: String,
    /// The same page in that language, with everything else that was asked.
    pub href: String,
    /// The same as an absolute address, when the public address is known.
    pub alternate: String,
    pub current: bool,
}

impl Page {
    pub(crate) fn new(visitor: &Visitor, title: String) -> Self {
        let web = &visitor.web;
        let path = visitor.address.path().to_owned();
        Self {
            title,
            brand: web.settings().brand.clone(),
            navigation: web.navigation(&visitor.words, &path),
            languages: languages(visitor),
            here: visitor.address.path_and_query().map_or("/", |address| address.as_str()).to_owned(),
            path,
            theme: visitor.theme,
            contrast: visitor.contrast,
            zone: visitor.zone.clone(),
            form_token: None,
            listed: true,
            words: visitor.words.clone(),
        }
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// The address of an icon: `<use href="…">`.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", assets::address("icons.svg"))
    }

    /// Marks a page that search engines should not list.
    pub fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }

    /// The way back, as a value in a query.
    pub fn here_encoded(&self) -> String {
        form_urlencoded::byte_serialize(self.here.as_bytes()).collect()
    }
}

fn languages(visitor: &Visitor) -> Vec<LanguageLink> {
    let web = &visitor.web;
    let path = visitor.address.path();
    let query = visitor.address.query().unwrap_or_default();
    let public = web.settings().public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let languages = web.catalogue().languages().map(|language| {
        let rest = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang");
        let asked = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(rest)
            .append_pair("lang", &language.to_string())
            .finish();
        LanguageLink {
            tag: language.to_string(),
            name: web.catalogue().words(language).language_name().into_owned(),
            href: format!("{path}?{asked}"),
            alternate: format!("{public}{path}?lang={language}"),
            current: language == visitor.language(),
        }
    });
    languages.collect()
}

/// Sends a page that anybody in the same situation would get.
pub fn html(page: &impl Template) -> Result<Response, Failure> {
    let text = page.render().context("rendering a page")?;
    let mut response = Html(text).into_response();
    as_personal_page(&mut response);
    Ok(response)
}

/// Pages depend on cookies and on the time: a browser keeps them, but asks before it shows them again.
pub(crate) fn as_personal_page(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
}
