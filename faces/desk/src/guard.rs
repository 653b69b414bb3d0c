//! Who comes in: stands before every route of the table and knows what the route needs.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method, header};
use kernel::{Error, Refusal, Result};
use routing::QueueId;
use staff::{Caller, Circumstances, Permission, Purpose, Resource, Role, Visit};
use web::Failure;

use crate::Desk;
use crate::cookies::{self, Cookie};
use crate::routes::Access;
use crate::sign_in::{SET_UP, SIGN_IN};
use crate::visit::visit;

/// The caller, where there is one. In the extensions of every request that passes.
#[derive(Clone)]
pub(crate) struct Known(pub Option<Caller>);

pub(crate) async fn guard(
    State((desk, access)): State<(Desk, Access)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = visit(&desk, &parts);
    let cookie = cookies::read(&desk, &parts.headers, Cookie::Session);
    let caller = match &cookie {
        Some(cookie) => desk.staff().caller(cookie, visit.clone()).await,
        None => Ok(None),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return Failure::from(error).into_response(),
    };
    let is_worthless = cookie.is_some() && caller.is_none();
    let mut response = match admit(&desk, access, caller.as_ref()) {
        Admitted::In => {
            parts.extensions.insert(Known(caller));
            parts.extensions.insert(visit);
            next.run(Request::from_parts(parts, body)).await
        }
        Admitted::NotYet => Redirect::to(SET_UP).into_response(),
        Admitted::Stranger => to_sign_in(&parts),
        Admitted::No => Failure::from(Error::NotFound).into_response(),
    };
    let signs_in = response.headers().get_all(header::SET_COOKIE).iter().next().is_some();
    if is_worthless && !signs_in {
        cookies::clear(&desk, response.headers_mut(), Cookie::Session);
    }
    response
}

/// Whether somebody's session still stands, for what stays open longer than a request.
pub(crate) async fn is_still_here(desk: &Desk, headers: &HeaderMap, visit: Visit) -> Result<bool> {
    let Some(cookie) = cookies::read(desk, headers, Cookie::Session) else { return Ok(false) };
    Ok(desk.staff().caller(&cookie, visit).await?.is_some())
}

enum Admitted {
    In,
    /// Came by a link and has to set up a way to sign in first.
    NotYet,
    Stranger,
    No,
}

fn admit(desk: &Desk, access: Access, caller: Option<&Caller>) -> Admitted {
    match (access, caller) {
        // The shell itself sees to what is for this machine.
        (Access::Public | Access::ThisMachine, _) | (Access::SignedIn, Some(_)) => Admitted::In,
        (_, None) => Admitted::Stranger,
        (Access::May(permission), Some(caller)) => {
            if may(desk, caller, permission) {
                Admitted::In
            } else if permission == Permission::DESK_OPEN && !caller.method.is_strong() {
                Admitted::NotYet
            } else {
                Admitted::No
            }
        }
    }
}

/// What is decided for each queue by itself.
const BY_QUEUE: [Permission; 5] = [
    Permission::QUEUE_WORK,
    Permission::CUSTOMER_READ,
    Permission::CONVERSATION_READ,
    Permission::CONVERSATION_REPLY,
    Permission::CONVERSATION_ASSIGN,
];

/// Whether the caller may do something in the centre as a whole.
pub(crate) fn may(desk: &Desk, caller: &Caller, permission: Permission) -> bool {
    let circumstances = Circumstances {
        purpose: purpose(caller),
        // Who could reveal something with a reason is asked for the reason; the reveal itself is decided then.
        written_reason: permission == Permission::PERSONAL_REVEAL,
        // Who could in a queue of their own comes in; which queue it is about is decided there.
        own_queue: BY_QUEUE.contains(&permission),
        ..Circumstances::default()
    };
    desk.staff().policies().decide(caller, permission, &Resource::System, circumstances).allowed
}

/// Whether the caller may do something to what lies in a queue.
pub(crate) fn may_in(desk: &Desk, caller: &Caller, permission: Permission, queue: &QueueId) -> bool {
    let (resource, circumstances) = in_queue(desk, caller, queue);
    desk.staff().policies().decide(caller, permission, &resource, circumstances).allowed
}

/// A queue as policies see it when this caller asks.
pub(crate) fn in_queue(desk: &Desk, caller: &Caller, queue: &QueueId) -> (Resource, Circumstances) {
    let book = desk.floor().routing.book();
    let unit = book.queue(queue).map(|queue| queue.unit.clone());
    let circumstances = Circumstances {
        purpose: purpose(caller),
        own_queue: book.is_served_by(queue, caller.member),
        ..Circumstances::default()
    };
    (Resource::Queue(queue.to_string(), unit), circumstances)
}

/// What this person is here for, by their role.
pub(crate) fn purpose(caller: &Caller) -> Purpose {
    if caller.roles.has(Role::ComplianceOfficer) {
        Purpose::Compliance
    } else if caller.roles.has(Role::Supervisor) {
        Purpose::Supervision
    } else {
        Purpose::Service
    }
}

/// A page leads to the sign-in and back again; a program is told.
fn to_sign_in(parts: &http::request::Parts) -> Response {
    if wants_json(&parts.headers) {
        return Failure::from(Refusal::new("desk.sign_in_needed")).into_response();
    }
    let looks = parts.method == Method::GET || parts.method == Method::HEAD;
    let asked =
        parts.uri.path_and_query().map(ToString::to_string).filter(|_| looks && parts.uri.path() != HOME);
    let Some(asked) = asked else { return Redirect::to(SIGN_IN).into_response() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &asked).finish();
    Redirect::to(&format!("{SIGN_IN}?{query}")).into_response()
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("json") && !accept.contains("html")
}

pub(crate) const HOME: &str = "/desk";

/// Where to go after the sign-in: a page of the desk and nothing else, whatever the address says.
pub(crate) fn safe_next(next: Option<&str>) -> &str {
    let within = |next: &&str| {
        let rest = next.strip_prefix(HOME);
        next.len() <= 1_024
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            && next.chars().all(|c| c.is_ascii_graphic() && c != '\\')
            && !next.split(['/', '?', '#']).any(|part| part == ".." || part.eq_ignore_ascii_case("%2e%2e"))
            && !next.starts_with(SIGN_IN)
    };
    next.filter(within).unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_nobody_is_led_away_from_the_desk() {
        for good in ["/desk", "/desk/staff", "/desk/audit?actor=x%20y", "/desk?done=x"] {
            assert_eq!(safe_next(Some(good)), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/desk",
            "/desk.evil.example",
            "/desk@evil.example",
            "/desk/../contact",
            "/desk/%2E%2e/contact",
            "/desk\r\nset-cookie: a=b",
            "/desk/a b",
            "/contact",
            "javascript:alert(1)",
            "/desk/sign-in?next=/desk/sign-in",
            &format!("/desk/{}", "a".repeat(2_000)),
        ] {
            assert_eq!(safe_next(Some(bad)), HOME, "{bad}");
        }
        assert_eq!(safe_next(None), HOME);
    }
}
