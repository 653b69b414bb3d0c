//! Who is asking: the member of staff behind a request, and the roles that decide what they may do.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::id::{StaffMember, StaffSession};
use kernel::{Fault, Id, Language, Refusal, Result};

use crate::visit::Visit;

/// What a member of staff is here for. What a role may do is in the institution's policy files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Representative,
    Supervisor,
    Administrator,
    ComplianceOfficer,
}

impl Role {
    pub const ALL: [Self; 4] =
        [Self::Representative, Self::Supervisor, Self::Administrator, Self::ComplianceOfficer];

    /// The name in the database, in policies, in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Representative => "representative",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
            Self::ComplianceOfficer => "compliance_officer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| Refusal::new("staff.role_unknown").with("input", text))
    }
}

/// The roles of one member: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, Refusal> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if roles.is_empty() { Err(Refusal::new("staff.no_role")) } else { Ok(Self(roles)) }
    }

    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

/// `administrator,supervisor`
impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, role) in self.0.iter().enumerate() {
            write!(f, "{}{role}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl FromStr for Roles {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self::new(names.map(str::parse).collect::<Result<Vec<Role>, Refusal>>()?)
    }
}

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Passkey,
    /// A password and a code of an authenticator app.
    Password,
    /// A password and one of the recovery codes.
    Recovery,
    /// Single sign-on with the institution's own provider, which is trusted to have checked two factors.
    Provider,
    /// A one-time link: enough to set up a way to sign in, and for nothing else.
    Link,
    /// A one-time link of a demonstration, where there is nothing to protect.
    Demonstration,
}

impl Method {
    pub const ALL: [Self; 6] =
        [Self::Passkey, Self::Password, Self::Recovery, Self::Provider, Self::Link, Self::Demonstration];

    pub fn name(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::Provider => "provider",
            Self::Link => "link",
            Self::Demonstration => "demonstration",
        }
    }

    /// Whether this was proof enough to work with customers' data.
    pub fn is_strong(self) -> bool {
        self != Self::Link
    }
}

impl FromStr for Method {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|method| method.name() == text);
        found.ok_or_else(|| Fault::new(format!("{text} is no way to sign in")))
    }
}

/// Colours of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// As the person's machine is set.
    #[default]
    System,
    Light,
    Dark,
    HighContrast,
}

impl Theme {
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::HighContrast];

    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::HighContrast => "high_contrast",
        }
    }
}

impl FromStr for Theme {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == text)
            .ok_or_else(|| Refusal::new("staff.theme_unknown").with("input", text))
    }
}

/// A signed-in member of staff, as every command sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub member: Id<StaffMember>,
    pub session: Id<StaffSession>,
    pub roles: Roles,
    pub language: Language,
    pub theme: Theme,
    pub method: Method,
    pub signed_in_at: Timestamp,
    /// Where this request comes from.
    pub visit: Visit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>().unwrap(), role);
        }
        for method in Method::ALL {
            assert_eq!(method.name().parse::<Method>().unwrap(), method);
        }
        for theme in Theme::ALL {
            assert_eq!(theme.name().parse::<Theme>().unwrap(), theme);
        }
        assert_eq!("root".parse::<Role>().unwrap_err().code(), "staff.role_unknown");
        assert_eq!("pink".parse::<Theme>().unwrap_err().code(), "staff.theme_unknown");
        assert!("smile".parse::<Method>().is_err());
    }

    #[test]
    fn roles_are_a_set_with_one_spelling() {
        let roles: Roles = " supervisor, representative,supervisor".parse().unwrap();
        assert_eq!(roles.to_string(), "representative,supervisor");
        assert!(roles.has(Role::Supervisor) && !roles.has(Role::Administrator));
        assert_eq!(" , ".parse::<Roles>().unwrap_err().code(), "staff.no_role");
    }

    #[test]
    fn only_a_link_is_weak() {
        let weak: Vec<_> = Method::ALL.into_iter().filter(|method| !method.is_strong()).collect();
        assert_eq!(weak, [Method::Link]);
    }
}
