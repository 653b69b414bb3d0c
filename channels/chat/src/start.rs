//! What somebody tells before a chat begins, or leaves while nobody is there.

use customers::{Contact, NewPoint, PersonKind};
use directory::ChannelKind;
use kernel::{Language, Refusal};
use serde::Deserialize;
use vault::Secret;

use crate::text::{self, LONGEST_MESSAGE, LONGEST_NAME};

/// The form, as it was sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    pub proof: String,
    pub topic: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub text: String,
    pub want: Want,
}

/// What to do for whoever finds nobody there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// An answer in writing.
    #[default]
    Message,
    Callback,
}

/// What is asked for depends on whether somebody is there, and on what a host already told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    pub vouched: bool,
    pub away: bool,
}

/// A form that will do.
#[derive(Debug, Clone)]
pub struct Beginning {
    pub topic: Option<String>,
    pub contact: Contact,
    pub text: String,
    pub want: Want,
}

/// Fields that will not do, each with the refusal that tells why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<(&'static str, Refusal)>);

impl Mistakes {
    pub fn of(&self, field: &str) -> Option<&Refusal> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, refusal)| refusal)
    }

    fn note<T>(&mut self, field: &'static str, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.0.push((field, refusal))).ok()
    }
}

impl Form {
    pub fn wants_call(&self) -> bool {
        self.want == Want::Callback
    }

    /// Reads every field, or says of each that will not do why not.
    pub fn check(&self, asking: Asking, language: &Language, region: &str) -> Result<Beginning, Mistakes> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.note("name", self.checked_name(asking));
        let email = mistakes.note("email", self.checked_email(asking));
        let phone = mistakes.note("phone", self.checked_phone(asking, region));
        let text = mistakes.note("text", checked_text(&self.text));
        match (name, email, phone, text) {
            (Some(name), Some(email), Some(phone), Some(text)) => Ok(Beginning {
                topic: Some(text::line(&self.topic)).filter(|topic| !topic.is_empty()),
                contact: Contact {
                    kind: PersonKind::default(),
                    name: name.map(Secret::new),
                    points: email.into_iter().chain(phone).collect(),
                    language: Some(language.clone()),
                    channel: Some(ChannelKind::Chat),
                },
                text,
                want: if asking.away { self.want } else { Want::Message },
            }),
            _ => Err(mistakes),
        }
    }

    fn checked_name(&self, asking: Asking) -> Result<Option<String>, Refusal> {
        let name = text::line(&self.name);
        if name.is_empty() {
            return if asking.vouched { Ok(None) } else { Err(Refusal::new("chat.name_missing")) };
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(Refusal::new("chat.name_too_long").with("most", LONGEST_NAME));
        }
        Ok(Some(name))
    }

    /// It can be left out, unless it is how the answer comes.
    fn checked_email(&self, asking: Asking) -> Result<Option<NewPoint>, Refusal> {
        let email = text::line(&self.email);
        if !email.is_empty() {
            return NewPoint::email(&email).map(Some);
        }
        let needed = asking.away && !asking.vouched && !self.wants_call();
        if needed { Err(Refusal::new("chat.email_missing")) } else { Ok(None) }
    }

    fn checked_phone(&self, asking: Asking, region: &str) -> Result<Option<NewPoint>, Refusal> {
        let phone = text::line(&self.phone);
        if !asking.away || (phone.is_empty() && !self.wants_call()) {
            return Ok(None);
        }
        if phone.is_empty() {
            return Err(Refusal::new("chat.phone_missing"));
        }
        NewPoint::phone(&phone, region).map(Some)
    }
}

fn checked_text(text: &str) -> Result<String, Refusal> {
    let text = text::message(text);
    let letters = text.chars().count();
    if letters == 0 {
        return Err(Refusal::new("chat.empty"));
    }
    if letters > LONGEST_MESSAGE {
        return Err(Refusal::new("chat.too_long").with("letters", letters).with("most", LONGEST_MESSAGE));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THERE: Asking = Asking { vouched: false, away: false };
    const AWAY: Asking = Asking { vouched: false, away: true };

    fn form() -> Form {
        Form { name: " Ana\u{7} Ruiz ".into(), text: "Hello".into(), ..Form::default() }
    }

    fn codes(form: &Form, asking: Asking) -> Vec<(&'static str, &'static str)> {
        match form.check(asking, &"en".parse().unwrap(), "US") {
            Ok(_) => Vec::new(),
            Err(Mistakes(list)) => list.into_iter().map(|(field, refusal)| (field, refusal.code())).collect(),
        }
    }

    #[test]
    fn a_name_and_a_question_are_enough_while_somebody_is_there() {
        let begun = form().check(THERE, &"es".parse().unwrap(), "US").unwrap();
        assert_eq!(begun.contact.name.unwrap().expose(), "Ana Ruiz");
        assert!(begun.contact.points.is_empty() && begun.topic.is_none());
        let vouched = Asking { vouched: true, ..THERE };
        assert!(codes(&Form { name: String::new(), ..form() }, vouched).is_empty(), "the host told the name");
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let form = Form { name: "x".repeat(81), email: "ana".into(), text: " \n ".into(), ..Form::default() };
        let expected =
            [("name", "chat.name_too_long"), ("email", "vault.email_malformed"), ("text", "chat.empty")];
        assert_eq!(codes(&form, THERE), expected);
        assert_eq!(codes(&Form { name: String::new(), ..form.clone() }, THERE)[0].1, "chat.name_missing");
    }

    #[test]
    fn who_leaves_word_says_where_the_answer_goes() {
        assert_eq!(codes(&form(), AWAY), [("email", "chat.email_missing")]);
        let call = Form { want: Want::Callback, ..form() };
        assert_eq!(codes(&call, AWAY), [("phone", "chat.phone_missing")]);
        let nonsense = Form { phone: "12".into(), ..call.clone() };
        assert_eq!(codes(&nonsense, AWAY), [("phone", "vault.phone_malformed")]);
        assert!(codes(&Form { phone: "(212) 555-0123".into(), ..call.clone() }, AWAY).is_empty());
        assert!(codes(&Form { email: "ana@example.com".into(), ..form() }, AWAY).is_empty());
        let there = call.check(THERE, &"en".parse().unwrap(), "US").unwrap();
        assert_eq!(there.want, Want::Message, "nobody is called back by somebody who is there");
    }
}
