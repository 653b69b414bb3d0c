//! As much of a browser as the desk needs: cookies, the form token of the last page, and honest headers.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

#[derive(Clone)]
pub struct Browser {
    app: Router,
    pub cookies: BTreeMap<String, String>,
    pub token: String,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(app: Router) -> Self {
        Self { app, cookies: BTreeMap::new(), token: String::new() }
    }

    pub async fn get(&mut self, address: &str) -> Reply {
        self.send(self.request(Method::GET, address).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.token.clone();
        self.post_with_token(address, fields, Some(&token)).await
    }

    pub async fn post_with_token(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        token: Option<&str>,
    ) -> Reply {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Some(token) = token {
            form.append_pair("form_token", token);
        }
        let request = self
            .request(Method::POST, address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.finish())).unwrap()).await
    }

    pub fn request(&self, method: Method, address: &str) -> http::request::Builder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "desk.example.com")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, cookies.join("; "))
    }

    pub async fn send(&mut self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let reply = Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() };
        for line in reply.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                let value = rest.split(';').next().unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = reply.all_between("name=\"form_token\" value=\"", "\"").first() {
            self.token.clone_from(token);
        }
        reply
    }

    pub fn session(&self) -> Option<&String> {
        self.cookies.get("__Host-session")
    }
}

impl Reply {
    /// Where it leads; empty for a page.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn all_between(&self, before: &str, after: &str) -> Vec<String> {
        let rest = self.body.split(before).skip(1);
        rest.map(|rest| rest.split(after).next().unwrap().to_owned()).collect()
    }

    pub fn between(&self, before: &str, after: &str) -> String {
        let found = self.all_between(before, after);
        found.first().unwrap_or_else(|| panic!("{before} is not in {}", self.body)).clone()
    }

    pub fn says(&self, text: &str) -> bool {
        // What a reader sees: the page escapes quotes.
        self.body.replace("&#39;", "'").replace("&#34;", "\"").contains(text)
    }

    /// The page says this, and is no page of an error without words.
    pub fn must_say(&self, text: &str) {
        assert!(self.says(text), "“{text}” is not in ({}) {}", self.status, self.body);
    }

    pub fn cookie_lines(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }
}
