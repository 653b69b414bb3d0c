//! Doing once what is asked twice. A program that did not hear the answer sends the same request with the
//! same `Idempotency-Key` again and is told what it was told, or would have been.

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use conversations::ClientKey;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use kernel::{Context as _, Error, Refusal, Result};
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use vault::{Sealed, Secret, Subject};
use web::Failure;

use super::{Caller, Programs};

vault::field!(Kept: String = "api_answer"."answer");

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 80;
/// An answer is remembered for so long …
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// … and a request that never ended, as when a node is killed, holds its key for so long.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(1);
/// Requests and answers are far smaller.
const LARGEST: usize = 1 << 20;

/// One request, by whoever sent it and by the key that they gave it.
#[derive(Clone)]
struct Asked {
    token: String,
    key: Vec<u8>,
    request: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    location: Option<String>,
    body: String,
}

/// What is to be done about a request.
enum Turn {
    First,
    Replay(Answer),
}

/// The key of a request as areas recognise what they have already done, should we die before we remember.
pub(super) struct Once(pub Option<ClientKey>);

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let asked = parts.extensions.get::<Asked>();
        let key = asked.map(|asked| {
            let whole = [asked.token.as_bytes(), &asked.key].concat();
            hex::encode(digest(&SHA256, &whole).as_ref()).parse()
        });
        Ok(Self(key.transpose()?))
    }
}

pub(super) async fn once(
    State(programs): State<Programs>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    match try_once(&programs, &caller, request, next).await {
        Ok(response) => response,
        Err(error) => Failure::from(error).into_response(),
    }
}

async fn try_once(programs: &Programs, caller: &Caller, request: Request, next: Next) -> Result<Response> {
    let Some(key) = request.headers().get(HEADER) else { return Ok(next.run(request).await) };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let key = key.ok_or_else(|| Refusal::new("api.key_malformed").with("longest", LONGEST_KEY))?.to_owned();
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_| Refusal::new("web.too_large"))?;
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let whole = [parts.method.as_str().as_bytes(), b" ", address.as_bytes(), b"\n", &body].concat();
    let hash = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
    let asked = Asked { token: caller.0.token.to_string(), key: hash(key.as_bytes()), request: hash(&whole) };
    let turn = {
        let (programs, asked) = (programs.clone(), asked.clone());
        programs.store.clone().write(move |tx| begin(&programs, tx, &asked)).await??
    };
    if let Turn::Replay(answer) = turn {
        return answer.into_response();
    }
    parts.extensions.insert(asked.clone());
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (head, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.context("reading an answer back")?;
    let answer = head.status.is_success().then(|| Answer {
        status: head.status.as_u16(),
        location: head.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let programs = programs.clone();
    programs.store.clone().write(move |tx| end(&programs, tx, &asked, answer.as_ref())).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

fn begin(programs: &Programs, tx: &mut Tx<'_>, asked: &Asked) -> Result<Result<Turn, Error>> {
    let now = programs.store.clock().now();
    tx.execute("DELETE FROM api_answer WHERE expires_at <= ?1", params![now])?;
    let taken = tx.execute(
        "INSERT INTO api_answer (token, key_hash, request, expires_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO NOTHING",
        params![asked.token, asked.key, asked.request, now.checked_add(UNDER_WAY)?],
    )?;
    if taken == 1 {
        return Ok(Ok(Turn::First));
    }
    let (request, answer) = tx.query_one(
        "SELECT request, answer FROM api_answer WHERE token = ?1 AND key_hash = ?2",
        params![asked.token, asked.key],
        |row| Ok((row.take::<Vec<u8>>(0)?, row.take::<Option<Sealed<Kept>>>(1)?)),
    )?;
    if request != asked.request {
        return Ok(Err(Refusal::new("api.key_reused").into()));
    }
    let Some(answer) = answer else { return Ok(Err(Refusal::new("api.still_under_way").into())) };
    let key = programs.vault.key_or_new(tx, &subject(), now)?;
    match key.open(asked.record(), &answer)?.plain() {
        Some(answer) => Ok(Ok(Turn::Replay(answer.parse_json()?))),
        None => Ok(Err(Refusal::new("api.key_reused").into())),
    }
}

/// Remembers what was answered. What was refused may be tried again with the same key.
fn end(programs: &Programs, tx: &mut Tx<'_>, asked: &Asked, answer: Option<&Answer>) -> Result<()> {
    let Some(answer) = answer else {
        let sql = "DELETE FROM api_answer WHERE token = ?1 AND key_hash = ?2";
        tx.execute(sql, params![asked.token, asked.key])?;
        return Ok(());
    };
    let now = programs.store.clock().now();
    let key = programs.vault.key_or_new(tx, &subject(), now)?;
    let sealed = key.seal::<Kept>(asked.record(), &Secret::from_json(answer)?)?;
    tx.execute(
        "UPDATE api_answer SET answer = ?1, expires_at = ?2 WHERE token = ?3 AND key_hash = ?4",
        params![sealed, now.checked_add(REMEMBERED)?, asked.token, asked.key],
    )?;
    Ok(())
}

fn subject() -> Subject {
    Subject::system("api-answers")
}

impl Asked {
    /// Names the row that a sealed answer belongs to.
    fn record(&self) -> String {
        format!("{} {}", self.token, hex::encode(&self.key))
    }
}

impl Answer {
    fn into_response(self) -> Result<Response> {
        let status = StatusCode::from_u16(self.status).context("the status of a kept answer")?;
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        if let Some(location) = self.location {
            headers.insert(header::LOCATION, HeaderValue::try_from(location).context("a kept location")?);
        }
        Ok(response)
    }
}
