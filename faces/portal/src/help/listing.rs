//! Articles and guides as they stand in lists.

use std::sync::Arc;

use directory::{About, Question};
use knowledge::{Entry, Kind, Reader};

use super::{Help, article_address, guide_address};
use crate::card::Card;
use crate::inquiry::Inquiry;

/// One text, to be opened.
pub(super) struct Item {
    pub href: String,
    pub title: String,
    pub summary: String,
    pub kind: String,
    pub icon: &'static str,
}

impl Item {
    pub(super) fn new(entry: &Entry, inquiry: &Inquiry) -> Self {
        Self {
            href: inquiry.asked.link(&address(entry), &[]),
            title: entry.title.clone(),
            summary: entry.summary.clone(),
            kind: kind_name(entry.kind, inquiry),
            icon: icon(entry.kind),
        }
    }
}

pub(super) fn address(entry: &Entry) -> String {
    if entry.guide.is_some() { guide_address(&entry.slug) } else { article_address(&entry.slug) }
}

pub(super) fn kind_name(kind: Kind, inquiry: &Inquiry) -> String {
    let words = inquiry.words();
    let key = match kind {
        Kind::Faq => "help-kind-faq",
        Kind::HowTo => "help-kind-how-to",
        Kind::Tutorial => "help-kind-tutorial",
        Kind::Manual => "help-kind-manual",
        Kind::Guide => "help-kind-guide",
        Kind::Policy | Kind::Procedure | Kind::Macro => "help-kind-internal",
    };
    words.text(key).into_owned()
}

fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Guide => "chevron-right",
        Kind::Manual | Kind::Tutorial => "scroll-text",
        _ => "file-text",
    }
}

/// Whose texts are shown: those for an audience that was asked for, else those for anybody who is no
/// member of staff.
pub(super) fn reader(inquiry: &Inquiry) -> Reader<'_> {
    inquiry.asked.audience().map_or(Reader::Anybody, Reader::Audience)
}

/// The best ways for a topic now, the very best first.
pub(super) fn ways(topic: &str, inquiry: &Inquiry) -> Vec<Card> {
    let question = Question {
        about: About::Topic(topic),
        audience: None,
        region: inquiry.asked.region(),
        moment: inquiry.moment,
        caller_zone: inquiry.caller_zone(),
        language: inquiry.visitor.language(),
    };
    // A topic that this edition no longer has is no reason to withhold the article.
    let answer = inquiry.directory().who(&question).ok();
    answer.map_or_else(Vec::new, |answer| answer.ways.iter().map(|way| Card::new(way, inquiry)).collect())
}

/// What else there is about a topic.
pub(super) fn about_topic(help: &Help, topic: &str, inquiry: &Inquiry) -> Vec<Arc<Entry>> {
    let language = inquiry.visitor.language();
    let is_about = |entry: &Entry| entry.topic.as_deref() == Some(topic);
    help.knowledge.entries(language, Reader::Anybody, is_about)
}

/// The name of a topic and of the heading it stands under.
pub(super) fn topic_names(topic: &str, inquiry: &Inquiry) -> Option<(String, Option<String>)> {
    let (directory, language) = (inquiry.directory(), inquiry.visitor.language());
    let topic = directory.topic(topic)?;
    let subject = topic.subject.and_then(|subject| directory.subjects.get(subject));
    Some((topic.name.get(language).to_owned(), subject.map(|subject| subject.name.get(language).to_owned())))
}

/// The Markdown of a text as HTML, its links leading to the portal's pages.
pub(super) fn html(text: &str) -> String {
    use knowledge::markdown::{Target, render};
    render(text, |target| {
        Some(match target {
            Target::Article(slug) => article_address(slug),
            Target::Guide(slug) => guide_address(slug),
            Target::Contact(topic) => super::contact_address(topic),
            Target::Address(address) => address.to_owned(),
        })
    })
}

/// When a text was published, as a day.
pub(super) fn day_of(entry: &Entry, inquiry: &Inquiry) -> String {
    let day = entry.published_at.to_zoned(inquiry.caller_zone().clone()).date();
    inquiry.words().date(day)
}
