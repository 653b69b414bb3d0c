//! The front of the help: one question, the guides, and everything by subject.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use knowledge::{Entry, Kind};
use web::{Failure, Page};

use super::Help;
use super::listing::{self, Item};
use crate::inquiry::Inquiry;

/// Texts shown of a subject; the rest is on its topics' pages.
const MOST_OF_A_SUBJECT: usize = 6;

#[derive(Template)]
#[template(path = "help/home.html")]
struct HomePage {
    page: Page,
    audiences: Vec<Audience>,
    /// Only texts for one audience are shown.
    for_some: bool,
    guides: Vec<Item>,
    subjects: Vec<Subject>,
}

struct Audience {
    href: String,
    text: String,
    chosen: bool,
}

struct Subject {
    id: String,
    name: String,
    items: Vec<Item>,
    topics: Vec<(String, String)>,
}

pub(super) async fn show(State(help): State<Help>, inquiry: Inquiry) -> Result<Response, Failure> {
    let what = format!("help {}", help.knowledge.generation());
    inquiry.send_as(&what, |inquiry| Ok(view(&help, inquiry))).await
}

fn view(help: &Help, inquiry: &Inquiry) -> HomePage {
    let language = inquiry.visitor.language();
    let entries = help.knowledge.entries(language, listing::reader(inquiry), |_| true);
    let (guides, texts): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.kind == Kind::Guide);
    let item = |entry: &&std::sync::Arc<Entry>| Item::new(entry, inquiry);
    let of_subject = |subject: Option<usize>| {
        let is_of = move |entry: &&&std::sync::Arc<Entry>| {
            let topic = entry.topic.as_deref().and_then(|topic| inquiry.directory().topic(topic));
            topic.and_then(|topic| topic.subject) == subject
        };
        texts.iter().filter(is_of).copied().collect::<Vec<_>>()
    };
    let directory = inquiry.directory();
    let named = directory
        .subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| (Some(at), subject.id.clone(), subject.name.get(language).to_owned()));
    let general = inquiry.words().text("help-general").into_owned();
    let mut subjects = Vec::new();
    for (at, id, name) in named.chain([(None, "general".to_owned(), general)]) {
        let mine = of_subject(at);
        if mine.is_empty() {
            continue;
        }
        let mut topics: Vec<(String, String)> = Vec::new();
        if mine.len() > MOST_OF_A_SUBJECT {
            for topic in mine.iter().filter_map(|entry| directory.topic(entry.topic.as_deref()?)) {
                let href = inquiry.asked.link(&format!("/help/topics/{}", topic.id), &[]);
                if !topics.iter().any(|(known, _)| *known == href) {
                    topics.push((href, topic.name.get(language).to_owned()));
                }
            }
        }
        let items = mine.iter().take(MOST_OF_A_SUBJECT).map(item).collect();
        subjects.push(Subject { id, name, items, topics });
    }
    let chosen = inquiry.asked.audience();
    let audiences = directory.audiences.iter().map(|audience| Audience {
        href: inquiry.asked.link("/help", &[("audience", Some(&audience.id))]),
        text: audience.name.get(language).to_owned(),
        chosen: chosen == Some(&audience.id),
    });
    HomePage {
        page: inquiry.visitor.page(inquiry.words().text("help-home")),
        audiences: audiences.collect(),
        for_some: chosen.is_some(),
        guides: guides.iter().map(item).collect(),
        subjects,
    }
}
