//! A receiver as a customer of ours would write it, which can be told to misbehave.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// How it answers.
#[derive(Debug, Clone)]
pub enum Mood {
    Takes,
    Answers(u16),
    /// So many times, and then takes.
    Fails(u64),
    /// Longer than anybody waits.
    Dawdles,
    /// With far more than anybody reads.
    Babbles,
    /// To where nothing of ours has any business.
    Redirects(String),
}

/// What came.
#[derive(Debug, Clone)]
pub struct Received {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks the signature as the specification says, with nothing of ours.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        self.signature.split(' ').any(|one| {
            let tag = STANDARD.decode(one.strip_prefix("v1,").unwrap()).unwrap();
            aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
        })
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub address: String,
    mood: Arc<Mutex<Mood>>,
    came: Arc<Mutex<Vec<Received>>>,
    count: Arc<AtomicU64>,
}

impl Receiver {
    pub async fn open(mood: Mood) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver =
            Self { address, mood: Arc::new(Mutex::new(mood)), came: Arc::default(), count: Arc::default() };
        let app = Router::new().route("/hook", post(hook)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn came(&self) -> Vec<Received> {
        self.came.lock().unwrap().clone()
    }

    /// Waits until so many requests came.
    pub async fn until(&self, count: usize) -> Vec<Received> {
        for _ in 0..500 {
            if self.came().len() >= count {
                return self.came();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("only {} of {count} came", self.came().len());
    }
}

async fn hook(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let received = Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signature: header("webhook-signature"),
        body,
    };
    receiver.came.lock().unwrap().push(received);
    let count = receiver.count.fetch_add(1, Ordering::SeqCst) + 1;
    let mood = receiver.mood.lock().unwrap().clone();
    match mood {
        Mood::Takes => StatusCode::NO_CONTENT.into_response(),
        Mood::Answers(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Fails(times) if count <= times => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Fails(_) => StatusCode::OK.into_response(),
        Mood::Dawdles => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            StatusCode::OK.into_response()
        }
        Mood::Babbles => "babble ".repeat(2_000_000).into_response(),
        Mood::Redirects(to) => Redirect::temporary(&to).into_response(),
    }
}
