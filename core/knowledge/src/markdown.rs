//! Markdown: what may stand in it, how it is shown, and its words without marks.
//!
//! A link names what it leads to, not where that is: `help:slug`, `guide:slug`, `contact:topic`. The face
//! that shows the text knows the addresses, so that a text can move and a telephone number can change.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::finding::Findings;

/// Blocks inside blocks: more is a mistake, or an attack on whoever reads it.
const DEEPEST: usize = 12;

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target<'t> {
    Article(&'t str),
    Guide(&'t str),
    /// A topic of the directory.
    Contact(&'t str),
    /// An address outside, or a place on the same page.
    Address(&'t str),
}

impl<'t> Target<'t> {
    /// `None` for an address that no text may lead to.
    pub fn read(address: &'t str) -> Option<Self> {
        let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
        match scheme {
            "help" => Some(Self::Article(rest)),
            "guide" => Some(Self::Guide(rest)),
            "contact" => Some(Self::Contact(rest)),
            "https" | "mailto" | "tel" => Some(Self::Address(address)),
            "" if address.starts_with('#') => Some(Self::Address(address)),
            _ => None,
        }
    }
}

/// A link of a text and the line on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub address: String,
    pub line: usize,
}

/// A heading of a text, to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub id: String,
    pub text: String,
}

/// A text without its marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    pub headings: String,
    pub text: String,
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// Finds what must not stand in a text that begins on `first_line` of its file.
pub(crate) fn check(text: &str, first_line: usize, findings: &mut Findings<'_>) {
    let line_at = |offset: usize| {
        let before = text.get(..text.floor_char_boundary(offset)).unwrap_or_default();
        first_line + before.matches('\n').count()
    };
    if text.trim().is_empty() {
        findings.error("empty", first_line).with("field", "body");
        return;
    }
    let (mut depth, mut told_depth) = (0_usize, false);
    for (event, range) in parser(text).into_offset_iter() {
        let line = || line_at(range.start);
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                findings.error("raw_html", line());
            }
            Event::Start(tag) => {
                depth += 1;
                match tag {
                    Tag::Image { .. } => {
                        findings.error("image", line());
                    }
                    Tag::Heading { level: HeadingLevel::H1, .. } => {
                        findings.error("heading_one", line());
                    }
                    Tag::Link { dest_url, .. } if Target::read(&dest_url).is_none() => {
                        findings.error("bad_link", line()).with("link", short(&dest_url));
                    }
                    _ => {}
                }
                if depth > DEEPEST && !told_depth {
                    told_depth = true;
                    findings.error("too_deep", line()).with("most", DEEPEST);
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
}

fn short(address: &str) -> String {
    address.chars().take(80).collect()
}

/// Where the links of a text lead, those that a text may have.
pub(crate) fn references(text: &str, first_line: usize) -> Vec<Reference> {
    let links = parser(text).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            let before = text.get(..text.floor_char_boundary(range.start)).unwrap_or_default();
            Some(Reference {
                address: dest_url.into_string(),
                line: first_line + before.matches('\n').count(),
            })
        }
        _ => None,
    });
    links.collect()
}

/// The text as HTML, with nothing in it that could harm a page, whatever the text is. `address_of` says
/// where a link leads on the face that shows it; a link without an address becomes plain words.
pub fn render(text: &str, address_of: impl Fn(Target<'_>) -> Option<String>) -> String {
    let mut ids = sections(text).into_iter().map(|section| section.id);
    let mut linked = Vec::new();
    let events = parser(text).filter_map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let address = Target::read(&dest_url).and_then(&address_of);
            linked.push(address.is_some());
            let dest_url = CowStr::from(address?);
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => linked.pop().unwrap_or(false).then_some(event),
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            let id = ids.next().map(CowStr::from);
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        Event::Html(_) | Event::InlineHtml(_) => None,
        other => Some(other),
    });
    let mut made = String::with_capacity(text.len() * 2);
    html::push_html(&mut made, events);
    CLEANER.clean(&made).to_string()
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let attributes: [(&str, &[&str]); 5] =
        [("a", &["href"]), ("h2", &["id"]), ("h3", &["id"]), ("h4", &["id"]), ("ol", &["start"])];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(
            attributes
                .into_iter()
                .map(|(tag, names)| (tag, names.iter().copied().collect()))
                .collect::<HashMap<_, _>>(),
        )
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// The headings of a text, in order, each with an id that no other has.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut heading: Option<String> = None;
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                if let Some(text) = heading.take() {
                    let plain = slug_of(&text);
                    let same = sections.iter().filter(|other| slug_of(&other.text) == plain).count();
                    let id = if same == 0 { format!("s-{plain}") } else { format!("s-{plain}-{same}") };
                    sections.push(Section { id, text });
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ => {}
        }
    }
    sections
}

