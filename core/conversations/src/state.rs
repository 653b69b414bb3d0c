//! The states of a conversation and what changes them: one total table, without input or output.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Refusal, Result};

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is ours to go on.
    Open,
    /// The customer has to do or say something first.
    WaitingOnCustomer,
    /// Put aside until an instant, or until the customer writes.
    Snoozed {
        until: Timestamp,
    },
    Closed {
        disposition: String,
    },
    /// Made one with another, which is where it goes on.
    Merged {
        into: Id<Kind>,
    },
}

/// A state without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StateKind {
    Open,
    WaitingOnCustomer,
    Snoozed,
    Closed,
    Merged,
}

impl StateKind {
    pub const ALL: [Self; 5] =
        [Self::Open, Self::WaitingOnCustomer, Self::Snoozed, Self::Closed, Self::Merged];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::WaitingOnCustomer => "waiting",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether there is still work to be expected.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::WaitingOnCustomer | Self::Snoozed)
    }
}

/// What happens to a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The customer wrote, or sent a file.
    CustomerWrites,
    /// Somebody answered. In a live channel the customer is still there, so nothing waits.
    Reply {
        live: bool,
    },
    /// A note among staff, or a tag: allowed after the end too.
    Work,
    /// Who or which queue has it, or how urgent it is, was changed.
    Direct,
    /// Staff say that the customer's answer is needed first.
    AwaitCustomer,
    Snooze {
        until: Timestamp,
    },
    /// The time of a snooze has come, or somebody ended it.
    Wake,
    Close {
        disposition: String,
    },
    Reopen,
    Merge {
        into: Id<Kind>,
    },
    /// Takes a merge back; the state from before returns.
    Unmerge {
        to: Box<State>,
    },
}

