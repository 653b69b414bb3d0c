//! The way of a case from contact to resolution: which steps there are and what leads from one to another.
//! One total table, without input or output.

use kernel::Refusal;

/// A box of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Somebody got in touch.
    Contact,
    /// What the matter is, in the customer's words and in fields.
    Description,
    /// Account information is gathered; what comes out may change the description.
    GatherInformation,
    ConfirmIdentity,
    VerifyTransaction,
    /// All is known that is needed to settle it.
    ResolutionPossible,
    Investigation,
    InvestigationComplete,
    FurtherAction,
}

impl Step {
    pub const ALL: [Self; 9] = [
        Self::Contact,
        Self::Description,
        Self::GatherInformation,
        Self::ConfirmIdentity,
        Self::VerifyTransaction,
        Self::ResolutionPossible,
        Self::Investigation,
        Self::InvestigationComplete,
        Self::FurtherAction,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Description => "description",
            Self::GatherInformation => "gather_information",
            Self::ConfirmIdentity => "confirm_identity",
            Self::VerifyTransaction => "verify_transaction",
            Self::ResolutionPossible => "resolution_possible",
            Self::Investigation => "investigation",
            Self::InvestigationComplete => "investigation_complete",
            Self::FurtherAction => "further_action",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// What can follow it, in the order in which it is offered.
    pub fn next(self) -> &'static [Next] {
        use Next::{Resolved, To};
        match self {
            Self::Contact => &[To(Self::Description)],
            Self::Description => &[
                To(Self::GatherInformation),
                To(Self::ConfirmIdentity),
                To(Self::VerifyTransaction),
                To(Self::ResolutionPossible),
            ],
            Self::GatherInformation => &[
                To(Self::Description),
                To(Self::ConfirmIdentity),
                To(Self::VerifyTransaction),
                To(Self::ResolutionPossible),
            ],
            Self::ConfirmIdentity => {
                &[To(Self::GatherInformation), To(Self::VerifyTransaction), To(Self::ResolutionPossible)]
            }
            Self::VerifyTransaction => {
                &[To(Self::GatherInformation), To(Self::ConfirmIdentity), To(Self::ResolutionPossible)]
            }
            Self::ResolutionPossible => &[Resolved, To(Self::Investigation)],
            Self::Investigation => &[To(Self::InvestigationComplete), To(Self::FurtherAction)],
            Self::InvestigationComplete => &[Resolved],
            Self::FurtherAction => &[To(Self::ResolutionPossible)],
        }
    }
}

/// Where an arrow of the flow leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    To(Step),
    Resolved,
}

/// Whose answer is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    Customer,
    /// A merchant, an insurer, an authority.
    ThirdParty,
}

impl Party {
    pub const ALL: [Self; 2] = [Self::Customer, Self::ThirdParty];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::ThirdParty => "third_party",
        }
    }
}

/// How a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    At(Step),
    /// At a step, but somebody else has to do something first.
    Waiting {
        at: Step,
        on: Party,
    },
    Resolved {
        outcome: String,
    },
    /// The customer let it rest.
    Withdrawn,
}

/// What is done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Go(Step),
    Wait(Party),
    /// What was awaited came, or is no longer awaited.
    GoOn,
    Resolve {
        outcome: String,
    },
    Withdraw,
    Reopen,
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Self::Go(step) => step.as_str(),
            Self::Wait(party) => party.as_str(),
            Self::GoOn => "go_on",
            Self::Resolve { .. } => "resolve",
            Self::Withdraw => "withdraw",
            Self::Reopen => "reopen",
        }
    }
}

