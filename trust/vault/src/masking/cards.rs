//! Payment card numbers, and the international account numbers that look like them.

use super::Kind;
use super::checks::{has_card_prefix, is_iban, is_postal_tracking, luhn};
use super::found::{Found, HIDDEN};
use super::scan::{Digit, Group, Scan, total};
use super::words::Word;

/// Lengths of card numbers, the usual ones first: when sixteen digits are a card, three more are its code.
const LENGTHS: [usize; 7] = [16, 15, 14, 19, 18, 17, 13];
const SHORTEST: usize = 13;
const LONGEST: usize = 19;

pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    for chain in scan.chains() {
        if let Some(hidden) = masked_before(scan, chain) {
            found.push(hidden);
        }
        if total(chain) < SHORTEST {
            continue;
        }
        if is_international_account(scan, chain) {
            found.push(Found::new(Kind::BankAccount, chain, 4));
        } else if !is_postal_tracking(scan.digits_of(chain)) {
            find_in(scan, chain, found);
        }
    }
}

fn find_in(scan: &Scan<'_>, chain: &[Group], found: &mut Vec<Found>) {
    let mut start = 0;
    while let Some(rest) = chain.get(start..).filter(|rest| !rest.is_empty()) {
        let is_wanted = |window: &[Group]| is_card(scan, chain, window);
        let Some(usual) = best(rest, &LENGTHS, is_wanted) else {
            start += 1;
            continue;
        };
        // A card of sixteen digits and its code, or a card of nineteen? Then no digit of it is shown.
        let longer = best(rest, &[LONGEST], is_wanted).filter(|longer| longer.len() > usual.len());
        let card = longer.unwrap_or(usual);
        found.push(Found::new(Kind::Card, card, if longer.is_some() { 0 } else { 4 }));
        start += card.len();
    }
}

/// The first groups of `rest` that satisfy `is_wanted`, of the first length that does.
fn best<'c>(
    rest: &'c [Group],
    lengths: &[usize],
    is_wanted: impl Fn(&[Group]) -> bool,
) -> Option<&'c [Group]> {
    lengths.iter().find_map(|length| {
        let mut sum = 0;
        let count = 1 + rest.iter().position(|group| {
            sum += group.count;
            sum >= *length
        })?;
        rest.get(..count).filter(|window| sum == *length && is_wanted(window))
    })
}

/// Digits that a card scheme could have given out.
pub(super) fn is_card_number(digits: &[Digit]) -> bool {
    (SHORTEST..=LONGEST).contains(&digits.len()) && has_card_prefix(digits) && luhn(digits)
}

fn is_card(scan: &Scan<'_>, chain: &[Group], window: &[Group]) -> bool {
    let digits = scan.digits_of(window);
    let (Some(first), Some(last)) = (window.first(), window.last()) else { return false };
    if !is_card_number(digits) || is_in_uuid(scan.text, first.start) {
        return false;
    }
    let is_whole = window.len() == chain.len();
    let names_card = |word| word == Word::Card;
    let is_called_card =
        || scan.steps.is_near(first.start, names_card) || scan.steps.follows(last.end, names_card);
    if digits.len() == SHORTEST || !is_card_shaped(window, is_whole) {
        return is_whole && is_called_card();
    }
    let chain_start = chain.first().map_or(0, |group| group.start);
    match scan.steps.governing(first.start) {
        Some(Word::Label | Word::Parcel) if window.len() == 1 => false,
        _ => scan.steps.governing(chain_start) != Some(Word::Parcel),
    }
}

/// Digits in a row, in fours, as American Express and Diners print them, or read out one by one.
fn is_card_shaped(window: &[Group], is_whole: bool) -> bool {
    let counts = || window.iter().map(|group| group.count);
    let Some((last, others)) = window.split_last() else { return false };
    let in_fours = others.iter().all(|group| group.count % 4 == 0) && last.count <= 12;
    let one_by_one = is_whole && counts().all(|count| count == 1);
    window.len() == 1 || in_fours || one_by_one || counts().eq([4, 6, 5]) || counts().eq([4, 6, 4])
}

/// A random identifier such as 123e4567-e89b-12d3-a456-426614174000.
fn is_in_uuid(text: &str, at: usize) -> bool {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let before = text.get(..at).unwrap_or_default();
    let start = before.trim_end_matches(is_part).len();
    let token = text.get(start..).unwrap_or_default();
    let token = token.get(..token.find(|c| !is_part(c)).unwrap_or(token.len())).unwrap_or_default();
    token.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// Two letters of a country before digits that check themselves.
fn is_international_account(scan: &Scan<'_>, chain: &[Group]) -> bool {
    let Some(first) = chain.first() else { return false };
    let before = scan.before(first.start);
    let Some(country) = before.as_bytes().last_chunk::<2>() else { return false };
    let is_word = before.len() - before.trim_end_matches(char::is_alphanumeric).len() == 2;
    is_word && country.iter().all(u8::is_ascii_alphabetic) && is_iban(*country, scan.digits_of(chain))
}

/// A card number that was masked before: four digits after hidden ones.
fn masked_before(scan: &Scan<'_>, chain: &[Group]) -> Option<Found> {
    let start = chain.first().filter(|group| group.count <= 4)?.start;
    let before = scan.before(start).trim_end_matches([' ', '-', '.', '_', '/', '\u{a0}']);
    let count = (1..=chain.len().min(4)).find(|count| chain.get(..*count).map(total) == Some(4))?;
    before.ends_with(HIDDEN).then(|| Found::new(Kind::Card, chain.get(..count).unwrap_or_default(), 4))
}
