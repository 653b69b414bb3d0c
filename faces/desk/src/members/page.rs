//! One member of staff.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffMember;
use staff::{Permission, Status, mask_email};
use web::{Failure, Page};

use crate::frame::Frame;
use crate::moment::{Moment, moment};
use crate::names::{self, Choice, StatusView};
use crate::notice::Notice;
use crate::profile::page::{SessionView, session_view};
use crate::seat::Seat;

#[derive(Template)]
#[template(path = "member.html")]
struct MemberPage {
    page: Page,
    frame: Frame,
    id: String,
    version: String,
    email: String,
    revealed: Revealed,
    roles_text: String,
    roles: Vec<Choice>,
    language: String,
    status: StatusView,
    stands: Status,
    is_self: bool,
    added: Moment,
    may_manage: bool,
    sessions: Vec<SessionView>,
}

impl MemberPage {
    fn is_active(&self) -> bool {
        self.stands == Status::Active
    }

    fn has_left(&self) -> bool {
        self.stands == Status::Left
    }
}

/// Whether the address is shown in full, and the words that were typed to get there.
pub(super) enum Revealed {
    /// Not for this caller.
    Never,
    Masked {
        reason: String,
    },
    Shown,
}

impl Revealed {
    fn can_ask(&self) -> bool {
        matches!(self, Self::Masked { .. })
    }

    fn is_shown(&self) -> bool {
        matches!(self, Self::Shown)
    }

    fn reason(&self) -> &str {
        if let Self::Masked { reason } = self { reason } else { "" }
    }
}

pub(crate) async fn show(seat: Seat, Path(member): Path<Id<StaffMember>>) -> Result<Response, Failure> {
    send(&seat, member, None, None).await
}

/// The page; `revealed` is the address in full, or the reason that did not do.
pub(super) async fn send(
    seat: &Seat,
    id: Id<StaffMember>,
    revealed: Option<Result<String, String>>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let staff = seat.desk.staff();
    let member = staff.member(id).await?;
    let may_manage = seat.may(Permission::STAFF_MANAGE);
    let sessions = if may_manage { staff.sessions(id).await? } else { Vec::new() };
    let masked = mask_email(member.email.expose());
    let (email, revealed) = match revealed {
        Some(Ok(email)) => (email, Revealed::Shown),
        Some(Err(reason)) => (masked, Revealed::Masked { reason }),
        None if seat.may(Permission::PERSONAL_REVEAL) => (masked, Revealed::Masked { reason: String::new() }),
        None => (masked, Revealed::Never),
    };
    let words = &seat.visitor.words;
    let title = member.name.expose().clone();
    seat.send(&title, notice, |page, frame| MemberPage {
        id: id.to_string(),
        version: member.version.to_string(),
        email,
        revealed,
        roles_text: names::roles(words, &member.roles),
        roles: names::role_choices(words, |role| member.roles.has(role)),
        language: page
            .languages
            .iter()
            .find(|language| language.tag == member.language.to_string())
            .map_or_else(|| member.language.to_string(), |language| language.name.clone()),
        status: names::status(words, member.status),
        stands: member.status,
        is_self: id == seat.caller.member,
        added: moment(&seat.visitor, member.added_at),
        may_manage,
        sessions: sessions.iter().map(|session| session_view(seat, session)).collect(),
        page,
        frame,
    })
    .await
}
