//! The portal in its shell, over a fresh store with the example directory, at a moment that stands still.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use directory::{Directories, Directory, Import};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::TestClock;
use portal::{NAVIGATION, Portal};
use tower::ServiceExt as _;
use web::{Draining, Operations, Readiness, Settings, Web};
use words::Catalogue;

/// A Friday morning in New York.
pub const FRIDAY: &str = "2023-09-01T10:10:00-04:00";
/// The Sunday after it.
pub const SUNDAY: &str = "2023-09-10T12:00:00-04:00";

pub struct House(Router);

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Runs a test against the portal as it is at `now`.
pub async fn at(now: &str, test: impl AsyncFn(House)) {
    testkit::on_sqlite(async |store: &testkit::TestStore| {
        let directories = Directories::open((**store).clone()).await.unwrap();
        directories.import(&example(), Import::default()).await.unwrap();
        let clock = Arc::new(TestClock::at(now.parse().unwrap()));
        let settings =
            Settings { brand: "Ally".into(), navigation: NAVIGATION.to_vec(), ..Settings::default() };
        let web = Web::new(settings, Catalogue::load().unwrap(), clock).unwrap();
        let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
        let operations = Operations::new(readiness, Draining::default());
        test(House(web.shell(Portal::new(directories).routes(), operations))).await;
    })
    .await;
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
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.0.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
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
