//! Verification values and PINs of cards: three or four digits that are called one, or follow a card.

use super::Kind;
use super::found::{Found, is_taken};
use super::scan::{Group, Joint, Scan, total};
use super::words::{Step, Word};

/// How far behind a card's number its code may stand, in bytes.
const REACH: usize = 48;

pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    if !scan.steps.mention_codes && found.iter().all(|one| one.kind != Kind::Card) {
        return;
    }
    for chain in scan.chains() {
        let read_out = total(chain) <= 4 && chain.iter().all(|group| group.count == 1);
        let windows = if read_out { chain.chunks(chain.len()) } else { chain.chunks(1) };
        for (place, window) in windows.enumerate() {
            let next = chain.get(place + window.len());
            let could_be = matches!(total(window), 3 | 4)
                && !is_taken(found, window)
                && !is_part_of_more(scan, window, next, found)
                && !is_quantity(scan, window);
            if could_be && is_code(scan, window, found) {
                found.push(Found::new(Kind::CardCode, window, 0));
            }
        }
    }
}

fn is_code(scan: &Scan<'_>, window: &[Group], found: &[Found]) -> bool {
    let (Some(first), Some(last)) = (window.first(), window.last()) else { return false };
    let governor = scan.steps.governing(first.start);
    if matches!(governor, Some(Word::Label | Word::Parcel | Word::Phone | Word::Account)) {
        return false;
    }
    let is_called = || is_called_before(scan, first.start, found) || is_called_after(scan, last.end);
    scan.steps.mention_codes && is_called() || follows_card(scan, window, found)
}

/// Digits of a date, a time, a decimal or a longer number. A card may be followed by its code, though.
fn is_part_of_more(scan: &Scan<'_>, window: &[Group], next: Option<&Group>, found: &[Found]) -> bool {
    let Some(first) = window.first() else { return false };
    let holds = |group: &Group| matches!(group.joint, Joint::Tight('-' | '/' | '.' | '_' | '\\'));
    let is_after_card = found.iter().any(|one| one.kind == Kind::Card && one.digits.end == first.first);
    let is_time =
        scan.before(first.start).strip_suffix(':').is_some_and(|text| text.ends_with(char::is_numeric));
    is_time || holds(first) && !is_after_card || next.is_some_and(holds)
}

/// An amount of money, or a count of something.
fn is_quantity(scan: &Scan<'_>, window: &[Group]) -> bool {
    let (Some(first), Some(last)) = (window.first(), window.last()) else { return false };
    let has_sign = scan.before(first.start).trim_end().ends_with(['$', '€', '£', '¥']);
    has_sign || scan.steps.after(last.end).next() == Some(Step::Word(Word::Unit))
}

/// "CVV is 123", "security code on the back of card … is 123", "código de seguridad: 123".
fn is_called_before(scan: &Scan<'_>, start: usize, found: &[Found]) -> bool {
    let steps: Vec<Step> = scan.steps.before(start).collect();
    let (mut says_security, mut strangers, mut stops) = (false, 0, 0);
    for (place, step) in steps.iter().enumerate() {
        let further = steps.get(place + 1..).unwrap_or_default();
        match step {
            Step::Word(Word::CardCode) => return true,
            Step::Word(Word::Code) => return says_security || is_qualified(further),
            Step::Word(Word::Security) => says_security = true,
            Step::Word(Word::Back) => return further.iter().any(names_digits),
            Step::Word(Word::Filler | Word::Card | Word::Digits | Word::Expiry) | Step::Pause => {}
            Step::Word(Word::Other | Word::Part) if strangers == 0 => strangers += 1,
            Step::Stop if stops == 0 => stops += 1,
            Step::Number(at) if is_passed_over(scan, *at, found) => {}
            Step::Word(_) | Step::Number(_) | Step::Stop | Step::Hidden => return false,
        }
    }
    false
}

fn names_digits(step: &Step) -> bool {
    matches!(step, Step::Word(Word::Digits | Word::Code | Word::CardCode))
}

/// Whether "code" is a card's: "security code", "card code", "CVV code".
fn is_qualified(further: &[Step]) -> bool {
    let mut telling = further.iter().filter(|step| **step != Step::Word(Word::Filler));
    matches!(telling.next(), Some(Step::Word(Word::Security | Word::Card | Word::CardCode)))
}

/// The card's own number and its expiry may stand between the word and the code.
fn is_passed_over(scan: &Scan<'_>, at: usize, found: &[Found]) -> bool {
    let group = scan.groups.iter().find(|group| (group.start..group.end).contains(&at));
    group.is_some_and(|group| group.count <= 2 || is_taken(found, std::slice::from_ref(group)))
}

/// "123 is my CVV", "123 (security code)", unless the word has a number of its own behind it.
fn is_called_after(scan: &Scan<'_>, end: usize) -> bool {
    let steps: Vec<Step> = scan.steps.after(end).collect();
    let (mut says_security, mut says_code) = (false, false);
    for (place, step) in steps.iter().enumerate() {
        let is_named = match step {
            Step::Word(Word::CardCode) => true,
            Step::Word(Word::Security) => {
                says_security = true;
                says_code
            }
            Step::Word(Word::Code) => {
                says_code = true;
                says_security
            }
            Step::Word(Word::Filler | Word::Card) => false,
            Step::Word(_) | Step::Number(_) | Step::Pause | Step::Stop | Step::Hidden => return false,
        };
        if is_named {
            let further = steps.get(place + 1..).unwrap_or_default();
            let mut telling = further.iter().filter(|step| **step != Step::Word(Word::Filler));
            return !matches!(telling.next(), Some(Step::Number(_) | Step::Hidden));
        }
    }
    false
}

/// A code that comes right after a card's number, or after its expiry date.
fn follows_card(scan: &Scan<'_>, window: &[Group], found: &[Found]) -> bool {
    let (Some(first), Some(last)) = (window.first(), window.last()) else { return false };
    let cards = found.iter().filter(|one| one.kind == Kind::Card && one.digits.end <= first.first);
    let Some(card) = cards.max_by_key(|one| one.digits.end) else { return false };
    let Some(card_end) = scan.digits.get(card.digits.end - 1).map(|digit| digit.end) else { return false };
    // American Express has fifteen digits and a code of four; all others a code of three.
    let length = if card.digits.len() == 15 { 4 } else { 3 };
    let between = scan.text.get(card_end..first.start).unwrap_or_default();
    let is_date = scan.steps.governing(first.start) == Some(Word::Expiry);
    if total(window) != length || between.len() > REACH || is_date {
        return false;
    }
    let is_idle = scan.steps.between(card_end, first.start).all(|step| match step {
        Step::Word(word) => matches!(word, Word::Filler | Word::Expiry | Word::Card | Word::Code),
        Step::Number(at) => is_expiry(scan, at),
        Step::Pause | Step::Stop => true,
        Step::Hidden => false,
    });
    let has_expiry = between.chars().any(char::is_numeric);
    let goes_on = matches!(scan.steps.after(last.end).next(), Some(Step::Word(Word::Other)));
    is_idle && (has_expiry || !goes_on)
}

/// Digits of a month and year: 12/26, 12/2026, 1226.
fn is_expiry(scan: &Scan<'_>, at: usize) -> bool {
    let group = scan.groups.iter().find(|group| group.start == at);
    group.is_some_and(|group| matches!(group.count, 1 | 2 | 4))
}
