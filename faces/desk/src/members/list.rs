//! Everybody who works here, to be searched.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffMember;
use serde::Deserialize;
use staff::{Member, Permission, Status, mask_email};
use web::{Failure, Page};

use super::STAFF;
use crate::frame::Frame;
use crate::names::{self, Choice, StatusView};
use crate::seat::Seat;

const PAGE: usize = 50;
const BATCH: u16 = 200;
/// Names are sealed, so that a search opens one after the other; it ends here and can be continued.
const MOST_LOOKED_AT: usize = 2_000;

#[derive(Template)]
#[template(path = "staff.html")]
struct StaffPage {
    page: Page,
    frame: Frame,
    members: Vec<Line>,
    query: String,
    statuses: Vec<Choice>,
    may_manage: bool,
    is_filtered: bool,
    more: Option<String>,
}

struct Line {
    href: String,
    name: String,
    email: String,
    roles: String,
    status: StatusView,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    after: Option<Id<StaffMember>>,
}

impl Asked {
    fn status(&self) -> Option<Status> {
        self.status.parse().ok()
    }

    fn fits(&self, member: &Member) -> bool {
        let wanted = self.q.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let named = wanted.is_empty() || has(member.name.expose()) || has(member.email.expose());
        named && self.status().is_none_or(|status| status == member.status)
    }
}

pub(crate) async fn show(seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (found, last) = search(&seat, &asked).await?;
    let words = &seat.visitor.words;
    let lines = found.iter().map(|member| Line {
        href: format!("{STAFF}/{}", member.id),
        name: member.name.expose().clone(),
        email: mask_email(member.email.expose()),
        roles: names::roles(words, &member.roles),
        status: names::status(words, member.status),
    });
    let lines = lines.collect();
    seat.send(&words.text("desk-place-staff"), None, |page, frame| StaffPage {
        members: lines,
        statuses: statuses(&seat, &asked),
        may_manage: seat.may(Permission::STAFF_MANAGE),
        is_filtered: !asked.q.trim().is_empty() || asked.status().is_some(),
        more: last.map(|last| more(&asked, last)),
        query: asked.q,
        page,
        frame,
    })
    .await
}

/// A page of those who fit, and where the next page begins.
async fn search(seat: &Seat, asked: &Asked) -> Result<(Vec<Member>, Option<Id<StaffMember>>), Failure> {
    let (mut found, mut after, mut looked_at) = (Vec::new(), asked.after, 0);
    loop {
        let batch = seat.desk.staff().members(after, BATCH).await?;
        let is_last = batch.len() < usize::from(BATCH);
        for member in batch {
            if found.len() == PAGE || looked_at == MOST_LOOKED_AT {
                return Ok((found, after));
            }
            looked_at += 1;
            after = Some(member.id);
            if asked.fits(&member) {
                found.push(member);
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}

fn statuses(seat: &Seat, asked: &Asked) -> Vec<Choice> {
    let words = &seat.visitor.words;
    let any = Choice {
        value: String::new(),
        text: words.text("desk-status-any").into_owned(),
        chosen: asked.status().is_none(),
    };
    let choice = |status: Status| Choice {
        value: status.name().to_owned(),
        text: names::status(words, status).text,
        chosen: asked.status() == Some(status),
    };
    std::iter::once(any).chain(Status::ALL.into_iter().map(choice)).collect()
}

fn more(asked: &Asked, last: Id<StaffMember>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("q", &asked.q), ("status", &asked.status)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    format!("{STAFF}?{}", query.append_pair("after", &last.to_string()).finish())
}
