//! The questions a directory answers: who handles it and by which ways, where to send papers, what the
//! menu of a number is, how to reach a unit.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{Language, Refusal};

use crate::directory::{Directory, WayIndex, serves};
use crate::model::{
    Address, Channel, ChannelKind, Courier, Couriers, Document, Expected, Named, Topic, Unit, Way,
};
use crate::open::OpenState;
use crate::phone::PhoneNumber;

/// "Who handles it, and are they open?"
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    pub about: About<'q>,
    /// An audience's id. Without one, ways for every audience are told.
    pub audience: Option<&'q str>,
    /// A region's id. Without one, ways of every region are told.
    pub region: Option<&'q str>,
    pub moment: Timestamp,
    /// The zone of whoever asks, for hours in "local time".
    pub caller_zone: &'q TimeZone,
    pub language: &'q Language,
}

#[derive(Debug, Clone, Copy)]
pub enum About<'q> {
    /// A topic's id.
    Topic(&'q str),
    /// What somebody typed.
    Words(&'q str),
}

/// Who handles it.
#[derive(Debug, Clone)]
pub struct Answer<'d> {
    /// What was understood: usually one topic, several when the words fit them alike, none when the
    /// words were not understood.
    pub topics: Vec<&'d Topic>,
    /// The ways for those topics, best first.
    pub ways: Vec<WayAnswer<'d>>,
    /// What may have been meant, when nothing was understood.
    pub suggestions: Vec<Suggestion<'d>>,
}

/// A topic that may have been meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion<'d> {
    pub topic: &'d Topic,
    /// The words fit, but it is not for the audience that was asked for.
    pub other_audience: bool,
}

/// One way to reach somebody, at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WayAnswer<'d> {
    pub unit: &'d Unit,
    pub way: &'d Way,
    /// The topic for which it was found; `None` when it was asked for by unit.
    pub topic: Option<&'d Topic>,
    pub channel: Option<&'d Channel>,
    pub region: Option<&'d Named>,
    pub state: OpenState<'d>,
    pub moment: Timestamp,
}

impl WayAnswer<'_> {
    /// How long an answer usually takes on this channel.
    pub fn expected(&self) -> Option<Expected> {
        self.channel.and_then(|channel| channel.expected)
    }

    /// How long it stays open.
    pub fn time_left(&self) -> Option<SignedDuration> {
        self.state.time_left(self.moment)
    }
}

/// Where papers go.
#[derive(Debug, Clone)]
pub struct ShipAnswer<'d> {
    pub courier: Option<&'d Courier>,
    /// The papers understood; empty when none were told.
    pub documents: Vec<&'d Document>,
    /// The addresses; several when the papers were not told, or are taken at several.
    pub ways: Vec<ShipWay<'d>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShipWay<'d> {
    pub unit: &'d Unit,
    pub way: &'d Way,
    /// Whether the directory says that this courier may deliver there, or says nothing on couriers.
    pub courier_stated: bool,
}

/// What a telephone number offers.
#[derive(Debug, Clone)]
pub struct MenuAnswer<'d> {
    pub number: PhoneNumber,
    /// Those with an option to press come first, by option.
    pub entries: Vec<MenuEntry<'d>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MenuEntry<'d> {
    pub option: Option<&'d str>,
    pub unit: &'d Unit,
    pub way: &'d Way,
}

