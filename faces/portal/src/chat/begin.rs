//! Before a chat: what it is about and who asks; and what can be left while nobody is there.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::Response;
use chat::Guest;
use chat::start::{Asking, Form as Asked, Mistakes};
use directory::{ChannelKind, Directory};
use http::StatusCode;
use kernel::{Refusal, Result};
use routing::{Opening, QueueId, WhenClosed};
use web::{Failure, Page, html};

use super::{Pages, Room, back, page};

#[derive(Template)]
#[template(path = "chat/start.html")]
struct StartPage {
    page: Page,
    room: Room,
    there: There,
    subjects: Vec<Subject>,
    asked: Asked,
    host: Option<String>,
    /// The browser keeps no cookie for us here.
    blocked: bool,
    spoken: Spoken,
}

#[derive(Template)]
#[template(path = "chat/away.html")]
struct AwayPage {
    page: Page,
    room: Room,
    opening: String,
    callback: bool,
    asked: Asked,
    host: Option<String>,
    spoken: Spoken,
}

/// Whether somebody is there, and how soon.
struct There {
    kind: &'static str,
    icon: &'static str,
    text: String,
    wait: Option<String>,
}

struct Subject {
    name: String,
    topics: Vec<Topic>,
}

struct Topic {
    id: String,
    name: String,
    chosen: bool,
}

/// What is wrong with fields, in the reader's words.
#[derive(Default)]
struct Spoken(Vec<(&'static str, String)>);

const FIELDS: [&str; 4] = ["name", "email", "phone", "text"];

impl Spoken {
    fn new(mistakes: &Mistakes, guest: &Guest) -> Self {
        let told = |field: &'static str| {
            let told = guest.web.told(mistakes.of(field)?);
            Some((field, format!("{} {}", told.what, told.remedy)))
        };
        Self(FIELDS.into_iter().filter_map(told).collect())
    }

    fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, text)| text)
    }
}

impl StartPage {
    fn mistake(&self, field: &str) -> &str {
        self.spoken.of(field)
    }
}

impl AwayPage {
    fn mistake(&self, field: &str) -> &str {
        self.spoken.of(field)
    }
}

/// The form before a chat.
pub(super) async fn show(pages: &Pages, guest: &Guest, topic: String) -> Result<Response, Failure> {
    let asked = Asked { topic, ..Asked::default() };
    start(pages, guest, asked, false, Spoken::default()).await
}

async fn start(
    pages: &Pages,
    guest: &Guest,
    asked: Asked,
    blocked: bool,
    spoken: Spoken,
) -> Result<Response, Failure> {
    let published = pages.directories.at(guest.web.now, None).await?;
    let there = there(pages, guest, topic_of(&asked)).await?;
    let is_mistaken = !spoken.0.is_empty();
    let mut response = html(&StartPage {
        page: page(guest, "chat-title"),
        room: Room::of(guest)?,
        there,
        subjects: subjects(&published.directory, guest, &asked.topic),
        host: host(guest).await?,
        asked,
        blocked,
        spoken,
    })?;
    if is_mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    guest.dress(&mut response);
    Ok(response)
}

fn topic_of(asked: &Asked) -> Option<&str> {
    Some(asked.topic.as_str()).filter(|topic| !topic.is_empty())
}

/// The host that vouches for this browser, by its name.
async fn host(guest: &Guest) -> Result<Option<String>> {
    let host = guest.visitor().await?.and_then(|visitor| visitor.host);
    Ok(host.map(|origin| origin.split_once("://").map_or(origin.clone(), |(_, name)| name.to_owned())))
}

async fn there(pages: &Pages, guest: &Guest, topic: Option<&str>) -> Result<There> {
    let (queue, opening) = pages.chat.opening(topic).await?;
    let reader = guest.reader().await?;
    let text = reader.opening(&opening, guest.web.now);
    if !opening.open {
        return Ok(There { kind: "bad", icon: "circle-x", text, wait: None });
    }
    let wait = wait(pages, guest, &queue).await?;
    Ok(There { kind: "good", icon: "circle-check", text, wait })
}

