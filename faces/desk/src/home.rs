//! The desk's start page: who am I, what needs me, where can I go.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffAlert;
use staff::Permission;
use web::{Failure, Page, Posted};

use crate::frame::{Frame, Place, places};
use crate::moment::{Moment, moment};
use crate::names;
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

/// More are shown when these are dealt with.
const MOST_ALERTS: u16 = 20;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    frame: Frame,
    greeting: String,
    roles: String,
    /// None for those who are not warned.
    alerts: Option<Vec<AlertView>>,
    places: Vec<Place>,
}

struct AlertView {
    id: String,
    text: String,
    at: Moment,
    member_href: String,
    /// Nobody puts aside the warning about themselves.
    own: bool,
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    let alerts = if seat.may(Permission::ALERT_READ) { Some(alerts(&seat).await?) } else { None };
    let words = &seat.visitor.words;
    seat.send(&words.text("desk-place-home"), None, |page, frame| HomePage {
        greeting: words.message("desk-greeting").with("name", frame.name.as_str()).to_string(),
        roles: names::roles(words, &seat.caller.roles),
        alerts,
        places: places(&seat.desk, &seat.caller, &seat.visitor),
        page,
        frame,
    })
    .await
}

async fn alerts(seat: &Seat) -> Result<Vec<AlertView>, Failure> {
    let staff = seat.desk.staff();
    let mut views = Vec::new();
    for alert in staff.open_alerts(MOST_ALERTS).await? {
        let member = staff.member(alert.member).await?;
        let text = seat.visitor.words.message("desk-alert-bulk-reveal");
        views.push(AlertView {
            id: alert.id.to_string(),
            text: text.with("name", member.name.expose().as_str()).with("people", alert.people).to_string(),
            at: moment(&seat.visitor, alert.raised_at),
            member_href: format!("/desk/staff/{}", alert.member),
            own: alert.member == seat.caller.member,
        });
    }
    Ok(views)
}

pub(crate) async fn see_alert(
    seat: Seat,
    Path(alert): Path<Id<StaffAlert>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    seat.desk.staff().see_alert(&seat.caller, alert).await?;
    Ok(done("/desk", "alert"))
}
