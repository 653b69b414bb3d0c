//! The whole directory on one page, for reading, searching in the browser and printing.

use askama::Template;
use axum::response::Response;
use directory::HolidayRule;
use web::{Failure, Page};

use crate::inquiry::Inquiry;
use crate::reach::icon;
use crate::schema;
use crate::unit::{UnitView, contacts, view};

#[derive(Template)]
#[template(path = "directory.html")]
struct DirectoryPage {
    page: Page,
    units: Vec<UnitView>,
    channels: Vec<ChannelView>,
    holidays: String,
    shown_moment: Option<String>,
    now_href: String,
    effective: String,
    schema: String,
}

/// What the institution says about a channel in general.
struct ChannelView {
    icon: &'static str,
    name: String,
    expected: Option<String>,
    best_for: Option<String>,
    caution: Option<String>,
}

pub async fn show(inquiry: Inquiry) -> Result<Response, Failure> {
    inquiry.send(|inquiry| Ok(page(inquiry))).await
}

fn page(inquiry: &Inquiry) -> DirectoryPage {
    let (directory, words) = (inquiry.directory(), inquiry.words());
    let ways: Vec<_> = directory.units.iter().flat_map(|unit| contacts(inquiry, unit)).collect();
    let holidays = match directory.calendar.rule() {
        HolidayRule::Closed => "portal-holidays-closed",
        HolidayRule::Unconfirmed => "portal-holidays-unconfirmed",
        HolidayRule::AsUsual => "portal-holidays-as-usual",
    };
    DirectoryPage {
        page: inquiry.visitor.page(words.text("portal-directory")),
        units: directory.units.iter().map(|unit| view(inquiry, unit)).collect(),
        channels: channels(inquiry),
        holidays: words.text(holidays).into_owned(),
        shown_moment: inquiry.shown_moment(),
        now_href: "/contact/directory".to_owned(),
        effective: inquiry.effective(),
        schema: schema::of_ways(&ways, inquiry),
    }
}

fn channels(inquiry: &Inquiry) -> Vec<ChannelView> {
    let (words, language) = (inquiry.words(), inquiry.visitor.language());
    let told = inquiry.directory().channels.iter().filter(|channel| {
        channel.expected.is_some() || channel.best_for.is_some() || channel.caution.is_some()
    });
    told.map(|channel| ChannelView {
        icon: icon(channel.kind),
        name: channel.name.get(language).to_owned(),
        expected: channel.expected.map(|expected| expected.spoken(words)),
        best_for: channel.best_for.as_ref().map(|text| text.get(language).to_owned()),
        caution: channel.caution.as_ref().map(|text| text.get(language).to_owned()),
    })
    .collect()
}
