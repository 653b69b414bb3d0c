//! An article: the answer, what to do next, and who helps when it did not.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::Error;
use knowledge::{Entry, Kind, Reader, markdown};
use serde::Deserialize;
use web::{Failure, Page, html};

use super::listing::{self, Item};
use super::visit::Visit;
use super::{Help, article_address, contact_address, schema};
use crate::card::Card;
use crate::inquiry::Inquiry;

/// What to read next.
const MOST_RELATED: usize = 5;
/// Headings from which a table of contents is worth its place.
const WORTH_CONTENTS: usize = 3;

#[derive(Template)]
#[template(path = "help/article.html")]
struct ArticlePage {
    page: Page,
    kind: String,
    updated: String,
    /// The language of the text, when it is not that of the page.
    foreign: Option<String>,
    summary: String,
    contents: Vec<markdown::Section>,
    body: String,
    topic: Option<Topic>,
    feedback_action: String,
    /// What the reader said, when they just did.
    said: Option<bool>,
    related: Vec<Item>,
    way: Option<Card>,
    schema: String,
}

struct Topic {
    name: String,
    href: String,
    contact_href: String,
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    said: Option<String>,
}

pub(super) async fn show(
    State(help): State<Help>,
    Path(slug): Path<String>,
    Query(after): Query<After>,
    visit: Visit,
    inquiry: Inquiry,
) -> Result<Response, Failure> {
    let language = inquiry.visitor.language();
    let entry = help.knowledge.entry(&slug, language, Reader::Anybody).ok_or(Error::NotFound)?;
    let body = help.knowledge.body(&entry).await?;
    let said = match after.said.as_deref() {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    if said.is_none() {
        help.knowledge.opened(&slug, &entry.language, visit.searched.as_deref(), visit.id());
    }
    let page = view(&help, &entry, &body, said, &inquiry);
    Ok(visit.remember(html(&page)?))
}

fn view(help: &Help, entry: &Entry, body: &str, said: Option<bool>, inquiry: &Inquiry) -> ArticlePage {
    let page = inquiry.visitor.page(entry.title.clone());
    let is_foreign = entry.language != *inquiry.visitor.language();
    let topic = entry.topic.as_deref().and_then(|topic| {
        let (name, _) = listing::topic_names(topic, inquiry)?;
        let href = inquiry.asked.link(&format!("/help/topics/{topic}"), &[]);
        Some(Topic { name, href, contact_href: contact_address(topic) })
    });
    let contents = markdown::sections(body);
    let ways = entry.topic.as_deref().map_or_else(Vec::new, |topic| listing::ways(topic, inquiry));
    ArticlePage {
        kind: listing::kind_name(entry.kind, inquiry),
        updated: listing::day_of(entry, inquiry),
        foreign: is_foreign.then(|| entry.language.to_string()),
        summary: entry.summary.clone(),
        contents: if contents.len() >= WORTH_CONTENTS { contents } else { Vec::new() },
        body: listing::html(body),
        feedback_action: format!("{}/feedback", article_address(&entry.slug)),
        said,
        related: related(help, entry, inquiry),
        way: ways.into_iter().next(),
        schema: schema::of_article(entry, body, topic.as_ref().map(|topic| topic.name.as_str())),
        topic,
        // A page in another language than it says, or one that thanks somebody, is not for a search engine.
        page: if is_foreign || said.is_some() { page.unlisted() } else { page },
    }
}

/// What its author named, then what is about the same.
fn related(help: &Help, entry: &Entry, inquiry: &Inquiry) -> Vec<Item> {
    let language = inquiry.visitor.language();
    let named = entry.related.iter().filter_map(|slug| {
        let article = || help.knowledge.entry(slug, language, Reader::Anybody);
        help.knowledge.guide(slug, language, Reader::Anybody).map(|(entry, _)| entry).or_else(article)
    });
    let same =
        entry.topic.as_deref().map_or_else(Vec::new, |topic| listing::about_topic(help, topic, inquiry));
    let mut items: Vec<Item> = Vec::new();
    for other in named.chain(same) {
        let is_this = other.slug == entry.slug && (other.kind == Kind::Guide) == (entry.kind == Kind::Guide);
        let item = Item::new(&other, inquiry);
        if !is_this && !items.iter().any(|known| known.href == item.href) && items.len() < MOST_RELATED {
            items.push(item);
        }
    }
    items
}
