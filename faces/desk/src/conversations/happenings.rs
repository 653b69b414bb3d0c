//! What happened to a conversation, in words.

use conversations::{Author, Entry, Happening};
use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Id, StaffMember};
use web::Visitor;

use super::channel::channel_name;
use crate::colleagues::Names;
use crate::floor::Reach;
use crate::moment::moment;

/// What a sentence about a happening needs to know.
pub(super) struct Telling<'a> {
    pub visitor: &'a Visitor,
    pub names: &'a Names,
    pub reach: &'a Reach,
    pub disposition: &'a dyn Fn(&str) -> String,
}

/// An icon and a sentence.
pub(super) fn tell(telling: &Telling<'_>, entry: &Entry, what: &Happening) -> (&'static str, String) {
    let words = &telling.visitor.words;
    let by = telling.by(&entry.author);
    let say = |key: &'static str| words.message(key).with("by", by.as_str());
    match what {
        Happening::Opened { channel, queue } => {
            let channel = ChannelKind::ALL.into_iter().find(|kind| kind.as_str() == channel);
            let channel = channel.map_or_else(String::new, |kind| channel_name(words, kind));
            let queue = telling.reach.name(words, queue);
            let told = words.message("desk-happened-opened").with("channel", channel).with("queue", queue);
            ("message-circle", told.to_string())
        }
        Happening::Assigned { to: None } => ("inbox", say("desk-happened-released").to_string()),
        Happening::Assigned { to: Some(to) } if entry.author == Author::Staff(*to) => {
            ("user-check", say("desk-happened-taken").to_string())
        }
        Happening::Assigned { to: Some(to) } => {
            ("user-check", say("desk-happened-assigned").with("to", telling.name(*to)).to_string())
        }
        Happening::Transferred { to: Some(to), .. } => {
            let told = say("desk-happened-transferred-person").with("to", telling.name(*to));
            ("arrow-right-left", told.to_string())
        }
        Happening::Transferred { queue, to: None, .. } => {
            let queue = telling.reach.name(words, queue);
            ("arrow-right-left", say("desk-happened-transferred-queue").with("queue", queue).to_string())
        }
        Happening::AwaitingCustomer => ("hourglass", say("desk-happened-awaiting").to_string()),
        Happening::Snoozed { until } => {
            ("moon", say("desk-happened-snoozed").with("when", telling.when(*until)).to_string())
        }
        Happening::Woke => ("clock", words.text("desk-happened-woke").into_owned()),
        Happening::Closed { disposition } => {
            let disposition = (telling.disposition)(disposition);
            ("circle-check", say("desk-happened-closed").with("disposition", disposition).to_string())
        }
        Happening::Reopened => ("rotate-ccw", say("desk-happened-reopened").to_string()),
        Happening::Tagged { added, removed } => ("tag", tagged(telling, &by, added, removed)),
        other => changed(telling, &by, other),
    }
}

fn tagged(telling: &Telling<'_>, by: &str, added: &[String], removed: &[String]) -> String {
    let key = match (added.is_empty(), removed.is_empty()) {
        (false, true) => "desk-happened-tagged",
        (true, _) => "desk-happened-untagged",
        (false, false) => "desk-happened-retagged",
    };
    let tags = if added.is_empty() { removed } else { added };
    let told = telling.visitor.words.message(key).with("by", by).with("tags", tags.join(", "));
    told.with("removed", removed.join(", ")).to_string()
}

/// Changes of what a conversation is about, and of what it is one with.
fn changed(telling: &Telling<'_>, by: &str, what: &Happening) -> (&'static str, String) {
    let words = &telling.visitor.words;
    let say = |key: &'static str| words.message(key).with("by", by);
    let refer =
        |key, reference: &kernel::Reference| say(key).with("reference", reference.as_str()).to_string();
    match what {
        Happening::UrgencyChanged { .. } => ("chevrons-up", say("desk-happened-urgency").to_string()),
        Happening::TopicChanged { .. } => ("list", say("desk-happened-topic").to_string()),
        Happening::LanguageChanged { to } => {
            ("languages", say("desk-happened-language").with("language", to.to_string()).to_string())
        }
        Happening::Absorbed { reference, .. } => ("git-merge", refer("desk-happened-absorbed", reference)),
        Happening::MergedInto { reference, .. } => ("git-merge", refer("desk-happened-merged", reference)),
        Happening::Unmerged { reference, .. } => ("undo-2", refer("desk-happened-unmerged", reference)),
        Happening::SplitOff { reference, count, .. } => {
            let told = say("desk-happened-split-off").with("count", *count);
            ("git-merge", told.with("reference", reference.as_str()).to_string())
        }
        Happening::SplitFrom { reference, .. } => ("git-merge", refer("desk-happened-split-from", reference)),
        Happening::SplitUndone { reference, .. } => {
            ("undo-2", refer("desk-happened-split-undone", reference))
        }
        Happening::Rated { score } => {
            ("star", words.message("desk-happened-rated").with("score", *score).to_string())
        }
        Happening::CustomerJoined => ("circle-user", words.text("desk-happened-joined").into_owned()),
        Happening::CustomerLeft => ("log-out", words.text("desk-happened-left").into_owned()),
        _ => ("pencil", say("desk-happened-subject").to_string()),
    }
}

impl Telling<'_> {
    fn name(&self, id: Id<StaffMember>) -> String {
        self.names.of(id).to_owned()
    }

    pub fn by(&self, author: &Author) -> String {
        let words = &self.visitor.words;
        match author {
            Author::Staff(id) => self.name(*id),
            Author::Customer => words.text("desk-customer").into_owned(),
            Author::Program(_) => words.text("desk-program").into_owned(),
            Author::System => words.text("desk-system").into_owned(),
        }
    }

    fn when(&self, at: Timestamp) -> String {
        moment(self.visitor, at).text
    }
}
