//! If: what must be so. Pure.

use customers::PersonKind;
use directory::ChannelKind;
use kernel::{Language, Refusal};
use routing::{QueueId, Urgency};
use serde::{Deserialize, Serialize};

use crate::words::{Phrase, Text};

/// Conditions of one rule, those inside others counted.
const MOST: usize = 30;
/// How deep one may lie inside others.
const DEEPEST: usize = 3;
/// Values that one condition lists.
const MOST_VALUES: usize = 100;

/// Something that is so, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "if", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    Channel {
        any: Vec<ChannelKind>,
    },
    Topic {
        any: Vec<String>,
    },
    Queue {
        any: Vec<QueueId>,
    },
    /// `es` means every Spanish.
    Language {
        any: Vec<Language>,
    },
    Tagged {
        any: Vec<String>,
    },
    /// One of these phrases is in the words that set the rule off; `refund*` leaves the ending open.
    Words {
        any: Vec<String>,
    },
    Customer {
        any: Vec<PersonKind>,
    },
    UrgencyFrom {
        at_least: Urgency,
    },
    Assigned,
    /// How long the customer has waited for an answer.
    Waited {
        at_least_minutes: u32,
    },
    /// Whether somebody would be there now, by the hours of its queue.
    QueueOpen,
    RatingUpTo {
        at_most: u8,
    },
    Any {
        of: Vec<Condition>,
    },
    Not {
        of: Box<Condition>,
    },
}

/// What a rule may look at. What is not known makes no condition true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub channel: ChannelKind,
    pub topic: Option<String>,
    pub queue: QueueId,
    pub language: Language,
    pub tags: Vec<String>,
    pub urgency: Urgency,
    pub is_assigned: bool,
    pub waited_minutes: Option<u32>,
    pub rating: Option<u8>,
    pub words: Option<Text>,
    pub customer: Option<PersonKind>,
    pub is_open: Option<bool>,
}

/// What has to be looked up before conditions can be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub words: bool,
    pub customer: bool,
}

impl Condition {
    pub fn holds(&self, facts: &Facts) -> bool {
        self.judge(facts).unwrap_or(false)
    }

    /// Nothing where it is not known: then the contrary is not known either.
    fn judge(&self, facts: &Facts) -> Option<bool> {
        Some(match self {
            Self::Channel { any } => any.contains(&facts.channel),
            Self::Topic { any } => any.contains(facts.topic.as_ref()?),
            Self::Queue { any } => any.contains(&facts.queue),
            Self::Language { any } => any.iter().any(|wanted| is_in(&facts.language, wanted)),
            Self::Tagged { any } => any.iter().any(|tag| facts.tags.contains(tag)),
            Self::Words { any } => {
                let words = facts.words.as_ref()?;
                any.iter().filter_map(|phrase| Phrase::new(phrase)).any(|phrase| words.says(&phrase))
            }
            Self::Customer { any } => any.contains(&facts.customer?),
            Self::UrgencyFrom { at_least } => facts.urgency >= *at_least,
            Self::Assigned => facts.is_assigned,
            Self::Waited { at_least_minutes } => facts.waited_minutes? >= *at_least_minutes,
            Self::QueueOpen => facts.is_open?,
            Self::RatingUpTo { at_most } => facts.rating? <= *at_most,
            Self::Any { of } => {
                let judged: Vec<Option<bool>> = of.iter().map(|one| one.judge(facts)).collect();
                if judged.contains(&Some(true)) {
                    true
                } else if judged.contains(&None) {
                    return None;
                } else {
                    false
                }
            }
            Self::Not { of } => !of.judge(facts)?,
        })
    }

    pub(crate) fn wants(&self, wanted: &mut Wanted) {
        match self {
            Self::Words { .. } => wanted.words = true,
            Self::Customer { .. } => wanted.customer = true,
            Self::Any { of } => of.iter().for_each(|one| one.wants(wanted)),
            Self::Not { of } => of.wants(wanted),
            _ => {}
        }
    }

    fn count(&self) -> usize {
        1 + match self {
            Self::Any { of } => of.iter().map(Self::count).sum(),
            Self::Not { of } => of.count(),
            _ => 0,
        }
    }

    fn depth(&self) -> usize {
        1 + match self {
            Self::Any { of } => of.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not { of } => of.depth(),
            _ => 0,
        }
    }

    /// Values in the form in which they are compared.
    fn normal(self) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("automation.condition_malformed");
        let length = match &self {
            Self::Channel { any } => any.len(),
            Self::Topic { any } | Self::Tagged { any } | Self::Words { any } => any.len(),
            Self::Queue { any } => any.len(),
            Self::Language { any } => any.len(),
            Self::Customer { any } => any.len(),
            Self::Any { of } => of.len(),
            _ => 1,
        };
        if !(1..=MOST_VALUES).contains(&length) {
            return Err(malformed());
        }
        Ok(match self {
            Self::Tagged { any } => Self::Tagged {
                any: any.iter().map(|tag| conversations::normal_tag(tag)).collect::<Result<_, _>>()?,
            },
            Self::Words { any } if any.iter().any(|phrase| Phrase::new(phrase).is_none()) => {
                return Err(malformed());
            }
            Self::Any { of } => Self::Any { of: of.into_iter().map(Self::normal).collect::<Result<_, _>>()? },
            Self::Not { of } => Self::Not { of: Box::new(of.normal()?) },
            other => other,
        })
    }
}

