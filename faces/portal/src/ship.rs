//! Where to send papers, by which courier.

use askama::Template;
use axum::response::Response;
use directory::{ChannelKind, ShipWay, Unit, Way, WayAnswer};
use kernel::Refusal;
use web::{Failure, Page};

use crate::card::Card;
use crate::inquiry::Inquiry;

/// "Another courier" in the form. The directory knows no courier by this name, which is what it means.
const ANOTHER: &str = "another";

#[derive(Template)]
#[template(path = "ship.html")]
struct ShipPage {
    page: Page,
    couriers: Vec<Entry>,
    documents: Vec<Entry>,
    at: String,
    /// Whether somebody asked; otherwise every address is shown.
    asked: bool,
    addresses: Vec<Address>,
    shown_moment: Option<String>,
    now_href: String,
    effective: String,
}

/// An entry of a list to choose from.
struct Entry {
    id: String,
    text: String,
    chosen: bool,
}

struct Address {
    card: Card,
    /// The directory does not say that this courier may deliver here.
    courier_unstated: bool,
}

pub async fn show(inquiry: Inquiry) -> Result<Response, Failure> {
    inquiry.send(|inquiry| Ok(page(inquiry)?)).await
}

fn page(inquiry: &Inquiry) -> Result<ShipPage, Refusal> {
    let (asked, directory) = (&inquiry.asked, inquiry.directory());
    let (words, language) = (inquiry.words(), inquiry.visitor.language());
    let mut couriers: Vec<Entry> = directory
        .couriers
        .iter()
        .map(|courier| option(&courier.id, courier.name.get(language), asked.courier()))
        .collect();
    couriers.push(option(ANOTHER, &words.text("portal-another-courier"), asked.courier()));
    let documents = directory.documents.iter();
    Ok(ShipPage {
        page: inquiry.visitor.page(words.text("portal-ship")),
        couriers,
        documents: documents
            .map(|document| option(&document.id, document.name.get(language), asked.document()))
            .collect(),
        at: asked.at().unwrap_or_default().to_owned(),
        asked: asked.courier().is_some(),
        addresses: addresses(inquiry)?,
        shown_moment: inquiry.shown_moment(),
        now_href: "/contact/ship".to_owned(),
        effective: inquiry.effective(),
    })
}

fn option(id: &str, text: &str, chosen: Option<&str>) -> Entry {
    Entry { id: id.to_owned(), text: text.to_owned(), chosen: chosen == Some(id) }
}

fn addresses(inquiry: &Inquiry) -> Result<Vec<Address>, Refusal> {
    let (asked, directory) = (&inquiry.asked, inquiry.directory());
    if let Some(courier) = asked.courier() {
        let answer = directory.ship(courier, asked.document(), inquiry.moment, inquiry.visitor.language())?;
        return Ok(answer.ways.iter().map(|way| shipped(way, inquiry)).collect());
    }
    let document =
        asked.document().and_then(|id| directory.documents.iter().position(|known| known.id == id));
    let takes = |way: &Way| document.is_none_or(|document| way.documents.contains(&document));
    let all = directory.units.iter().flat_map(|unit| crate::unit::contacts(inquiry, unit));
    let mail = all.filter(|answer| answer.way.channel == ChannelKind::Mail && takes(answer.way));
    Ok(mail.map(|answer| Address { card: Card::new(&answer, inquiry), courier_unstated: false }).collect())
}

fn shipped(found: &ShipWay<'_>, inquiry: &Inquiry) -> Address {
    let answer = as_answer(found.unit, found.way, inquiry);
    Address { card: Card::new(&answer, inquiry), courier_unstated: !found.courier_stated }
}

fn as_answer<'d>(unit: &'d Unit, way: &'d Way, inquiry: &'d Inquiry) -> WayAnswer<'d> {
    WayAnswer {
        unit,
        way,
        topic: None,
        channel: inquiry.directory().channel(way.channel),
        region: None,
        state: way.state_at(inquiry.moment, inquiry.caller_zone()),
        moment: inquiry.moment,
    }
}
