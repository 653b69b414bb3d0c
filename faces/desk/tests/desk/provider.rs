//! Single sign-on through the desk's own pages.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, StatusCode, header};
use jiff::Timestamp;
use kernel::{Clock as _, SystemClock, TestClock};
use serde_json::json;
use staff::{GroupRoles, ProviderSettings, Role};
use testkit::on_sqlite;
use url::Url;

use crate::browser::{Browser, Reply};
use crate::house::{House, ORIGIN, secret};
use crate::pretend::{CLIENT, ISSUER, Pretend};
use crate::process::{Provider, parameter};

fn settings(issuer: &str) -> ProviderSettings {
    let return_to = format!("{ORIGIN}{}", desk::PROVIDER_CALLBACK).parse().unwrap();
    let quiet = secret("quiet please");
    let mut settings = ProviderSettings::new(issuer.parse().unwrap(), CLIENT.to_owned(), quiet, return_to);
    settings.groups = GroupRoles::from([("leads".to_owned(), Role::Supervisor)]);
    settings
}

/// Goes as far as the provider's own page, whose address this is.
async fn to_the_provider(browser: &mut Browser, next: &str) -> Url {
    browser.get("/desk/sign-in").await.must_say("/desk/sign-in/provider");
    let sent = browser.get(&format!("/desk/sign-in/provider?next={next}")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    sent.location().parse().unwrap()
}

async fn come_back(browser: &mut Browser, state: &str, code: &str) -> Reply {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("state", state).append_pair("code", code).finish();
    browser.get(&format!("{}?{query}", desk::PROVIDER_CALLBACK)).await
}

#[tokio::test]
async fn a_real_providers_sign_in_ends_where_the_person_wanted_to_go() {
    let provider = Provider::start().await;
    on_sqlite(async |store| {
        // The provider's tokens carry the real time.
        let now = Timestamp::from_second(SystemClock.now().as_second()).unwrap();
        let change = |all: &mut staff::Settings| all.provider = Some(settings(&provider.issuer));
        let house = House::open_with(store, TestClock::at(now), change, |staff| staff).await;
        house.member("Ana", "representative").await;
        provider.person("ana", &["leads"]).await;

        let mut browser = house.browser();
        let page = to_the_provider(&mut browser, "/desk/staff").await;
        let back = provider.approve(&page, "ana").await;
        let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
        let stranger = come_back(&mut house.browser(), &state, &code).await;
        assert_eq!(stranger.status, 422, "another browser, which never set out");
        let arrived = come_back(&mut browser, &state, &code).await;
        assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/desk/staff"));
        assert!(!browser.cookies.keys().any(|name| name.contains("provider")), "the ticket is used up");
        // A supervisor by the provider's group, though a representative by our own list.
        browser.get("/desk/staff").await.must_say("Ana");

        provider.person("stranger", &["leads"]).await;
        let mut other = house.browser();
        let page = to_the_provider(&mut other, "/desk").await;
        let back = provider.approve(&page, "stranger").await;
        let refused = come_back(&mut other, &parameter(&back, "state"), &parameter(&back, "code")).await;
        assert_eq!((refused.status, other.session()), (StatusCode::UNPROCESSABLE_ENTITY, None));
        house.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_providers_logout_ends_the_session_in_the_browser_and_no_other() {
    on_sqlite(async |store| {
        let clock = TestClock::at("2026-03-02T15:00:00Z".parse().unwrap());
        let pretend = Pretend::new(&clock);
        let speaking = Arc::new(pretend.clone());
        let change = |all: &mut staff::Settings| all.provider = Some(settings(ISSUER));
        let house = House::open_with(store, clock, change, |staff| staff.with_http(speaking).unwrap()).await;
        let sign_in = async |name: &str| {
            house.member(name, "supervisor").await;
            let email = format!("{}@example.com", name.to_lowercase());
            pretend.person(name, json!({ "email": email, "email_verified": true, "groups": ["leads"] }));
            let mut browser = house.browser();
            let page = to_the_provider(&mut browser, "/desk").await;
            let (state, code) = pretend.approve(&page, name);
            assert_eq!(come_back(&mut browser, &state, &code).await.location(), "/desk");
            browser
        };
        let (mut ana, mut eva) = (sign_in("Ana").await, sign_in("Eva").await);

        // The provider has no cookie and no form of ours: its signature is all it brings.
        let logout = async |token: String| {
            let mut provider = house.browser();
            let request = provider
                .request(Method::POST, "/desk/sign-in/provider/logout")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            provider.send(request.body(Body::from(format!("logout_token={token}"))).unwrap()).await
        };
        let forged = logout(pretend.logout_token(|claims| claims["aud"] = "another program".into())).await;
        assert_eq!(forged.status, StatusCode::BAD_REQUEST);
        assert_eq!(ana.get("/desk/profile").await.status, StatusCode::OK);
        let told = logout(pretend.logout_token(|claims| claims["sub"] = "Ana".into())).await;
        assert_eq!((told.status, told.body.as_str()), (StatusCode::OK, ""));
        assert_eq!(ana.get("/desk/profile").await.location(), "/desk/sign-in?next=%2Fdesk%2Fprofile");
        assert_eq!(eva.get("/desk/profile").await.status, StatusCode::OK);
        house.store.close().await.unwrap();
    })
    .await;
}
