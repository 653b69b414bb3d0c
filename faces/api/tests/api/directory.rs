//! The directory, for everybody.

use std::sync::Arc;

use axum::body::Body;
use axum::{Router, http::Request};
use directory::{Directories, Directory, Import};
use http::StatusCode;
use http_body_util::BodyExt;
use jiff::Timestamp;
use kernel::TestClock;
use serde_json::Value;
use testkit::{TestStore, on_sqlite};
use tower::ServiceExt;
use web::{Draining, Operations, Settings, Web};
use words::Catalogue;

const EXAMPLE: &str = include_str!("../../../../institutions/ally/directory.toml");

/// Friday, November 20, 2026, 19:43 in New York.
const NOW: &str = "2026-11-21T00:43:00Z";

async fn api(store: &TestStore) -> Router {
    let directories = Directories::open(store::Store::clone(store)).await.unwrap();
    let directory = Directory::load(EXAMPLE, "directory.toml").unwrap();
    let import = Import { recorded_by: "test".into(), ..Import::default() };
    directories.import(&directory, import).await.unwrap();
    let clock = Arc::new(TestClock::at(NOW.parse::<Timestamp>().unwrap()));
    let web = Web::new(Settings::default(), Catalogue::load().unwrap(), clock).unwrap();
    let ready = Operations::new(Arc::new(|| Box::pin(async { Ok(()) })), Draining::default());
    web.shell(api::routes(directories), ready)
}

async fn ask(api: &Router, path: &str) -> (StatusCode, Value) {
    let response = api.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn who_handles_it_and_is_it_open() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let (status, answer) = ask(&api, "/api/v1/directory/who?q=title+release&audience=dealer").await;
        assert_eq!(status, StatusCode::OK);
        let best = &answer["contacts"][0];
        assert_eq!(best["target"]["number"], "+18889192559");
        assert_eq!(best["state"]["status"], "closed");
        assert_eq!(best["state"]["opens_at"], "2026-11-21T14:00:00Z", "Saturday 9 AM Eastern");
        assert_eq!(best["expected_response"]["max"], 15);
        let monday = "/api/v1/directory/who?q=title+release&audience=dealer&at=2026-11-23T10:00";
        let (_, answer) = ask(&api, monday).await;
        assert_eq!(answer["contacts"][0]["state"]["status"], "open");
        assert_eq!(answer["contacts"][0]["state"]["seconds_left"], 8 * 3600 + 1800);
    })
    .await;
}

#[tokio::test]
async fn local_time_is_the_callers() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let at = "topic=sales-support&at=2026-11-23T09:00:00-05:00";
        let (_, east) = ask(&api, &format!("/api/v1/directory/who?{at}&zone=America/New_York")).await;
        let (_, west) = ask(&api, &format!("/api/v1/directory/who?{at}&zone=America/Los_Angeles")).await;
        assert_eq!(east["contacts"][0]["state"]["status"], "open");
        assert_eq!(west["contacts"][0]["state"]["status"], "closed");
        assert_eq!(west["contacts"][0]["state"]["opens_at"], "2026-11-23T16:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn names_come_in_the_language_asked_for() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let (_, english) = ask(&api, "/api/v1/directory/topics?lang=en").await;
        let (_, spanish) = ask(&api, "/api/v1/directory/topics?lang=es").await;
        assert_eq!(english.as_array().unwrap().len(), spanish.as_array().unwrap().len());
        assert_ne!(english, spanish);
    })
    .await;
}

