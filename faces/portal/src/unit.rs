//! One unit with every contact it has: as a page, as a part of the whole directory, and as a vCard.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use directory::{Address, Unit, WayAnswer};
use http::{HeaderValue, header};
use kernel::{Context, Error};
use web::{Failure, Page};

use crate::card::{Card, unit_name};
use crate::hours::{self, HoursView};
use crate::inquiry::Inquiry;
use crate::schema;
use crate::vcard;

const VCARD: &str = ".vcf";

#[derive(Template)]
#[template(path = "unit_page.html")]
struct UnitPage {
    page: Page,
    unit: UnitView,
    directory_href: String,
    shown_moment: Option<String>,
    now_href: String,
    effective: String,
    schema: String,
}

pub struct UnitView {
    pub id: String,
    pub name: String,
    pub purpose: Option<String>,
    pub note: Option<String>,
    pub audiences: Vec<String>,
    pub topics: Vec<TopicLink>,
    pub lines: Vec<Line>,
    /// The hours that all of its staffed ways share.
    pub hours: Vec<HoursView>,
    /// Parts of it that keep other hours.
    pub groups: Vec<(String, Vec<HoursView>)>,
    pub vcard_href: String,
}

pub struct TopicLink {
    pub href: String,
    pub text: String,
}

/// A number or address, with what its menu offers.
pub struct Line {
    pub card: Card,
    /// What it is for, when that is not simply what its unit is for.
    pub topics: Vec<TopicLink>,
    pub options: Vec<MenuOption>,
}

pub struct MenuOption {
    pub key: String,
    pub text: String,
    pub topics: Vec<TopicLink>,
}

pub async fn show(Path(name): Path<String>, inquiry: Inquiry) -> Result<Response, Failure> {
    if let Some(id) = name.strip_suffix(VCARD) {
        return download(&inquiry, id);
    }
    inquiry.send(|inquiry| page(inquiry, &name).ok_or(Error::NotFound)).await
}

fn page(inquiry: &Inquiry, id: &str) -> Option<UnitPage> {
    let unit = inquiry.directory().unit(id)?;
    let view = view(inquiry, unit);
    let ways = contacts(inquiry, unit);
    Some(UnitPage {
        page: inquiry.visitor.page(view.name.clone()),
        unit: view,
        directory_href: inquiry.asked.link("/contact/directory", &[]),
        shown_moment: inquiry.shown_moment(),
        now_href: format!("/contact/{id}"),
        effective: inquiry.effective(),
        schema: schema::of_ways(&ways, inquiry),
    })
}

pub fn contacts<'i>(inquiry: &'i Inquiry, unit: &Unit) -> Vec<WayAnswer<'i>> {
    inquiry.directory().contacts(&unit.id, inquiry.moment, inquiry.caller_zone()).unwrap_or_default()
}

pub fn view(inquiry: &Inquiry, unit: &Unit) -> UnitView {
    let (directory, language) = (inquiry.directory(), inquiry.visitor.language());
    let answers = contacts(inquiry, unit);
    let mut lines: Vec<Line> = Vec::new();
    let mut previous: Option<&WayAnswer<'_>> = None;
    for answer in &answers {
        let goes_on = previous.is_some_and(|earlier| is_same_line(earlier, answer));
        match (lines.last_mut(), &answer.way.address) {
            (Some(line), Address::Phone { option: Some(key), .. }) if goes_on => {
                line.options.push(menu_option(inquiry, answer, key));
            }
            _ => {
                lines.push(line(inquiry, answer));
                previous = Some(answer);
            }
        }
    }
    // Where each line has matters of its own, the unit's are the same ones again.
    let relied_on = lines.iter().any(|line| line.topics.is_empty());
    let topics = if relied_on { topic_links(inquiry, &unit.topics) } else { Vec::new() };
    let hours = shared_hours(&mut lines);
    let groups = unit
        .groups
        .iter()
        .map(|group| (group.name.get(language).to_owned(), hours::views(&group.schedule, inquiry)));
    UnitView {
        id: unit.id.clone(),
        name: unit_name(unit.name.get(language), unit.abbreviation.as_deref()),
        purpose: unit.purpose.as_ref().map(|text| text.get(language).to_owned()),
        note: unit.note.as_ref().map(|text| text.get(language).to_owned()),
        audiences: directory
            .audiences_of(&unit.audiences)
            .map(|named| named.name.get(language).to_owned())
            .collect(),
        topics,
        lines,
        hours,
        groups: groups.collect(),
        vcard_href: inquiry.asked.link(&format!("/contact/{}{VCARD}", unit.id), &[]),
    }
}

/// Whether a way is another option in the menu of the number before it, at the same hours.
fn is_same_line(earlier: &WayAnswer<'_>, answer: &WayAnswer<'_>) -> bool {
    let number = |answer: &WayAnswer<'_>| match &answer.way.address {
        Address::Phone { number, .. } => Some(number.e164().to_owned()),
        _ => None,
    };
    let same_hours = earlier.way.schedule == answer.way.schedule && earlier.state == answer.state;
    number(earlier).is_some() && number(earlier) == number(answer) && same_hours
}

fn line(inquiry: &Inquiry, answer: &WayAnswer<'_>) -> Line {
    let own = answer.way.topics != answer.unit.topics;
    let topics = if own { topic_links(inquiry, &answer.way.topics) } else { Vec::new() };
    Line { card: Card::new(answer, inquiry), topics, options: Vec::new() }
}

fn menu_option(inquiry: &Inquiry, answer: &WayAnswer<'_>, key: &str) -> MenuOption {
    let topics = topic_links(inquiry, &answer.way.topics);
    let label = answer.way.label.as_ref().map(|label| label.get(inquiry.visitor.language()).to_owned());
    let text = label.or_else(|| topics.first().map(|topic| topic.text.clone()));
    MenuOption { key: key.to_owned(), text: text.unwrap_or_default(), topics }
}

fn topic_links(inquiry: &Inquiry, topics: &[usize]) -> Vec<TopicLink> {
    let (directory, language) = (inquiry.directory(), inquiry.visitor.language());
    let topics = topics.iter().filter_map(|index| directory.topics.get(*index));
    topics
        .map(|topic| TopicLink {
            href: inquiry.asked.link("/contact", &[("topic", Some(&topic.id))]),
            text: topic.name.get(language).to_owned(),
        })
        .collect()
}

/// Takes the hours off the lines when all lines that have hours have the same.
fn shared_hours(lines: &mut [Line]) -> Vec<HoursView> {
    let mut staffed = lines.iter().map(|line| &line.card.hours).filter(|hours| !hours.is_empty());
    let Some(first) = staffed.next().cloned() else { return Vec::new() };
    if !staffed.all(|hours| *hours == first) {
        return Vec::new();
    }
    for line in lines {
        line.card.hours.clear();
    }
    first
}

fn download(inquiry: &Inquiry, id: &str) -> Result<Response, Failure> {
    let unit = inquiry.directory().unit(id).ok_or(Error::NotFound)?;
    let file =
        HeaderValue::try_from(format!("attachment; filename=\"{id}{VCARD}\"")).context("the file's name")?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/vcard; charset=utf-8")),
        (header::CONTENT_DISPOSITION, file),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    Ok((headers, vcard::of_unit(inquiry, unit)).into_response())
}
