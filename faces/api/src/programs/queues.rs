//! Queues and presence for programs.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use jiff::Timestamp;
use kernel::id::{Id, StaffMember};
use kernel::{Error, Language, Refusal, Result};
use routing::{Presence, QueueId};
use serde::{Deserialize, Serialize};
use staff::{Permission, Program};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{Access, Failure, Visitor};

use super::body::Told;
use super::conversations::channel;
use super::shapes::Page;
use super::{Caller, Programs};
use crate::asked::Asked;
use crate::promise::Described;

pub(super) fn table() -> Vec<Described<Programs, Permission>> {
    const SUPERVISE: Access<Permission> = Access::May(Permission::QUEUE_SUPERVISE);
    vec![
        Described(SUPERVISE, routes!(queues)),
        Described(Access::May(Permission::CONVERSATION_READ), routes!(estimate)),
        Described(SUPERVISE, routes!(presence)),
        Described(SUPERVISE, routes!(set_presence)),
    ]
}

/// A queue at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
struct QueueShape {
    id: String,
    name: String,
    /// The unit of the directory that it belongs to.
    unit: String,
    channels: Vec<&'static str>,
    /// Waiting, or just being offered to somebody.
    waiting: usize,
    /// Since when the one who waits longest does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    longest_since: Option<Timestamp>,
    held: usize,
    wrapping_up: usize,
    /// How many of those who serve it are `available`, `busy`, `wrap_up`, `away` or `offline`.
    #[schema(value_type = Object)]
    people: BTreeMap<&'static str, usize>,
}

/// Every queue at this moment
#[utoipa::path(get, path = "/queues", tag = "queues", responses((status = 200, body = Page<QueueShape>)))]
async fn queues(
    State(programs): State<Programs>,
    Caller(program): Caller,
    visitor: Visitor,
) -> Result<Json<Page<QueueShape>>, Failure> {
    let (book, stands) = (programs.routing.book(), programs.routing.stands().await?);
    let items = stands.into_iter().filter(|stand| program.sees(stand.queue.as_str())).filter_map(|stand| {
        let queue = book.queue(&stand.queue)?;
        Some(QueueShape {
            id: queue.id.to_string(),
            name: queue.name.get(visitor.language()).to_owned(),
            unit: queue.unit.clone(),
            channels: queue.channels.iter().map(|channel| channel.as_str()).collect(),
            waiting: stand.waiting,
            longest_since: stand.longest_since,
            held: stand.held,
            wrapping_up: stand.wrapping,
            people: stand.people.iter().map(|(presence, count)| (presence.as_str(), *count)).collect(),
        })
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EstimateAsked {
    /// How somebody would come: `chat` without it.
    #[param(example = "chat")]
    channel: Option<String>,
    /// The language they speak.
    #[param(example = "es")]
    language: Option<String>,
}

/// What somebody can expect who joins the line now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Estimate)]
struct EstimateShape {
    open: bool,
    /// While it is open: until when, if its hours say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    open_until: Option<Timestamp>,
    /// While it is closed: when it opens next, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    opens_at: Option<Timestamp>,
    /// Whether anybody who serves it is at work at this moment.
    staffed: bool,
    /// The place in the line; 1 is next.
    position: u32,
    /// Absent when nobody is there to take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_seconds: Option<i64>,
}

/// Whether a queue is open, and how long somebody would wait
#[utoipa::path(
    get, path = "/queues/{queue}/estimate", tag = "queues",
    params(("queue" = String, Path, description = "A queue's id"), EstimateAsked),
    responses((status = 200, body = EstimateShape))
)]
async fn estimate(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(queue): Path<String>,
    Asked(asked): Asked<EstimateAsked>,
) -> Result<Json<EstimateShape>, Failure> {
    let queue = known(&programs, &program, &queue)?;
    let channel = channel(asked.channel.as_deref().unwrap_or("chat"))?;
    let language = asked.language.map(|tag| tag.parse::<Language>()).transpose()?;
    let now = programs.store.clock().now();
    let opening = programs.routing.open_state(&queue, channel, now).await?;
    let estimate = programs.routing.estimate(&queue, channel, language.as_ref(), now).await?;
    Ok(Json(EstimateShape {
        open: opening.open,
        open_until: opening.until,
        opens_at: opening.opens,
        staffed: opening.staffed,
        position: estimate.position,
        wait_seconds: estimate.wait.map(|wait| wait.as_secs()),
    }))
}

fn known(programs: &Programs, program: &Program, queue: &str) -> Result<QueueId> {
    let queue: QueueId = queue.parse().map_err(|_| Error::NotFound)?;
    let there = programs.routing.book().queue(&queue).is_some() && program.sees(queue.as_str());
    if there { Ok(queue) } else { Err(Error::NotFound) }
}

/// Somebody who takes work, at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Presence)]
struct PresenceShape {
    staff: String,
    /// `available`, `busy`, `wrap_up`, `away` or `offline`.
    presence: &'static str,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Conversations and other work before them or in their hands.
    work: Vec<String>,
}

/// Everybody who takes work, at this moment
#[utoipa::path(get, path = "/presence", tag = "queues", responses((status = 200, body = Page<PresenceShape>)))]
async fn presence(
    State(programs): State<Programs>,
    Caller(program): Caller,
) -> Result<Json<Page<PresenceShape>>, Failure> {
    let (_, people) = programs.routing.floor().await?;
    let items = people.into_iter().filter(|stand| serves(&programs, &program, stand.staff)).map(|stand| {
        let theirs = stand.hands.iter().filter(|work| program.sees(work.queue().as_str()));
        PresenceShape {
            staff: stand.staff.to_string(),
            presence: stand.presence.as_str(),
            since: stand.since,
            work: theirs.map(|work| work.subject.clone()).collect(),
        }
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// Whether a member of staff serves a queue that the program sees.
fn serves(programs: &Programs, program: &Program, member: Id<StaffMember>) -> bool {
    program.queues.is_none()
        || programs.routing.book().serves(member).any(|queue| program.sees(queue.as_str()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPresence)]
struct PresenceAsked {
    /// `available`, `busy`, `away` or `offline`.
    #[schema(example = "away")]
    presence: String,
}

/// Sets what somebody is; it is in the audit trail
#[utoipa::path(
    put, path = "/presence/{member}", tag = "queues", request_body = PresenceAsked,
    params(("member" = String, Path, description = "A member of staff's id")),
    responses((status = 204, description = "Done"))
)]
async fn set_presence(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(member): Path<String>,
    Told(told): Told<PresenceAsked>,
) -> Result<StatusCode, Failure> {
    let member: Id<StaffMember> = member.parse().map_err(|_| Error::NotFound)?;
    let known = programs.routing.book().profile(member).is_some() && serves(&programs, &program, member);
    if !known {
        return Err(Error::NotFound.into());
    }
    let to: Presence = told.presence.parse().map_err(|_| {
        Refusal::new("api.value_unknown").with("name", "presence").with("value", &told.presence)
    })?;
    programs.routing.set_presence(member, to, program.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
