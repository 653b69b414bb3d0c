//! A provider's program that somebody else wrote, started for the test and spoken to over the network.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel::{Clock as _, SystemClock, TestClock};
use serde_json::json;
use staff::Method;
use testkit::on_both_engines;

use super::settings;
use crate::house::{House, refused, visit};

/// The variable by which the test runner says where the program is.
const PROGRAM: &str = "SWITCHBOARD_TEST_OIDC";

/// The running provider; it ends with the test.
struct Provider {
    process: Child,
    issuer: String,
    browser: reqwest::Client,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    async fn start() -> Self {
        let program = std::env::var(PROGRAM).unwrap_or_else(|_| {
            panic!("{PROGRAM} is not set: run the tests with `cargo xtask test`, which brings a provider")
        });
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(program)
            .args(["--port", &port.to_string(), "--require-nonce", "true"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the provider's program starts");
        // A browser that stops at the redirect back to the desk, to read the address.
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let provider = Self { process, issuer: format!("http://localhost:{port}"), browser };
        for _ in 0..300 {
            let page = format!("{}/.well-known/openid-configuration", provider.issuer);
            if provider.browser.get(page).send().await.is_ok() {
                return provider;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the provider does not answer");
    }

    async fn person(&self, subject: &str, groups: &[&str]) {
        let claims = json!({
            "email": format!("{subject}@example.com"), "email_verified": true, "groups": groups,
        });
        let page = format!("{}/users/{subject}", self.issuer);
        let request = self.browser.put(page).header("content-type", "application/json");
        assert_eq!(request.body(claims.to_string()).send().await.unwrap().status(), 204);
    }

    /// Everything that was given out in the person's name becomes worthless.
    async fn remove(&self, subject: &str) {
        let page = format!("{}/users/{subject}/revoke-tokens", self.issuer);
        assert_eq!(self.browser.post(page).send().await.unwrap().status(), 204);
    }

    /// What the person does in the browser; the answer is the address they are sent back to.
    async fn approve(&self, address: &url::Url, subject: &str) -> url::Url {
        let form =
            self.browser.post(address.clone()).header("content-type", "application/x-www-form-urlencoded");
        let answer = form.body(format!("sub={subject}")).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().parse().unwrap()
    }
}

fn parameter(address: &url::Url, name: &str) -> String {
    address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
}

/// From the sign-in at a real provider to the session that ends when the person is removed there.
#[tokio::test]
async fn a_real_provider_lets_people_in_and_puts_them_out() {
    let provider = Provider::start().await;
    on_both_engines(async |store| {
        // The provider's tokens carry the real time.
        let now = Timestamp::from_second(SystemClock.now().as_second()).unwrap();
        let house = House::open_with(store, TestClock::at(now), |all| {
            all.provider = Some(settings(&provider.issuer));
        })
        .await;
        let from = visit("192.0.2.1");
        let ana = house.member("ana", "representative").await;
        provider.person("ana", &["leads"]).await;

        let (ticket, address) = house.staff.start_provider_sign_in().await.unwrap();
        let back = provider.approve(&address, "ana").await;
        assert!(back.as_str().starts_with("https://desk.example.com/sign-in/return?"), "{back}");
        let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
        let finish = house.staff.finish_provider_sign_in(ticket.expose(), &state, &code, &from);
        let signed_in = finish.await.unwrap();
        assert_eq!((signed_in.caller.member, signed_in.caller.method), (ana, Method::Provider));
        assert_eq!(signed_in.caller.roles.to_string(), "supervisor");

        house.pass(SignedDuration::from_mins(5));
        assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 1);
        assert!(house.caller(&signed_in).await.is_some());

        provider.remove("ana").await;
        house.pass(SignedDuration::from_mins(5));
        house.staff.check_provider_sessions().await.unwrap();
        assert!(house.caller(&signed_in).await.is_none());

        provider.person("stranger", &["it"]).await;
        let (ticket, address) = house.staff.start_provider_sign_in().await.unwrap();
        let back = provider.approve(&address, "stranger").await;
        let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
        let finish = house.staff.finish_provider_sign_in(ticket.expose(), &state, &code, &from);
        assert_eq!(refused(finish.await), "staff.provider_unknown");
        house.store.close().await.unwrap();
    })
    .await;
}
