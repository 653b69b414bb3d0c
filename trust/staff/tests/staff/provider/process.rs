//! A provider's program that somebody else wrote, started for a test.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

/// The variable by which the test runner says where the program is.
const PROGRAM: &str = "SWITCHBOARD_TEST_OIDC";

/// The running provider; it ends with the test.
pub struct Provider {
    process: Child,
    pub issuer: String,
    browser: reqwest::Client,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    pub async fn start() -> Self {
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

    pub async fn person(&self, subject: &str, groups: &[&str]) {
        let claims = json!({
            "email": format!("{subject}@example.com"), "email_verified": true, "groups": groups,
        });
        let page = format!("{}/users/{subject}", self.issuer);
        let request = self.browser.put(page).header("content-type", "application/json");
        assert_eq!(request.body(claims.to_string()).send().await.unwrap().status(), 204);
    }

    /// Everything that was given out in the person's name becomes worthless.
    pub async fn remove(&self, subject: &str) {
        let page = format!("{}/users/{subject}/revoke-tokens", self.issuer);
        assert_eq!(self.browser.post(page).send().await.unwrap().status(), 204);
    }

    /// What the person does in the browser; the answer is the address they are sent back to.
    pub async fn approve(&self, address: &url::Url, subject: &str) -> url::Url {
        let form =
            self.browser.post(address.clone()).header("content-type", "application/x-www-form-urlencoded");
        let answer = form.body(format!("sub={subject}")).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().parse().unwrap()
    }
}

/// A value of the address that somebody was sent back to.
pub fn parameter(address: &url::Url, name: &str) -> String {
    address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
}