impl State {
    /// The step it is at; none when it is over.
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::At(step) | Self::Waiting { at: step, .. } => Some(*step),
            Self::Resolved { .. } | Self::Withdrawn => None,
        }
    }

    pub fn is_over(&self) -> bool {
        self.step().is_none()
    }

    /// The state after a command, or why it cannot be given now.
    pub fn after(self, command: Command) -> Result<Self, Refusal> {
        match (self, command) {
            (Self::At(step), Command::Go(to)) if step.next().contains(&Next::To(to)) => Ok(Self::At(to)),
            (Self::At(step), Command::Resolve { outcome }) if step.next().contains(&Next::Resolved) => {
                Ok(Self::Resolved { outcome })
            }
            (Self::At(step), Command::Wait(on)) => Ok(Self::Waiting { at: step, on }),
            (Self::Waiting { at, .. }, Command::GoOn) => Ok(Self::At(at)),
            (Self::At(_) | Self::Waiting { .. }, Command::Withdraw) => Ok(Self::Withdrawn),
            // A matter taken up again is described anew: what was thought of it was not the whole of it.
            (Self::Resolved { .. } | Self::Withdrawn, Command::Reopen) => Ok(Self::At(Step::Description)),
            (state, command) => Err(state.refusal(&command)),
        }
    }

    fn refusal(&self, command: &Command) -> Refusal {
        let code = match self {
            Self::Resolved { .. } | Self::Withdrawn => "cases.over",
            Self::Waiting { .. } => "cases.waiting",
            Self::At(_) => "cases.step_not_next",
        };
        let step = self.step().map_or("", Step::as_str);
        Refusal::new(code).with("step", step).with("wanted", command.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::fmt::Write as _;

    use super::*;

    fn states() -> Vec<State> {
        let at = Step::ALL.map(State::At);
        let waiting = Step::ALL.map(|at| State::Waiting { at, on: Party::Customer });
        let over = [State::Resolved { outcome: "granted".into() }, State::Withdrawn];
        at.into_iter().chain(waiting).chain(over).collect()
    }

    fn commands() -> Vec<Command> {
        let go = Step::ALL.map(Command::Go);
        let wait = Party::ALL.map(Command::Wait);
        let others = [
            Command::GoOn,
            Command::Resolve { outcome: "granted".into() },
            Command::Withdraw,
            Command::Reopen,
        ];
        go.into_iter().chain(wait).chain(others).collect()
    }

    fn short(state: &State) -> String {
        match state {
            State::At(step) => step.as_str().to_owned(),
            State::Waiting { at, on } => format!("{} (waiting on {})", at.as_str(), on.as_str()),
            State::Resolved { .. } => "resolved".to_owned(),
            State::Withdrawn => "withdrawn".to_owned(),
        }
    }

    /// Each cell of the table, as `state · command → what comes of it`.
    fn table() -> String {
        let mut table = String::new();
        for state in states() {
            for command in commands() {
                let outcome = match state.clone().after(command.clone()) {
                    Ok(next) => short(&next),
                    Err(refusal) => format!("refused {}", refusal.code()),
                };
                writeln!(table, "{} · {} → {outcome}", short(&state), command.name()).unwrap();
            }
        }
        table
    }

    /// The flow as a picture, for the page that shows it.
    fn diagram() -> String {
        let mut lines: String = "stateDiagram-v2\n    [*] --> contact\n".into();
        for step in Step::ALL {
            for next in step.next() {
                let to = match next {
                    Next::To(step) => step.as_str(),
                    Next::Resolved => "resolved",
                };
                writeln!(lines, "    {} --> {to}", step.as_str()).unwrap();
            }
        }
        lines.push_str("    resolved --> [*]\n    resolved --> description: reopened\n");
        lines
    }

    #[test]
    fn every_cell_of_the_table_is_as_written_down() {
        let expected = include_str!("flow.table.txt");
        let found = table();
        for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
            assert_eq!(found, expected, "line {}", number + 1);
        }
        assert_eq!(found.lines().count(), expected.lines().count());
        assert_eq!(found.lines().count(), states().len() * commands().len());
    }

    #[test]
    fn the_picture_in_the_docs_is_made_from_the_table() {
        let page = include_str!("../../../docs/cases.md");
        let picture = format!("```mermaid\n{}```", diagram());
        assert!(page.contains(&picture), "docs/cases.md lacks:\n{picture}");
    }

    #[test]
    fn every_step_is_reached_from_the_contact_and_leads_to_a_resolution() {
        let follow = |from: Step| {
            let (mut seen, mut resolved) = (HashSet::from([from]), false);
            let mut todo = vec![from];
            while let Some(step) = todo.pop() {
                for next in step.next() {
                    match next {
                        Next::To(to) if seen.insert(*to) => todo.push(*to),
                        Next::To(_) => {}
                        Next::Resolved => resolved = true,
                    }
                }
            }
            (seen, resolved)
        };
        assert_eq!(follow(Step::Contact).0.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(Step::ALL));
        for step in Step::ALL {
            assert!(follow(step).1, "{step:?} is a dead end");
        }
    }

    #[test]
    fn a_step_survives_text() {
        for step in Step::ALL {
            assert_eq!(Step::parse(step.as_str()), Some(step));
        }
        assert_eq!(Step::parse("elsewhere"), None);
    }
}
