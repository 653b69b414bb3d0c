//! Other programs and the tokens that let them in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use kernel::id::ApiToken;
use kernel::{Id, Result};
use serde::Deserialize;
use staff::{ApiTokenInfo, NewApiToken, Permission};
use web::{Failure, Page, Posted, Visitor};

use crate::frame::Frame;
use crate::moment::{Moment, moment};
use crate::names::Choice;
use crate::notice::Notice;
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

pub(crate) const PROGRAMS: &str = "/desk/programs";

/// What a token may be good for, in words.
const SCOPES: [(Permission, &str); 7] = [
    (Permission::CONVERSATION_READ, "programs-scope-conversation-read"),
    (Permission::CONVERSATION_REPLY, "programs-scope-conversation-reply"),
    (Permission::CONVERSATION_ASSIGN, "programs-scope-conversation-assign"),
    (Permission::CUSTOMER_READ, "programs-scope-customer-read"),
    (Permission::PERSONAL_REVEAL, "programs-scope-personal-reveal"),
    (Permission::QUEUE_SUPERVISE, "programs-scope-queue-supervise"),
    (Permission::API_MANAGE, "programs-scope-api-manage"),
];
/// Days until a token ends, to choose from.
const DAYS: [i64; 4] = [30, 90, 180, 365];
const USUAL_DAYS: i64 = 90;

#[derive(Template)]
#[template(path = "programs.html")]
struct ProgramsPage {
    page: Page,
    frame: Frame,
    tokens: Vec<Line>,
    name: String,
    scopes: Vec<Choice>,
    queues: Vec<Choice>,
    is_limited: bool,
    days: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "program_token.html")]
struct TokenPage {
    page: Page,
    frame: Frame,
    token: String,
    ends: Moment,
}

/// A token as the list shows it.
struct Line {
    id: String,
    name: String,
    /// Scopes, and the queues that it is for.
    may: String,
    queues: String,
    ends: Moment,
    used: Option<Moment>,
    works: bool,
    state: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    days: Option<i64>,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

impl Wanted {
    fn has(&self, kind: &str, name: &str) -> bool {
        self.fields.contains_key(&format!("{kind}-{name}"))
    }

    fn token(&self, seat: &Seat) -> Result<NewApiToken> {
        let days = self.days.unwrap_or(USUAL_DAYS).clamp(0, 10_000);
        let queues = self.fields.keys().filter_map(|field| field.strip_prefix("queue-")).map(str::to_owned);
        let queues: std::collections::BTreeSet<String> = queues.collect();
        Ok(NewApiToken {
            name: self.name.clone(),
            scopes: SCOPES
                .iter()
                .map(|(scope, _)| *scope)
                .filter(|scope| self.has("scope", scope.name()))
                .collect(),
            queues: (!queues.is_empty()).then_some(queues),
            expires_at: seat.visitor.now.checked_add(SignedDuration::from_hours(24 * days))?,
        })
    }
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    send(&seat, &Wanted::default(), None).await
}

pub(crate) async fn add(seat: Seat, Posted(wanted): Posted<Wanted>) -> Result<Response, Failure> {
    let new = wanted.token(&seat)?;
    let ends = new.expires_at;
    match seat.desk.staff().issue_api_token(new, &seat.actor()).await {
        Ok(issued) => {
            let title = seat.visitor.words.text("programs-made").into_owned();
            let (token, ends) = (issued.expose(), moment(&seat.visitor, ends));
            seat.send(&title, None, |page, frame| TokenPage { page, frame, token, ends }).await
        }
        Err(error) => {
            let notice = seat.refused(error)?;
            send(&seat, &wanted, Some(notice)).await
        }
    }
}

pub(crate) async fn revoke(
    seat: Seat,
    Path(token): Path<Id<ApiToken>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    seat.desk.staff().revoke_api_token(token, &seat.actor()).await?;
    Ok(done(PROGRAMS, "revoked"))
}

async fn send(seat: &Seat, wanted: &Wanted, notice: Option<Notice>) -> Result<Response, Failure> {
    let (visitor, now) = (&seat.visitor, seat.visitor.now);
    let tokens = seat.desk.staff().api_tokens().await?;
    let tokens = tokens.iter().map(|token| Line::of(visitor, token, now)).collect();
    let scopes = SCOPES.iter().map(|(scope, key)| Choice {
        value: scope.name().to_owned(),
        text: visitor.words.text(key).into_owned(),
        chosen: wanted.has("scope", scope.name()),
    });
    let book = seat.floor().routing.book();
    let queues = book.queues().map(|queue| Choice {
        value: queue.id.to_string(),
        text: queue.name.get(visitor.language()).to_owned(),
        chosen: wanted.has("queue", queue.id.as_str()),
    });
    let days = DAYS.map(|days| Choice {
        value: days.to_string(),
        text: visitor.words.message("programs-days").with("days", days).to_string(),
        chosen: days == wanted.days.unwrap_or(USUAL_DAYS),
    });
    seat.send(&visitor.words.text("programs-title"), notice, |page, frame| ProgramsPage {
        page,
        frame,
        tokens,
        name: wanted.name.clone(),
        scopes: scopes.collect(),
        is_limited: wanted.fields.keys().any(|field| field.starts_with("queue-")),
        queues: queues.collect(),
        days: days.into(),
    })
    .await
}

impl Line {
    fn of(visitor: &Visitor, token: &ApiTokenInfo, now: Timestamp) -> Self {
        let known = SCOPES.iter().filter(|(scope, _)| token.scopes.contains(scope));
        let may: Vec<_> = known.map(|(_, key)| visitor.words.text(key).into_owned()).collect();
        let queues = match &token.queues {
            None => visitor.words.text("programs-all-queues").into_owned(),
            Some(queues) => queues.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        let works = token.works(now);
        let state = match token.revoked_at {
            Some(_) => "programs-revoked",
            None if works => "programs-works",
            None => "programs-ended",
        };
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            may: may.join(" · "),
            queues,
            ends: moment(visitor, token.expires_at),
            used: token.used_at.map(|at| moment(visitor, at)),
            works,
            state: visitor.words.text(state).into_owned(),
        }
    }
}
