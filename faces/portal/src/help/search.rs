//! What a search found: an answer of the directory first, then articles and guides.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use directory::{About, Question};
use knowledge::{Hit, Piece, Search};
use web::{Failure, Page, html};

use super::listing::{self, Item};
use super::visit::Visit;
use super::{Help, contact_address};
use crate::card::Card;
use crate::inquiry::Inquiry;

const MOST: usize = 10;
/// The share of the best score that is still worth a look.
const AS_GOOD: f32 = 0.25;
/// Matters that the directory may answer beside the articles.
const MOST_ANSWERS: usize = 2;

#[derive(Template)]
#[template(path = "help/search.html")]
struct SearchPage {
    page: Page,
    q: String,
    audience: String,
    meant: Option<Meant>,
    answers: Vec<Answer>,
    hits: Vec<Shown>,
    /// "6 answers for …", as a screen reader hears it too.
    sum: String,
}

struct Meant {
    href: String,
    text: String,
}

/// A matter that the directory knows, and the best way for it now.
struct Answer {
    topic: String,
    href: String,
    card: Card,
}

struct Shown {
    item: Item,
    title: Vec<Piece>,
    excerpt: Vec<Piece>,
}

pub(super) async fn show(
    State(help): State<Help>,
    visit: Visit,
    inquiry: Inquiry,
) -> Result<Response, Failure> {
    let words = inquiry.asked.words().unwrap_or_default().to_owned();
    let language = inquiry.visitor.language();
    let reader = listing::reader(&inquiry);
    let search = Search { text: &words, language, reader, typing: false, limit: MOST };
    let found = help.knowledge.search(&search)?;
    let hits = worth_showing(found.hits);
    let answers = answers(&words, &inquiry);
    if !words.is_empty() {
        help.knowledge.asked(&words, language, hits.len() + answers.len(), visit.id());
    }
    let told = inquiry.words().message("help-found").with("count", hits.len() + answers.len());
    let page = inquiry.visitor.page(inquiry.words().text("help-search")).unlisted();
    let page = SearchPage {
        page,
        sum: told.with("words", words.as_str()).to_string(),
        audience: inquiry.asked.audience().unwrap_or_default().to_owned(),
        meant: found.meant.map(|text| Meant {
            href: inquiry
                .asked
                .link("/help/search", &[("q", Some(&text)), ("audience", inquiry.asked.audience())]),
            text,
        }),
        answers,
        hits: hits.into_iter().map(|hit| shown(hit, &inquiry)).collect(),
        q: words,
    };
    Ok(visit.remember(html(&page)?))
}

/// The hits that are not much worse than the best: a long tail hides the answer.
fn worth_showing(mut hits: Vec<Hit>) -> Vec<Hit> {
    let best = hits.first().map_or(0.0, |hit| hit.score);
    hits.retain(|hit| hit.score >= best * AS_GOOD);
    hits
}

fn shown(hit: Hit, inquiry: &Inquiry) -> Shown {
    Shown { item: Item::new(&hit.entry, inquiry), title: hit.title, excerpt: hit.excerpt }
}

/// The matters that the words surely mean, with whoever handles them.
fn answers(words: &str, inquiry: &Inquiry) -> Vec<Answer> {
    if words.is_empty() {
        return Vec::new();
    }
    let language = inquiry.visitor.language();
    let ask = |about| Question {
        about,
        audience: inquiry.asked.audience(),
        region: None,
        moment: inquiry.moment,
        caller_zone: inquiry.caller_zone(),
        language,
    };
    let Ok(understood) = inquiry.directory().who(&ask(About::Words(words))) else { return Vec::new() };
    let topics = understood.topics.into_iter().take(MOST_ANSWERS);
    let answers = topics.filter_map(|topic| {
        let ways = inquiry.directory().who(&ask(About::Topic(&topic.id))).ok()?.ways;
        Some(Answer {
            topic: topic.name.get(language).to_owned(),
            href: contact_address(&topic.id),
            card: Card::new(ways.first()?, inquiry),
        })
    });
    answers.collect()
}
