//! What was found in a text, and how it is hidden.

use std::borrow::Cow;
use std::ops::Range;

use super::scan::{Group, Scan};
use super::{Finding, Kind, Masked};

/// What a hidden digit is replaced with. Separators stay, so that people see what it was.
pub(super) const HIDDEN: char = '•';

/// A sensitive number: a run of digits of the text, of which the last `keep` may be shown.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub kind: Kind,
    pub digits: Range<usize>,
    pub keep: usize,
}

impl Found {
    pub fn new(kind: Kind, groups: &[Group], keep: usize) -> Self {
        let first = groups.first().map_or(0, |group| group.first);
        let end = groups.last().map_or(0, |group| group.first + group.count);
        Self { kind, digits: first..end, keep }
    }

    fn hides(&self, digit: usize) -> bool {
        self.digits.contains(&digit) && digit + self.keep < self.digits.end
    }
}

/// Whether a digit of these groups belongs to something that was found already.
pub(super) fn is_taken(found: &[Found], groups: &[Group]) -> bool {
    let wanted = Found::new(Kind::Card, groups, 0).digits;
    found.iter().any(|one| one.digits.start < wanted.end && wanted.start < one.digits.end)
}

/// One digit's fate: its place in the text, and what stands there from now on.
pub(super) struct Mark {
    pub place: Range<usize>,
    pub shown: char,
}

/// The fate of every digit that was found, in the order of the text.
pub(super) fn marks(scan: &Scan<'_>, found: &[Found]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (number, digit) in scan.digits.iter().enumerate() {
        if let Some(one) = found.iter().find(|one| one.digits.contains(&number)) {
            let shown = if one.hides(number) { HIDDEN } else { char::from(b'0' + digit.value) };
            marks.push(Mark { place: digit.start..digit.end, shown });
        }
    }
    marks
}

pub(super) fn render<'a>(text: &'a str, marks: &[Mark]) -> Cow<'a, str> {
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut rendered = String::with_capacity(text.len() + 2 * marks.len());
    let mut from = 0;
    for mark in marks {
        rendered.push_str(text.get(from..mark.place.start).unwrap_or_default());
        rendered.push(mark.shown);
        from = mark.place.end;
    }
    rendered.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(rendered)
}

/// The text with what was found hidden.
pub(super) fn conceal<'a>(scan: &Scan<'a>, mut found: Vec<Found>) -> Masked<'a> {
    found.retain(|one| one.digits.len() > one.keep);
    found.sort_by_key(|one| one.digits.start);
    let findings = found.iter().filter_map(|one| finding(scan, one)).collect();
    Masked { text: render(scan.text, &marks(scan, &found)), findings }
}

fn finding(scan: &Scan<'_>, one: &Found) -> Option<Finding> {
    let digits = scan.digits.get(one.digits.clone())?;
    let range = digits.first()?.start..digits.last()?.end;
    let shown = digits.get(digits.len().checked_sub(one.keep)?..)?;
    let shown: String = shown.iter().map(|digit| char::from(b'0' + digit.value)).collect();
    Some(Finding { kind: one.kind, range, last_four: (!shown.is_empty()).then_some(shown) })
}
