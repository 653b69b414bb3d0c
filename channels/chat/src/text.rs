//! Words that a customer typed, made fit to keep and to show beside others.

/// Letters of one message.
pub const LONGEST_MESSAGE: usize = 4_000;
/// Letters of a name.
pub const LONGEST_NAME: usize = 80;

/// Characters that turn around or hide what stands beside them.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

/// A message without what cannot be seen, and without blank lines around it. Line breaks stay.
pub fn message(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let visible = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || turns(*c));
    unified.chars().filter(visible).collect::<String>().trim().to_owned()
}

/// One line, such as a name: no control characters, white space folded.
pub fn line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c));
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A stretch of a message; an address is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'t> {
    pub text: &'t str,
    pub is_link: bool,
}

/// A message with its addresses taken apart. The page's script does the same to what it is sent.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, link, after)) = next_link(rest) {
        parts.extend([(before, false), (link, true)].map(|(text, is_link)| Part { text, is_link }));
        rest = after;
    }
    parts.push(Part { text: rest, is_link: false });
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"');
    let hangs = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']');
    let mut from = 0;
    loop {
        let found = text.get(from..)?.find("http")? + from;
        let (before, candidate) = text.split_at_checked(found)?;
        let whole = candidate.split(ends).next().unwrap_or_default().trim_end_matches(hangs);
        let name = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"));
        if name.is_some_and(|name| !name.is_empty()) {
            let after = candidate.get(whole.len()..)?;
            return Some((before, whole, after));
        }
        from = found + "http".len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_message_are_links_without_what_hangs_on_them() {
        let links = |text: &'static str| {
            let parts = parts(text);
            assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), text);
            parts.into_iter().filter(|part| part.is_link).map(|part| part.text).collect::<Vec<_>>()
        };
        assert_eq!(
            links("See https://a.example/x?y=1, or (http://b.example)."),
            ["https://a.example/x?y=1", "http://b.example"]
        );
        assert_eq!(links("https://a.example"), ["https://a.example"]);
        for text in ["", "http", "https://", "https://.", "javascript:alert(1)", "httphttp ftp://x"] {
            assert!(links(text).is_empty(), "{text}");
        }
        assert_eq!(links("<a href=\"https://e.example\">"), ["https://e.example"]);
    }

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_cannot_be_seen() {
        assert_eq!(message("\u{7}hi\u{0}\r\nthere\rfriend\u{202e} \n\n"), "hi\nthere\nfriend");
        assert_eq!(message(" \n\t "), "");
        assert_eq!(message("<b>2 < 3</b>"), "<b>2 < 3</b>", "words are kept; pages escape them");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(line("  Ana\n\tMaría\u{1b}[31m  Ruiz "), "Ana María [31m Ruiz");
        assert_eq!(line("\u{202e}evil"), "evil");
    }
}