impl Directory {
    /// Who handles it, and by which ways. The ways are ordered by
    /// 1. whether they can be used: open; any time or perhaps; closed; not published;
    /// 2. the channels that settle the topic best, then the institution's own order of channels;
    /// 3. the sooner opening;
    /// 4. the order of the file.
    ///
    /// A way of another region than the asked one is left out; one without a region serves all.
    pub fn who(&self, question: &Question<'_>) -> Result<Answer<'_>, Refusal> {
        let audience = known(question.audience, |id| self.audience_index(id))
            .map_err(|id| Refusal::new("directory.unknown_audience").with("audience", id))?;
        let region = known(question.region, |id| self.region_index(id))
            .map_err(|id| Refusal::new("directory.unknown_region").with("region", id))?;
        let allowed = |topic: usize| {
            audience.is_none()
                || self.topics.get(topic).is_some_and(|topic| serves(&topic.audiences, audience))
        };
        let mut suggestions = Vec::new();
        let topics = match question.about {
            About::Topic(id) => {
                let unknown = || Refusal::new("directory.unknown_topic").with("topic", id);
                vec![self.topics.iter().position(|topic| topic.id == id).ok_or_else(unknown)?]
            }
            About::Words(text) => {
                let found = self.index.find(text, question.language, allowed);
                if found.sure.is_empty() {
                    suggestions = self.suggest(text, question.language, &found.near);
                }
                found.sure
            }
        };
        let mut ways = self.ways_for(&topics, audience, region, question);
        ways.sort_by_cached_key(|way| self.rank(way));
        let topics = topics.iter().filter_map(|topic| self.topics.get(*topic)).collect();
        Ok(Answer { topics, ways, suggestions })
    }

    /// What may have been meant: what others may ask for in those words, then what comes near.
    fn suggest(&self, text: &str, language: &Language, near: &[usize]) -> Vec<Suggestion<'_>> {
        let elsewhere = self.index.sure(text, language);
        let others = elsewhere.iter().map(|topic| (topic, true));
        let nearest = near.iter().map(|topic| (topic, false));
        others
            .chain(nearest)
            .filter_map(|(topic, other_audience)| {
                Some(Suggestion { topic: self.topics.get(*topic)?, other_audience })
            })
            .collect()
    }

