//! What an address of the workspace asks for: which list, and which part of the page.

use std::fmt;
use std::str::FromStr;

use conversations::{Cursor, Place, QueueId};
use jiff::Timestamp;
use kernel::Id;
use kernel::id::{Conversation, View};
use serde::Deserialize;

use super::CONVERSATIONS;
use crate::guard::safe_next;

/// Longest words that are searched for or kept in a view.
pub(super) const LONGEST: usize = 100;

/// A list that everybody has, that of a queue, or one that somebody saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Which {
    #[default]
    Mine,
    Unassigned,
    Open,
    Waiting,
    Snoozed,
    Mentions,
    Closed,
    Queue(QueueId),
    Saved(Id<View>),
}

impl Which {
    /// Those that everybody has, in order; with their keys after `g`.
    pub const FIXED: [(Self, &'static str); 7] = [
        (Self::Mine, "m"),
        (Self::Unassigned, "u"),
        (Self::Open, "o"),
        (Self::Waiting, "w"),
        (Self::Snoozed, "s"),
        (Self::Mentions, "n"),
        (Self::Closed, "c"),
    ];
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::Mentions => "mentions",
            Self::Closed => "closed",
            Self::Queue(queue) => return write!(f, "queue:{queue}"),
            Self::Saved(view) => return write!(f, "{view}"),
        })
    }
}

impl FromStr for Which {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(queue) = text.strip_prefix("queue:") {
            return queue.parse().map(Self::Queue).map_err(|_| ());
        }
        let fixed = Self::FIXED.into_iter().map(|(which, _)| which).find(|which| which.to_string() == text);
        fixed.or_else(|| text.parse().ok().map(Self::Saved)).ok_or(())
    }
}

/// Which part of the page is wanted; without a script, all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    #[default]
    All,
    List,
    Conversation,
    Shell,
}

/// The query of an address. What cannot be read is taken as not said: a link from elsewhere may be old.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub which: Which,
    pub words: String,
    pub tag: String,
    pub after: Option<Cursor>,
    pub part: Part,
    /// Entries before this one.
    pub before: Option<Place>,
    /// The customer is looked at, where there is room for one pane only.
    pub customer: bool,
    /// Whoever sent the last words wants to close now.
    pub closing: bool,
}

impl Asked {
    pub fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let short = || {
                let plain: String = value.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
                plain.trim().to_owned()
            };
            match name.as_ref() {
                "view" => asked.which = value.parse().unwrap_or_default(),
                "q" => asked.words = short(),
                "tag" => asked.tag = short(),
                "after" => asked.after = value.parse().ok(),
                "before" => asked.before = place(&value),
                "then" => asked.closing = value == "close",
                "pane" => asked.customer = value == "customer",
                "part" => {
                    asked.part = match value.as_ref() {
                        "list" => Part::List,
                        "conversation" => Part::Conversation,
                        "shell" => Part::Shell,
                        _ => Part::All,
                    }
                }
                _ => {}
            }
        }
        asked
    }

    /// The list and the conversation that an address of ours led to.
    pub fn read_address(address: &str) -> (Self, Option<Id<Conversation>>) {
        let (path, query) = safe_next(Some(address)).split_once('?').unwrap_or((address, ""));
        let id = path.strip_prefix(CONVERSATIONS).and_then(|rest| rest.trim_start_matches('/').parse().ok());
        (Self::read(query), id)
    }

    pub fn is_filtered(&self) -> bool {
        !self.words.is_empty() || !self.tag.is_empty()
    }

    /// What makes the list what it is, as a query.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.which != Which::Mine {
            query.append_pair("view", &self.which.to_string());
        }
        for (name, value) in [("q", &self.words), ("tag", &self.tag)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(after) = &self.after {
            query.append_pair("after", &after.to_string());
        }
        query.finish()
    }

    /// The address of this list.
    pub fn list(&self) -> String {
        with_query(CONVERSATIONS, &self.query())
    }

    /// The address of a conversation within this list.
    pub fn conversation(&self, id: Id<Conversation>) -> String {
        with_query(&format!("{CONVERSATIONS}/{id}"), &self.query())
    }
}

/// A place of a timeline in an address.
fn place(text: &str) -> Option<Place> {
    let (at, rest) = text.split_once('.')?;
    let (conversation, number) = rest.split_once('.')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some(Place { at, conversation: conversation.parse().ok()?, number: number.parse().ok()? })
}

pub(super) fn written(place: &Place) -> String {
    format!("{}.{}.{}", place.at.as_microsecond(), place.conversation, place.number)
}

/// A path with a query, if there is one.
pub(super) fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// An address with one more word in its query.
pub(super) fn with_pair(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    format!("{address}{joint}{pair}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_asks_for_and_is_written_the_same_again() {
        for query in ["", "view=closed", "view=queue%3Acard-disputes&q=late+fee&tag=payoff"] {
            assert_eq!(Asked::read(query).query(), query);
        }
        let asked = Asked::read(
            "view=queue:payments&q=%20fee%00%20&pane=customer&part=list&before=7.cnv_01h455vb4pex5vsknk084sn02q.3",
        );
        assert_eq!(asked.which, Which::Queue("payments".parse().unwrap()));
        assert_eq!((asked.words.as_str(), asked.customer), ("fee", true));
        assert_eq!(written(&asked.before.unwrap()), "7.cnv_01h455vb4pex5vsknk084sn02q.3");
        assert_eq!(asked.part, Part::List);
    }

    #[test]
    fn what_cannot_be_read_is_taken_as_not_said() {
        for query in ["view=nonsense", "view=queue:No%20Queue", "after=x&before=y", "part=everything", "%%%"]
        {
            assert_eq!(Asked::read(query), Asked::default(), "{query}");
        }
    }

    #[test]
    fn every_list_is_named_and_found_by_its_name() {
        for (which, _) in Which::FIXED {
            assert_eq!(which.to_string().parse(), Ok(which));
        }
    }

    #[test]
    fn an_address_from_elsewhere_leads_nowhere() {
        let id = "cnv_01h455vb4pex5vsknk084sn02q";
        let ours = format!("/desk/conversations/{id}?view=open");
        assert_eq!(Asked::read_address(&ours).1.unwrap().to_string(), id);
        assert_eq!(Asked::read_address("https://evil.example/?view=open"), (Asked::default(), None));
    }
}