async fn wait(pages: &Pages, guest: &Guest, queue: &QueueId) -> Result<Option<String>> {
    let (routing, language) = (pages.chat.routing(), guest.web.language());
    let estimate = routing.estimate(queue, ChannelKind::Chat, Some(language), guest.web.now).await?;
    let minutes = estimate.wait.map(|wait| wait.as_mins() + 1);
    Ok(minutes.map(|minutes| guest.web.words.message("chat-wait").with("minutes", minutes).to_string()))
}

fn subjects(directory: &Directory, guest: &Guest, chosen: &str) -> Vec<Subject> {
    let language = guest.web.language();
    let under = |subject: Option<usize>| -> Vec<Topic> {
        let own = directory.topics_for(None).filter(|topic| topic.subject == subject);
        own.map(|topic| Topic {
            id: topic.id.clone(),
            name: topic.name.get(language).to_owned(),
            chosen: topic.id == chosen,
        })
        .collect()
    };
    let named = directory.subjects.iter().enumerate();
    let named = named.map(|(index, subject)| Subject {
        name: subject.name.get(language).to_owned(),
        topics: under(Some(index)),
    });
    let other =
        Subject { name: guest.web.words.text("portal-other-matters").into_owned(), topics: under(None) };
    named.chain([other]).filter(|subject| !subject.topics.is_empty()).collect()
}

/// Takes the form before a chat. Where nobody is there, the other form follows with what was typed.
pub(super) async fn begin(
    State(pages): State<Pages>,
    guest: Guest,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    if guest.is_new {
        return start(&pages, &guest, asked, true, Spoken::default()).await;
    }
    guest.check(&asked.proof)?;
    guest.may_begin()?;
    let asked = known_topic(&pages, &guest, asked).await?;
    let (_, opening) = pages.chat.opening(topic_of(&asked)).await?;
    if !opening.open {
        return away(&guest, &opening, asked, Spoken::default()).await;
    }
    let asking = Asking { vouched: host(&guest).await?.is_some(), away: false };
    match asked.check(asking, guest.web.language(), &pages.chat.settings().region) {
        Ok(beginning) => {
            guest.begin(beginning, false).await?;
            Ok(back(&guest))
        }
        Err(mistakes) => {
            let spoken = Spoken::new(&mistakes, &guest);
            start(&pages, &guest, asked, false, spoken).await
        }
    }
}

/// A topic that the directory does not know is none.
async fn known_topic(pages: &Pages, guest: &Guest, mut asked: Asked) -> Result<Asked> {
    let published = pages.directories.at(guest.web.now, None).await?;
    if !published.directory.topics_for(None).any(|topic| topic.id == asked.topic) {
        asked.topic.clear();
    }
    Ok(asked)
}

async fn away(guest: &Guest, opening: &Opening, asked: Asked, spoken: Spoken) -> Result<Response, Failure> {
    let is_mistaken = !spoken.0.is_empty();
    let mut response = html(&AwayPage {
        page: page(guest, "chat-away"),
        room: Room::of(guest)?,
        opening: guest.reader().await?.opening(opening, guest.web.now),
        callback: opening.instead.contains(&WhenClosed::Callback),
        host: host(guest).await?,
        asked,
        spoken,
    })?;
    if is_mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    guest.dress(&mut response);
    Ok(response)
}

/// Takes what was left while nobody is there.
pub(super) async fn leave_word(
    State(pages): State<Pages>,
    guest: Guest,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    guest.check(&asked.proof)?;
    guest.may_begin()?;
    let asked = known_topic(&pages, &guest, asked).await?;
    let (_, opening) = pages.chat.opening(topic_of(&asked)).await?;
    if asked.wants_call() && !opening.open && !opening.instead.contains(&WhenClosed::Callback) {
        return Err(Refusal::new("chat.no_callback").into());
    }
    let asking = Asking { vouched: host(&guest).await?.is_some(), away: true };
    match asked.check(asking, guest.web.language(), &pages.chat.settings().region) {
        Ok(beginning) => {
            guest.begin(beginning, true).await?;
            Ok(back(&guest))
        }
        Err(mistakes) => {
            let spoken = Spoken::new(&mistakes, &guest);
            away(&guest, &opening, asked, spoken).await
        }
    }
}
