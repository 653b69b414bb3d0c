//! The conversation as its customer sees it, in their language and by their clock.

use conversations::{Author, Body, Conversation, Entry, Happening, State};
use directory::OpenState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::Result;
use routing::Opening;
use words::Words;

use crate::chat::{Chat, Seat};
use crate::frames::{By, Line, Shown, Standing};
use crate::guest::Door;

/// In whose words and by whose clock.
#[derive(Clone)]
pub struct Reader {
    pub words: Words,
    pub zone: TimeZone,
    pub door: Door,
}

impl Reader {
    /// Without a zone of their own, times are the institution's.
    pub fn new(visitor: &web::Visitor, home: &TimeZone, door: Door) -> Self {
        let zone = visitor.zone.as_ref().map_or_else(|| home.clone(), |zone| zone.zone.clone());
        Self { words: visitor.words.clone(), zone, door }
    }

    /// "10:03 AM", with the day if that was another one.
    pub fn time(&self, at: Timestamp, now: Timestamp) -> String {
        let (then, today) = (at.to_zoned(self.zone.clone()), now.to_zoned(self.zone.clone()));
        let time = self.words.time(then.time());
        if then.date() == today.date() { time } else { format!("{}, {time}", self.words.date(then.date())) }
    }
}

impl Reader {
    /// "Open, closes at 8 PM", "Closed, opens Monday 8 AM".
    pub fn opening(&self, opening: &Opening, now: Timestamp) -> String {
        let state = if opening.open {
            OpenState::Open { until: opening.until, because: None }
        } else {
            OpenState::Closed { opens: opening.opens, because: None }
        };
        state.spoken(&self.words, now, &self.zone)
    }
}

pub(crate) fn number(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

pub(crate) fn as_stored(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Chat {
    /// An entry as the customer may see it: what is among staff keeps its number and nothing else.
    pub async fn line(&self, seat: &Seat, entry: &Entry, reader: &Reader) -> Line {
        let n = number(entry.number);
        if !entry.is_for_customer() {
            return Line { n, shown: None };
        }
        let words = &reader.words;
        let (by, name) = self.writer(entry, words).await;
        let said = |said: &conversations::Words| match said.text() {
            Some(text) => text.to_owned(),
            None => gone(said, words),
        };
        let (mut by, mut name, mut file) = (by, name, None);
        let text = match &entry.body {
            Body::Message(text) | Body::Reply(text) => said(text),
            Body::Attachment { file: id, caption } => {
                file = self.file_shown(seat, *id, reader).await;
                caption.as_ref().map(said).unwrap_or_default()
            }
            Body::Happening { what, .. } => match self.happened(what, words).await {
                Some(text) => {
                    (by, name) = (By::House, None);
                    text
                }
                None => return Line { n, shown: None },
            },
            Body::Note { .. } => return Line { n, shown: None },
        };
        let key = entry.key.as_ref().filter(|_| by == By::You).map(|key| key.as_str().to_owned());
        let time = reader.time(entry.at, self.now());
        Line { n, shown: Some(Shown { by, name, at: entry.at, time, text, file, key }) }
    }

    async fn writer(&self, entry: &Entry, words: &Words) -> (By, Option<String>) {
        match entry.author {
            Author::Customer => (By::You, None),
            Author::Staff(id) => (By::Staff, Some(self.name_or_role(id, words).await)),
            Author::Program(_) | Author::System => {
                (By::Program, Some(words.text("chat-program").into_owned()))
            }
        }
    }

    async fn name_or_role(&self, staff: kernel::Id<kernel::id::StaffMember>, words: &Words) -> String {
        let name = self.name_of(staff).await;
        if name.is_empty() { words.text("chat-representative").into_owned() } else { name.to_string() }
    }

    /// What happened, as far as the customer needs to know.
    async fn happened(&self, what: &Happening, words: &Words) -> Option<String> {
        Some(match what {
            Happening::Assigned { to: Some(staff) } => {
                let name = self.name_or_role(*staff, words).await;
                words.message("chat-joined").with("name", name).to_string()
            }
            Happening::Assigned { to: None } => words.text("chat-back-in-line").into_owned(),
            Happening::Transferred { queue, .. } => {
                let book = self.routing().book();
                let name = book.queue(queue).map(|queue| queue.name.get(words.language()).to_owned());
                words.message("chat-transferred").with("queue", name?).to_string()
            }
            Happening::Closed { .. } => words.text("chat-closed").into_owned(),
            Happening::Reopened => words.text("chat-reopened").into_owned(),
            _ => return None,
        })
    }

    /// Where the matter stands now.
    pub async fn standing(&self, seat: &Seat, reader: &Reader) -> Result<Standing> {
        let (conversation, words) = (&seat.conversation, &reader.words);
        if seat.visitor.left_at.is_some() || matches!(conversation.state, State::Closed { .. }) {
            let text = words.text("chat-state-closed").into_owned();
            return Ok(Standing::Closed { rated: conversation.rating.is_some(), text });
        }
        if let Some(staff) = conversation.assignee {
            let name = self.name_or_role(staff, words).await;
            let text = words.message("chat-state-with").with("name", name.as_str()).to_string();
            return Ok(Standing::With { name, text });
        }
        self.waiting(conversation, reader).await
    }

    async fn waiting(&self, conversation: &Conversation, reader: &Reader) -> Result<Standing> {
        let (words, now) = (&reader.words, self.now());
        let opening = self.routing().open_state(&conversation.queue, conversation.channel, now).await?;
        if !opening.open {
            let text = words.message("chat-state-away").with("opening", reader.opening(&opening, now));
            return Ok(Standing::Waiting { position: None, minutes: None, text: text.to_string() });
        }
        let place = self.routing().place_of(&conversation.id.to_string(), now).await?;
        let position = place.map(|place| place.position);
        // A minute more than none is promised to nobody.
        let minutes = place.and_then(|place| place.wait).map(|wait| wait.as_mins() + 1);
        let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
        let text = match (position, minutes) {
            (Some(position), Some(minutes)) => words
                .message("chat-state-line")
                .with("position", position)
                .with("minutes", minutes)
                .to_string(),
            (Some(position), None) => {
                words.message("chat-state-position").with("position", position).to_string()
            }
            (None, _) => words.text("chat-state-waiting").into_owned(),
        };
        Ok(Standing::Waiting { position, minutes, text })
    }
}

/// What stands for words that cannot be read any more, or not here.
fn gone(said: &conversations::Words, words: &Words) -> String {
    match said {
        conversations::Words::Erased => words.text("chat-erased").into_owned(),
        _ => words.text("chat-sealed").into_owned(),
    }
}
