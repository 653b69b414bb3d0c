//! Who gives a command, for the audit trail.

use kernel::Id;
use kernel::id::StaffMember;

use crate::caller::Caller;
use crate::visit::Visit;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Staff(Caller),
    /// Somebody who has not proved who they are.
    Visitor(Visit),
    /// Whoever may run the program on its own machine.
    CommandLine,
    /// The program itself, or the institution's sign-in provider through it.
    Program,
}

impl Actor {
    pub fn member(&self) -> Option<Id<StaffMember>> {
        match self {
            Self::Staff(caller) => Some(caller.member),
            Self::Visitor(_) | Self::CommandLine | Self::Program => None,
        }
    }

    pub(crate) fn visit(&self) -> Option<&Visit> {
        match self {
            Self::Staff(caller) => Some(&caller.visit),
            Self::Visitor(visit) => Some(visit),
            Self::CommandLine | Self::Program => None,
        }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self::Staff(caller.clone())
    }
}

impl From<&Visit> for Actor {
    fn from(visit: &Visit) -> Self {
        Self::Visitor(visit.clone())
    }
}
