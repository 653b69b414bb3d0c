//! One way to reach somebody, as it stands on a page.

use directory::{ChannelKind, Couriers, OpenState, Way, WayAnswer};
use kernel::LocalText;

use crate::hours::{self, HoursView};
use crate::inquiry::Inquiry;
use crate::reach::{Reach, channel_name};
use crate::state::StateView;

pub struct Card {
    pub unit: String,
    pub unit_href: String,
    pub channel: String,
    /// What it is called: its label, its region.
    pub title: Option<String>,
    pub reach: Reach,
    /// None where it does not matter: a letter box is never closed.
    pub state: Option<StateView>,
    pub hours: Vec<HoursView>,
    pub expected: Option<String>,
    pub best_for: Option<String>,
    pub caution: Option<String>,
    pub note: Option<String>,
    /// The days between which it holds.
    pub dates: Option<String>,
    pub couriers: Option<String>,
    pub documents: Vec<String>,
}

impl Card {
    pub fn new(answer: &WayAnswer<'_>, inquiry: &Inquiry) -> Self {
        let (words, language) = (inquiry.words(), inquiry.visitor.language());
        let text = |text: Option<&LocalText>| text.map(|text| text.get(language).to_owned());
        let (way, unit, directory) = (answer.way, answer.unit, inquiry.directory());
        let region = answer.region.map(|region| region.name.get(language).to_owned());
        let documents = way.documents.iter().filter_map(|index| directory.documents.get(*index));
        Self {
            unit: unit_name(unit.name.get(language), unit.abbreviation.as_deref()),
            unit_href: inquiry.asked.link(&format!("/contact/{}", unit.id), &[]),
            channel: channel_name(answer.channel, way.channel, words),
            title: text(way.label.as_ref()).or(region),
            reach: Reach::new(way, words),
            state: (way.channel != ChannelKind::Mail).then(|| StateView::new(answer, inquiry)),
            hours: way.schedule.as_ref().map_or_else(Vec::new, |schedule| hours::views(schedule, inquiry)),
            expected: answer.expected().map(|expected| {
                // Nobody waits five minutes for a desk that opens on Monday.
                let key = match answer.state {
                    OpenState::Closed { .. } => "portal-answer-time-once-open",
                    _ => "portal-answer-time",
                };
                words.message(key).with("time", expected.spoken(words)).to_string()
            }),
            best_for: text(answer.channel.and_then(|channel| channel.best_for.as_ref())),
            caution: text(answer.channel.and_then(|channel| channel.caution.as_ref())),
            note: text(way.note.as_ref()),
            dates: dates(way, inquiry),
            couriers: couriers(&way.couriers, inquiry),
            documents: documents.map(|document| document.name.get(language).to_owned()).collect(),
        }
    }
}

/// `Dealer Service Center (DSC)`
pub fn unit_name(name: &str, abbreviation: Option<&str>) -> String {
    abbreviation.map_or_else(|| name.to_owned(), |short| format!("{name} ({short})"))
}

fn dates(way: &Way, inquiry: &Inquiry) -> Option<String> {
    let words = inquiry.words();
    let message = match (way.from, way.until) {
        (None, None) => return None,
        (Some(from), None) => words.message("portal-holds-from").with("from", words.date(from)),
        (None, Some(until)) => words.message("portal-holds-until").with("until", words.date(until)),
        (Some(from), Some(until)) => {
            words.message("portal-holds").with("from", words.date(from)).with("until", words.date(until))
        }
    };
    Some(message.to_string())
}

/// "US Postal Service and all other couriers"
fn couriers(couriers: &Couriers, inquiry: &Inquiry) -> Option<String> {
    let Couriers::These { named, others } = couriers else { return None };
    let (words, directory) = (inquiry.words(), inquiry.directory());
    let names = named.iter().filter_map(|index| directory.couriers.get(*index));
    let names: Vec<_> = names.map(|courier| courier.name.get(words.language())).collect();
    let names = names.join(", ");
    Some(match (names.is_empty(), others) {
        (_, false) => names,
        (true, true) => words.text("portal-all-couriers").into_owned(),
        (false, true) => words.message("portal-and-other-couriers").with("named", names).to_string(),
    })
}
