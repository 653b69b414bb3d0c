//! The start page: one question, and where else to go.

use askama::Template;
use axum::response::Response;
use web::{Failure, Page};

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

pub async fn show(inquiry: Inquiry) -> Result<Response, Failure> {
    inquiry.send(|inquiry| Ok(view(inquiry))).await
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
