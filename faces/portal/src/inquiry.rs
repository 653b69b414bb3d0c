//! One visitor's question at one moment: the edition that answers it, and whose clock to show.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRef, FromRequestParts, Query};
use axum::response::Response;
use directory::{Directory, Edition, Published, read_moment};
use http::HeaderMap;
use http::request::Parts;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Context, Refusal, Result};
use web::{Failure, Visitor};
use words::Words;

use crate::Portal;
use crate::asked::Asked;

/// An extractor; the page that answers it is sent by [`Inquiry::send`].
pub struct Inquiry {
    portal: Portal,
    headers: HeaderMap,
    pub visitor: Visitor,
    pub asked: Asked,
    published: Arc<Published>,
    /// The moment to answer for: now, unless another was asked for.
    pub moment: Timestamp,
    /// The moment whose knowledge was asked for.
    pub known: Option<Timestamp>,
}

impl<S> FromRequestParts<S> for Inquiry
where
    S: Send + Sync,
    Portal: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let portal = &Portal::from_ref(state);
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let Query(asked) = Query::try_from_uri(&parts.uri).map_err(|_| Refusal::new("web.bad_request"))?;
        Ok(Self::new(portal, parts.headers.clone(), visitor, asked).await?)
    }
}

impl Inquiry {
    async fn new(portal: &Portal, headers: HeaderMap, visitor: Visitor, asked: Asked) -> Result<Self> {
        let now = visitor.now;
        let own_zone = visitor.zone.as_ref().map(|zone| zone.zone.clone());
        let (mut moment, mut known) = (now, None);
        if asked.at().is_some() || asked.known().is_some() {
            let zone = match own_zone {
                Some(zone) => zone,
                None => home_zone(portal, now).await?,
            };
            moment = asked.at().map_or(Ok(now), |text| read_moment(text, &zone))?;
            known = asked.known().map(|text| read_moment(text, &zone)).transpose()?;
        }
        let published = portal.directories.at(moment, known).await?;
        Ok(Self { portal: portal.clone(), headers, visitor, asked, published, moment, known })
    }

    /// Sends the page that `view` makes of it, kept ready for whoever asks the same.
    pub async fn send<T: Template>(
        &self,
        view: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<Response, Failure> {
        self.send_as("", view).await
    }

    /// The same for a page that is made from something else too, of which `besides` names the version.
    pub async fn send_as<T: Template>(
        &self,
        besides: &str,
        view: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<Response, Failure> {
        let name = format!("{besides} {}", self.page_name());
        let render = || Ok(view(self)?.render().context("rendering a page of the portal")?);
        self.portal.pages.page(&self.visitor, &self.headers, &name, render).await
    }

    pub fn directory(&self) -> &Directory {
        &self.published.directory
    }

    pub fn edition(&self) -> &Edition {
        &self.published.edition
    }

    pub fn words(&self) -> &Words {
        &self.visitor.words
    }

    /// The zone of the visitor's own clock, if it is known.
    pub fn own_zone(&self) -> Option<&TimeZone> {
        self.visitor.zone.as_ref().map(|zone| &zone.zone)
    }

    pub fn home_zone(&self) -> &TimeZone {
        &self.directory().institution.zone
    }

    /// The clock by which "local time" is taken: the visitor's own, else that of the institution.
    pub fn caller_zone(&self) -> &TimeZone {
        self.own_zone().unwrap_or_else(|| self.home_zone())
    }

    /// What the page cache knows the page by.
    pub fn page_name(&self) -> String {
        format!("{} {}", self.edition().id, self.visitor.address)
    }

    /// Until when the edition says it holds, from when, and when it was recorded.
    pub fn effective(&self) -> String {
        let words = self.words();
        let date = |instant: Timestamp| words.date(instant.to_zoned(self.home_zone().clone()).date());
        let (from, recorded) = (date(self.edition().valid_from), date(self.edition().recorded_at));
        words.message("portal-effective").with("from", from).with("recorded", recorded).to_string()
    }

    /// Says that another moment than now is shown; `None` for now.
    pub fn shown_moment(&self) -> Option<String> {
        self.asked.at().or(self.asked.known())?;
        let words = self.words();
        let said = |instant: Timestamp| {
            let there = instant.to_zoned(self.caller_zone().clone());
            let zone = words.zone(self.caller_zone(), instant);
            words
                .message("portal-moment")
                .with("date", words.date(there.date()))
                .with("time", words.time(there.time()))
                .with("zone", zone)
                .to_string()
        };
        let moment = said(self.moment);
        Some(match self.known {
            None => words.message("portal-shown-at").with("moment", moment).to_string(),
            Some(known) => {
                let message = words.message("portal-shown-at-known");
                message.with("moment", moment).with("known", said(known)).to_string()
            }
        })
    }
}

/// The zone of the institution as it is today, to read a moment by that names no zone itself.
async fn home_zone(portal: &Portal, now: Timestamp) -> Result<TimeZone> {
    Ok(portal.directories.at(now, None).await?.directory.institution.zone.clone())
}
