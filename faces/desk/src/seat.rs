//! A request of somebody who is signed in.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::request::Parts;
use kernel::{Error, Fault};
use staff::{Actor, Caller, Permission, SignedIn};
use web::{Failure, Page, Visitor, form_page};

use crate::Desk;
use crate::cookies::{self, Cookie};
use crate::frame::Frame;
use crate::guard::{Known, may};
use crate::notice::Notice;

/// Who asks, where, and all they ask of.
pub(crate) struct Seat {
    pub desk: Desk,
    pub visitor: Visitor,
    pub headers: HeaderMap,
    pub caller: Caller,
}

impl FromRequestParts<Desk> for Seat {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, desk).await?;
        let known = parts.extensions.get::<Known>().and_then(|known| known.0.clone());
        let caller = known.ok_or_else(|| Fault::new("a page for those who are signed in was public"))?;
        Ok(Self { desk: desk.clone(), visitor, headers: parts.headers.clone(), caller })
    }
}

impl Seat {
    pub fn may(&self, permission: Permission) -> bool {
        may(&self.desk, &self.caller, permission)
    }

    pub fn actor(&self) -> Actor {
        Actor::from(&self.caller)
    }

    /// The same, for areas that know no staff.
    pub fn audit_actor(&self) -> audit::Actor {
        audit::Actor::new(audit::ActorKind::Staff, self.caller.member)
    }

    /// Sends a page in the desk's frame. With a notice of a refusal, it has the refusal's status.
    pub async fn send<T: Template>(
        &self,
        title: &str,
        notice: Option<Notice>,
        make: impl FnOnce(Page, Frame) -> T,
    ) -> Result<Response, Failure> {
        let frame = Frame::new(&self.desk, &self.caller, &self.visitor, notice).await?;
        let status = frame.notice.as_ref().map(|notice| notice.status);
        let mut page = self.visitor.page(title).unlisted();
        let mut response = form_page(&self.visitor, &self.headers, |token| {
            page.form_token = Some(token);
            make(page, frame)
        })?;
        if let Some(status) = status {
            *response.status_mut() = status;
        }
        Ok(response)
    }

    /// A refusal in words, to be shown on a page.
    pub fn refused(&self, error: Error) -> Result<Notice, Failure> {
        Notice::refused(&self.visitor, error)
    }

    /// Whoever came by a link and proved more than that goes on with a new session.
    pub fn continue_as(&mut self, signed_in: Option<&SignedIn>) {
        if let Some(signed_in) = signed_in {
            self.caller = signed_in.caller.clone();
        }
    }
}

/// Gives the browser the session that was opened.
pub(crate) fn hand_over(desk: &Desk, response: &mut Response, signed_in: &SignedIn) {
    let headers = response.headers_mut();
    cookies::set(desk, headers, Cookie::Session, signed_in.session.expose());
    cookies::set(desk, headers, Cookie::Device, signed_in.device.expose());
}

/// After a deed: the page it was done on, which says so.
pub(crate) fn done(path: &str, what: &str) -> Response {
    let joint = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{joint}done={what}")).into_response()
}