fn slug_of(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// The words of a text, for searching and for excerpts.
pub fn plain(text: &str) -> Plain {
    let mut plain = Plain::default();
    let mut in_heading = false;
    for event in parser(text) {
        let target = if in_heading { &mut plain.headings } else { &mut plain.text };
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                plain.headings.push('\n');
            }
            Event::Text(words) | Event::Code(words) => target.push_str(&words),
            Event::SoftBreak | Event::HardBreak => target.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock)
                if !target.ends_with('\n') =>
            {
                target.push('\n');
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        render(text, |target| match target {
            Target::Article(slug) => Some(format!("/help/{slug}")),
            Target::Contact(topic) => Some(format!("/contact?topic={topic}")),
            Target::Address(address) => Some(address.to_owned()),
            Target::Guide(_) => None,
        })
    }

    #[test]
    fn links_lead_where_the_face_says() {
        let html = page("See [this](help:a) or [call](contact:payoffs), [not](guide:gone) that.");
        assert!(html.contains(r#"<a href="/help/a""#), "{html}");
        assert!(html.contains("/contact?topic=payoffs"), "{html}");
        assert!(html.contains("not that."), "a link that leads nowhere is words: {html}");
        assert!(!html.contains("guide:"), "{html}");
    }

    #[test]
    fn hostile_text_is_shown_without_its_sting() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "<a href=\"javascript:alert(1)\">x</a>",
            "[x]( \u{1}javascript:alert(1))",
            "<iframe src=//evil></iframe>",
            "<svg><script>alert(1)</script></svg>",
            "[x](https://a.example/\" onclick=\"alert(1))",
        ] {
            let html = page(attack);
            for tag in html.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split(|c: char| !c.is_alphanumeric()).next().unwrap();
                assert!(["p", "a", "blockquote"].contains(&name), "{attack} became {html}");
                let inside = tag.split('>').next().unwrap();
                let address = inside.split("href=\"").nth(1).unwrap_or("https:");
                assert!(address.starts_with("https:"), "{attack} became {html}");
                let names: Vec<_> =
                    inside.split(' ').skip(1).map(|part| part.split('=').next().unwrap()).collect();
                assert!(
                    names.iter().all(|name| ["href", "rel", "noreferrer\""].contains(name)),
                    "{attack} became {html}"
                );
            }
        }
    }

    #[test]
    fn hostile_text_is_refused_with_its_line() {
        let text = "Fine.\n\n<b>no</b>\n\n![x](y.png)\n\n# Too large\n\n[x](javascript:alert(1))\n";
        let mut findings = Findings::new("f.md", text);
        check(text, 10, &mut findings);
        let told: Vec<_> = findings.list.iter().map(|finding| (finding.code, finding.line)).collect();
        assert_eq!(
            told,
            [("raw_html", 12), ("raw_html", 12), ("image", 14), ("heading_one", 16), ("bad_link", 18)]
        );
    }

    #[test]
    fn text_nested_without_end_is_refused_and_does_no_harm() {
        let text = "> ".repeat(20_000) + "x";
        let mut findings = Findings::new("f.md", &text);
        check(&text, 1, &mut findings);
        assert_eq!(findings.list.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["too_deep"]);
    }

    #[test]
    fn headings_have_ids_of_their_own() {
        let text = "## What to do\n\nx\n\n## What to do\n\n### Año `nuevo`\n";
        let ids: Vec<_> = sections(text).into_iter().map(|section| section.id).collect();
        assert_eq!(ids, ["s-what-to-do", "s-what-to-do-1", "s-año-nuevo"]);
        let html = page(text);
        assert!(ids.iter().all(|id| html.contains(&format!("id=\"{id}\""))), "{html}");
    }

    #[test]
    fn plain_words_have_no_marks() {
        let plain = plain("## Before\n\nA **bold** [word](help:x).\n\n- one\n- two\n");
        assert_eq!(plain.headings, "Before\n");
        assert_eq!(plain.text, "A bold word.\none\ntwo\n");
    }
}
