//! "Who handles it, and are they open?": ask in words or choose a matter, and see the best way now.

use askama::Template;
use axum::response::Response;
use directory::{About, Answer, Question, Topic, WayAnswer};
use kernel::Refusal;
use web::{Failure, Page};

use crate::asked::Asked;
use crate::card::Card;
use crate::inquiry::Inquiry;
use crate::schema;

/// Matters to offer when words fit several; more would be a list to read, not a choice.
const MOST_CHOICES: usize = 8;

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    page: Page,
    q: String,
    at: String,
    audiences: Vec<Choice>,
    region: String,
    shown_moment: Option<String>,
    now_href: String,
    outcome: Outcome,
    effective: String,
    schema: String,
}

/// What came of the question.
enum Outcome {
    /// Nothing was asked: every matter, to choose from.
    Unasked { subjects: Vec<Subject> },
    /// One matter was understood.
    Answered(Box<Answered>),
    /// The words fit several matters.
    Several { choices: Vec<Choice> },
    /// The words fit none; these may have been meant.
    Nothing { near: Vec<Choice>, subjects: Vec<Subject> },
}

struct Answered {
    topic: String,
    /// Each region has a desk of its own, and none was named: which one is it?
    regions: Vec<Choice>,
    best: Option<Card>,
    others: Vec<Card>,
}

/// The heading of a few matters.
struct Subject {
    id: String,
    name: String,
    topics: Vec<Choice>,
}

/// Something to choose: a matter, a region, an audience.
struct Choice {
    id: String,
    href: String,
    text: String,
    /// Whom it is for.
    detail: Option<String>,
    /// The best way for it now, told at once.
    card: Option<Card>,
    chosen: bool,
}

pub async fn show(inquiry: Inquiry) -> Result<Response, Failure> {
    inquiry.send(|inquiry| Ok(view(inquiry)?)).await
}

fn view(inquiry: &Inquiry) -> Result<ContactPage, Refusal> {
    let (asked, words) = (&inquiry.asked, inquiry.words());
    let about = asked.topic().map(About::Topic).or_else(|| asked.words().map(About::Words));
    let (outcome, schema) = match about {
        None => (Outcome::Unasked { subjects: subjects(inquiry) }, String::new()),
        Some(about) => {
            let answer = ask(inquiry, about)?;
            let schema = schema::of_ways(&answer.ways, inquiry);
            (outcome(inquiry, &answer)?, schema)
        }
    };
    let title = match &outcome {
        Outcome::Answered(answered) => answered.topic.clone(),
        _ => words.text("portal-contact").into_owned(),
    };
    let page = inquiry.visitor.page(title);
    let somebody_typed = asked.words().is_some();
    Ok(ContactPage {
        page: if somebody_typed { page.unlisted() } else { page },
        q: asked.words().unwrap_or_default().to_owned(),
        at: asked.at().unwrap_or_default().to_owned(),
        audiences: audiences(inquiry),
        region: asked.region().unwrap_or_default().to_owned(),
        shown_moment: inquiry.shown_moment(),
        now_href: Asked::default().link("/contact", &chosen(asked)),
        outcome,
        effective: inquiry.effective(),
        schema,
    })
}

