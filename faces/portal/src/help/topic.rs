//! Everything about one matter: what to read, and who helps.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Error;
use knowledge::Reader;
use web::{Failure, Page};

use super::listing::{self, Item};
use super::{Help, contact_address};
use crate::card::Card;
use crate::inquiry::Inquiry;

#[derive(Template)]
#[template(path = "help/topic.html")]
struct TopicPage {
    page: Page,
    subject: Option<String>,
    items: Vec<Item>,
    way: Option<Card>,
    contact_href: String,
}

pub(super) async fn show(
    State(help): State<Help>,
    Path(topic): Path<String>,
    inquiry: Inquiry,
) -> Result<Response, Failure> {
    let (name, subject) = listing::topic_names(&topic, &inquiry).ok_or(Error::NotFound)?;
    let what = format!("help {}", help.knowledge.generation());
    let render = |inquiry: &Inquiry| {
        let entries = listing::about_topic(&help, &topic, inquiry);
        let shown = entries.iter().filter(|entry| entry.is_for(Reader::Anybody));
        Ok(TopicPage {
            page: inquiry.visitor.page(name),
            subject,
            items: shown.map(|entry| Item::new(entry, inquiry)).collect(),
            way: listing::ways(&topic, inquiry).into_iter().next(),
            contact_href: contact_address(&topic),
        })
    };
    inquiry.send_as(&what, render).await
}
