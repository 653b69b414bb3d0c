//! The part of a text that answers, with the words that were asked for marked.

use std::collections::HashSet;

use super::analysis::{Analyzer, fold, spans};

/// Bytes shown of a text.
const WIDTH: usize = 170;
/// Bytes of a text that are looked at: the answer stands near its beginning, or the text is too long.
const LOOKED_AT: usize = 6_000;

/// Letters at the beginning that a form shares with its stem.
const SHARED: usize = 3;

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// It is one of the words that were asked for.
    pub hit: bool,
}

/// Marks the asked-for words of a short text.
pub(crate) fn marked(text: &str, terms: &HashSet<String>, analyzer: &Analyzer) -> Vec<Piece> {
    let hits = hits(text, terms, analyzer);
    pieces(text, 0, text.len(), &hits)
}

/// The part of a text with most of the asked-for words; its beginning when there are none.
pub(crate) fn excerpt(text: &str, terms: &HashSet<String>, analyzer: &Analyzer) -> Vec<Piece> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let hits = hits(text, terms, analyzer);
    let best = hits.iter().enumerate().map(|(at, first)| {
        let inside = hits.iter().skip(at).take_while(|hit| hit.to <= first.from + WIDTH * 2 / 3);
        let different: HashSet<usize> = inside.map(|hit| hit.term).collect();
        (different.len(), std::cmp::Reverse(at))
    });
    let first = best.max().and_then(|(_, std::cmp::Reverse(at))| hits.get(at)).map_or(0, |hit| hit.from);
    let from = start_of(text, first);
    let mut to = text.floor_char_boundary((from + WIDTH).min(text.len()));
    if to < text.len() {
        to = text.get(from..to).and_then(|part| part.rfind(' ')).map_or(to, |space| from + space);
    }
    let mut pieces = pieces(text, from, to, &hits);
    if from > 0
        && let Some(first) = pieces.first_mut()
        && !starts_sentence(text, from)
    {
        first.text.insert_str(0, "… ");
    }
    if to < text.trim_end().len()
        && let Some(last) = pieces.last_mut()
    {
        last.text.push_str(" …");
    }
    pieces
}

/// Where to begin so that a place is seen: at its sentence if that is near, else some words before.
fn start_of(text: &str, place: usize) -> usize {
    let near = text.floor_char_boundary(place.saturating_sub(WIDTH / 3));
    let before = text.get(near..place).unwrap_or_default();
    let sentence = before.rfind(['\n', '.', '?', '!']).map(|end| near + end + 1);
    let word = || if near == 0 { Some(0) } else { before.find(' ').map(|space| near + space) };
    let start = sentence.or_else(word).unwrap_or(place);
    let rest = text.get(start..).unwrap_or_default();
    start + (rest.len() - rest.trim_start().len())
}

fn starts_sentence(text: &str, at: usize) -> bool {
    text.get(..at).unwrap_or_default().trim_end_matches(' ').ends_with(['\n', '.', '?', '!'])
}

struct Hit {
    from: usize,
    to: usize,
    /// Tells the terms apart.
    term: usize,
}

fn hits(text: &str, terms: &HashSet<String>, analyzer: &Analyzer) -> Vec<Hit> {
    // Folding and stemming every word is the slow part: only words that begin like a term are tried.
    let ordered: Vec<&String> = terms.iter().collect();
    let found = spans(text).filter_map(|(from, to)| {
        let written = text.get(from..to)?;
        let first = written.chars().next()?;
        let begins = |term: &&String| term.starts_with(first.to_ascii_lowercase());
        if first.is_ascii() && !ordered.iter().any(begins) {
            return None;
        }
        let mut folded = fold(written);
        folded.retain(|c| !matches!(c, '\'' | '’'));
        let is_like = |term: &&String| term.chars().zip(folded.chars()).take(SHARED).all(|(a, b)| a == b);
        if !ordered.iter().any(is_like) || analyzer.says_nothing(&folded) {
            return None;
        }
        let stem = analyzer.stem(&folded);
        let term = ordered.iter().position(|term| **term == stem)?;
        Some(Hit { from, to, term })
    });
    found.collect()
}

fn pieces(text: &str, from: usize, to: usize, hits: &[Hit]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = from;
    let mut add = |range: std::ops::Range<usize>, hit: bool| {
        let text = text.get(range).unwrap_or_default();
        if !text.is_empty() {
            pieces.push(Piece { text: text.replace('\n', " "), hit });
        }
    };
    for hit in hits.iter().filter(|hit| hit.from >= from && hit.to <= to) {
        add(at..hit.from, false);
        add(hit.from..hit.to, true);
        at = hit.to;
    }
    add(at..to, false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, asked: &str) -> String {
        let analyzer = Analyzer::new(&"en".parse().unwrap());
        let terms = analyzer.terms(asked).into_iter().collect();
        let pieces = excerpt(text, &terms, &analyzer);
        pieces
            .iter()
            .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn the_asked_for_words_are_marked_in_all_their_forms() {
        assert_eq!(
            shown("Disputes take time. Dispute early.", "disputing"),
            "[Disputes] take time. [Dispute] early."
        );
        assert_eq!(shown("Nothing of it.", "dispute"), "Nothing of it.");
        assert_eq!(shown("", "dispute"), "");
    }

    #[test]
    fn the_part_with_most_of_them_is_shown() {
        let filler = "Other words stand here and say nothing of it at all. ".repeat(20);
        let text = format!("A charge. {filler}You dispute a charge by phone. {filler}");
        let part = shown(&text, "dispute charge");
        assert!(part.contains("You [dispute] a [charge] by phone."), "{part}");
        assert!(part.ends_with(" …") && part.chars().count() < 220, "{part}");
    }

    #[test]
    fn letters_of_several_bytes_are_not_cut() {
        let text = "ñandú áéíóú ".repeat(1_000);
        assert!(shown(&text, "nandu").contains("[ñandú]"));
    }
}
