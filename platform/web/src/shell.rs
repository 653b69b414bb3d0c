//! The shell itself: what it is told once, and the order of its layers.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use http::StatusCode;
use jiff::Timestamp;
use kernel::{Clock, Context, Error, Result};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::{RequestBodyDeadlineLayer, TimeoutLayer};
use words::{Catalogue, Words};

use crate::failure::{Failure, dress, panicked};
use crate::form::Signer;
use crate::limits::{Limits, within_limits};
use crate::operations::Operations;
use crate::page::Link;
use crate::routes::{Entry, Routes};
use crate::{assets, headers, observe, operations, preferences};

/// Made on the way, so cheaper than what is kept.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// What the shell is told about the house.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The name that people know the house by.
    pub brand: String,
    pub navigation: Vec<Destination>,
    /// Places with a frame of their own, where the main navigation has no business: what goes wrong there
    /// leads back there.
    pub rooms: Vec<Destination>,
    /// Where people reach it, such as `https://contact.example.com`. With `https`, cookies are sent over
    /// TLS only and browsers are told to insist on it.
    pub public_url: Option<String>,
    /// Signs form tokens. Without one a secret is made for this run: forms open over a restart expire.
    /// Nodes that serve the same people need the same one.
    pub form_secret: Option<[u8; 32]>,
    /// Zones that most visitors are in, offered first in the preferences.
    pub near_zones: Vec<String>,
    /// Takes out of a text what nobody may be shown again. A refusal repeats what was sent through it.
    pub mask: Option<Mask>,
    pub limits: Limits,
}

/// Takes card numbers and their like out of a text.
pub type Mask = fn(&str) -> Cow<'_, str>;

/// A place somebody may go to: its path and the key of its words.
#[derive(Debug, Clone, Copy)]
pub struct Destination {
    pub path: &'static str,
    pub key: &'static str,
}

/// The shell. Cloning shares it.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    settings: Settings,
    catalogue: Catalogue,
    clock: Arc<dyn Clock>,
    signer: Signer,
}

impl Web {
    pub fn new(settings: Settings, catalogue: Catalogue, clock: Arc<dyn Clock>) -> Result<Self> {
        let signer = Signer::new(settings.form_secret).context("preparing the secret of forms")?;
        Ok(Self(Arc::new(Inner { settings, catalogue, clock, signer })))
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.0.signer
    }

    /// Whether people reach us over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The room that a path is in.
    pub(crate) fn room(&self, path: &str) -> Option<&Destination> {
        let within = |room: &&Destination| {
            path.strip_prefix(room.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.settings.rooms.iter().find(within)
    }

    pub(crate) fn navigation(&self, words: &Words, path: &str) -> Vec<Link> {
        let destinations = self.0.settings.navigation.iter();
        destinations
            .map(|place| Link {
                href: place.path.to_owned(),
                text: words.text(place.key).into_owned(),
                current: place.path == path,
            })
            .collect()
    }

    /// Puts the shell around the routes of the faces.
    ///
    /// Layers are named from the inside out: a request passes them from the last to the first.
    pub fn shell(&self, faces: Routes, operations: Operations) -> Router {
        let limits = &self.0.settings.limits;
        let bytes = limits.body_bytes;
        let pages = faces.and(own_pages()).router(bytes).fallback(async || Failure::from(Error::NotFound));
        let routes = pages
            .layer(RequestBodyDeadlineLayer::new(limits.body_patience()))
            .layer(CsrfLayer::new())
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.patience))
            .layer(from_fn_with_state(limits.gate(), within_limits));
        routes
            .merge(assets::routes().router(bytes))
            .layer(from_fn_with_state(self.clone(), preferences::remember_language))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(self.clone(), dress))
            .layer(CompressionLayer::new().quality(COMPRESSION))
            // Not watched, limited or dressed: they must answer while the rest is in trouble.
            .merge(operations::routes(operations).router(bytes))
            .layer(from_fn_with_state(self.clone(), headers::secure))
            .layer(from_fn(observe::watch))
    }
    /// Everything that the shell answers to once it stands around `faces`.
    pub fn entries(&self, faces: &Routes, operations: Operations) -> Vec<Entry> {
        let own = own_pages().and(assets::routes()).and(operations::routes(operations));
        faces.entries().chain(own.entries()).cloned().collect()
    }
}

fn own_pages() -> Routes {
    let pages = preferences::routes();
    #[cfg(debug_assertions)]
    let pages = pages.and(crate::styleguide::routes());
    pages
}
