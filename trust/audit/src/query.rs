//! Which entries are wanted: by a screen, or in an export.

use std::fmt::Write as _;

use jiff::Timestamp;
use store::{ToValue, Value};

use crate::model::{Outcome, Recorded};

/// All of what is given must hold; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// An actor's id.
    pub actor: Option<String>,
    /// An action such as `staff.sign_in`, or all of an area: `staff.`
    pub action: Option<String>,
    /// An object's id.
    pub object: Option<String>,
    pub outcome: Option<Outcome>,
}

impl Filter {
    pub(crate) fn matches(&self, entry: &Recorded) -> bool {
        let is_action = |wanted: &String| {
            if wanted.ends_with('.') { entry.action.starts_with(wanted) } else { entry.action == *wanted }
        };
        self.from.is_none_or(|from| entry.at >= from)
            && self.until.is_none_or(|until| entry.at < until)
            && self.actor.as_ref().is_none_or(|actor| entry.actor == *actor)
            && self.action.as_ref().is_none_or(is_action)
            && self.object.as_ref().is_none_or(|object| entry.object == *object)
            && self.outcome.is_none_or(|outcome| entry.outcome == outcome.as_str())
    }

    /// The same as a condition of SQL, with the values it is bound to.
    pub(crate) fn condition(&self) -> Condition {
        let mut condition = Condition { sql: "1 = 1".to_owned(), values: Vec::new() };
        condition.and("at >=", self.from.as_ref());
        condition.and("at <", self.until.as_ref());
        condition.and("actor =", self.actor.as_ref());
        match self.action.as_deref().map(|action| (action, action.strip_suffix('.'))) {
            // The character after the dot ends the area.
            Some((action, Some(area))) => {
                condition.and("action >=", Some(action));
                condition.and("action <", Some(format!("{area}/")).as_ref());
            }
            Some((action, None)) => condition.and("action =", Some(action)),
            None => {}
        }
        condition.and("object =", self.object.as_ref());
        condition.and("outcome =", self.outcome.map(Outcome::as_str));
        condition
    }
}

/// A condition under construction.
pub(crate) struct Condition {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Condition {
    pub fn and<T: ToValue + ?Sized>(&mut self, comparison: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.values.push(value.to_value());
            // Writing to a string cannot fail.
            let _ = write!(self.sql, " AND {comparison} ?{}", self.values.len());
        }
    }
}
