//! Conversations for programs.

use ::conversations::{
    Act, Author, ClientKey, Conversation, Cursor, NewBody, NewConversation, NewEntry, Order, PAGE, Query,
    Scope, Seen, StateKind, Step, Who,
};
use ::customers::PersonId;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use directory::ChannelKind;
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Context as _, Error, Language, Refusal, Result};
use routing::{QueueId, Urgency};
use serde::{Deserialize, Serialize};
use staff::{Permission, Program};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{Access, Failure};

use super::body::Told;
use super::customers::CustomerAsked;
use super::once::Once;
use super::shapes::{ConversationShape, EntryShape, Page};
use super::{Caller, Programs};
use crate::asked::Asked;
use crate::promise::Described;

/// Rows of a list when nothing else is asked for.
const USUAL: u16 = 50;

pub(super) fn table() -> Vec<Described<Programs, Permission>> {
    const READ: Access<Permission> = Access::May(Permission::CONVERSATION_READ);
    const WRITE: Access<Permission> = Access::May(Permission::CONVERSATION_REPLY);
    vec![
        Described(READ, routes!(list)),
        Described(WRITE, routes!(open)),
        Described(READ, routes!(one)),
        Described(READ, routes!(entries)),
        Described(WRITE, routes!(append)),
        Described(Access::May(Permission::CONVERSATION_ASSIGN), routes!(steps)),
    ]
}

/// A conversation that exists for this program.
async fn seen(programs: &Programs, program: &Program, id: &str) -> Result<Conversation> {
    let id: Id<Kind> = id.parse().map_err(|_| Error::NotFound)?;
    let conversation = programs.conversations.get(id).await?;
    if program.sees(conversation.queue.as_str()) { Ok(conversation) } else { Err(Error::NotFound) }
}

async fn shown(programs: &Programs, id: Id<Kind>) -> Result<ConversationShape> {
    let shown = programs.conversations.show(id, None).await?;
    Ok(ConversationShape::of(&shown.conversation, shown.subject.as_ref()))
}

/// The queues that a program may look into.
pub(super) fn scope(program: &Program) -> Scope {
    match &program.queues {
        None => Scope::All,
        Some(queues) => Scope::Queues(queues.iter().filter_map(|queue| queue.parse().ok()).collect()),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListAsked {
    /// `open`, `waiting`, `snoozed` or `closed`; several are parted by commas.
    #[param(example = "open,waiting")]
    state: Option<String>,
    /// Only of this queue.
    queue: Option<String>,
    /// Only of this member of staff, or `nobody`.
    assignee: Option<String>,
    /// Only what carries this tag.
    tag: Option<String>,
    /// `oldest` (in their state) first, or `newest`.
    #[param(example = "oldest")]
    order: Option<String>,
    /// What the piece before gave as `next`.
    after: Option<String>,
    /// At most so many; 50 without it, 100 at most.
    #[param(example = "50")]
    limit: Option<u16>,
    #[allow(dead_code)] // the shell reads it
    lang: Option<String>,
}

fn unknown(name: &'static str, value: &str) -> Refusal {
    Refusal::new("api.value_unknown").with("name", name).with("value", value)
}

impl ListAsked {
    fn query(self, program: &Program) -> Result<Query> {
        let states = self.state.as_deref().unwrap_or("open").split(',').map(str::trim);
        let states = states.map(|name| {
            StateKind::parse(name)
                .filter(|state| *state != StateKind::Merged)
                .ok_or_else(|| unknown("state", name))
        });
        let mut query = Query::open(scope(program));
        query.states = states.collect::<Result<_, _>>()?;
        if let Some(queue) = self.queue {
            let queue: QueueId = queue.parse()?;
            // A queue that is not theirs is as empty as one that does not exist.
            let theirs = query.scope.has(&queue).then_some(queue);
            query.scope = Scope::Queues(theirs.into_iter().collect());
        }
        query.who = match self.assignee.as_deref() {
            None => Who::Anybody,
            Some("nobody") => Who::Nobody,
            Some(member) => Who::Staff(member.parse().map_err(|_| unknown("assignee", member))?),
        };
        query.order = match self.order.as_deref() {
            None | Some("oldest") => Order::OldestFirst,
            Some("newest") => Order::NewestFirst,
            Some(other) => return Err(unknown("order", other).into()),
        };
        query.tag = self.tag;
        query.after = self.after.map(|place| place.parse::<Cursor>()).transpose()?;
        query.limit = self.limit.unwrap_or(USUAL);
        Ok(query)
    }
}

/// Conversations, by when they came into their state
#[utoipa::path(
    get, path = "/conversations", tag = "conversations", params(ListAsked),
    responses((status = 200, body = Page<ConversationShape>))
)]
async fn list(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Asked(asked): Asked<ListAsked>,
) -> Result<Json<Page<ConversationShape>>, Failure> {
    let page = programs.conversations.list(asked.query(&program)?).await?;
    let items = page.rows.iter().map(|row| ConversationShape::of(&row.conversation, row.subject.as_ref()));
    Ok(Json(Page { items: items.collect(), next: page.next.map(|place| place.to_string()) }))
}

