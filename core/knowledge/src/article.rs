//! Reading an article: front matter between two lines of `+++`, then Markdown.

use std::ops::Range;

use jiff::civil::Date;
use kernel::Language;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use toml::Spanned;

use crate::finding::{Finding, Findings, has_errors};
use crate::markdown;
use crate::model::{Head, Kind, STAFF, State};

/// Bytes of a file. Nobody reads more in one piece, and a manual has chapters.
pub(crate) const LARGEST: usize = 200 * 1024;
/// Characters of a title: more does not fit a line of search results.
const LONGEST_TITLE: usize = 160;
const LONGEST_SUMMARY: usize = 240;
const LONGEST_SLUG: usize = 80;
const MOST_WORDS: usize = 40;
const FENCE: &str = "+++";

/// An article that was read without error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub head: Head,
    pub body: String,
    /// The line on which the body begins.
    pub(crate) body_line: usize,
    /// Lines of what the front matter points to, for whoever checks that it exists.
    pub(crate) topic_line: usize,
    pub(crate) audience_line: usize,
    pub(crate) related_line: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default)]
    summary: Option<Spanned<String>>,
    #[serde(default)]
    audience: Option<Spanned<Vec<String>>>,
    topic: Option<Spanned<String>>,
    #[serde(default)]
    keywords: Option<Spanned<Vec<String>>>,
    owner: Option<String>,
    review: Option<Day>,
    from: Option<Spanned<Day>>,
    until: Option<Spanned<Day>>,
    #[serde(default)]
    related: Option<Spanned<Vec<String>>>,
    state: Option<Spanned<String>>,
}

/// A day as TOML writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = toml::value::Datetime::deserialize(deserializer)?;
        let text = read.to_string();
        text.parse()
            .map(Self)
            .map_err(|_| D::Error::custom(format!("{text} is not a day, such as 2027-01-31")))
    }
}

impl Article {
    /// Reads one file. `slug` and `language` come from where it lies; `file` is for messages. `None` when
    /// an error was found.
    pub fn read(
        text: &str,
        file: &str,
        slug: &str,
        language: &Language,
        found: &mut Vec<Finding>,
    ) -> Option<Self> {
        let mut findings = Findings::new(file, text);
        let article = read(text, slug, language, &mut findings).filter(|_| !has_errors(&findings.list));
        found.append(&mut findings.list);
        article
    }
}

fn read(text: &str, slug: &str, language: &Language, findings: &mut Findings<'_>) -> Option<Article> {
    if text.len() > LARGEST {
        findings.error("too_long", 1).with("bytes", text.len()).with("most", LARGEST);
        return None;
    }
    check_slug(slug, findings);
    let Some((front, body)) = split(text) else {
        findings.error("no_front_matter", 1);
        return None;
    };
    let read: Front = match toml::from_str(text.get(front.clone()).unwrap_or_default()) {
        Ok(read) => read,
        Err(error) => {
            let line = findings.line_of(front.start + error.span().map_or(0, |span| span.start));
            findings.error("front_matter", line).with("reason", error.message());
            return None;
        }
    };
    let body_line = findings.line_of(body.start);
    let body = text.get(body).unwrap_or_default();
    let building = Building { findings, offset: front.start };
    let article = building.article(read, body, body_line, (slug, language));
    markdown::check(&article.body, article.body_line, findings);
    Some(article)
}

/// What becomes of the front matter, once its values have been looked at.
struct Building<'b, 't> {
    findings: &'b mut Findings<'t>,
    /// Where the front matter begins in the file.
    offset: usize,
}

impl Building<'_, '_> {
    fn line<T>(&self, value: &Spanned<T>) -> usize {
        self.findings.line_of(self.offset + value.span().start)
    }

    fn line_of<T>(&self, value: Option<&Spanned<T>>) -> usize {
        value.map_or(1, |value| self.line(value))
    }

    fn article(mut self, front: Front, body: &str, body_line: usize, head_of: (&str, &Language)) -> Article {
        let (topic_line, audience_line, related_line) = (
            self.line_of(front.topic.as_ref()),
            self.line_of(front.audience.as_ref()),
            self.line_of(front.related.as_ref()),
        );
        Article {
            head: self.head(front, head_of),
            body: body.trim().to_owned(),
            body_line: body_line + leading_lines(body),
            topic_line,
            audience_line,
            related_line,
        }
    }

