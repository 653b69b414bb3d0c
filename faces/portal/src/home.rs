//! The start page: one question, and where else to go.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use kernel::Context;
use web::{Failure, Page, Visitor};

use crate::Portal;
use crate::asked::Asked;
use crate::inquiry::Inquiry;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    audiences: Vec<Door>,
    ship_href: String,
    directory_href: String,
}

/// A way in for those who belong to an audience.
struct Door {
    href: String,
    text: String,
}

pub async fn show(
    visitor: Visitor,
    headers: HeaderMap,
    State(portal): State<Portal>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let inquiry = Inquiry::new(&portal, visitor, asked).await?;
    let render = || Ok(view(&inquiry).render().context("the start page")?);
    portal.pages.page(&inquiry.visitor, &headers, &inquiry.page_name(), render).await
}

fn view(inquiry: &Inquiry) -> HomePage {
    let (asked, language) = (&inquiry.asked, inquiry.visitor.language());
    let doors = inquiry.directory().audiences.iter().map(|audience| Door {
        href: asked.link("/contact", &[("audience", Some(&audience.id))]),
        text: audience.name.get(language).to_owned(),
    });
    HomePage {
        page: inquiry.visitor.page(inquiry.words().text("portal-home")),
        audiences: doors.collect(),
        ship_href: asked.link("/contact/ship", &[]),
        directory_href: asked.link("/contact/directory", &[]),
    }
}
