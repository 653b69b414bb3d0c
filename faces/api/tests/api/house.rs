//! A centre with two queues, and programs that knock.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use api::Programs;
use audit::Trail;
use axum::Router;
use axum::body::Body;
use conversations::{Conversations, Dispositions};
use customers::Customers;
use directory::Directories;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use kernel::{Clock as _, TestClock};
use routing::{QueueFile, Routing};
use serde_json::Value;
use staff::{Actor, NewApiToken, Permission, Policies, Settings, Staff};
use store::{Options, Store};
use testkit::TestStore;
use tower::ServiceExt as _;
use vault::{KeyRing, MasterKey, Vault};
use web::{Draining, Operations, Web};
use webhooks::Webhooks;
use words::Catalogue;

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
unit = "desk"
channels = ["phone", "chat", "email"]
fallback = true
hours = "staffed"

[[queue]]
id = "loans"
name = { en = "Loans" }
unit = "desk"
channels = ["phone", "chat", "email"]
"#;

const DISPOSITIONS: &str = r#"
[[disposition]]
id = "answered"
name = { en = "Answered" }
resolved = true
"#;

pub struct House {
    pub app: Router,
    pub programs: Programs,
    pub clock: TestClock,
}

/// Runs a test over each engine.
pub async fn at_both_houses(test: impl AsyncFn(&House)) {
    testkit::on_both_engines(async |store: &TestStore| {
        let house = House::open(store).await;
        test(&house).await;
        house.programs.store.close().await.unwrap();
    })
    .await;
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }

    pub fn number(&self, name: &str) -> i64 {
        self.body[name].as_i64().unwrap_or_else(|| panic!("no {name} in {}", self.body))
    }

    pub fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.body))
    }
}

impl House {
    pub async fn open(test: &TestStore) -> Self {
        let clock = TestClock::at("2026-03-02T15:00:00Z".parse().unwrap());
        let options = Options::from_url(test.address()).unwrap();
        let store = Store::open(options, Arc::new(clock.clone())).await.unwrap();
        let ring = KeyRing::new(MasterKey::parse(&"11".repeat(32)).unwrap(), Vec::new());
        let vault = Vault::open(&store, ring).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/policies");
        let origin = "https://desk.example.com".parse().unwrap();
        let settings = Settings::new("Lender Bank", origin, "en".parse().unwrap());
        let policies = Policies::load(&policies).unwrap();
        let staff = Staff::new(store.clone(), vault.clone(), trail.clone(), policies, settings).unwrap();
        let directories = Directories::open(store.clone()).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let routing = Routing::open(store.clone(), directories.clone(), trail.clone()).await.unwrap();
        routing.load(QueueFile::parse(QUEUES).unwrap(), audit::Actor::system()).await.unwrap();
        let conversations = Conversations::new(
            store.clone(),
            vault.clone(),
            trail.clone(),
            customers.clone(),
            routing.clone(),
            Dispositions::load(DISPOSITIONS).unwrap(),
        );
        let webhooks =
            Webhooks::new(store.clone(), vault.clone(), trail.clone(), webhooks::Settings::default())
                .unwrap();
        let region = "US".to_owned();
        let programs = Programs {
            store,
            vault,
            trail,
            staff,
            customers,
            routing,
            conversations,
            webhooks,
            proxies: 0,
            region,
        };
        let web =
            Web::new(web::Settings::default(), Catalogue::load().unwrap(), Arc::new(clock.clone())).unwrap();
        let ready = Operations::new(Arc::new(|| Box::pin(async { Ok(()) })), Draining::default());
        let app = web.shell(api::routes_with(directories, programs.clone()), ready);
        Self { app, programs, clock }
    }

    /// A program with these scopes, for these queues or all.
    pub async fn program(&self, scopes: &[Permission], queues: &[&str]) -> Program<'_> {
        let new = NewApiToken {
            name: "Robot".into(),
            scopes: scopes.iter().copied().collect(),
            queues: (!queues.is_empty())
                .then(|| queues.iter().map(|queue| (*queue).to_owned()).collect::<BTreeSet<_>>()),
            expires_at: self.clock.now().checked_add(SignedDuration::from_hours(24)).unwrap(),
        };
        let issued = self.programs.staff.issue_api_token(new, &Actor::CommandLine).await.unwrap();
        Program { house: self, token: issued.expose(), id: issued.id }
    }

    /// One that may do everything that programs may.
    pub async fn any_program(&self) -> Program<'_> {
        self.program(Permission::FOR_PROGRAMS, &[]).await
    }
}

pub struct Program<'h> {
    house: &'h House,
    pub token: String,
    pub id: kernel::Id<kernel::id::ApiToken>,
}

impl Program<'_> {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// With an idempotency key.
    pub async fn post_once(&self, key: &str, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, &[("idempotency-key", key)], Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        ask(&self.house.app, request.body(body).unwrap()).await
    }
}

pub async fn ask(app: &Router, request: Request<Body>) -> Reply {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Reply { status: parts.status, headers: parts.headers, body }
}
