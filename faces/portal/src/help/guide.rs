//! A guide, a question a screen. Where somebody stands is in the address, so that it works without a script,
//! the browser's way back is the way back, and nothing is remembered about anybody.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::Error;
use knowledge::{At, Entry, Guide, Path as Way, Reader};
use serde::Deserialize;
use web::{Failure, Page, html};

use super::listing::{self, Item};
use super::visit::Visit;
use super::{Help, contact_address, guide_address};
use crate::card::Card;
use crate::inquiry::Inquiry;

#[derive(Template)]
#[template(path = "help/guide.html")]
struct GuidePage {
    page: Page,
    title: String,
    summary: String,
    answered: Vec<Answered>,
    start_href: String,
    back_href: Option<String>,
    here: Here,
}

/// A question that has been answered.
struct Answered {
    question: String,
    answer: String,
    /// The way back to it.
    href: String,
}

enum Here {
    Question { number: usize, question: String, help: Option<String>, answers: Vec<(String, String)> },
    End(Box<Ending>),
}

struct Ending {
    title: String,
    text: String,
    articles: Vec<Item>,
    contact: Option<Contact>,
}

/// Who takes over.
struct Contact {
    topic: String,
    href: String,
    way: Option<Card>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    way: String,
}

pub(super) async fn show(
    State(help): State<Help>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
    inquiry: Inquiry,
) -> Result<Response, Failure> {
    let language = inquiry.visitor.language();
    let (entry, guide) = help.knowledge.guide(&slug, language, Reader::Anybody).ok_or(Error::NotFound)?;
    let way: Way = asked.way.parse()?;
    let page = view(&help, &entry, &guide, &way, &inquiry)?;
    if way.is_empty() {
        help.knowledge.opened(&slug, language, visit.searched.as_deref(), visit.id());
    }
    Ok(visit.remember(html(&page)?))
}

fn view(
    help: &Help,
    entry: &Entry,
    guide: &Guide,
    way: &Way,
    inquiry: &Inquiry,
) -> Result<GuidePage, Failure> {
    let language = inquiry.visitor.language();
    let standing = guide.walk(way)?;
    let address = |way: &Way| {
        let way = way.to_string();
        let way = Some(way.as_str()).filter(|way| !way.is_empty());
        inquiry.asked.link(&guide_address(&entry.slug), &[("way", way)])
    };
    let mut answered = Vec::new();
    let mut walked = way.clone();
    for (step, answer) in standing.answered.iter().rev() {
        walked = walked.back().unwrap_or_default();
        answered.push(Answered {
            question: step.question.get(language).to_owned(),
            answer: answer.text.get(language).to_owned(),
            href: address(&walked),
        });
    }
    answered.reverse();
    let (title, here) = match standing.at {
        At::Question(step) => {
            let answers =
                step.answers.iter().zip(1..).map(|(answer, number)| {
                    (address(&way.and(number)), answer.text.get(language).to_owned())
                });
            let question = step.question.get(language).to_owned();
            let here = Here::Question {
                number: standing.answered.len() + 1,
                question: question.clone(),
                help: step.help.as_ref().map(|help| help.get(language).to_owned()),
                answers: answers.collect(),
            };
            (if way.is_empty() { entry.title.clone() } else { question }, here)
        }
        At::End(end) => {
            let articles =
                end.articles.iter().filter_map(|slug| help.knowledge.entry(slug, language, Reader::Anybody));
            let contact = end.contact.as_deref().and_then(|topic| {
                let (name, _) = listing::topic_names(topic, inquiry)?;
                let way = listing::ways(topic, inquiry).into_iter().next();
                Some(Contact { topic: name, href: contact_address(topic), way })
            });
            let ending = Ending {
                title: end.title.get(language).to_owned(),
                text: listing::html(end.text.get(language)),
                articles: articles.map(|entry| Item::new(&entry, inquiry)).collect(),
                contact,
            };
            (ending.title.clone(), Here::End(Box::new(ending)))
        }
    };
    let page = inquiry.visitor.page(title);
    Ok(GuidePage {
        page: if way.is_empty() { page } else { page.unlisted() },
        title: entry.title.clone(),
        summary: entry.summary.clone(),
        answered,
        start_href: address(&Way::default()),
        back_href: way.back().map(|way| address(&way)),
        here,
    })
}
