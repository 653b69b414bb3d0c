//! A request before the sign-in.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::request::Parts;
use kernel::{Error, Fault};
use staff::{Caller, SignedIn, Visit};
use web::{Contrast, Failure, Page, Theme, Visitor, form_page};

use crate::Desk;
use crate::guard::{Known, safe_next};
use crate::notice::Notice;
use crate::seat::hand_over;
use crate::sign_in::SET_UP;

pub(crate) struct Door {
    pub desk: Desk,
    pub visitor: Visitor,
    pub headers: HeaderMap,
    pub visit: Visit,
    /// Whoever is signed in all the same, and does it again.
    pub caller: Option<Caller>,
}

impl FromRequestParts<Desk> for Door {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, desk).await?;
        let visit = parts.extensions.get::<Visit>().cloned();
        let visit = visit.ok_or_else(|| Fault::new("a route of the desk without its guard"))?;
        let caller = parts.extensions.get::<Known>().and_then(|known| known.0.clone());
        Ok(Self { desk: desk.clone(), visitor, headers: parts.headers.clone(), visit, caller })
    }
}

impl Door {
    /// Sends a page in the frame of those who are not signed in.
    pub fn send<T: Template>(
        &self,
        key: &str,
        notice: Option<Notice>,
        make: impl FnOnce(Page, Option<Notice>) -> T,
    ) -> Result<Response, Failure> {
        let notice = notice.or_else(|| Notice::done(&self.visitor));
        let status = notice.as_ref().map(|notice| notice.status);
        let mut page = self.visitor.page(self.visitor.words.text(key)).unlisted();
        let mut response = form_page(&self.visitor, &self.headers, |token| {
            page.form_token = Some(token);
            make(page, notice)
        })?;
        if let Some(status) = status {
            *response.status_mut() = status;
        }
        Ok(response)
    }

    /// Lets somebody in who has proved who they are. An older session of this browser ends.
    pub async fn welcome(&self, signed_in: &SignedIn, next: Option<&str>) -> Result<Response, Failure> {
        if let Some(before) = &self.caller {
            match self.desk.staff().sign_out(before).await {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let caller = &signed_in.caller;
        let to = if caller.method.is_strong() { safe_next(next) } else { SET_UP };
        let mut response = Redirect::to(to).into_response();
        hand_over(&self.desk, &mut response, signed_in);
        let (theme, contrast) = look(caller.theme);
        self.visitor.prefer(response.headers_mut(), &caller.language, theme, contrast);
        Ok(response)
    }
}

/// A member's colours, as the shell knows them.
pub(crate) fn look(theme: staff::Theme) -> (Theme, Contrast) {
    match theme {
        staff::Theme::System => (Theme::Auto, Contrast::Auto),
        staff::Theme::Light => (Theme::Light, Contrast::Auto),
        staff::Theme::Dark => (Theme::Dark, Contrast::Auto),
        staff::Theme::HighContrast => (Theme::Auto, Contrast::More),
    }
}