impl State {
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Open => StateKind::Open,
            Self::WaitingOnCustomer => StateKind::WaitingOnCustomer,
            Self::Snoozed { .. } => StateKind::Snoozed,
            Self::Closed { .. } => StateKind::Closed,
            Self::Merged { .. } => StateKind::Merged,
        }
    }

    pub fn is_live(&self) -> bool {
        self.kind().is_live()
    }

    /// The next state, or why not. Every state answers every command.
    #[allow(clippy::match_same_arms)] // one line is one rule
    pub fn after(self, command: Command) -> Result<Self, Refusal> {
        use Command as C;
        Ok(match (self, command) {
            (Self::Merged { .. }, C::Unmerge { to }) => *to,
            (_, C::Unmerge { .. }) => return Err(Refusal::new("conversations.not_merged")),
            (Self::Merged { .. }, _) => return Err(Refusal::new("conversations.merged")),
            (_, C::Merge { into }) => Self::Merged { into },

            (_, C::CustomerWrites) => Self::Open,
            (state @ Self::Closed { .. }, C::Work) => state,
            (Self::Closed { .. }, C::Reopen) => Self::Open,
            (Self::Closed { .. }, _) => return Err(Refusal::new("conversations.closed")),

            (Self::Open, C::Reply { live: true }) => Self::Open,
            (_, C::Reply { .. } | C::AwaitCustomer) => Self::WaitingOnCustomer,
            (state, C::Work | C::Direct) => state,
            (_, C::Snooze { until }) => Self::Snoozed { until },
            (Self::Snoozed { .. }, C::Wake) => Self::Open,
            (_, C::Wake) => return Err(Refusal::new("conversations.not_snoozed")),
            (_, C::Close { disposition }) => Self::Closed { disposition },
            (_, C::Reopen) => return Err(Refusal::new("conversations.not_closed")),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    /// The page that shows the table. This test says what it has to hold.
    const DOCUMENT: &str = include_str!("../../../docs/conversations.md");

    fn states() -> [State; 5] {
        let until = Timestamp::UNIX_EPOCH;
        [
            State::Open,
            State::WaitingOnCustomer,
            State::Snoozed { until },
            State::Closed { disposition: "answered".into() },
            State::Merged { into: kernel::id::new(until) },
        ]
    }

    fn commands() -> [(&'static str, Command); 12] {
        let until = Timestamp::UNIX_EPOCH;
        [
            ("customer writes", Command::CustomerWrites),
            ("reply, live", Command::Reply { live: true }),
            ("reply, by letter", Command::Reply { live: false }),
            ("note or tag", Command::Work),
            ("assign, transfer, describe", Command::Direct),
            ("await customer", Command::AwaitCustomer),
            ("snooze", Command::Snooze { until }),
            ("wake", Command::Wake),
            ("close", Command::Close { disposition: "answered".into() }),
            ("reopen", Command::Reopen),
            ("merge into another", Command::Merge { into: kernel::id::new(until) }),
            ("undo merge", Command::Unmerge { to: Box::new(State::WaitingOnCustomer) }),
        ]
    }

    /// What a cell of the table says.
    fn cell(state: &State, command: &Command) -> String {
        match state.clone().after(command.clone()) {
            Ok(_) if matches!(command, Command::Unmerge { .. }) => "**as before**".to_owned(),
            Ok(next) if next.kind() == state.kind() => "stays".to_owned(),
            Ok(next) => format!("**{}**", next.kind().as_str()),
            Err(refusal) => format!("`{}`", refusal.code().trim_start_matches("conversations.")),
        }
    }

    fn table() -> String {
        let mut table = String::from("| |");
        for state in states() {
            write!(table, " {} |", state.kind().as_str()).unwrap();
        }
        table.push_str("\n|-|-|-|-|-|-|\n");
        for (name, command) in commands() {
            write!(table, "| {name} |").unwrap();
            for state in states() {
                write!(table, " {} |", cell(&state, &command)).unwrap();
            }
            table.push('\n');
        }
        table
    }

    fn diagram() -> String {
        let mut arrows: Vec<(&str, String, Vec<&str>)> = Vec::new();
        for state in states() {
            for (name, command) in commands() {
                let to = match state.clone().after(command.clone()) {
                    Ok(_) if matches!(command, Command::Unmerge { .. }) => continue,
                    Ok(next) if next.kind() != state.kind() => next.kind().as_str().to_owned(),
                    _ => continue,
                };
                let from = state.kind().as_str();
                match arrows.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
                    Some((_, _, names)) => names.push(name),
                    None => arrows.push((from, to, vec![name])),
                }
            }
        }
        let mut diagram = String::from("```mermaid\nstateDiagram-v2\n    [*] --> open\n");
        for (from, to, names) in arrows {
            writeln!(diagram, "    {from} --> {to}: {}", names.join(" / ")).unwrap();
        }
        diagram + "    merged --> [*]\n```\n"
    }

    #[test]
    fn every_state_answers_every_command_as_the_document_says() {
        for part in [table(), diagram()] {
            assert!(DOCUMENT.contains(&part), "docs/conversations.md has to hold:\n\n{part}");
        }
    }

    fn any_command() -> impl Strategy<Value = Command> {
        (0..11_usize).prop_map(|index| commands()[index].1.clone())
    }

    proptest! {
        #[test]
        fn a_customer_is_heard_in_every_state_that_is_not_merged(commands in prop::collection::vec(any_command(), 0..20)) {
            let mut state = State::Open;
            for command in commands {
                state = state.clone().after(command).unwrap_or(state);
                match state.clone().after(Command::CustomerWrites) {
                    Ok(next) => prop_assert_eq!(next, State::Open),
                    Err(refusal) => {
                        prop_assert_eq!(refusal.code(), "conversations.merged");
                        prop_assert_eq!(state.kind(), StateKind::Merged);
                    }
                }
            }
        }

        #[test]
        fn undoing_a_merge_brings_back_exactly_what_was(commands in prop::collection::vec(any_command(), 0..20)) {
            let mut state = State::Open;
            for command in commands {
                if matches!(command, Command::Merge { .. }) {
                    continue;
                }
                state = state.clone().after(command).unwrap_or(state);
            }
            let before = state.clone();
            let merged = state.after(Command::Merge { into: kernel::id::new(Timestamp::UNIX_EPOCH) }).unwrap();
            let back = merged.after(Command::Unmerge { to: Box::new(before.clone()) }).unwrap();
            prop_assert_eq!(back, before);
        }
    }

    #[test]
    fn names_are_read_back() {
        for kind in StateKind::ALL {
            assert_eq!(StateKind::parse(kind.as_str()), Some(kind));
        }
    }
}