    fn ways_for(
        &self,
        topics: &[usize],
        audience: Option<usize>,
        region: Option<usize>,
        question: &Question<'_>,
    ) -> Vec<WayAnswer<'_>> {
        let today = self.institution.zone.to_datetime(question.moment).date();
        let mut seen: Vec<WayIndex> = Vec::new();
        let mut ways = Vec::new();
        for topic in topics {
            for index in self.handlers.get(*topic).into_iter().flatten() {
                let Some((unit, way)) = self.way(*index).filter(|_| !seen.contains(index)) else { continue };
                let elsewhere = region.is_some() && way.region.is_some() && way.region != region;
                let for_others = audience.is_some() && !serves(&unit.audiences, audience);
                if elsewhere || for_others || !way.holds_on(today) {
                    continue;
                }
                seen.push(*index);
                let topic = self.topics.get(*topic);
                ways.push(self.answer(unit, way, topic, question.moment, question.caller_zone));
            }
        }
        ways
    }

    fn answer<'d>(
        &'d self,
        unit: &'d Unit,
        way: &'d Way,
        topic: Option<&'d Topic>,
        moment: Timestamp,
        caller_zone: &TimeZone,
    ) -> WayAnswer<'d> {
        WayAnswer {
            unit,
            way,
            topic,
            channel: self.channel(way.channel),
            region: way.region.and_then(|region| self.regions.get(region)),
            state: way.state_at(moment, caller_zone),
            moment,
        }
    }

    fn rank(&self, answer: &WayAnswer<'_>) -> (u8, usize, bool, Option<Timestamp>) {
        let usable = match answer.state {
            _ if !answer.way.is_published() => 3,
            OpenState::Open { .. } => 0,
            OpenState::AnyTime | OpenState::Unknown { .. } => 1,
            OpenState::Closed { .. } => 2,
        };
        let opens = answer.state.opens();
        (usable, self.preference(answer.topic, answer.way.channel), opens.is_none(), opens)
    }

    fn preference(&self, topic: Option<&Topic>, kind: ChannelKind) -> usize {
        let preferred = topic.map_or(&[][..], |topic| &topic.prefer);
        let own = preferred.iter().position(|channel| *channel == kind);
        let general =
            || self.channels.iter().position(|channel| channel.kind == kind).unwrap_or(usize::MAX / 2);
        own.unwrap_or_else(|| preferred.len().saturating_add(general()))
    }

    /// Every contact of a unit, in the order of the file.
    pub fn contacts(
        &self,
        unit: &str,
        moment: Timestamp,
        caller_zone: &TimeZone,
    ) -> Option<Vec<WayAnswer<'_>>> {
        let unit = self.unit(unit)?;
        let today = self.institution.zone.to_datetime(moment).date();
        let ways = unit.ways.iter().filter(|way| way.holds_on(today));
        Some(ways.map(|way| self.answer(unit, way, None, moment, caller_zone)).collect())
    }

    /// Where papers go by this courier. Both are ids or what somebody calls them.
    ///
    /// A courier is known by its name among other words (a service level, say). One that the file does not
    /// know is one of "all other couriers". Papers that it does not know are refused, because a wrong
    /// address loses them.
    pub fn ship(
        &self,
        courier: &str,
        papers: Option<&str>,
        moment: Timestamp,
        language: &Language,
    ) -> Result<ShipAnswer<'_>, Refusal> {
        let courier = self.courier_index.named(courier, language);
        let documents = match papers {
            None => Vec::new(),
            Some(papers) => self.document_index.sure(papers, language),
        };
        if let Some(papers) = papers.filter(|_| documents.is_empty()) {
            return Err(Refusal::new("directory.unknown_document").with("document", papers));
        }
        let today = self.institution.zone.to_datetime(moment).date();
        let mut ways = Vec::new();
        for (unit, way) in self.mail_ways().filter(|(_, way)| way.holds_on(today)) {
            let wanted = documents.is_empty() || documents.iter().any(|paper| way.documents.contains(paper));
            if let Some(courier_stated) = self.takes(way, courier, today).filter(|_| wanted) {
                ways.push(ShipWay { unit, way, courier_stated });
            }
        }
        Ok(ShipAnswer {
            courier: courier.and_then(|index| self.couriers.get(index)),
            documents: documents.iter().filter_map(|index| self.documents.get(*index)).collect(),
            ways,
        })
    }

    fn mail_ways(&self) -> impl Iterator<Item = (&Unit, &Way)> {
        let ways = self.units.iter().flat_map(|unit| unit.ways.iter().map(move |way| (unit, way)));
        ways.filter(|(_, way)| way.channel == ChannelKind::Mail)
    }

    /// Whether an address takes this courier, and then whether the directory says so in words.
    /// "All other couriers" are those that no other address for the same papers names.
    fn takes(&self, way: &Way, courier: Option<usize>, today: Date) -> Option<bool> {
        let Couriers::These { named, others } = &way.couriers else { return Some(false) };
        let Some(courier) = courier else { return others.then_some(true) };
        let shares = |other: &Way| way.documents.iter().any(|paper| other.documents.contains(paper));
        let names = |other: &Way| matches!(&other.couriers, Couriers::These { named, .. } if named.contains(&courier));
        let named_elsewhere =
            || self.mail_ways().any(|(_, other)| other.holds_on(today) && shares(other) && names(other));
        (named.contains(&courier) || (*others && !named_elsewhere())).then_some(true)
    }

    /// The number of this directory that somebody typed, with or without its country code.
    pub fn number_typed(&self, typed: &str) -> Option<&PhoneNumber> {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let typed = digits(typed);
        let mut numbers =
            self.units.iter().flat_map(|unit| &unit.ways).filter_map(|way| match &way.address {
                Address::Phone { number, .. } => Some(number),
                _ => None,
            });
        numbers.find(|number| typed.len() >= 7 && digits(number.e164()).ends_with(&typed))
    }

    /// What a telephone number offers at a moment; `None` when the directory does not have it then.
    pub fn menu(&self, number: &PhoneNumber, moment: Timestamp) -> Option<MenuAnswer<'_>> {
        let today = self.institution.zone.to_datetime(moment).date();
        let mut entries: Vec<MenuEntry<'_>> = Vec::new();
        for unit in &self.units {
            for way in unit.ways.iter().filter(|way| way.holds_on(today)) {
                if let Address::Phone { number: own, option } = &way.address
                    && own == number
                {
                    entries.push(MenuEntry { option: option.as_deref(), unit, way });
                }
            }
        }
        entries.sort_by_key(|entry| (entry.option.is_none(), entry.option));
        (!entries.is_empty()).then(|| MenuAnswer { number: number.clone(), entries })
    }
}

/// The index of an id, if one is asked for; the id itself when there is no such.
fn known(id: Option<&str>, find: impl Fn(&str) -> Option<usize>) -> Result<Option<usize>, &str> {
    let Some(id) = id else { return Ok(None) };
    find(id).map(Some).ok_or(id)
}
