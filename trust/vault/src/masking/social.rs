//! Social security numbers, and the taxpayer numbers of people who have none.

use super::Kind;
use super::checks::{is_individual_taxpayer, is_social_security};
use super::found::{Found, is_taken};
use super::scan::{Group, Joint, Scan, total};
use super::words::{Word, classify};

const LENGTH: usize = 9;

pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    for chain in scan.chains() {
        if total(chain) < LENGTH {
            continue;
        }
        let mut start = 0;
        while let Some(rest) = chain.get(start..).filter(|rest| !rest.is_empty()) {
            let number = candidate(rest).filter(|window| {
                !is_taken(found, window) && is_number(scan, chain, window, chain.get(start + window.len()))
            });
            start += number.map_or(1, <[Group]>::len);
            if let Some(window) = number {
                found.push(Found::new(Kind::SocialSecurity, window, 0));
            }
        }
    }
}

/// The first groups, if they are nine digits together.
fn candidate(rest: &[Group]) -> Option<&[Group]> {
    let mut sum = 0;
    let count = 1 + rest.iter().position(|group| {
        sum += group.count;
        sum >= LENGTH
    })?;
    rest.get(..count).filter(|_| sum == LENGTH)
}

fn is_number(scan: &Scan<'_>, chain: &[Group], window: &[Group], next: Option<&Group>) -> bool {
    let digits = scan.digits_of(window);
    let (Some(first), Some(last)) = (window.first(), window.last()) else { return false };
    let is_called = |wanted: Word| {
        let is_it = |word| word == wanted;
        scan.steps.is_near(first.start, is_it) || scan.steps.follows(last.end, is_it)
    };
    if is_individual_taxpayer(digits) {
        return is_called(Word::Taxpayer);
    }
    if !is_social_security(digits) || is_glued(scan.before(first.start), scan.after(last.end)) {
        return false;
    }
    let is_whole = window.len() == chain.len();
    let governor = scan.steps.governing(first.start);
    let is_something_else =
        matches!(governor, Some(Word::Label | Word::Parcel | Word::Account | Word::Routing | Word::Phone));
    match shape(window) {
        // Nothing else is written like this, whatever it is called; but a longer row of dashes is.
        Shape::Dashed => {
            first.joint != Joint::Tight('-') && next.is_none_or(|group| group.joint != Joint::Tight('-'))
        }
        Shape::Spaced if is_whole && !is_something_else => true,
        _ => !is_something_else && (is_called(Word::Social) || is_called(Word::Taxpayer)),
    }
}

enum Shape {
    Dashed,
    Spaced,
    Other,
}

/// Three, two and four digits with dashes, or with something else between them.
fn shape(window: &[Group]) -> Shape {
    match window {
        [a, b, c] if (a.count, b.count, c.count) == (3, 2, 4) => {
            let is_dashed = [b, c].iter().all(|group| group.joint == Joint::Tight('-'));
            if is_dashed { Shape::Dashed } else { Shape::Spaced }
        }
        _ => Shape::Other,
    }
}

/// Whether letters touch the number, as they do in part numbers. "SSN123…" is no such thing.
fn is_glued(before: &str, after: &str) -> bool {
    let word = before.get(before.trim_end_matches(char::is_alphabetic).len()..).unwrap_or_default();
    let is_named = word.is_empty() || matches!(classify(word), Word::Social | Word::Taxpayer | Word::Filler);
    !is_named || after.starts_with(char::is_alphabetic)
}
