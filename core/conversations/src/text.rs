//! What people type, made fit to be kept.

use kernel::{Refusal, Result};
use vault::Secret;

/// Longest words of one entry, in characters. A letter of three pages has about so many.
pub const LONGEST_TEXT: usize = 10_000;
/// Longest line that says what a conversation is about.
pub const LONGEST_SUBJECT: usize = 200;

/// Takes out what cannot be seen and would confuse whoever reads: control characters but line breaks and
/// tabs, marks that turn the direction of a line, and blank space at the ends.
pub(crate) fn clean(text: &str, longest: usize) -> Result<Secret<String>, Refusal> {
    let mut kept = String::with_capacity(text.len().min(4 * longest));
    let mut characters = text.trim().chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            '\n' | '\t' => kept.push(c),
            c if c.is_control() || turns_line(c) => {}
            c => kept.push(c),
        }
    }
    let kept = Secret::new(kept);
    let length = kept.expose().chars().count();
    if length == 0 || kept.expose().trim().is_empty() {
        return Err(Refusal::new("conversations.empty"));
    }
    if length > longest {
        return Err(Refusal::new("conversations.too_long").with("longest", longest).with("length", length));
    }
    Ok(kept)
}

/// The same on one line.
pub(crate) fn clean_line(text: &str, longest: usize) -> Result<Secret<String>, Refusal> {
    let cleaned = clean(text, longest)?;
    let words: Vec<&str> = cleaned.expose().split_whitespace().collect();
    Ok(Secret::new(words.join(" ")))
}

/// Embeddings, overrides and isolates of direction, and the byte order mark.
fn turns_line(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text, 40).unwrap().expose().clone()
    }

    #[test]
    fn lines_stay_and_what_cannot_be_seen_goes() {
        assert_eq!(cleaned("  one\r\ntwo\rthree\u{0}\u{7}\tfour\u{202e}  "), "one\ntwo\nthree\tfour");
        assert_eq!(cleaned("👩‍👩‍👧 ñandú"), "👩‍👩‍👧 ñandú");
        assert_eq!(clean_line(" a\n b\t c ", 40).unwrap().expose(), "a b c");
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        for nothing in ["", " \n ", "\u{0}\u{202e}"] {
            assert_eq!(clean(nothing, 40).unwrap_err().code(), "conversations.empty", "{nothing:?}");
        }
        assert_eq!(clean(&"ñ".repeat(41), 40).unwrap_err().code(), "conversations.too_long");
        assert_eq!(cleaned(&"ñ".repeat(40)).chars().count(), 40);
    }
}
