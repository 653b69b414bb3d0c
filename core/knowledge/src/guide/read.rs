//! Reading a guide's file, going on after each mistake to find them all.

use std::collections::BTreeMap;

use kernel::{Language, LocalText};
use serde::Deserialize;
use toml::Spanned;

use super::{Answer, End, Guide, Next, Step, check};
use crate::article::{Day, LARGEST, check_slug};
use crate::finding::{Finding, Findings, has_errors};
use crate::markdown;
use crate::model::{Head, Kind, STAFF, State};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: Spanned<LocalText>,
    #[serde(default)]
    summary: Option<Spanned<LocalText>>,
    #[serde(default)]
    keywords: BTreeMap<Language, Vec<String>>,
    audience: Option<Spanned<Vec<String>>>,
    topic: Option<Spanned<String>>,
    owner: Option<String>,
    review: Option<Day>,
    from: Option<Spanned<Day>>,
    until: Option<Spanned<Day>>,
    #[serde(default)]
    related: Vec<String>,
    state: Option<Spanned<String>>,
    start: Spanned<String>,
    #[serde(default, rename = "step")]
    steps: Vec<Spanned<RawStep>>,
    #[serde(default, rename = "end")]
    ends: Vec<Spanned<RawEnd>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: Spanned<String>,
    question: Spanned<LocalText>,
    help: Option<Spanned<LocalText>>,
    #[serde(default, rename = "answer")]
    answers: Vec<RawAnswer>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    text: Spanned<LocalText>,
    goto: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnd {
    id: Spanned<String>,
    title: Spanned<LocalText>,
    text: Spanned<LocalText>,
    #[serde(default)]
    articles: Vec<String>,
    contact: Option<String>,
}

impl Guide {
    /// Reads one file; `languages` are those in which it must speak. `None` when an error was found.
    pub fn read(
        text: &str,
        file: &str,
        slug: &str,
        languages: &[Language],
        found: &mut Vec<Finding>,
    ) -> Option<Self> {
        let mut findings = Findings::new(file, text);
        let guide = read(text, slug, languages, &mut findings).filter(|_| !has_errors(&findings.list));
        found.append(&mut findings.list);
        guide
    }
}

fn read(text: &str, slug: &str, languages: &[Language], findings: &mut Findings<'_>) -> Option<Guide> {
    if text.len() > LARGEST {
        findings.error("too_long", 1).with("bytes", text.len()).with("most", LARGEST);
        return None;
    }
    check_slug(slug, findings);
    match toml::from_str::<Raw>(text) {
        Ok(raw) => Building { findings, languages }.build(raw, slug),
        Err(error) => {
            let line = findings.line_of(error.span().map_or(0, |span| span.start));
            findings.error("guide_unreadable", line).with("reason", error.message());
            None
        }
    }
}

struct Building<'b, 't> {
    findings: &'b mut Findings<'t>,
    languages: &'b [Language],
}

impl Building<'_, '_> {
    fn build(mut self, raw: Raw, slug: &str) -> Option<Guide> {
        let places = self.places(&raw);
        let title = self.spoken("title", raw.title.clone());
        let summary = raw.summary.clone().map(|summary| self.spoken("summary", summary)).unwrap_or_default();
        let start_line = self.findings.line_of(raw.start.span().start);
        let start = match places.get(raw.start.get_ref().as_str()) {
            Some(Next::Step(start)) => Some(*start),
            Some(Next::End(_)) | None => {
                self.findings.error("unknown_step", start_line).with("step", raw.start.get_ref());
                None
            }
        };
        let step_lines: Vec<usize> =
            raw.steps.iter().map(|step| self.findings.line_of(step.get_ref().id.span().start)).collect();
        let end_lines: Vec<usize> =
            raw.ends.iter().map(|end| self.findings.line_of(end.get_ref().id.span().start)).collect();
        let (topic_line, audience_line) = (
            raw.topic.as_ref().map_or(1, |topic| self.findings.line_of(topic.span().start)),
            raw.audience.as_ref().map_or(1, |list| self.findings.line_of(list.span().start)),
        );
        let head = self.head(&raw, slug, &title, &summary);
        let steps = raw.steps.into_iter().map(|step| self.step(step.into_inner(), &places)).collect();
        let ends = raw.ends.into_iter().map(|end| self.end(end.into_inner())).collect();
        let guide = Guide {
            head,
            title,
            summary,
            keywords: raw.keywords,
            start: start?,
            steps,
            ends,
            topic_line,
            audience_line,
        };
        if !has_errors(&self.findings.list) {
            check::tree(&guide, &step_lines, &end_lines, self.findings);
        }
        Some(guide)
    }

