//! Webhooks for programs that look after them. A token for some queues only may not: a webhook hears of all.

use ::webhooks::{Change, Delivery, DeliveryState, NewWebhook, SigningSecret, Webhook};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use kernel::id::{Delivery as DeliveryKind, Id, Webhook as Kind};
use kernel::{Context as _, Error, Refusal, Result};
use serde::{Deserialize, Serialize};
use staff::{Permission, Program};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{Access, Failure};

use super::body::Told;
use super::shapes::Page;
use super::{Caller, Programs};
use crate::asked::Asked;
use crate::promise::Described;

/// Rows of a list when nothing else is asked for.
const USUAL: u16 = 50;

pub(super) fn table() -> Vec<Described<Programs, Permission>> {
    let table = [
        routes!(list),
        routes!(add),
        routes!(one),
        routes!(change),
        routes!(remove),
        routes!(renew_secret),
        routes!(deliveries),
        routes!(send_again),
        routes!(send_failed_again),
    ];
    table.into_iter().map(|line| Described(Access::May(Permission::API_MANAGE), line)).collect()
}

/// An address that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
struct WebhookShape {
    id: String,
    name: String,
    url: String,
    /// Kinds of events, such as `conversations.closed`, or `conversations.*` for all of an area.
    events: Vec<String>,
    /// `on`, `off`, or `failed`: given up until it is switched on again.
    state: &'static str,
    /// Since when nothing was taken. Absent while all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// Grows with every change. A change names the one that it was decided on.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// What signatures are checked with (`whsec_…`). Shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl WebhookShape {
    fn of(webhook: &Webhook, secret: Option<&SigningSecret>) -> Self {
        Self {
            id: webhook.id.to_string(),
            name: webhook.name.clone(),
            url: webhook.url.to_string(),
            events: webhook.events.clone(),
            state: webhook.state.as_str(),
            failing_since: webhook.failing_since,
            version: webhook.version,
            made_at: webhook.made_at,
            secret: secret.map(|secret| secret.expose().to_owned()),
        }
    }
}

/// Whom there are webhooks for: programs that may know of every queue.
fn may_look_after(program: &Program) -> Result<()> {
    if program.queues.is_none() { Ok(()) } else { Err(Error::NotFound) }
}

fn id_of(program: &Program, webhook: &str) -> Result<Id<Kind>> {
    may_look_after(program)?;
    webhook.parse().map_err(|_| Error::NotFound)
}

/// Every webhook
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, body = Page<WebhookShape>)))]
async fn list(
    State(programs): State<Programs>,
    Caller(program): Caller,
) -> Result<Json<Page<WebhookShape>>, Failure> {
    may_look_after(&program)?;
    let all = programs.webhooks.list().await?;
    Ok(Json(Page { items: all.iter().map(|webhook| WebhookShape::of(webhook, None)).collect(), next: None }))
}

/// A webhook about to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWebhook)]
#[serde(deny_unknown_fields)]
struct WebhookAsked {
    name: String,
    /// Public, and with `https`.
    #[schema(example = "https://hooks.example.com/switchboard")]
    url: String,
    /// Kinds of events, such as `conversations.closed`, or `conversations.*` for all of an area.
    events: Vec<String>,
}

/// Adds a webhook; the answer holds its secret, this once
#[utoipa::path(
    post, path = "/webhooks", tag = "webhooks", request_body = WebhookAsked,
    responses((status = 201, body = WebhookShape))
)]
async fn add(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Told(told): Told<WebhookAsked>,
) -> Result<Response, Failure> {
    may_look_after(&program)?;
    let new = NewWebhook { name: told.name, url: told.url, events: told.events };
    let (webhook, secret) = programs.webhooks.add(new, &program.actor()).await?;
    let shape = WebhookShape::of(&webhook, Some(&secret));
    let mut response = (StatusCode::CREATED, Json(shape)).into_response();
    let place = format!("/api/v1/webhooks/{}", webhook.id);
    response.headers_mut().insert(header::LOCATION, HeaderValue::try_from(place).context("a location")?);
    Ok(response)
}

/// One webhook
#[utoipa::path(
    get, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "A webhook's id")),
    responses((status = 200, body = WebhookShape), (status = 404, description = "None"))
)]
async fn one(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookShape>, Failure> {
    let webhook = programs.webhooks.get(id_of(&program, &webhook)?).await?;
    Ok(Json(WebhookShape::of(&webhook, None)))
}

/// What is to be changed; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookChange)]
#[serde(deny_unknown_fields)]
struct ChangeAsked {
    /// The version that this was decided on. Refused if it has changed since.
    version: i64,
    name: Option<String>,
    url: Option<String>,
    events: Option<Vec<String>>,
    /// `on`, which sends what was kept, or `off`.
    state: Option<String>,
}

/// Changes a webhook
#[utoipa::path(
    patch, path = "/webhooks/{webhook}", tag = "webhooks", request_body = ChangeAsked,
    params(("webhook" = String, Path, description = "A webhook's id")),
    responses((status = 200, body = WebhookShape))
)]
async fn change(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
    Told(told): Told<ChangeAsked>,
) -> Result<Json<WebhookShape>, Failure> {
    let id = id_of(&program, &webhook)?;
    let state = match told.state.as_deref() {
        None => None,
        Some("on") => Some(Change::On),
        Some("off") => Some(Change::Off),
        Some(other) => {
            return Err(Refusal::new("api.value_unknown").with("name", "state").with("value", other).into());
        }
    };
    let changes =
        [told.name.map(Change::Name), told.url.map(Change::Url), told.events.map(Change::Events), state];
    let changes = changes.into_iter().flatten().collect();
    let webhook = programs.webhooks.change(id, told.version, changes, &program.actor()).await?;
    Ok(Json(WebhookShape::of(&webhook, None)))
}