/// What was asked, without the moment.
fn chosen(asked: &Asked) -> [(&'static str, Option<&str>); 4] {
    [
        ("q", asked.words()),
        ("topic", asked.topic()),
        ("audience", asked.audience()),
        ("region", asked.region()),
    ]
}

fn ask<'i>(inquiry: &'i Inquiry, about: About<'i>) -> Result<Answer<'i>, Refusal> {
    inquiry.directory().who(&Question {
        about,
        audience: inquiry.asked.audience(),
        region: inquiry.asked.region(),
        moment: inquiry.moment,
        caller_zone: inquiry.caller_zone(),
        language: inquiry.visitor.language(),
    })
}

fn outcome(inquiry: &Inquiry, answer: &Answer<'_>) -> Result<Outcome, Refusal> {
    match answer.topics.as_slice() {
        [] => {
            let near = answer.suggestions.iter().take(MOST_CHOICES);
            let near = near.map(|suggestion| {
                // A matter of another audience is told with that audience, or it would refuse again.
                topic_choice(inquiry, suggestion.topic, !suggestion.other_audience)
            });
            Ok(Outcome::Nothing { near: near.collect(), subjects: subjects(inquiry) })
        }
        [topic] => Ok(Outcome::Answered(Box::new(answered(inquiry, topic, &answer.ways)))),
        several => {
            let mut choices = Vec::new();
            for topic in several.iter().take(MOST_CHOICES) {
                let ways = ask(inquiry, About::Topic(&topic.id))?.ways;
                let mut choice = topic_choice(inquiry, topic, true);
                let mut cards: Vec<Card> = ways.iter().map(|way| Card::new(way, inquiry)).collect();
                tell_each_channel_once(&mut cards);
                choice.card = cards.into_iter().next();
                choices.push(choice);
            }
            Ok(Outcome::Several { choices })
        }
    }
}

fn answered(inquiry: &Inquiry, topic: &Topic, ways: &[WayAnswer<'_>]) -> Answered {
    let language = inquiry.visitor.language();
    let mut regions: Vec<Choice> = Vec::new();
    for region in ways.iter().filter_map(|way| way.region) {
        if !regions.iter().any(|known| known.id == region.id) {
            let fields = [
                ("topic", Some(topic.id.as_str())),
                ("audience", inquiry.asked.audience()),
                ("region", Some(&region.id)),
            ];
            regions.push(Choice {
                href: inquiry.asked.link("/contact", &fields),
                text: region.name.get(language).to_owned(),
                id: region.id.clone(),
                detail: None,
                card: None,
                chosen: inquiry.asked.region() == Some(&region.id),
            });
        }
    }
    let undecided = regions.len() > 1;
    let mut cards: Vec<Card> = ways.iter().map(|way| Card::new(way, inquiry)).collect();
    tell_each_channel_once(&mut cards);
    let others = cards.split_off(usize::from(!undecided && !cards.is_empty()));
    Answered {
        topic: topic.name.get(language).to_owned(),
        regions: if undecided { regions } else { Vec::new() },
        best: cards.pop(),
        others,
    }
}

/// What a channel is good for stands with its first card only, and only where another can be chosen:
/// "a simple question is quicker elsewhere" misleads whoever has but one line to call.
fn tell_each_channel_once(cards: &mut [Card]) {
    let choice = cards.iter().any(|card| cards.iter().any(|other| other.channel != card.channel));
    let mut told: Vec<String> = Vec::new();
    for card in cards {
        if !choice || told.contains(&card.channel) {
            (card.best_for, card.caution) = (None, None);
        } else {
            told.push(card.channel.clone());
        }
    }
}

fn audiences(inquiry: &Inquiry) -> Vec<Choice> {
    let (asked, language) = (&inquiry.asked, inquiry.visitor.language());
    let audiences = inquiry.directory().audiences.iter();
    audiences
        .map(|audience| Choice {
            id: audience.id.clone(),
            href: asked.link("/contact", &[("q", asked.words()), ("audience", Some(&audience.id))]),
            text: audience.name.get(language).to_owned(),
            detail: None,
            card: None,
            chosen: asked.audience() == Some(&audience.id),
        })
        .collect()
}

fn subjects(inquiry: &Inquiry) -> Vec<Subject> {
    let (directory, language) = (inquiry.directory(), inquiry.visitor.language());
    let topics: Vec<&Topic> = directory.topics_for(inquiry.asked.audience()).collect();
    let under = |subject: Option<usize>| -> Vec<Choice> {
        let own = topics.iter().filter(|topic| topic.subject == subject);
        own.map(|topic| topic_choice(inquiry, topic, true)).collect()
    };
    let named = directory.subjects.iter().enumerate().map(|(index, subject)| Subject {
        id: subject.id.clone(),
        name: subject.name.get(language).to_owned(),
        topics: under(Some(index)),
    });
    let other = Subject {
        id: "other".to_owned(),
        name: inquiry.words().text("portal-other-matters").into_owned(),
        topics: under(None),
    };
    named.chain([other]).filter(|subject| !subject.topics.is_empty()).collect()
}

fn topic_choice(inquiry: &Inquiry, topic: &Topic, keep_audience: bool) -> Choice {
    let (directory, language) = (inquiry.directory(), inquiry.visitor.language());
    let audience = inquiry.asked.audience().filter(|_| keep_audience);
    let fields =
        [("topic", Some(topic.id.as_str())), ("audience", audience), ("region", inquiry.asked.region())];
    let names: Vec<&str> =
        directory.audiences_of(&topic.audiences).map(|audience| audience.name.get(language)).collect();
    Choice {
        id: topic.id.clone(),
        href: inquiry.asked.link("/contact", &fields),
        text: topic.name.get(language).to_owned(),
        detail: (!names.is_empty()).then(|| names.join(", ")),
        card: None,
        chosen: false,
    }
}
