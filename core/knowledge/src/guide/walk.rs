//! Going through a guide. Where somebody stands is nothing but the answers they gave, so that an address
//! can hold it and nothing has to be remembered.

use std::fmt;
use std::str::FromStr;

use kernel::{Language, Refusal};

use super::{Answer, End, Guide, Next, Step};

/// More answers than any guide has questions.
const LONGEST: usize = 32;

/// The answers given, as their places from 1: `2-1-3`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<usize>);

impl Path {
    /// The same way and one answer more.
    pub fn and(&self, answer: usize) -> Self {
        let mut answers = self.0.clone();
        answers.push(answer);
        Self(answers)
    }

    /// The same way without its last answer.
    pub fn back(&self) -> Option<Self> {
        let (_, before) = self.0.split_last()?;
        Some(Self(before.to_vec()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.write_str(&places.join("-"))
    }
}

impl FromStr for Path {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::new("knowledge.no_such_way").with("way", text);
        if text.is_empty() {
            return Ok(Self::default());
        }
        let places: Result<Vec<usize>, _> = text.split('-').map(str::parse).collect();
        let places = places.map_err(|_| unknown())?;
        if places.len() > LONGEST { Err(unknown()) } else { Ok(Self(places)) }
    }
}

/// Where somebody stands in a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'g> {
    /// The questions answered so far.
    pub answered: Vec<(&'g Step, &'g Answer)>,
    pub at: At<'g>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At<'g> {
    Question(&'g Step),
    End(&'g End),
}

impl Guide {
    /// Where these answers lead. A way that the guide does not have (it may have changed since) is refused.
    pub fn walk(&self, path: &Path) -> Result<Standing<'_>, Refusal> {
        let unknown = || Refusal::new("knowledge.no_such_way").with("way", path);
        let mut answered = Vec::new();
        let mut at = At::Question(self.steps.get(self.start).ok_or_else(unknown)?);
        for place in &path.0 {
            let At::Question(step) = at else { return Err(unknown()) };
            let answer =
                place.checked_sub(1).and_then(|place| step.answers.get(place)).ok_or_else(unknown)?;
            answered.push((step, answer));
            let next = match answer.next {
                Next::Step(step) => self.steps.get(step).map(At::Question),
                Next::End(end) => self.ends.get(end).map(At::End),
            };
            at = next.ok_or_else(unknown)?;
        }
        Ok(Standing { answered, at })
    }

    /// What was asked and answered, in words, for whoever takes over.
    pub fn told(&self, path: &Path, language: &Language) -> Result<String, Refusal> {
        let standing = self.walk(path)?;
        let mut lines = vec![self.title.get(language).to_owned()];
        for (step, answer) in &standing.answered {
            lines.push(format!("{} {}", step.question.get(language), answer.text.get(language)));
        }
        if let At::End(end) = standing.at {
            lines.push(end.title.get(language).to_owned());
        }
        Ok(lines.join("\n"))
    }
}