fn is_in(language: &Language, wanted: &Language) -> bool {
    let (own, wanted) = (language.identifier(), wanted.identifier());
    own.language == wanted.language && (wanted.region.is_none() || own.region == wanted.region)
}

/// Conditions as they are kept, or why they make no sense.
pub(crate) fn checked(conditions: Vec<Condition>) -> Result<Vec<Condition>, Refusal> {
    let count: usize = conditions.iter().map(Condition::count).sum();
    let deepest = conditions.iter().map(Condition::depth).max().unwrap_or(0);
    if count > MOST || deepest > DEEPEST {
        return Err(Refusal::new("automation.conditions_count").with("most", MOST).with("deepest", DEEPEST));
    }
    conditions.into_iter().map(Condition::normal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn facts() -> Facts {
        Facts {
            channel: ChannelKind::Chat,
            topic: Some("payoffs".into()),
            queue: "auto".parse().unwrap(),
            language: "es-MX".parse().unwrap(),
            tags: vec!["late-fee".into()],
            urgency: Urgency::High,
            is_assigned: false,
            waited_minutes: Some(10),
            rating: None,
            words: Some(Text::new("My card was stolen")),
            customer: Some(PersonKind::Dealer),
            is_open: None,
        }
    }

    fn reads(text: &str) -> Condition {
        #[derive(Deserialize)]
        struct File {
            when: Vec<Condition>,
        }
        let file: File =
            toml::from_str(&format!("[[when]]\n{text}")).unwrap_or_else(|e| panic!("{text}: {e}"));
        checked(file.when).unwrap().pop().unwrap()
    }

    #[test]
    fn conditions_say_what_is_so() {
        #[rustfmt::skip]
        let table = [
            ("if = \"channel\"\nany = [\"phone\", \"chat\"]",          true),
            ("if = \"channel\"\nany = [\"phone\"]",                    false),
            ("if = \"topic\"\nany = [\"payoffs\"]",                    true),
            ("if = \"queue\"\nany = [\"cards\"]",                      false),
            ("if = \"language\"\nany = [\"es\"]",                      true),
            ("if = \"language\"\nany = [\"es-US\"]",                   false),
            ("if = \"tagged\"\nany = [\"Late Fee\"]",                  true),
            ("if = \"words\"\nany = [\"stolen card\", \"card was\"]",  true),
            ("if = \"customer\"\nany = [\"consumer\"]",                false),
            ("if = \"urgency_from\"\nat_least = \"high\"",             true),
            ("if = \"urgency_from\"\nat_least = \"urgent\"",           false),
            ("if = \"assigned\"",                                      false),
            ("if = \"waited\"\nat_least_minutes = 10",                 true),
            ("if = \"waited\"\nat_least_minutes = 11",                 false),
            ("if = \"not\"\nof = { if = \"assigned\" }",               true),
            ("if = \"any\"\nof = [{ if = \"assigned\" }, { if = \"topic\", any = [\"payoffs\"] }]", true),
        ];
        for (text, expected) in table {
            assert_eq!(reads(text).holds(&facts()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_neither_so_nor_its_contrary() {
        for unknown in ["if = \"queue_open\"", "if = \"rating_up_to\"\nat_most = 2"] {
            let condition = reads(unknown);
            let not = Condition::Not { of: Box::new(condition.clone()) };
            let any = Condition::Any { of: vec![Condition::Assigned, condition.clone()] };
            assert!(!condition.holds(&facts()) && !not.holds(&facts()), "{unknown}");
            assert!(!any.holds(&facts()));
            assert!(!Condition::Not { of: Box::new(any) }.holds(&facts()));
        }
    }

    #[test]
    fn conditions_are_bounded() {
        let code = |conditions| checked(conditions).unwrap_err().code();
        assert_eq!(code(vec![Condition::Assigned; 31]), "automation.conditions_count");
        let mut deep = Condition::Assigned;
        for _ in 0..3 {
            deep = Condition::Not { of: Box::new(deep) };
        }
        assert_eq!(code(vec![deep]), "automation.conditions_count");
        assert_eq!(code(vec![Condition::Words { any: Vec::new() }]), "automation.condition_malformed");
        assert_eq!(code(vec![Condition::Words { any: vec!["…".into()] }]), "automation.condition_malformed");
        assert_eq!(code(vec![Condition::Any { of: Vec::new() }]), "automation.condition_malformed");
    }

    #[test]
    fn only_what_is_asked_is_looked_up() {
        let mut wanted = Wanted::default();
        reads("if = \"any\"\nof = [{ if = \"words\", any = [\"x\"] }]").wants(&mut wanted);
        assert_eq!(wanted, Wanted { words: true, customer: false });
        reads("if = \"not\"\nof = { if = \"customer\", any = [\"dealer\"] }").wants(&mut wanted);
        assert!(wanted.customer);
    }
}
