//! The answers in words, the same on a page, on the command line and, later, on the phone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use words::Words;

use crate::calendar::Holiday;
use crate::model::{Expected, ExpectedUnit, PostalAddress};
use crate::open::{Because, OpenState};

impl OpenState<'_> {
    /// "Open, closes at 8 PM", "Closed, opens Monday 8 AM", by the clock of `zone`.
    pub fn spoken(&self, words: &Words, moment: Timestamp, zone: &TimeZone) -> String {
        let (now, at) = (moment.to_zoned(zone.clone()), |instant: Timestamp| instant.to_zoned(zone.clone()));
        let when = |instant: Timestamp| {
            let then = at(instant);
            // "Open, closes at 6 PM" needs no "today".
            if self.is_open() && then.date() == now.date() {
                words.at(then.time())
            } else {
                words.when(&then, &now)
            }
        };
        match self {
            Self::Open { until: Some(until), .. } => {
                words.message("spoken-open-until").with("when", when(*until)).to_string()
            }
            Self::Open { until: None, .. } => words.text("spoken-open-always").into_owned(),
            Self::Closed { opens: Some(opens), .. } => {
                words.message("spoken-closed-until").with("when", when(*opens)).to_string()
            }
            Self::Closed { opens: None, .. } => words.text("spoken-closed").into_owned(),
            Self::Unknown { opens: Some(opens), .. } => {
                words.message("spoken-unconfirmed").with("when", when(*opens)).to_string()
            }
            Self::Unknown { opens: None, .. } => words.text("spoken-hours-unstated").into_owned(),
            Self::AnyTime => words.text("spoken-any-time").into_owned(),
        }
    }

    /// Why, where it is not simply the hours: a holiday's name, or an exception's message.
    pub fn reason(&self, words: &Words) -> Option<String> {
        let because = match self {
            Self::Open { because, .. } | Self::Closed { because, .. } => (*because)?,
            Self::Unknown { because, .. } => *because,
            Self::AnyTime => return None,
        };
        match because {
            Because::Holiday(holiday) => Some(holiday.spoken(words)),
            Because::Exception(message) => Some(message.get(words.language()).to_owned()),
            Because::Unstated => None,
        }
    }
}

impl Holiday<'_> {
    pub fn spoken(&self, words: &Words) -> String {
        match self {
            Self::Public(code) => words.text(&format!("directory-holiday-{code}")).into_owned(),
            Self::Own(name) => name.get(words.language()).to_owned(),
            Self::Unnamed => words.text("spoken-holiday").into_owned(),
        }
    }
}

impl Expected {
    /// "usually 5 to 15 minutes"
    pub fn spoken(&self, words: &Words) -> String {
        let key = match self.unit {
            ExpectedUnit::Minutes => "spoken-expected-minutes",
            ExpectedUnit::Hours => "spoken-expected-hours",
            ExpectedUnit::BusinessDays => "spoken-expected-business-days",
        };
        words.message(key).with("min", self.min).with("max", self.max).to_string()
    }
}

impl PostalAddress {
    /// The lines of the envelope, after the name of whom it goes to.
    pub fn envelope(&self) -> Vec<String> {
        let last = format!("{}, {} {}", self.city, self.state, self.postal_code);
        self.lines.iter().cloned().chain([last]).collect()
    }
}
