//! Entries of the trail, newest first.

use std::collections::BTreeMap;

use ::audit::{ActorKind, Outcome, Recorded};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffMember;
use serde::Deserialize;
use staff::Permission;
use web::{Failure, Page};

use super::filter::{Typed, outcome_key};
use super::{AUDIT, note};
use crate::frame::Frame;
use crate::moment::{Moment, exact, zone};
use crate::names::Choice;
use crate::notice::Notice;
use crate::seat::Seat;

const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    page: Page,
    frame: Frame,
    typed: Typed,
    outcomes: Vec<Choice>,
    zone: String,
    entries: Vec<Line>,
    is_filtered: bool,
    may_export: bool,
    more: Option<String>,
}

struct Line {
    seq: i64,
    at: Moment,
    /// A colleague's name, or what kind of being it was.
    who: String,
    actor: String,
    action: String,
    object: String,
    outcome: OutcomeView,
    purpose: Option<String>,
    address: Option<String>,
    node: String,
    details: Option<String>,
    hash: String,
}

struct OutcomeView {
    kind: &'static str,
    icon: &'static str,
    text: String,
}

/// Where the page before ended.
#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<i64>,
}

pub(crate) async fn show(
    seat: Seat,
    Query(Before { before }): Query<Before>,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    send(&seat, typed, before, None).await
}

/// The page; reading it is written down first, so that nobody reads unseen.
pub(super) async fn send(
    seat: &Seat,
    typed: Typed,
    before: Option<i64>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let filter = match typed.read(seat).await {
        Ok(filter) => filter,
        Err(error) => return show_nothing(seat, typed, seat.refused(error)?).await,
    };
    let filtered: Vec<_> = typed.filled().map(|(name, _)| name).collect();
    note(seat, "audit.read", Outcome::Done, serde_json::json!({ "filtered_by": filtered, "before": before }))
        .await?;
    let trail = seat.desk.trail().clone();
    let mut found = seat.desk.store().read(move |tx| trail.entries(tx, &filter, before, PAGE + 1)).await?;
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let more = found.last().filter(|_| has_more).map(|last| more(&typed, last.seq));
    let names = names(seat, &found).await;
    let lines = found.into_iter().map(|entry| line(seat, &names, entry)).collect();
    render(seat, typed, lines, more, notice).await
}

/// The filter again, with what is wrong with it.
async fn show_nothing(seat: &Seat, typed: Typed, notice: Notice) -> Result<Response, Failure> {
    render(seat, typed, Vec::new(), None, Some(notice)).await
}

async fn render(
    seat: &Seat,
    typed: Typed,
    entries: Vec<Line>,
    more: Option<String>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let words = &seat.visitor.words;
    let zone = words.zone(&zone(&seat.visitor), seat.visitor.now);
    let is_filtered = typed.filled().next().is_some();
    seat.send(&words.text("desk-place-audit"), notice, |page, frame| AuditPage {
        page,
        frame,
        outcomes: typed.outcomes(seat),
        zone: words.message("desk-times-in").with("zone", zone).to_string(),
        entries,
        is_filtered,
        may_export: seat.may(Permission::AUDIT_EXPORT),
        more,
        typed,
    })
    .await
}

fn more(typed: &Typed, last: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(typed.filled());
    format!("{AUDIT}?{}", query.append_pair("before", &last.to_string()).finish())
}

/// The names of the colleagues among the actors.
async fn names(seat: &Seat, entries: &[Recorded]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for entry in entries {
        let Ok(id) = entry.actor.parse::<Id<StaffMember>>() else { continue };
        if !names.contains_key(&entry.actor)
            && let Ok(member) = seat.desk.staff().member(id).await
        {
            names.insert(entry.actor.clone(), member.name.expose().clone());
        }
    }
    names
}

fn line(seat: &Seat, names: &BTreeMap<String, String>, entry: Recorded) -> Line {
    Line {
        seq: entry.seq,
        at: exact(&seat.visitor, entry.at),
        who: names.get(&entry.actor).cloned().unwrap_or_else(|| kind(seat, &entry)),
        actor: entry.actor,
        action: entry.action,
        object: entry.object,
        outcome: outcome(seat, &entry.outcome),
        purpose: entry.purpose,
        address: entry.address,
        node: entry.node,
        details: Some(entry.details).filter(|details| details != "{}"),
        hash: entry.hash.to_string(),
    }
}

/// What acted, where it has no name.
fn kind(seat: &Seat, entry: &Recorded) -> String {
    let key = match entry.actor_kind.parse::<ActorKind>() {
        Ok(ActorKind::Stranger) => "desk-actor-stranger",
        Ok(ActorKind::Operator) => "desk-actor-operator",
        Ok(ActorKind::System) => "desk-actor-system",
        Ok(ActorKind::Customer) => "desk-actor-customer",
        Ok(ActorKind::Program) => "desk-actor-program",
        Ok(ActorKind::Staff) | Err(_) => return entry.actor.clone(),
    };
    seat.visitor.words.text(key).into_owned()
}

/// What somebody tampered with is shown as it stands.
fn outcome(seat: &Seat, text: &str) -> OutcomeView {
    let Ok(outcome) = text.parse::<Outcome>() else {
        return OutcomeView { kind: "bad", icon: "circle-alert", text: text.to_owned() };
    };
    let (kind, icon) = match outcome {
        Outcome::Done => ("good", "circle-check"),
        Outcome::Refused => ("warn", "circle-x"),
        Outcome::Failed => ("bad", "circle-alert"),
    };
    OutcomeView { kind, icon, text: seat.visitor.words.text(outcome_key(outcome)).into_owned() }
}
