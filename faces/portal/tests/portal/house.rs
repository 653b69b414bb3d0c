//! The portal in its shell, over a fresh store with the example directory, at a moment that stands still.

use std::path::Path;
use std::sync::Arc;

use audit::{Actor, Trail};
use axum::Router;
use axum::body::Body;
use directory::{Directories, Directory, Import};
use http::request::Builder;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::TestClock;
use knowledge::{Knowledge, SourceFile};
use portal::{NAVIGATION, Portal};
use tower::ServiceExt as _;
use vault::{KeyRing, MasterKey, Vault};
use web::{Draining, Operations, Readiness, Settings, Web};
use words::Catalogue;

/// A Friday morning in New York.
pub const FRIDAY: &str = "2023-09-01T10:10:00-04:00";
/// The Sunday after it.
pub const SUNDAY: &str = "2023-09-10T12:00:00-04:00";

pub struct House {
    router: Router,
    /// What the help is made from, where there is any.
    pub knowledge: Option<Knowledge>,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Runs a test against the portal as it is at `now`.
pub async fn at(now: &str, test: impl AsyncFn(House)) {
    open(now, false, test).await;
}

/// The same with the help of the example institution.
pub async fn with_help(now: &str, test: impl AsyncFn(House)) {
    open(now, true, test).await;
}

async fn open(now: &str, has_help: bool, test: impl AsyncFn(House)) {
    testkit::on_sqlite(async |store: &testkit::TestStore| {
        let directories = Directories::open((**store).clone()).await.unwrap();
        directories.import(&example(), Import::default()).await.unwrap();
        let clock = Arc::new(TestClock::at(now.parse().unwrap()));
        let settings =
            Settings { brand: "Ally".into(), navigation: NAVIGATION.to_vec(), ..Settings::default() };
        let web = Web::new(settings, Catalogue::load().unwrap(), clock).unwrap();
        let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
        let operations = Operations::new(readiness, Draining::default());
        let knowledge = if has_help { Some(knowledge(store, &directories).await) } else { None };
        let portal = Portal::new(directories);
        let help = knowledge.clone().map(|knowledge| portal.help(knowledge)).unwrap_or_default();
        let router = web.shell(portal.routes().and(help), operations);
        test(House { router, knowledge }).await;
    })
    .await;
}

/// The texts of the example institution, all of them sound.
async fn knowledge(store: &testkit::TestStore, directories: &Directories) -> Knowledge {
    let ring = KeyRing::new(MasterKey::parse(&"1".repeat(64)).unwrap(), Vec::new());
    let vault = Vault::open(store, ring).await.unwrap();
    let trail = Trail::open(store, &vault).await.unwrap();
    let languages = vec!["en".parse().unwrap(), "es".parse().unwrap()];
    let knowledge = Knowledge::open((**store).clone(), trail, directories.clone(), languages).await.unwrap();
    let imported = knowledge.import(&texts(), &Actor::system(), "").await.unwrap();
    assert_eq!(imported.findings, []);
    knowledge.catch_up().await.unwrap();
    knowledge
}

pub fn texts() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/knowledge");
    let read = |path: String| {
        let text = std::fs::read_to_string(root.join(&path)).unwrap();
        SourceFile { path, text }
    };
    let mut files = vec![read("synonyms.toml".into())];
    for folder in ["en", "es", "guides"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            files.push(read(format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy())));
        }
    }
    files
}

pub fn example() -> Directory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/directory.toml");
    Directory::load(&std::fs::read_to_string(path).unwrap(), "directory.toml").expect("a sound directory")
}

impl House {
    pub async fn ask(&self, address: &str) -> Reply {
        self.ask_with(address, &[]).await
    }

    /// As a visitor whose browser reported this zone.
    pub async fn ask_from(&self, zone: &str, address: &str) -> Reply {
        self.ask_with(address, &[("cookie", &format!("zone-seen={zone}"))]).await
    }

    pub async fn ask_with(&self, address: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Request::get(address), headers, Body::empty()).await
    }

    /// As a form of our own page sends it.
    pub async fn post(&self, address: &str, form: &'static str, headers: &[(&str, &str)]) -> Reply {
        let request = Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, headers, Body::from(form)).await
    }

    async fn send(&self, mut request: Builder, headers: &[(&str, &str)], body: Body) -> Reply {
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

impl Reply {
    /// The words of the page as a reader meets them: tags out, white space as one space.
    pub fn text(&self) -> String {
        let body = self.body.split_once("<body>").map_or(self.body.as_str(), |(_, body)| body);
        let mut text = String::new();
        for part in body.split('<') {
            text.push(' ');
            text.push_str(part.split_once('>').map_or(part, |(_, words)| words));
        }
        let text = text.replace("&#39;", "'").replace("&#38;", "&").replace("&#34;", "\"");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(words), "{words:?} is not in: {text}");
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(!text.contains(words), "{words:?} is in: {text}");
        self
    }

    #[track_caller]
    pub fn links_to(&self, href: &str) -> &Self {
        let escaped = href.replace('&', "&#38;");
        assert!(self.body.contains(&format!("href=\"{escaped}\"")), "no link to {href}: {}", self.body);
        self
    }
}
