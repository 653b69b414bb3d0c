//! Who speaks or acts in a conversation.

use audit::{Actor, ActorKind};
use kernel::id::{ApiToken, Id, StaffMember};
use kernel::{Fault, Result};

/// Who wrote an entry or did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Author {
    /// The customer whose conversation it is.
    Customer,
    Staff(Id<StaffMember>),
    /// Another program, by the token that lets it in.
    Program(Id<ApiToken>),
    /// Switchboard itself: timers, rules, channels.
    System,
}

/// On which side of the conversation somebody stands. Repeated keys are recognised within a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Customer,
    Staff,
    Program,
    System,
}

impl Side {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
            Self::Program => "program",
            Self::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Customer, Self::Staff, Self::Program, Self::System]
            .into_iter()
            .find(|side| side.as_str() == text)
    }
}

impl Author {
    pub fn side(&self) -> Side {
        match self {
            Self::Customer => Side::Customer,
            Self::Staff(_) => Side::Staff,
            Self::Program(_) => Side::Program,
            Self::System => Side::System,
        }
    }

    pub fn staff(&self) -> Option<Id<StaffMember>> {
        match self {
            Self::Staff(id) => Some(*id),
            _ => None,
        }
    }

    pub(crate) fn is_customer(&self) -> bool {
        *self == Self::Customer
    }

    /// The id kept beside the side: of the member of staff or the program.
    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::Staff(id) => Some(id.to_string()),
            Self::Program(id) => Some(id.to_string()),
            Self::Customer | Self::System => None,
        }
    }

    pub(crate) fn from_parts(side: &str, id: Option<&str>) -> Result<Self> {
        let missing = || Fault::new("an entry's author lacks an id");
        Ok(match Side::parse(side) {
            Some(Side::Customer) => Self::Customer,
            Some(Side::System) => Self::System,
            Some(Side::Staff) => Self::Staff(id.ok_or_else(missing)?.parse()?),
            Some(Side::Program) => Self::Program(id.ok_or_else(missing)?.parse()?),
            None => return Err(Fault::new(format!("no side of a conversation: {side}")).into()),
        })
    }

    /// As the audit trail names them; a customer by their own id.
    pub(crate) fn actor(&self, customer: impl ToString) -> Actor {
        match self {
            Self::Customer => Actor::new(ActorKind::Customer, customer),
            Self::Staff(id) => Actor::new(ActorKind::Staff, id),
            Self::Program(id) => Actor::new(ActorKind::Program, id),
            Self::System => Actor::system(),
        }
    }
}
