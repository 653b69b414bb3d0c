//! What an address of the portal may ask, and how such addresses are made.

use serde::{Deserialize, Deserializer};

/// Longer questions are cut: what somebody needs is said in a sentence.
const LONGEST_QUESTION: usize = 200;

/// Everything that can be asked. An empty field was left empty.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default, deserialize_with = "visible")]
    q: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    audience: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    topic: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    region: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    courier: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    document: Option<String>,
    #[serde(default, deserialize_with = "visible")]
    at: Option<String>,
    #[serde(default, alias = "known_at", deserialize_with = "visible")]
    known: Option<String>,
}

impl Asked {
    pub fn words(&self) -> Option<&str> {
        let words = filled(self.q.as_ref())?;
        let end = words.char_indices().nth(LONGEST_QUESTION).map_or(words.len(), |(end, _)| end);
        words.get(..end)
    }

    pub fn audience(&self) -> Option<&str> {
        filled(self.audience.as_ref())
    }

    pub fn topic(&self) -> Option<&str> {
        filled(self.topic.as_ref())
    }

    pub fn region(&self) -> Option<&str> {
        filled(self.region.as_ref())
    }

    pub fn courier(&self) -> Option<&str> {
        filled(self.courier.as_ref())
    }

    pub fn document(&self) -> Option<&str> {
        filled(self.document.as_ref())
    }

    /// The moment to answer for, as written.
    pub fn at(&self) -> Option<&str> {
        filled(self.at.as_ref())
    }

    /// The moment whose knowledge to answer by, as written.
    pub fn known(&self) -> Option<&str> {
        filled(self.known.as_ref())
    }

    /// An address of the portal that keeps the moment asked for, with these fields besides.
    pub fn link(&self, path: &str, fields: &[(&str, Option<&str>)]) -> String {
        let moment = [("at", self.at()), ("known", self.known())];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.iter().chain(&moment) {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// Without characters that cannot be seen: pages repeat what was asked, and such a character would hide
/// or turn around what stands beside it.
fn visible<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    let turns = |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let cleaned = |text: String| text.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    Ok(Option::<String>::deserialize(field)?.map(cleaned))
}

fn filled(field: Option<&String>) -> Option<&str> {
    field.map(|text| text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_was_not_asked() {
        let asked = Asked { q: Some("  ".into()), audience: Some(" dealer ".into()), ..Asked::default() };
        assert_eq!((asked.words(), asked.audience(), asked.topic()), (None, Some("dealer"), None));
    }

    #[test]
    fn a_long_question_is_cut_between_letters() {
        let asked = Asked { q: Some("ñ".repeat(500)), ..Asked::default() };
        assert_eq!(asked.words().unwrap().chars().count(), LONGEST_QUESTION);
    }

    #[test]
    fn a_link_keeps_the_moment_and_is_encoded() {
        let asked = Asked { at: Some("2023-09-01T10:00".into()), ..Asked::default() };
        let link = asked.link("/contact", &[("q", Some("a&b")), ("topic", None)]);
        assert_eq!(link, "/contact?q=a%26b&at=2023-09-01T10%3A00");
        assert_eq!(Asked::default().link("/contact", &[]), "/contact");
    }
}