/// A conversation about to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewConversation)]
struct NewConversationAsked {
    customer: CustomerAsked,
    /// `phone`, `chat`, `email`, `social`, `fax`, `mail` or `web`.
    #[schema(example = "email")]
    channel: String,
    /// Where it waits; without it, the queue of its topic.
    queue: Option<String>,
    /// A topic of the directory.
    topic: Option<String>,
    /// The language to answer in; `en` without it.
    language: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    urgency: Option<String>,
    /// What it is about, in a line.
    subject: Option<String>,
    /// The customer's first words.
    message: Option<String>,
}

/// Opens a conversation, with the customer's first words if there are any
///
/// A customer is found by what is verified about them, and made anew otherwise. Give an `Idempotency-Key`,
/// so that asking again opens no second one.
#[utoipa::path(
    post, path = "/conversations", tag = "conversations", request_body = NewConversationAsked,
    responses((status = 201, body = ConversationShape), (status = 422, description = "It is told what does not fit"))
)]
async fn open(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Once(key): Once,
    Told(told): Told<NewConversationAsked>,
) -> Result<Response, Failure> {
    let new = prepared(&programs, &program, &told, key)?;
    let contact = told.customer.contact(&programs, &program)?;
    let (work, doing) = (programs.clone(), new);
    let opened = programs
        .store
        .write(move |tx| {
            let mut new = doing.clone();
            new.customer = match &contact {
                CustomerOf::Known(id) => work.customers.survivor(tx, *id)?,
                CustomerOf::Contact(contact) => {
                    work.customers.find_or_create(tx, contact, work.store.clock().now())?
                }
            };
            work.conversations.open_in(tx, &new)
        })
        .await?;
    let id = opened.conversation.id;
    let status = if opened.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, Json(shown(&programs, id).await?)).into_response();
    let place = HeaderValue::try_from(format!("/api/v1/conversations/{id}")).context("a location")?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// Whose conversation it is to be.
pub(super) enum CustomerOf {
    Known(PersonId),
    Contact(Box<::customers::Contact>),
}

fn prepared(
    programs: &Programs,
    program: &Program,
    told: &NewConversationAsked,
    key: Option<ClientKey>,
) -> Result<NewConversation> {
    let channel = channel(&told.channel)?;
    let queue: QueueId = if let Some(queue) = &told.queue {
        queue.parse()?
    } else {
        let book = programs.routing.book();
        let found = book.queue_for(told.topic.as_deref(), channel).map(|queue| queue.id.clone());
        found.ok_or_else(|| Refusal::new("api.queue_missing"))?
    };
    if !program.sees(queue.as_str()) {
        return Err(Refusal::new("routing.no_queue").with("queue", &queue).into());
    }
    let language: Language = told.language.as_deref().unwrap_or("en").parse()?;
    // The customer is found or made in the transaction that opens the conversation.
    let nobody = kernel::id::new(Timestamp::UNIX_EPOCH);
    let mut new = NewConversation::new(nobody, channel, queue, language);
    new.topic.clone_from(&told.topic);
    new.subject.clone_from(&told.subject);
    new.urgency = urgency(told.urgency.as_deref())?;
    new.by = Author::Program(program.token);
    new.first = told.message.as_ref().map(|text| NewEntry::words(Author::Customer, text.clone()));
    new.key = key;
    Ok(new)
}

pub(super) fn channel(name: &str) -> Result<ChannelKind, Refusal> {
    let found = ChannelKind::ALL.into_iter().find(|channel| channel.as_str() == name);
    found.ok_or_else(|| unknown("channel", name))
}

fn urgency(name: Option<&str>) -> Result<Urgency, Refusal> {
    let Some(name) = name else { return Ok(Urgency::default()) };
    name.parse().map_err(|_| unknown("urgency", name))
}

/// One conversation, by its id
#[utoipa::path(
    get, path = "/conversations/{conversation}", tag = "conversations",
    params(("conversation" = String, Path, description = "A conversation's id")),
    responses((status = 200, body = ConversationShape), (status = 404, description = "None, or none for this token"))
)]
async fn one(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
) -> Result<Json<ConversationShape>, Failure> {
    let conversation = seen(&programs, &program, &id).await?;
    Ok(Json(shown(&programs, conversation.id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EntriesAsked {
    /// Only entries after this number.
    #[param(example = "0")]
    after: Option<i64>,
    /// At most so many; 200 without it, which is also the most.
    #[param(example = "50")]
    limit: Option<u16>,
}

/// What was said and what happened, in order
#[utoipa::path(
    get, path = "/conversations/{conversation}/entries", tag = "conversations",
    params(("conversation" = String, Path, description = "A conversation's id"), EntriesAsked),
    responses((status = 200, body = Page<EntryShape>))
)]
async fn entries(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<EntriesAsked>,
) -> Result<Json<Page<EntryShape>>, Failure> {
    let conversation = seen(&programs, &program, &id).await?;
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let after = asked.after.unwrap_or(0).max(0);
    let entries = programs.conversations.entries(conversation.id, after, limit).await?;
    let last = entries.last().map_or(after, |entry| entry.number);
    let next =
        (entries.len() == usize::from(limit) && last < conversation.last_number).then(|| last.to_string());
    let items = entries.iter().map(EntryShape::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next }))
}

