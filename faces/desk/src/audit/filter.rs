//! What is looked for in the trail, as it stands in a form.

use ::audit::{Filter, Outcome};
use jiff::Timestamp;
use jiff::civil::DateTime;
use kernel::{Error, Refusal, Result};
use serde::Deserialize;

use crate::moment::zone;
use crate::names::Choice;
use crate::seat::Seat;

/// The fields as they were typed. They stay in the form whatever they say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub from: String,
    pub until: String,
    /// An id, or the email address of a member of staff.
    pub actor: String,
    pub action: String,
    pub object: String,
    pub outcome: String,
}

impl Typed {
    /// Names and values of the fields that say something.
    pub fn filled(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("from", &self.from),
            ("until", &self.until),
            ("actor", &self.actor),
            ("action", &self.action),
            ("object", &self.object),
            ("outcome", &self.outcome),
        ];
        fields.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty())
    }

    pub async fn read(&self, seat: &Seat) -> Result<Filter> {
        let mut filter = Filter::default();
        for (name, value) in self.filled() {
            match name {
                "from" => filter.from = Some(instant(seat, value)?),
                "until" => filter.until = Some(instant(seat, value)?),
                "actor" => filter.actor = Some(actor(seat, value).await?),
                "action" => filter.action = Some(value.to_owned()),
                "object" => filter.object = Some(value.to_owned()),
                _ => filter.outcome = Some(value.parse()?),
            }
        }
        Ok(filter)
    }

    pub fn outcomes(&self, seat: &Seat) -> Vec<Choice> {
        let words = &seat.visitor.words;
        let any = words.text("desk-outcome-any").into_owned();
        let any = Choice { value: String::new(), text: any, chosen: self.outcome.is_empty() };
        let choice = |outcome: Outcome| Choice {
            value: outcome.as_str().to_owned(),
            text: words.text(outcome_key(outcome)).into_owned(),
            chosen: outcome.as_str() == self.outcome,
        };
        let all = [Outcome::Done, Outcome::Refused, Outcome::Failed];
        std::iter::once(any).chain(all.into_iter().map(choice)).collect()
    }
}

pub(super) fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "desk-outcome-done",
        Outcome::Refused => "desk-outcome-refused",
        Outcome::Failed => "desk-outcome-failed",
    }
}

/// A time as the reader's clock shows it.
fn instant(seat: &Seat, text: &str) -> Result<Timestamp> {
    let refused = || Error::from(Refusal::new("desk.time_malformed"));
    let civil: DateTime = text.parse().map_err(|_| refused())?;
    let zoned = civil.to_zoned(zone(&seat.visitor)).map_err(|_| refused())?;
    Ok(zoned.timestamp())
}

/// Entries name people by id; people know one another by address.
async fn actor(seat: &Seat, text: &str) -> Result<String> {
    if !text.contains('@') {
        return Ok(text.to_owned());
    }
    match seat.desk.staff().member_by_email(text).await {
        Ok(member) => Ok(member.id.to_string()),
        Err(Error::NotFound) => Err(Refusal::new("desk.actor_unknown").into()),
        Err(error) => Err(error),
    }
}
