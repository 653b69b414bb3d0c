//! Whose data a key protects.

use std::fmt;

use kernel::id::{Id, Kind};
use kernel::{Refusal, Result};
use store::{FromValue, ToValue, Value};

/// Ids are about 30 characters; a longer name is a mistake.
const LONGEST: usize = 128;

/// The owner of a data key: a customer, a member of staff, a visitor's conversation, or a system duty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(String);

impl Subject {
    /// A person or thing that has an id.
    pub fn of<K: Kind>(id: &Id<K>) -> Self {
        Self(id.to_string())
    }

    /// A duty of the program itself. Such a key cannot be destroyed.
    pub fn system(duty: &'static str) -> Self {
        Self(format!("system:{duty}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_system(&self) -> bool {
        self.0.starts_with("system:")
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the text form of an id, as it stands in an event or on a command line.
impl std::str::FromStr for Subject {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if text.is_empty() || text.len() > LONGEST || !text.chars().all(is_plain) {
            return Err(Refusal::new("vault.subject_malformed"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl ToValue for Subject {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

impl FromValue for Subject {
    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_can_name_a_system_duty() {
        assert!(Subject::system("lookups").is_system());
        assert!("system:lookups".parse::<Subject>().is_err());
        assert!("".parse::<Subject>().is_err());
        assert!("x".repeat(LONGEST + 1).parse::<Subject>().is_err());
        assert_eq!("cus_01h2x".parse::<Subject>().unwrap().as_str(), "cus_01h2x");
    }
}