    fn head(&mut self, front: Front, (slug, language): (&str, &Language)) -> Head {
        let title_line = self.line(&front.title);
        let kind = self.kind(&front.kind);
        let title = self.short_text("title", Some(front.title), LONGEST_TITLE);
        if title.is_empty() {
            self.findings.error("empty", title_line).with("field", "title");
        }
        let summary = self.short_text("summary", front.summary, LONGEST_SUMMARY);
        let keyword_line = self.line_of(front.keywords.as_ref());
        let keywords = front.keywords.map(Spanned::into_inner).unwrap_or_default();
        if keywords.len() > MOST_WORDS {
            self.findings.error("too_many", keyword_line).with("field", "keywords").with("most", MOST_WORDS);
        }
        let (audience, internal) = self.audience(front.audience, kind);
        let until_line = self.line_of(front.until.as_ref());
        let day = |day: Option<Spanned<Day>>| day.map(|day| day.into_inner().0);
        let (from, until) = (day(front.from), day(front.until));
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.findings.error("never_in_force", until_line).with("from", from).with("until", until);
        }
        if front.review.is_none() {
            self.findings.warn("no_review_date", title_line);
        }
        Head {
            slug: slug.to_owned(),
            language: Some(language.clone()),
            kind,
            title,
            summary,
            audience,
            internal,
            topic: front.topic.map(Spanned::into_inner),
            keywords,
            owner: front.owner,
            review: front.review.map(|review| review.0),
            from,
            until,
            related: front.related.map(Spanned::into_inner).unwrap_or_default(),
            state: self.state(front.state.as_ref()),
        }
    }

    fn kind(&mut self, given: &Spanned<String>) -> Kind {
        match given.get_ref().parse::<Kind>() {
            // A guide is a file of another form.
            Ok(Kind::Guide) | Err(_) => {
                let line = self.line(given);
                self.findings.error("unknown_kind", line).with("given", given.get_ref());
                Kind::Faq
            }
            Ok(kind) => kind,
        }
    }

    fn state(&mut self, given: Option<&Spanned<String>>) -> State {
        let Some(given) = given else { return State::Published };
        given.get_ref().parse().unwrap_or_else(|_| {
            let line = self.line(given);
            self.findings.error("unknown_state", line).with("given", given.get_ref());
            State::Draft
        })
    }

    /// The audience, and whether it is those who work here.
    fn audience(&mut self, given: Option<Spanned<Vec<String>>>, kind: Kind) -> (Vec<String>, bool) {
        let line = self.line_of(given.as_ref());
        let audience = given.map(Spanned::into_inner).unwrap_or_default();
        let for_staff = audience.iter().any(|one| one == STAFF);
        if for_staff && audience.len() > 1 {
            self.findings.error("staff_and_others", line);
        }
        if kind.is_internal() && !for_staff && !audience.is_empty() {
            self.findings.error("internal_kind", line).with("kind", kind);
        }
        if for_staff || kind.is_internal() { (Vec::new(), true) } else { (audience, false) }
    }

    fn short_text(&mut self, field: &'static str, given: Option<Spanned<String>>, most: usize) -> String {
        let line = self.line_of(given.as_ref());
        let text = given.map(Spanned::into_inner).unwrap_or_default().trim().to_owned();
        if text.chars().count() > most {
            self.findings.error("field_too_long", line).with("field", field).with("most", most);
        }
        text
    }
}

/// The front matter and the body, as ranges of the text.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let start = text.strip_prefix(FENCE)?.find('\n')? + FENCE.len() + 1;
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some((start..at, at + line.len()..text.len()));
        }
        at += line.len();
    }
    None
}

/// Empty lines before the first word.
fn leading_lines(body: &str) -> usize {
    body.lines().take_while(|line| line.trim().is_empty()).count()
}

pub(crate) fn check_slug(slug: &str, findings: &mut Findings<'_>) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = !slug.is_empty()
        && slug.len() <= LONGEST_SLUG
        && slug.chars().all(plain)
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if !fits {
        findings.error("bad_name", 1).with("name", slug);
    }
}
