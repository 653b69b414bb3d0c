//! What macros and rules do to a conversation. Pure.

use kernel::Refusal;
use kernel::id::{CannedReply, Id, StaffMember};
use routing::{QueueId, Urgency};
use serde::{Deserialize, Serialize};

/// The most that one macro or rule does.
pub const MOST_ACTIONS: usize = 12;
/// Longest note, in characters.
const LONGEST_NOTE: usize = 2_000;
/// A snooze of more days is forgetting.
const LONGEST_SNOOZE_MINUTES: u32 = 90 * 24 * 60;

/// One thing that is done. `R` is how it names a canned reply: by id, or in files by its shortcut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action<R = Id<CannedReply>> {
    /// Writes a canned reply to the customer, in the conversation's language.
    Reply {
        reply: R,
    },
    /// Writes a note for staff.
    Note {
        text: String,
    },
    Tag {
        tags: Vec<String>,
    },
    Untag {
        tags: Vec<String>,
    },
    Assign {
        to: Assignee,
    },
    Move {
        queue: QueueId,
    },
    SetUrgency {
        to: Urgency,
    },
    Snooze {
        minutes: u32,
    },
    /// Says that the customer has to answer first.
    AwaitCustomer,
    Close {
        disposition: String,
    },
}

/// Who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// Whoever runs the macro.
    Me,
    Nobody,
    Staff(Id<StaffMember>),
}

/// Where actions stand: only a person can be "me".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Macro,
    Rule,
}

impl<R> Action<R> {
    /// The same with another way to name replies.
    pub(crate) fn resolve<S>(
        self,
        reply: impl FnOnce(R) -> Result<S, Refusal>,
    ) -> Result<Action<S>, Refusal> {
        Ok(match self {
            Self::Reply { reply: named } => Action::Reply { reply: reply(named)? },
            Self::Note { text } => Action::Note { text },
            Self::Tag { tags } => Action::Tag { tags },
            Self::Untag { tags } => Action::Untag { tags },
            Self::Assign { to } => Action::Assign { to },
            Self::Move { queue } => Action::Move { queue },
            Self::SetUrgency { to } => Action::SetUrgency { to },
            Self::Snooze { minutes } => Action::Snooze { minutes },
            Self::AwaitCustomer => Action::AwaitCustomer,
            Self::Close { disposition } => Action::Close { disposition },
        })
    }

    /// What has no second in one list: doing it twice would undo or repeat the first.
    fn sort(&self) -> Option<&'static str> {
        match self {
            Self::Reply { .. } => Some("reply"),
            Self::Assign { .. } => Some("assign"),
            Self::Move { .. } => Some("move"),
            Self::SetUrgency { .. } => Some("set_urgency"),
            // How it ends: one of these.
            Self::Snooze { .. } | Self::AwaitCustomer | Self::Close { .. } => Some("end"),
            Self::Note { .. } | Self::Tag { .. } | Self::Untag { .. } => None,
        }
    }

    fn is_end(&self) -> bool {
        self.sort() == Some("end")
    }
}

/// A list that makes sense: not empty, bounded, nothing contradicts, the end at the end.
pub(crate) fn check<R>(actions: &[Action<R>], place: Place) -> Result<(), Refusal> {
    if actions.is_empty() || actions.len() > MOST_ACTIONS {
        return Err(Refusal::new("automation.actions_count").with("most", MOST_ACTIONS));
    }
    let mut seen = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        if let Some(sort) = action.sort() {
            if seen.contains(&sort) {
                return Err(Refusal::new("automation.actions_contradict").with("position", index + 1));
            }
            seen.push(sort);
        }
        if action.is_end() && index + 1 < actions.len() {
            return Err(Refusal::new("automation.end_not_last").with("position", index + 1));
        }
        check_one(action, place).map_err(|refusal| refusal.with("position", index + 1))?;
    }
    Ok(())
}

fn check_one<R>(action: &Action<R>, place: Place) -> Result<(), Refusal> {
    let malformed = || Refusal::new("automation.action_malformed");
    match action {
        Action::Note { text } if text.trim().is_empty() || text.chars().count() > LONGEST_NOTE => {
            Err(malformed())
        }
        Action::Tag { tags } | Action::Untag { tags } => {
            if tags.is_empty() || tags.len() > MOST_ACTIONS {
                return Err(malformed());
            }
            tags.iter().try_for_each(|tag| conversations::normal_tag(tag).map(drop))
        }
        Action::Assign { to: Assignee::Me } if place == Place::Rule => Err(malformed()),
        Action::Snooze { minutes } if !(1..=LONGEST_SNOOZE_MINUTES).contains(minutes) => Err(malformed()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Plain = Action<String>;

    fn code(actions: &[Plain], place: Place) -> &'static str {
        check(actions, place).unwrap_err().code()
    }

    fn tag() -> Plain {
        Action::Tag { tags: vec!["vip".into()] }
    }

    #[test]
    fn a_list_is_bounded_and_says_nothing_twice() {
        let close = || Plain::Close { disposition: "done".into() };
        assert_eq!(code(&[], Place::Macro), "automation.actions_count");
        assert_eq!(code(&vec![tag(); 13], Place::Macro), "automation.actions_count");
        assert_eq!(code(&[close(), tag()], Place::Macro), "automation.end_not_last");
        assert_eq!(code(&[Plain::AwaitCustomer, close()], Place::Macro), "automation.end_not_last");
        let twice = [Plain::Reply { reply: "a".into() }, Plain::Reply { reply: "b".into() }];
        assert_eq!(code(&twice, Place::Macro), "automation.actions_contradict");
        assert!(check(&[tag(), tag(), close()], Place::Rule).is_ok());
    }

    #[test]
    fn only_a_person_is_me() {
        let me = [Plain::Assign { to: Assignee::Me }];
        assert!(check(&me, Place::Macro).is_ok());
        assert_eq!(code(&me, Place::Rule), "automation.action_malformed");
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for bad in [
            Plain::Note { text: " ".into() },
            Plain::Note { text: "x".repeat(2_001) },
            Plain::Tag { tags: Vec::new() },
            Plain::Snooze { minutes: 0 },
            Plain::Snooze { minutes: u32::MAX },
        ] {
            assert_eq!(
                code(std::slice::from_ref(&bad), Place::Rule),
                "automation.action_malformed",
                "{bad:?}"
            );
        }
        assert_eq!(
            code(&[Plain::Tag { tags: vec!["-".into()] }], Place::Rule),
            "conversations.tag_malformed"
        );
    }

    #[test]
    fn actions_are_read_from_files_as_people_write_them() {
        #[derive(Deserialize)]
        struct File {
            then: Vec<Plain>,
        }
        let text = r#"
            [[then]]
            do = "reply"
            reply = "hello"
            [[then]]
            do = "assign"
            to = "me"
            [[then]]
            do = "set_urgency"
            to = "urgent"
            [[then]]
            do = "close"
            disposition = "done"
        "#;
        let file: File = toml::from_str(text).unwrap();
        assert_eq!(file.then.len(), 4);
        assert_eq!(file.then[1], Plain::Assign { to: Assignee::Me });
        assert!(toml::from_str::<File>("[[then]]\ndo = \"explode\"").is_err());
    }
}