/// Words about to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEntry)]
struct NewEntryAsked {
    kind: EntryKind,
    text: String,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EntryKind {
    /// Words of the customer that the program brings, such as a mail.
    Message,
    /// Words to the customer.
    Reply,
    /// Words for staff only.
    Note,
}

/// Where an entry was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appended)]
struct AppendedShape {
    /// Another conversation than the one asked for, when the two were made one.
    conversation: String,
    number: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Adds a message, a reply or a note
///
/// Card numbers and their like are masked before anything is stored.
#[utoipa::path(
    post, path = "/conversations/{conversation}/entries", tag = "conversations", request_body = NewEntryAsked,
    params(("conversation" = String, Path, description = "A conversation's id")),
    responses((status = 201, body = AppendedShape))
)]
async fn append(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
    Once(key): Once,
    Told(told): Told<NewEntryAsked>,
) -> Result<(StatusCode, Json<AppendedShape>), Failure> {
    let conversation = seen(&programs, &program, &id).await?;
    let myself = Author::Program(program.token);
    let (author, body) = match told.kind {
        EntryKind::Message => (Author::Customer, NewBody::Words(told.text)),
        EntryKind::Reply => (myself, NewBody::Words(told.text)),
        EntryKind::Note => (myself, NewBody::Note { text: told.text, mentions: Vec::new() }),
    };
    let appended = programs.conversations.append(conversation.id, NewEntry { author, body, key }).await?;
    let shape = AppendedShape {
        conversation: appended.conversation.to_string(),
        number: appended.number,
        at: appended.at,
    };
    Ok((StatusCode::CREATED, Json(shape)))
}

/// Steps to be taken, all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Steps)]
struct StepsAsked {
    /// The version of the conversation that this was decided on. Refused if it has changed since.
    version: i64,
    /// The last entry that was known. Closing is refused if the customer has written since.
    seen: i64,
    steps: Vec<StepAsked>,
}

/// One step, named by `do`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Step)]
enum StepAsked {
    /// Gives it to a member of staff, or to nobody.
    Assign {
        to: Option<String>,
    },
    /// Hands it to another queue.
    Move {
        queue: String,
    },
    Tag {
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        remove: Vec<String>,
    },
    /// `low`, `normal`, `high` or `urgent`.
    Urgency {
        to: String,
    },
    Snooze {
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    AwaitCustomer,
    Note {
        text: String,
    },
    Close {
        disposition: String,
    },
}

impl StepAsked {
    fn step(self) -> Result<Step> {
        Ok(match self {
            Self::Assign { to } => {
                let read = |member: String| member.parse().map_err(|_| unknown("to", &member));
                Step::Assign(to.map(read).transpose()?)
            }
            Self::Move { queue } => Step::Move(queue.parse()?),
            Self::Tag { add, remove } => Step::Tag { add, remove },
            Self::Urgency { to } => Step::Urgency(urgency(Some(&to))?),
            Self::Snooze { until } => Step::Snooze { until },
            Self::AwaitCustomer => Step::AwaitCustomer,
            Self::Note { text } => Step::Note(text),
            Self::Close { disposition } => Step::Close { disposition },
        })
    }
}

/// Most steps of one request.
const MOST_STEPS: usize = 20;

/// Assigns, moves, tags, snoozes, closes: several steps as one change
#[utoipa::path(
    post, path = "/conversations/{conversation}/steps", tag = "conversations", request_body = StepsAsked,
    params(("conversation" = String, Path, description = "A conversation's id")),
    responses(
        (status = 200, body = ConversationShape),
        (status = 422, description = "Among others `conversations.changed_meanwhile`: look again and decide anew")
    )
)]
async fn steps(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
    Told(told): Told<StepsAsked>,
) -> Result<Json<ConversationShape>, Failure> {
    let conversation = seen(&programs, &program, &id).await?;
    if told.steps.is_empty() || told.steps.len() > MOST_STEPS {
        return Err(Refusal::new("api.steps").with("most", MOST_STEPS).into());
    }
    let act = Act {
        steps: told.steps.into_iter().map(StepAsked::step).collect::<Result<_>>()?,
        by: Author::Program(program.token),
        seen: Some(Seen { version: told.version, number: told.seen }),
        cause: None,
    };
    programs.conversations.act(conversation.id, act).await?;
    Ok(Json(shown(&programs, conversation.id).await?))
}