/// Removes a webhook, with what was on its way to it
#[utoipa::path(
    delete, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "A webhook's id")),
    responses((status = 204, description = "Done"))
)]
async fn remove(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Failure> {
    programs.webhooks.remove(id_of(&program, &webhook)?, &program.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new secret; the one before signs too for a day
#[utoipa::path(
    post, path = "/webhooks/{webhook}/secret", tag = "webhooks",
    params(("webhook" = String, Path, description = "A webhook's id")),
    responses((status = 200, body = WebhookShape))
)]
async fn renew_secret(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookShape>, Failure> {
    let id = id_of(&program, &webhook)?;
    let secret = programs.webhooks.renew_secret(id, &program.actor()).await?;
    Ok(Json(WebhookShape::of(&programs.webhooks.get(id).await?, Some(&secret))))
}

/// One event on its way to a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryShape {
    /// The receiver sees it as `webhook-id`.
    id: String,
    /// The kind of the event.
    r#type: String,
    /// `due`, `delivered`, or `failed`: given up until it is sent again.
    state: &'static str,
    attempts: i64,
    /// When it is tried next, while it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    tried_at: Option<Timestamp>,
    /// What came of the last attempt: a status, or `timeout`, `unreachable`, `broken`, `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// What is sent, as it is signed.
    body: String,
}

impl DeliveryShape {
    fn of(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            r#type: delivery.kind,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            due_at: (delivery.state == DeliveryState::Due).then_some(delivery.due_at),
            made_at: delivery.made_at,
            tried_at: delivery.tried_at,
            outcome: delivery.outcome,
            body: delivery.body,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DeliveriesAsked {
    /// Only those that are `due`, `delivered` or `failed`.
    state: Option<String>,
    /// What the piece before gave as `next`.
    after: Option<String>,
    /// At most so many; 50 without it, 100 at most.
    #[param(example = "50")]
    limit: Option<u16>,
}

/// What is or was on its way to a webhook, the newest first
#[utoipa::path(
    get, path = "/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(("webhook" = String, Path, description = "A webhook's id"), DeliveriesAsked),
    responses((status = 200, body = Page<DeliveryShape>))
)]
async fn deliveries(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
    Asked(asked): Asked<DeliveriesAsked>,
) -> Result<Json<Page<DeliveryShape>>, Failure> {
    let unknown = |name: &'static str, value: &str| {
        Refusal::new("api.value_unknown").with("name", name).with("value", value)
    };
    let id = id_of(&program, &webhook)?;
    let state = asked.state.map(|name| DeliveryState::parse(&name).ok_or_else(|| unknown("state", &name)));
    let before: Option<Result<Id<DeliveryKind>, Refusal>> =
        asked.after.map(|place| place.parse().map_err(|_| unknown("after", &place)));
    let limit = asked.limit.unwrap_or(USUAL).clamp(1, 100);
    let found = programs.webhooks.deliveries(id, state.transpose()?, before.transpose()?, limit).await?;
    let next = found.last().filter(|_| found.len() == usize::from(limit)).map(|last| last.id.to_string());
    Ok(Json(Page { items: found.into_iter().map(DeliveryShape::of).collect(), next }))
}

/// Sends one delivery again, whatever became of it
#[utoipa::path(
    post, path = "/webhooks/{webhook}/deliveries/{delivery}/again", tag = "webhooks",
    params(
        ("webhook" = String, Path, description = "A webhook's id"),
        ("delivery" = String, Path, description = "A delivery's id")
    ),
    responses((status = 204, description = "It is in line again"))
)]
async fn send_again(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path((webhook, delivery)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id = id_of(&program, &webhook)?;
    let delivery = delivery.parse().map_err(|_| Error::NotFound)?;
    programs.webhooks.send_again(id, delivery, &program.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Since when.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Since)]
#[serde(deny_unknown_fields)]
struct SinceAsked {
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// How many.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Count)]
struct CountShape {
    count: u64,
}

/// Sends again everything that was given up since then
#[utoipa::path(
    post, path = "/webhooks/{webhook}/again", tag = "webhooks", request_body = SinceAsked,
    params(("webhook" = String, Path, description = "A webhook's id")),
    responses((status = 200, body = CountShape))
)]
async fn send_failed_again(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(webhook): Path<String>,
    Told(told): Told<SinceAsked>,
) -> Result<Json<CountShape>, Failure> {
    let id = id_of(&program, &webhook)?;
    let count = programs.webhooks.send_failed_again(id, told.since, &program.actor()).await?;
    Ok(Json(CountShape { count }))
}
