//! Numbers that are split over several messages of one sender: "4111 1111" and then "1111 1111".

use std::borrow::Cow;

use super::cards::is_card_number;
use super::found::{self, Found, Mark, is_taken, marks};
use super::scan::{Group, Joint, Scan, total};
use super::words::{Step, Word};
use super::{Finding, Kind, Masked, find, mask};

/// How many earlier messages are looked at.
const MESSAGES: usize = 4;
/// How much of the end of each, in bytes.
const TAIL: usize = 400;
/// How much text may part two pieces of one number, in bytes.
const BRIDGE: usize = 60;
const LONGEST: usize = 19;

/// A new message, masked in the light of the sender's earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continued<'a> {
    pub new: Masked<'a>,
    /// Earlier messages that held the beginning of a number, and what they have to be replaced with.
    pub earlier: Vec<Remasked>,
}

/// An earlier message that has to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remasked {
    /// Its place in the list that was given.
    pub index: usize,
    pub text: String,
}

/// One earlier message as a piece of the joined text.
struct Piece<'p> {
    index: usize,
    text: &'p str,
    /// How much of its beginning was left out.
    cut: usize,
    /// Where it begins in the joined text.
    at: usize,
}

/// Masks a new message together with the same sender's previous ones, oldest first, as they are stored.
/// Never masks less than [`mask`] does for the new message alone.
pub fn mask_continued<'a>(previous: &[&str], new: &'a str) -> Continued<'a> {
    let alone = mask(new);
    let (joined, pieces) = join(previous, new);
    let start = joined.len() - new.len();
    let Some(scan) = Scan::of(&joined).filter(|_| !pieces.is_empty()) else {
        return Continued { new: alone, earlier: Vec::new() };
    };
    let mut all = find(&scan);
    bridge(&scan, start, &mut all);
    all.retain(|one| reaches(&scan, one, start));
    if all.is_empty() {
        return Continued { new: alone, earlier: Vec::new() };
    }
    let marks = marks(&scan, &all);
    let earlier = pieces.iter().filter_map(|piece| remask(piece, &marks)).collect();
    Continued { new: both(new, start, &scan, &all, alone), earlier }
}

fn join<'p>(previous: &[&'p str], new: &str) -> (String, Vec<Piece<'p>>) {
    let (mut joined, mut pieces) = (String::new(), Vec::new());
    for (index, text) in previous.iter().enumerate().skip(previous.len().saturating_sub(MESSAGES)) {
        let cut = (text.len().saturating_sub(TAIL)..text.len()).find(|at| text.is_char_boundary(*at));
        let cut = cut.unwrap_or(0);
        pieces.push(Piece { index, text, cut, at: joined.len() });
        joined.push_str(text.get(cut..).unwrap_or_default());
        joined.push('\n');
    }
    joined.push_str(new);
    (joined, pieces)
}

/// Whether a finding has a digit in the new message.
fn reaches(scan: &Scan<'_>, one: &Found, start: usize) -> bool {
    scan.digits.get(one.digits.end - 1).is_some_and(|digit| digit.start >= start)
}

/// Finds a card whose pieces are grouped in any way, with at most idle words between the messages.
fn bridge(scan: &Scan<'_>, start: usize, found: &mut Vec<Found>) {
    let right = scan.groups.partition_point(|group| group.start < start);
    let connected = |place: &usize| {
        let (Some(before), Some(group)) = (scan.groups.get(*place - 1), scan.groups.get(*place)) else {
            return false;
        };
        group.joint != Joint::Apart || is_idle(scan, before.end, group.start)
    };
    let first = (1..=right).rev().take_while(connected).last().map(|place| place - 1);
    let Some(first) = first else { return };
    let last = (right + 1..scan.groups.len()).take_while(connected).last().unwrap_or(right);
    for from in first..right {
        for to in right..=last {
            let Some(window) = scan.groups.get(from..=to).filter(|window| total(window) <= LONGEST) else {
                continue;
            };
            if total(window) > 13
                && is_card_number(scan.digits_of(window))
                && !is_taken_by_card(found, window)
            {
                found.retain(|one| !is_taken(std::slice::from_ref(one), window));
                found.push(Found::new(Kind::Card, window, 4));
                return;
            }
        }
    }
}

fn is_taken_by_card(found: &[Found], window: &[Group]) -> bool {
    found.iter().any(|one| one.kind == Kind::Card && is_taken(std::slice::from_ref(one), window))
}

/// Words that only lead from one piece of a number to the next.
fn is_idle(scan: &Scan<'_>, from: usize, to: usize) -> bool {
    to - from <= BRIDGE
        && scan.steps.between(from, to).all(|step| match step {
            Step::Word(word) => matches!(word, Word::Filler | Word::Part | Word::Digits | Word::Card),
            Step::Pause | Step::Stop => true,
            Step::Number(_) | Step::Hidden => false,
        })
}

fn remask(piece: &Piece<'_>, marks: &[Mark]) -> Option<Remasked> {
    let shown = piece.text.get(piece.cut..)?;
    let own: Vec<Mark> = marks
        .iter()
        .filter(|mark| mark.place.start >= piece.at && mark.place.end <= piece.at + shown.len())
        .map(|mark| Mark {
            place: mark.place.start - piece.at + piece.cut..mark.place.end - piece.at + piece.cut,
            shown: mark.shown,
        })
        .collect();
    let text = found::render(piece.text, &own);
    (text != piece.text).then(|| Remasked { index: piece.index, text: text.into_owned() })
}

/// What was found in the new message by itself and what was found in the light of the others.
fn both<'a>(new: &'a str, start: usize, scan: &Scan<'_>, all: &[Found], alone: Masked<'a>) -> Masked<'a> {
    let Some(own) = Scan::of(new) else { return alone };
    let first = scan.digits.partition_point(|digit| digit.start < start);
    let mut found: Vec<Found> = all
        .iter()
        .map(|one| Found {
            kind: one.kind,
            digits: one.digits.start.saturating_sub(first)..one.digits.end - first,
            keep: one.keep,
        })
        .collect();
    let missed = find(&own).into_iter().filter(|one| {
        !found.iter().any(|other| one.digits.start < other.digits.end && other.digits.start < one.digits.end)
    });
    found.extend(missed.collect::<Vec<_>>());
    let concealed = found::conceal(&own, found);
    if concealed.findings.is_empty() && concealed.text == Cow::Borrowed(new) { alone } else { concealed }
}

impl Continued<'_> {
    /// Everything that was hidden in the new message.
    pub fn findings(&self) -> &[Finding] {
        &self.new.findings
    }
}