    /// Where each id leads; one that is used twice is told.
    fn places(&mut self, raw: &Raw) -> BTreeMap<String, Next> {
        let steps =
            raw.steps.iter().enumerate().map(|(at, step)| (step.get_ref().id.clone(), Next::Step(at)));
        let ends = raw.ends.iter().enumerate().map(|(at, end)| (end.get_ref().id.clone(), Next::End(at)));
        let mut places = BTreeMap::new();
        for (id, next) in steps.chain(ends) {
            let line = self.findings.line_of(id.span().start);
            if places.insert(id.get_ref().clone(), next).is_some() {
                self.findings.error("twice", line).with("id", id.get_ref());
            }
        }
        places
    }

    fn head(&mut self, raw: &Raw, slug: &str, title: &LocalText, summary: &LocalText) -> Head {
        let mut audience = raw.audience.as_ref().map(|list| list.get_ref().clone()).unwrap_or_default();
        let internal = audience.iter().any(|one| one == STAFF);
        if internal {
            if audience.len() > 1 {
                let line = raw.audience.as_ref().map_or(1, |list| self.findings.line_of(list.span().start));
                self.findings.error("staff_and_others", line);
            }
            audience.clear();
        }
        let state = match &raw.state {
            None => State::Published,
            Some(given) => given.get_ref().parse().unwrap_or_else(|_| {
                let line = self.findings.line_of(given.span().start);
                self.findings.error("unknown_state", line).with("given", given.get_ref());
                State::Draft
            }),
        };
        let day = |day: &Option<Spanned<Day>>| day.as_ref().map(|day| day.get_ref().0);
        if let (Some(from), Some(until)) = (day(&raw.from), day(&raw.until))
            && until < from
        {
            let line = raw.until.as_ref().map_or(1, |until| self.findings.line_of(until.span().start));
            self.findings.error("never_in_force", line).with("from", from).with("until", until);
        }
        let first = self.languages.first();
        let in_first =
            |text: &LocalText| first.map(|language| text.get(language).to_owned()).unwrap_or_default();
        Head {
            slug: slug.to_owned(),
            language: None,
            kind: Kind::Guide,
            title: in_first(title),
            summary: in_first(summary),
            audience,
            internal,
            topic: raw.topic.as_ref().map(|topic| topic.get_ref().clone()),
            keywords: Vec::new(),
            owner: raw.owner.clone(),
            review: raw.review.map(|review| review.0),
            from: day(&raw.from),
            until: day(&raw.until),
            related: raw.related.clone(),
            state,
        }
    }

    fn step(&mut self, raw: RawStep, places: &BTreeMap<String, Next>) -> Step {
        let id = raw.id.into_inner();
        let mut answers = Vec::new();
        for answer in raw.answers {
            let line = self.findings.line_of(answer.goto.span().start);
            let text = self.spoken("answer", answer.text);
            match places.get(answer.goto.get_ref().as_str()) {
                Some(next) => answers.push(Answer { text, next: *next }),
                None => {
                    self.findings.error("unknown_step", line).with("step", answer.goto.get_ref());
                }
            }
        }
        let question = self.spoken("question", raw.question);
        let help = raw.help.map(|help| self.spoken("help", help));
        Step { id, question, help, answers }
    }

    fn end(&mut self, raw: RawEnd) -> End {
        let line = self.findings.line_of(raw.id.span().start);
        let text_line = self.findings.line_of(raw.text.span().start);
        let title = self.spoken("title", raw.title);
        let text = self.spoken("text", raw.text);
        for (_, text) in text.iter() {
            // TOML joins lines, so that a line inside the text cannot be told exactly: its start is.
            let before = self.findings.list.len();
            markdown::check(text, text_line, self.findings);
            for finding in self.findings.list.iter_mut().skip(before) {
                finding.line = text_line;
            }
        }
        End {
            id: raw.id.into_inner(),
            title,
            text,
            articles: raw.articles,
            contact: raw.contact,
            line,
            text_line,
        }
    }

    /// A text that must be there in every language.
    fn spoken(&mut self, field: &'static str, text: Spanned<LocalText>) -> LocalText {
        let line = self.findings.line_of(text.span().start);
        for language in self.languages {
            if text.get_ref().exact(language).is_none_or(|text| text.trim().is_empty()) {
                self.findings.error("no_words", line).with("field", field).with("language", language);
            }
        }
        for (language, _) in text.get_ref().iter() {
            if !self.languages.contains(language) {
                self.findings.error("unknown_language", line).with("language", language);
            }
        }
        text.into_inner()
    }
}
