//! What a demonstration says, read from the institution's folder.

use std::path::Path;

use kernel::{Refusal, Result};
use serde::Deserialize;

const QUESTIONS: &str = "demonstration/questions.csv";
const PEOPLE: &str = "demonstration/people.toml";

/// Everything that is said.
#[derive(Debug)]
pub(crate) struct Script {
    pub questions: Vec<String>,
    pub customers: Customers,
    pub representatives: Representatives,
}

/// Invented customers: their names are made of these parts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customers {
    pub given: Vec<String>,
    pub family: Vec<String>,
    pub follow_ups: Vec<String>,
    pub thanks: Vec<String>,
}

/// Colleagues who answer by themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Representatives {
    pub names: Vec<String>,
    pub profile: routing::Profile,
    pub answers: Vec<String>,
    pub closings: Vec<String>,
    /// How they close what they have answered.
    pub disposition: String,
}

#[derive(Deserialize)]
struct People {
    customers: Customers,
    representatives: Representatives,
}

#[derive(Deserialize)]
struct Question {
    text: String,
}

impl Script {
    pub(crate) fn read(institution: &Path) -> Result<Self> {
        let unreadable = |name: &str, reason: &dyn std::fmt::Display| {
            let file = institution.join(name);
            Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", reason)
        };
        let people = std::fs::read_to_string(institution.join(PEOPLE)).map_err(|e| unreadable(PEOPLE, &e))?;
        let people: People = toml::from_str(&people).map_err(|e| unreadable(PEOPLE, &e))?;
        let mut rows =
            csv::Reader::from_path(institution.join(QUESTIONS)).map_err(|e| unreadable(QUESTIONS, &e))?;
        let questions: Result<Vec<Question>, _> = rows.deserialize().collect();
        let questions = questions.map_err(|e| unreadable(QUESTIONS, &e))?;
        let People { customers, representatives } = people;
        let lists = [
            &customers.given,
            &customers.family,
            &customers.follow_ups,
            &customers.thanks,
            &representatives.names,
            &representatives.answers,
            &representatives.closings,
        ];
        if questions.is_empty() || lists.iter().any(|list| list.is_empty()) {
            return Err(unreadable(PEOPLE, &"a list is empty").into());
        }
        let questions = questions.into_iter().map(|question| question.text).collect();
        Ok(Self { questions, customers, representatives })
    }
}

/// One of a list that is not empty.
pub(crate) fn one_of<'t>(list: &'t [String], random: &mut fastrand::Rng) -> &'t str {
    random.choice(list).map_or("", String::as_str)
}
