//! A small house with one page of each kind, and a visitor who asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path};
use axum::response::{Html, Response};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::{Error, Fault, Refusal, TestClock};
use tower::ServiceExt as _;
use web::{
    Access, Draining, Failure, Limits, Operations, PageCache, Posted, Readiness, Route, Routes, Settings,
    Visitor, Web, get, post,
};
use words::Catalogue;

pub const NOW: &str = "2023-09-01T14:00:30Z";

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }
}

pub fn limits() -> Limits {
    Limits {
        body_bytes: 1_024,
        address_bytes: 200,
        header_bytes: 2_000,
        at_once: 2,
        patience: Duration::from_millis(200),
        ..Limits::default()
    }
}

pub fn settings() -> Settings {
    Settings { brand: "Test House".into(), limits: limits(), ..Settings::default() }
}

pub fn house() -> Router {
    house_with(settings(), || Ok(()), Draining::default())
}

pub fn house_with(settings: Settings, ready: fn() -> kernel::Result<()>, draining: Draining) -> Router {
    let clock = Arc::new(TestClock::at(NOW.parse().unwrap()));
    let web = Web::new(settings, Catalogue::load().unwrap(), clock).unwrap();
    let readiness: Readiness = Arc::new(move || Box::pin(async move { ready() }));
    web.shell(routes(), Operations::new(readiness, draining))
}

fn routes() -> Routes {
    use Access::{Public, SignedIn, ThisMachine};
    let (cache, rendered) = (PageCache::new(1_000_000), Arc::new(AtomicU32::new(0)));
    let kept = async move |visitor: Visitor, headers: HeaderMap| -> Result<Response, Failure> {
        cache
            .page(&visitor, &headers, "kept", || {
                let count = rendered.fetch_add(1, Ordering::SeqCst) + 1;
                let zone = visitor.zone.as_ref().map_or("-", |zone| zone.name.as_str());
                Ok(format!("rendering {count} in {} at {zone} {}", visitor.language(), "…".repeat(2_000)))
            })
            .await
    };
    let table: Vec<Route<()>> = vec![
        get("/", Public, async |visitor: Visitor| Html(visitor.language().to_string())),
        get("/echo/{word}", Public, async |Path(word): Path<String>| word),
        get("/refused", Public, async || -> Result<(), Failure> {
            Err(Refusal::new("language.malformed").with("input", "<b>e!</b>").into())
        }),
        get("/missing", Public, async || -> Result<(), Failure> { Err(Error::NotFound.into()) }),
        get("/fault", Public, fault),
        get("/api/v1/fault", Public, fault),
        get("/panic", Public, async || -> () { panic!("the secret cause") }),
        get("/slow", Public, async || tokio::time::sleep(Duration::from_secs(5)).await),
        get("/own-error", Public, async || (StatusCode::CONFLICT, Html("my own page"))),
        post("/post", Public, async |Posted(()): Posted<()>| "posted"),
        post("/plain-post", Public, async |Form(()): Form<()>| "posted"),
        post("/parcel", Public, async |parcel: Bytes| parcel.len().to_string()).taking(3_000_000),
        get("/long", Public, async || "long ".repeat(2_000)),
        get("/kept", Public, kept),
        get("/for-somebody", SignedIn, async || "somebody's"),
        get("/for-the-operator", ThisMachine, async || "the operator's"),
    ];
    Routes::open(table, ())
}

async fn fault() -> Result<(), Failure> {
    Err(Fault::new("reading the secret table").into())
}

pub async fn send(house: &Router, request: Request<Body>) -> Reply {
    let response = house.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Reply { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

pub async fn ask(house: &Router, address: &str) -> Reply {
    ask_with(house, address, &[]).await
}

pub async fn ask_with(house: &Router, address: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(house, request.body(Body::empty()).unwrap()).await
}
