//! Prepared texts with places for what differs: `Hello {customer.first_name|there}, …`.
//!
//! A place may say what stands there when nothing is known. `{{` and `}}` are braces. Pure.

use std::collections::BTreeMap;

use kernel::Refusal;

/// What can stand in a prepared text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    CustomerName,
    CustomerFirstName,
    AgentName,
    AgentFirstName,
    ConversationReference,
    QueueName,
}

impl Variable {
    pub const ALL: [Self; 6] = [
        Self::CustomerName,
        Self::CustomerFirstName,
        Self::AgentName,
        Self::AgentFirstName,
        Self::ConversationReference,
        Self::QueueName,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::CustomerName => "customer.name",
            Self::CustomerFirstName => "customer.first_name",
            Self::AgentName => "agent.name",
            Self::AgentFirstName => "agent.first_name",
            Self::ConversationReference => "conversation.reference",
            Self::QueueName => "queue.name",
        }
    }
}

/// A prepared text, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place { variable: Variable, otherwise: Option<String> },
}

/// What is known to fill a text with.
pub(crate) type Values = BTreeMap<Variable, String>;

/// A text ready to be sent, or to be completed by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// Places for which nothing was known; they are left as they were written.
    pub missing: Vec<Variable>,
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else {
                let (inside, after) = from
                    .strip_prefix('{')
                    .and_then(|from| from.split_once('}'))
                    .ok_or_else(|| Refusal::new("automation.braces"))?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(place(inside)?);
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    pub fn fill(&self, values: &Values) -> Filled {
        let mut filled = Filled::default();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.text.push_str(text),
                Part::Place { variable, otherwise } => {
                    if let Some(value) = values.get(variable).or(otherwise.as_ref()) {
                        filled.text.push_str(value);
                    } else {
                        filled.text.extend(["{", variable.name(), "}"]);
                        filled.missing.push(*variable);
                    }
                }
            }
        }
        filled
    }
}

fn place(inside: &str) -> Result<Part, Refusal> {
    let (name, otherwise) = match inside.split_once('|') {
        Some((name, otherwise)) => (name, Some(otherwise.trim().to_owned())),
        None => (inside, None),
    };
    let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name.trim());
    let variable =
        variable.ok_or_else(|| Refusal::new("automation.variable_unknown").with("variable", name.trim()))?;
    Ok(Part::Place { variable, otherwise })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fill(text: &str, values: &[(Variable, &str)]) -> Filled {
        let values = values.iter().map(|(variable, value)| (*variable, (*value).to_owned())).collect();
        Template::parse(text).unwrap().fill(&values)
    }

    #[test]
    fn places_are_filled_with_what_is_known_else_with_what_they_say_themselves() {
        let ana = [(Variable::CustomerFirstName, "Ana"), (Variable::ConversationReference, "M-1")];
        let text = "Hi {customer.first_name|there}, about { conversation.reference } {{here}}.";
        assert_eq!(fill(text, &ana).text, "Hi Ana, about M-1 {here}.");
        let none = fill(text, &[]);
        assert_eq!(none.text, "Hi there, about {conversation.reference} {here}.");
        assert_eq!(none.missing, [Variable::ConversationReference]);
        assert_eq!(fill("Hi{customer.name|}!", &[]).text, "Hi!");
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let sly = [(Variable::CustomerName, "{agent.name} }{")];
        assert_eq!(fill("{customer.name}", &sly).text, "{agent.name} }{");
    }

    #[test]
    fn unknown_places_and_lonely_braces_are_refused() {
        let code = |text: &str| Template::parse(text).unwrap_err().code();
        assert_eq!(code("{customer.ssn}"), "automation.variable_unknown");
        assert_eq!(code("{}"), "automation.variable_unknown");
        for lonely in ["a { b", "a } b", "{", "}"] {
            assert_eq!(code(lonely), "automation.braces", "{lonely}");
        }
    }

    #[test]
    fn every_variable_can_be_written() {
        for variable in Variable::ALL {
            let filled = fill(&format!("{{{}}}", variable.name()), &[(variable, "x")]);
            assert_eq!(filled, Filled { text: "x".into(), missing: Vec::new() });
        }
    }

    proptest! {
        #[test]
        fn any_text_with_its_braces_doubled_is_itself(text: String) {
            let doubled = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(fill(&doubled, &[]).text, text);
        }

        #[test]
        fn reading_never_panics(text in "[{}|a-z. ]{0,40}") {
            let _ = Template::parse(&text);
        }
    }
}
