//! Finds the numbers in a text: runs of digits, and how they hang together.

use super::digits;
use super::words::Steps;

/// Past this a gap between two runs of digits does not join them.
const WIDEST_GAP: usize = 3;

/// One digit, whatever script it was written in, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digit {
    pub value: u8,
    pub start: usize,
    pub end: usize,
}

/// How a run of digits hangs on to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Words or nothing lie before it.
    Apart,
    /// One separator such as a dash.
    Tight(char),
    /// Several separators, such as " - ".
    Loose,
}

/// A run of digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// Its place among all digits of the text.
    pub first: usize,
    pub count: usize,
    /// Its place in the text, in bytes.
    pub start: usize,
    pub end: usize,
    pub joint: Joint,
}

/// The numbers of a text.
pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub digits: Vec<Digit>,
    pub groups: Vec<Group>,
    /// The words around them.
    pub steps: Steps,
}

impl<'a> Scan<'a> {
    /// Nothing when the text has no digits, which is decided quickly.
    pub fn of(text: &'a str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_digit()) {
            return None;
        }
        let mut scan = Self {
            text,
            digits: Vec::with_capacity(64),
            groups: Vec::with_capacity(16),
            steps: Steps::default(),
        };
        let mut gap = Gap::default();
        for (start, c) in text.char_indices() {
            match digits::value(c) {
                Some(value) => {
                    scan.add(Digit { value, start, end: start + c.len_utf8() }, gap);
                    gap = Gap::default();
                }
                None if is_transparent(c) => {}
                None => gap.widen(c),
            }
        }
        if scan.digits.is_empty() {
            return None;
        }
        scan.steps = Steps::of(text);
        Some(scan)
    }

    fn add(&mut self, digit: Digit, gap: Gap) {
        let place = self.digits.len();
        self.digits.push(digit);
        match self.groups.last_mut() {
            Some(group) if gap.width == 0 => {
                group.count += 1;
                group.end = digit.end;
            }
            last => {
                let joint = if last.is_some() { gap.joint() } else { Joint::Apart };
                let Digit { start, end, .. } = digit;
                self.groups.push(Group { first: place, count: 1, start, end, joint });
            }
        }
    }

    /// Runs of digits that only separators part, each with the number of its first group.
    pub fn chains(&self) -> impl Iterator<Item = &[Group]> {
        self.groups.chunk_by(|_, next| next.joint != Joint::Apart)
    }

    /// The digits of neighbouring groups.
    pub fn digits_of(&self, groups: &[Group]) -> &[Digit] {
        match (groups.first(), groups.last()) {
            (Some(first), Some(last)) => {
                self.digits.get(first.first..last.first + last.count).unwrap_or_default()
            }
            _ => &[],
        }
    }

    pub fn before(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    pub fn after(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }
}

/// How many digits the groups have together.
pub(super) fn total(groups: &[Group]) -> usize {
    groups.iter().map(|group| group.count).sum()
}

/// What lies between two runs of digits.
#[derive(Clone, Copy, Default)]
struct Gap {
    width: usize,
    only: Option<char>,
    has_other: bool,
}

impl Gap {
    fn widen(&mut self, c: char) {
        self.width += 1;
        self.only = Some(c);
        self.has_other |= !is_separator(c);
    }

    fn joint(self) -> Joint {
        match (self.only, self.width) {
            _ if self.has_other || self.width > WIDEST_GAP => Joint::Apart,
            (Some(c), 1) => Joint::Tight(if is_dash(c) {
                '-'
            } else if c.is_whitespace() {
                ' '
            } else {
                c
            }),
            _ => Joint::Loose,
        }
    }
}

/// Invisible characters, and those that dress a digit up as a key.
fn is_transparent(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}'
    )
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, '.' | '·' | '_' | '/' | '\\' | ',' | '|' | '，' | '．')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<Vec<usize>> {
        let scan = Scan::of(text).unwrap();
        scan.chains().map(|chain| chain.iter().map(|group| group.count).collect()).collect()
    }

    #[test]
    fn separators_join_and_words_part() {
        assert_eq!(shape("4111 1111-1111.1111 and 12"), [vec![4, 4, 4, 4], vec![2]]);
        assert_eq!(shape("41\u{200b}11 - 22"), [vec![4, 2]]);
        assert_eq!(shape("1    2"), [vec![1], vec![1]]);
        assert_eq!(shape("4️⃣1️⃣"), [vec![2]]);
        assert_eq!(shape("(212) 555\u{2011}0123"), [vec![3], vec![3, 4]]);
    }

    #[test]
    fn a_text_without_digits_is_done_at_once() {
        assert!(Scan::of("Hello, where is my card?").is_none());
        assert!(Scan::of("¿Dónde está?").is_none());
        assert!(Scan::of("").is_none());
    }

    #[test]
    fn one_separator_is_told_from_several_and_dashes_are_all_alike() {
        let scan = Scan::of("1\u{2013}2\u{a0}3 - 4").unwrap();
        let joints: Vec<_> = scan.groups.iter().map(|group| group.joint).collect();
        assert_eq!(joints, [Joint::Apart, Joint::Tight('-'), Joint::Tight(' '), Joint::Loose]);
    }
}
