//! The ways of a unit, and the dated exceptions to their hours.

use toml::Spanned;

use crate::build::Builder;
use crate::finding::Finding;
use crate::model::{Address, ChannelKind, Couriers, Unit, Way};
use crate::open::{Exception, Zone, first_instant};
use crate::phone::PhoneNumber;
use crate::raw::{RawException, RawState, RawUnit, RawWay};

/// In a list of couriers: every other one.
const OTHERS: &str = "others";

impl Builder<'_> {
    pub(crate) fn way(&mut self, raw: RawWay, unit: &RawUnit, unit_topics: &[usize]) -> Way {
        let channel = *raw.channel.get_ref();
        // The hours of a unit are those of its people, so they are not handed to a fax machine.
        let hours = raw.hours.as_ref().or(unit.hours.as_ref().filter(|_| channel.is_live()));
        let zone = raw.zone.as_ref().or(unit.zone.as_ref());
        if let Some(from) = &raw.from {
            self.in_sequence(*from.get_ref(), raw.until.as_ref());
        }
        Way {
            place: self.place(&raw.id),
            channel,
            region: raw.region.as_ref().and_then(|id| self.resolve("region", id)),
            topics: raw
                .topics
                .as_ref()
                .map_or_else(|| unit_topics.to_vec(), |ids| self.resolve_all("topic", ids)),
            schedule: hours.and_then(|hours| self.schedule(hours, zone)),
            exceptions: Vec::new(),
            from: raw.from.as_ref().map(|day| day.get_ref().0),
            until: raw.until.as_ref().map(|day| day.get_ref().0),
            couriers: self.couriers(raw.couriers.as_deref()),
            documents: self.resolve_all("document", &raw.documents),
            address: self.address(&raw),
            label: self.maybe_text(raw.label),
            note: self.maybe_text(raw.note),
            id: raw.id.into_inner(),
        }
    }

    fn couriers(&mut self, raw: Option<&[Spanned<String>]>) -> Couriers {
        let Some(raw) = raw else { return Couriers::Unstated };
        let others = raw.iter().any(|id| id.get_ref() == OTHERS);
        let named = raw.iter().filter(|id| id.get_ref() != OTHERS);
        Couriers::These { named: named.filter_map(|id| self.resolve("courier", id)).collect(), others }
    }

    /// What a channel needs has to be there, and nothing that belongs to another channel.
    fn address(&mut self, raw: &RawWay) -> Address {
        let channel = *raw.channel.get_ref();
        let given = [
            ("number", raw.number.as_ref().map(Spanned::span)),
            ("option", raw.option.as_ref().map(Spanned::span)),
            ("email", raw.email.as_ref().map(Spanned::span)),
            ("address", raw.address.as_ref().map(Spanned::span)),
            ("site", raw.site.as_ref().map(Spanned::span)),
            ("url", raw.url.as_ref().map(Spanned::span)),
        ];
        let (needed, allowed): (&str, &[&str]) = match channel {
            _ if !raw.published => ("", &[]),
            ChannelKind::Phone => ("number", &["number", "option"]),
            ChannelKind::Fax => ("number", &["number"]),
            ChannelKind::Email => ("email", &["email"]),
            ChannelKind::Mail => ("address", &["address"]),
            ChannelKind::Chat | ChannelKind::Social | ChannelKind::Web => ("site", &["site", "url"]),
        };
        for (field, span) in given {
            match span {
                Some(span) if !allowed.contains(&field) => {
                    self.error(
                        "field_of_other_channel",
                        span.start,
                        &[("field", field), ("channel", channel.as_str())],
                    );
                }
                None if field == needed => {
                    let values = [("field", field), ("channel", channel.as_str())];
                    self.error("address_missing", raw.channel.span().start, &values);
                }
                _ => {}
            }
        }
        self.address_of(raw).unwrap_or(Address::Unpublished)
    }

    fn address_of(&mut self, raw: &RawWay) -> Option<Address> {
        if !raw.published {
            return None;
        }
        match *raw.channel.get_ref() {
            ChannelKind::Phone => {
                let option = raw.option.as_ref().map(|option| self.option(option));
                let number = self.number(raw.number.as_ref()?)?;
                Some(Address::Phone { number, option })
            }
            ChannelKind::Fax => Some(Address::Fax { number: self.number(raw.number.as_ref()?)? }),
            ChannelKind::Email => {
                let address = raw.email.as_ref()?;
                if !is_email(address.get_ref()) {
                    self.error("email_malformed", address.span().start, &[("email", address.get_ref())]);
                }
                Some(Address::Email { address: address.get_ref().clone() })
            }
            ChannelKind::Mail => Some(Address::Mail(raw.address.as_ref()?.get_ref().clone())),
            ChannelKind::Chat | ChannelKind::Social | ChannelKind::Web => {
                let url = raw.url.as_ref();
                if let Some(url) = url.filter(|url| !url.get_ref().starts_with("https://")) {
                    self.error("url_malformed", url.span().start, &[("url", url.get_ref())]);
                }
                let name = self.text(raw.site.clone()?);
                Some(Address::Web { name, url: url.map(|url| url.get_ref().clone()) })
            }
        }
    }

    fn number(&mut self, text: &Spanned<String>) -> Option<PhoneNumber> {
        let number = PhoneNumber::parse(text.get_ref());
        if number.is_none() {
            self.error("number_malformed", text.span().start, &[("number", text.get_ref())]);
        }
        number
    }

    fn option(&mut self, option: &Spanned<String>) -> String {
        let text = option.get_ref();
        let keys = text.chars().all(|key| key.is_ascii_digit() || matches!(key, '*' | '#'));
        if !keys || text.is_empty() {
            self.error("option_malformed", option.span().start, &[("option", text)]);
        }
        text.clone()
    }

    /// Hangs an exception on every way it touches.
    pub(crate) fn exception(&mut self, raw: RawException, units: &mut [Unit]) {
        let touched = self.resolve_all("unit", &raw.units);
        let regions = raw.regions.as_ref().map(|ids| self.resolve_all("region", ids));
        let zone = raw.zone.as_ref().and_then(|zone| self.zone(zone));
        let (from, until) = (raw.from.get_ref().0, raw.until.get_ref().0);
        if until <= from {
            let place = self.place(&raw.until);
            self.findings
                .push(Finding::error("range_inverted", place).with("from", from).with("until", until));
        }
        let message = self.text(raw.message.clone());
        let place = self.place(&raw.from);
        for unit in touched {
            let ways = units.get_mut(unit).into_iter().flat_map(|unit| &mut unit.ways);
            for way in ways.filter(|way| in_regions(way.region, regions.as_deref())) {
                // Without a zone of its own an exception is told by the clock of the way, or of the house.
                let own = way.schedule.as_ref().map(|schedule| &schedule.zone);
                let clock = match zone.as_ref().or(own) {
                    Some(Zone::Fixed(zone)) => zone,
                    Some(Zone::Caller) | None => &self.home,
                };
                if let (Some(from), Some(until)) = (first_instant(clock, from), first_instant(clock, until)) {
                    let open = raw.state == RawState::Open;
                    let exception =
                        Exception { from, until, open, message: message.clone(), place: place.clone() };
                    way.exceptions.push(exception);
                }
            }
        }
    }
}

fn in_regions(region: Option<usize>, regions: Option<&[usize]>) -> bool {
    regions.is_none_or(|regions| region.is_some_and(|region| regions.contains(&region)))
}

/// Enough to catch a slip: one @, something before it, and a domain with a dot after it.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '"');
    let labels = || domain.split('.');
    !name.is_empty()
        && text.chars().filter(|c| *c != '@').all(plain)
        && !domain.contains('@')
        && labels().count() > 1
        && labels().all(|label| !label.is_empty())
}