#[tokio::test]
async fn units_menus_addresses_and_editions_are_told() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let (_, menu) = ask(&api, "/api/v1/directory/menus/855-720-2559").await;
        let options: Vec<_> =
            menu["entries"].as_array().unwrap().iter().filter_map(|e| e["option"].as_str()).collect();
        assert_eq!(options, ["3", "4", "5", "6", "7"]);
        let (_, fedex) = ask(&api, "/api/v1/directory/ship?courier=FedEx&document=lease").await;
        assert_eq!(fedex["addresses"][0]["postal"]["postal_code"], "38153");
        let (_, other) = ask(&api, "/api/v1/directory/ship?courier=USPS&document=lease").await;
        assert_eq!(other["addresses"][0]["postal"]["postal_code"], "38118");
        let (_, editions) = ask(&api, "/api/v1/directory/editions").await;
        assert_eq!(editions.as_array().unwrap().len(), 1);
        let (_, whole) = ask(&api, "/api/v1/directory").await;
        let (_, units) = ask(&api, "/api/v1/directory/units").await;
        assert_eq!(whole["units"], units);
        let id = units[0]["id"].as_str().unwrap();
        let (_, unit) = ask(&api, &format!("/api/v1/directory/units/{id}")).await;
        assert_eq!(unit, units[0]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_with_a_code_and_a_remedy() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        for (path, code) in [
            ("/api/v1/directory/who", "api.ask_one"),
            ("/api/v1/directory/who?q=a&topic=b", "api.ask_one"),
            ("/api/v1/directory/who?topic=nonsense", "directory.unknown_topic"),
            ("/api/v1/directory/who?q=payoff&audience=nobody", "directory.unknown_audience"),
            ("/api/v1/directory/who?q=payoff&colour=red", "api.query_malformed"),
            ("/api/v1/directory?at=soon", "directory.moment_malformed"),
            ("/api/v1/directory?at=2001-01-01", "directory.none_in_force"),
            ("/api/v1/directory?known_at=2001-01-01", "directory.nothing_recorded"),
            ("/api/v1/directory?zone=../../etc/passwd", "api.zone_unknown"),
            ("/api/v1/directory/ship", "api.query_malformed"),
            ("/api/v1/directory/ship?courier=+", "api.courier_missing"),
            ("/api/v1/directory/ship?courier=FedEx&document=pizza", "directory.unknown_document"),
        ] {
            let (status, problem) = ask(&api, path).await;
            assert_eq!((status.as_u16(), problem["code"].as_str()), (422, Some(code)), "{path}");
            assert!(!problem["remedy"].as_str().unwrap().is_empty(), "{path}");
        }
        for path in
            ["/api/v1/directory/units/nowhere", "/api/v1/directory/menus/555-000-0000", "/api/v1/nothing"]
        {
            let (status, problem) = ask(&api, path).await;
            assert_eq!((status.as_u16(), problem["code"].as_str()), (404, Some("web.not_found")), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_description_names_every_route_and_shape_it_uses() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let (_, document) = ask(&api, "/api/v1/openapi.json").await;
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(document["paths"].as_object().unwrap().len(), 8);
        let text = document.to_string();
        let shapes = document["components"]["schemas"].as_object().unwrap();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name: String = reference.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            assert!(shapes.contains_key(&name), "{name} is used but not described");
        }
        let page = api.clone().oneshot(Request::get("/api").body(Body::empty()).unwrap()).await.unwrap();
        let body = page.into_body().collect().await.unwrap().to_bytes();
        let page = String::from_utf8(body.to_vec()).unwrap();
        for path in document["paths"].as_object().unwrap().keys() {
            assert!(page.contains(path.as_str()), "{path} is on the page");
        }
    })
    .await;
}

#[tokio::test]
async fn every_example_of_the_description_can_be_tried_as_it_stands() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        let page = api.clone().oneshot(Request::get("/api").body(Body::empty()).unwrap()).await.unwrap();
        let body = page.into_body().collect().await.unwrap().to_bytes();
        let page = String::from_utf8(body.to_vec()).unwrap();
        let mut tried = 0;
        for link in page.split("href=\"/api/v1/directory").skip(1) {
            let rest = link.split('"').next().unwrap().replace("&amp;", "&");
            let (status, _) = ask(&api, &format!("/api/v1/directory{rest}")).await;
            assert_eq!(status, StatusCode::OK, "{rest}");
            tried += 1;
        }
        assert_eq!(tried, 8);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_kept_neither_for_later_nor_for_others() {
    on_sqlite(async |store: &TestStore| {
        let api = api(store).await;
        for path in ["/api/v1/directory", "/api/v1/directory/who?q=payoff"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = api.clone().oneshot(request).await.unwrap();
            assert_eq!(response.headers()[http::header::CACHE_CONTROL], "private, no-cache", "{path}");
            let vary = response.headers().get_all(http::header::VARY);
            let told: Vec<&str> = vary.iter().map(|value| value.to_str().unwrap()).collect();
            assert!(told.join(", ").contains("accept-language"), "{path}: {told:?}");
        }
    })
    .await;
}
