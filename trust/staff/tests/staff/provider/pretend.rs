//! A provider that lives in the test: it keeps the protocol, signs real tokens, and can be told to
//! misbehave in ways that no honest provider can.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response, StatusCode};
use kernel::{Clock as _, TestClock};
use serde_json::{Value, json};
use staff::{HttpClient, HttpFailure};
use url::Url;

pub const ISSUER: &str = "https://id.example";
pub const CLIENT: &str = "desk";

/// What the provider holds, and what a test may change.
pub struct State {
    /// Claims by subject.
    pub people: BTreeMap<String, Value>,
    /// Changes made to the claims of identity tokens just before they are signed.
    pub twist: fn(&mut Value),
    /// Whether the network carries anything at all.
    pub is_reachable: bool,
    /// What the token endpoint answers instead, if anything.
    pub token_answer: Option<(StatusCode, Value)>,
    /// Paths that were asked for.
    pub asked: Vec<String>,
    key: Key,
    codes: BTreeMap<String, Grant>,
    tokens: BTreeMap<String, String>,
    issued: usize,
}

#[derive(Clone)]
struct Grant {
    subject: String,
    nonce: String,
    challenge: String,
}

struct Key {
    id: String,
    pair: EcdsaKeyPair,
}

impl Key {
    fn new(id: &str) -> Self {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref()).unwrap();
        Self { id: id.to_owned(), pair }
    }

    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        })
    }

    fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "kid": self.id, "typ": "JWT" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[derive(Clone)]
pub struct Pretend {
    state: Arc<Mutex<State>>,
    clock: TestClock,
}

impl Pretend {
    pub fn new(clock: &TestClock) -> Self {
        let state = State {
            people: BTreeMap::new(),
            twist: |_| (),
            is_reachable: true,
            token_answer: None,
            asked: Vec::new(),
            key: Key::new("first"),
            codes: BTreeMap::new(),
            tokens: BTreeMap::new(),
            issued: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), clock: clock.clone() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn person(&self, subject: &str, claims: Value) {
        self.state().people.insert(subject.to_owned(), claims);
    }

    /// The person is removed, and so is everything that was given out in their name.
    pub fn remove(&self, subject: &str) {
        let mut state = self.state();
        state.people.remove(subject);
        state.tokens.retain(|_, owner| owner != subject);
    }

    pub fn change_key(&self) {
        self.state().key = Key::new("second");
    }

    /// What happens in the person's browser: they sign in there and are sent back with a code.
    pub fn approve(&self, address: &Url, subject: &str) -> (String, String) {
        let query: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
        assert_eq!((query["response_type"].as_str(), query["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(query["code_challenge_method"], "S256");
        let mut state = self.state();
        state.issued += 1;
        let code = format!("code {}", state.issued);
        let grant = Grant {
            subject: subject.to_owned(),
            nonce: query["nonce"].clone(),
            challenge: query["code_challenge"].clone(),
        };
        state.codes.insert(code.clone(), grant);
        (query["state"].clone(), code)
    }

    /// A logout token for this person or session, changed by `twist`.
    pub fn logout_token(&self, twist: impl FnOnce(&mut Value)) -> String {
        let now = self.clock.now().as_second();
        let mut claims = json!({
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        twist(&mut claims);
        self.state().key.sign(&claims)
    }

    fn answer(&self, request: &Request<Vec<u8>>) -> (StatusCode, Value) {
        let path = request.uri().path().to_owned();
        let mut state = self.state();
        state.asked.push(path.clone());
        match path.as_str() {
            "/.well-known/openid-configuration" => (StatusCode::OK, description()),
            "/jwks" => (StatusCode::OK, json!({ "keys": [state.key.public()] })),
            "/token" => state.token_answer.clone().unwrap_or_else(|| token(&mut state, request, &self.clock)),
            "/userinfo" => userinfo(&state, request),
            _ => (StatusCode::NOT_FOUND, json!({})),
        }
    }
}

fn description() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "userinfo_endpoint": format!("{ISSUER}/userinfo"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}

fn token(state: &mut State, request: &Request<Vec<u8>>, clock: &TestClock) -> (StatusCode, Value) {
    let refused = |error: &str| (StatusCode::BAD_REQUEST, json!({ "error": error }));
    if !request.headers()["authorization"].to_str().unwrap().starts_with("Basic ") {
        return refused("invalid_client");
    }
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(request.body()).into_owned().collect();
    let (subject, nonce) = if form["grant_type"] == "refresh_token" {
        match state.tokens.remove(&form["refresh_token"]) {
            Some(subject) => (subject, None),
            None => return refused("invalid_grant"),
        }
    } else {
        let verifier = form.get("code_verifier").map(String::as_str).unwrap_or_default();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        match state.codes.remove(&form["code"]) {
            Some(grant) if grant.challenge == URL_SAFE_NO_PAD.encode(hash) => {
                (grant.subject, Some(grant.nonce))
            }
            _ => return refused("invalid_grant"),
        }
    };
    state.issued += 1;
    let (access, refresh) = (format!("access-{}", state.issued), format!("refresh-{}", state.issued));
    let now = clock.now().as_second();
    let mut claims = state.people.get(&subject).cloned().unwrap_or_else(|| json!({}));
    let fixed = json!({
        "iss": ISSUER, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 300, "nonce": nonce,
        "sid": format!("session of {subject}"),
    });
    claims.as_object_mut().unwrap().extend(fixed.as_object().unwrap().clone());
    (state.twist)(&mut claims);
    let answer = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh,
        "id_token": state.key.sign(&claims),
    });
    state.tokens.insert(access, subject.clone());
    state.tokens.insert(refresh, subject);
    (StatusCode::OK, answer)
}

fn userinfo(state: &State, request: &Request<Vec<u8>>) -> (StatusCode, Value) {
    let token = request.headers()["authorization"].to_str().unwrap().trim_start_matches("Bearer ");
    let subject = state.tokens.get(token);
    let person = subject.and_then(|subject| Some((subject, state.people.get(subject)?)));
    let Some((subject, claims)) = person else {
        return (StatusCode::UNAUTHORIZED, json!({ "error": "invalid_token" }));
    };
    let mut claims = claims.clone();
    claims["sub"] = subject.as_str().into();
    (StatusCode::OK, claims)
}

impl HttpClient for Pretend {
    fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, HttpFailure>> + Send + '_>> {
        Box::pin(async move {
            if !self.state().is_reachable {
                self.state().asked.push("nobody".to_owned());
                return Err(HttpFailure("connection refused".to_owned()));
            }
            let (status, body) = self.answer(&request);
            let response = Response::builder().status(status).header("content-type", "application/json");
            Ok(response.body(body.to_string().into_bytes()).unwrap())
        })
    }
}
