//! A member of staff and what may happen to them. No input or output here.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Fault, Id, Language, Refusal, Result};
use vault::Secret;

use crate::caller::{Role, Roles, Theme};

/// Whether somebody works here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Active,
    /// Kept out for now; comes back with everything they had.
    Suspended,
    /// Gone for good. The row stays, because the audit trail names it.
    Left,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Left];

    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }

    /// What a step leads to, or why it cannot be taken. `is_last` says that this is the only active
    /// administrator: without one, nobody could let anybody in again.
    pub fn after(self, step: &Step, is_last: bool) -> Result<Self, Refusal> {
        let keeps_administrator = match step {
            Step::Suspend | Step::Leave => false,
            Step::SetRoles(roles) => roles.has(Role::Administrator),
            Step::Reinstate | Step::EditProfile | Step::InviteAgain => true,
        };
        if is_last && self == Self::Active && !keeps_administrator {
            return Err(Refusal::new("staff.last_administrator"));
        }
        match (self, step) {
            (Self::Left, _) => Err(Refusal::new("staff.has_left")),
            (Self::Active, Step::Suspend) => Ok(Self::Suspended),
            (Self::Suspended, Step::Reinstate) => Ok(Self::Active),
            (Self::Active | Self::Suspended, Step::Leave) => Ok(Self::Left),
            (Self::Active | Self::Suspended, Step::SetRoles(_) | Step::EditProfile)
            | (Self::Active, Step::InviteAgain) => Ok(self),
            (Self::Suspended, Step::Suspend | Step::InviteAgain) => Err(Refusal::new("staff.is_suspended")),
            (Self::Active, Step::Reinstate) => Err(Refusal::new("staff.is_active")),
        }
    }
}

impl FromStr for Status {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|status| status.name() == text);
        found.ok_or_else(|| Fault::new(format!("{text} is no status of staff")))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can be done to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Suspend,
    Reinstate,
    Leave,
    SetRoles(Roles),
    EditProfile,
    InviteAgain,
}

impl Step {
    /// Whether what the member could do before must be taken from them at once.
    pub(crate) fn ends_sessions(&self) -> bool {
        matches!(self, Self::Suspend | Self::Leave | Self::SetRoles(_))
    }

    /// How the audit trail calls it.
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Suspend => "staff.suspend",
            Self::Reinstate => "staff.reinstate",
            Self::Leave => "staff.leave",
            Self::SetRoles(_) => "staff.set_roles",
            Self::EditProfile => "staff.edit_profile",
            Self::InviteAgain => "staff.invite",
        }
    }
}

/// A member as screens and commands see them.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: Id<StaffMember>,
    pub name: Secret<String>,
    pub email: Secret<String>,
    pub status: Status,
    pub roles: Roles,
    pub language: Language,
    pub theme: Theme,
    /// Counts changes. A command that names another one comes too late.
    pub version: i64,
    pub added_at: Timestamp,
}

/// Somebody about to be added.
#[derive(Debug, Clone)]
pub struct NewMember {
    pub name: Secret<String>,
    pub email: Secret<String>,
    pub roles: Roles,
    pub language: Language,
}

const LONGEST_NAME: usize = 100;

/// A name that can be shown on one line.
pub(crate) fn check_name(name: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let name = name.expose().trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refusal::new("staff.name_malformed").with("longest", LONGEST_NAME));
    }
    Ok(Secret::new(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Roles {
        text.parse().unwrap()
    }

    /// Every status against every step, for somebody who is the last administrator and for others.
    #[test]
    fn the_table_of_status_and_step() {
        let (keeps, loses) =
            (Step::SetRoles(roles("administrator,supervisor")), Step::SetRoles(roles("supervisor")));
        let (last, suspended, left) = ("staff.last_administrator", "staff.is_suspended", "staff.has_left");
        #[rustfmt::skip]
        let table = [
            // step               active              last one            suspended           left
            (Step::Suspend,     ["suspended",         last,               suspended,          left]),
            (Step::Reinstate,   ["staff.is_active",   "staff.is_active",  "active",           left]),
            (Step::Leave,       ["left",              last,               "left",             left]),
            (keeps,             ["active",            "active",           "suspended",        left]),
            (loses,             ["active",            last,               "suspended",        left]),
            (Step::EditProfile, ["active",            "active",           "suspended",        left]),
            (Step::InviteAgain, ["active",            "active",           suspended,          left]),
        ];
        let columns = [
            (Status::Active, false),
            (Status::Active, true),
            (Status::Suspended, false),
            (Status::Left, false),
        ];
        for (step, expected) in &table {
            for ((status, is_last), expected) in columns.iter().zip(expected) {
                let got = match status.after(step, *is_last) {
                    Ok(status) => status.name(),
                    Err(refusal) => refusal.code(),
                };
                assert_eq!(got, *expected, "{status} (last: {is_last}), {step:?}");
            }
        }
    }

    #[test]
    fn what_takes_rights_away_ends_sessions() {
        for step in [Step::Suspend, Step::Leave, Step::SetRoles(roles("supervisor"))] {
            assert!(step.ends_sessions(), "{step:?}");
        }
        for step in [Step::Reinstate, Step::EditProfile, Step::InviteAgain] {
            assert!(!step.ends_sessions(), "{step:?}");
        }
    }

    #[test]
    fn a_name_fits_on_one_line() {
        let check = |name: &str| check_name(&Secret::new(name.to_owned()));
        assert_eq!(check("  Ana María Ñandú ").unwrap().expose(), "Ana María Ñandú");
        for bad in ["", "   ", "a\nb", &"a".repeat(LONGEST_NAME + 1)] {
            assert_eq!(check(bad).unwrap_err().code(), "staff.name_malformed", "{bad:?}");
        }
        assert!(check(&"é".repeat(LONGEST_NAME)).is_ok());
    }
}
