//! Bank account numbers: called one, or beside a routing number that checks itself.
//!
//! A routing number is public and stays.

use super::Kind;
use super::checks::is_routing;
use super::found::{Found, is_taken};
use super::scan::{Group, Joint, Scan, total};
use super::words::Word;

const SHORTEST: usize = 6;
const LONGEST: usize = 17;
/// How far from its routing number an account number is looked for, in bytes.
const REACH: usize = 80;
/// How much punctuation may part the two when no word says what they are.
const ADJACENT: usize = 5;

pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    let mut routings: Vec<usize> = Vec::new();
    for (place, group) in scan.groups.iter().enumerate() {
        let is_one = group.count == 9
            && is_routing(scan.digits_of(std::slice::from_ref(group)))
            && !is_taken(found, std::slice::from_ref(group));
        if let Some(account) = is_one.then(|| beside(scan, place, found)).flatten() {
            routings.push(group.first);
            found.push(Found::new(Kind::BankAccount, account, 4));
        }
    }
    for chain in scan.chains() {
        let Some(account) = account_at(scan, chain) else { continue };
        let is_routing = account.first().is_some_and(|group| routings.contains(&group.first));
        let start = account.first().map_or(0, |group| group.start);
        if !is_routing && !is_taken(found, account) && scan.steps.governing(start) == Some(Word::Account) {
            found.push(Found::new(Kind::BankAccount, account, 4));
        }
    }
}

/// The account number that belongs to the routing number at `place`: after it, or before it.
fn beside<'s>(scan: &'s Scan<'_>, place: usize, found: &[Found]) -> Option<&'s [Group]> {
    let routing = scan.groups.get(place)?;
    if matches!(
        scan.steps.governing(routing.start),
        Some(Word::Label | Word::Parcel | Word::Phone | Word::Social)
    ) {
        return None;
    }
    let is_called = scan.steps.is_near(routing.start, |word| matches!(word, Word::Routing | Word::Account));
    let fits = |account: &[Group]| {
        let (Some(first), Some(last)) = (account.first(), account.last()) else { return false };
        let (from, to) =
            if first.start > routing.start { (routing.end, first.start) } else { (last.end, routing.start) };
        let between = scan.text.get(from..to).unwrap_or_default();
        let is_adjacent = between.len() <= ADJACENT && !between.contains(char::is_alphanumeric);
        let governor = scan.steps.governing(first.start);
        let is_other = matches!(governor, Some(Word::Label | Word::Parcel | Word::Phone | Word::Social));
        !is_taken(found, account)
            && !is_other
            && between.len() <= REACH
            && (is_adjacent || is_called || governor == Some(Word::Account))
    };
    let after = scan.groups.get(place + 1..)?.chunk_by(|_, next| next.joint != Joint::Apart);
    let following = after.filter_map(|chain| account_at(scan, chain)).find(|account| fits(account));
    let preceding = || {
        let groups = scan.groups.get(..place)?;
        let last = groups.chunk_by(|_, next| next.joint != Joint::Apart).last()?;
        account_at(scan, last).filter(|account| fits(account))
    };
    following.or_else(preceding)
}

/// The groups at the beginning of a chain that could be an account number.
fn account_at<'c>(scan: &Scan<'_>, chain: &'c [Group]) -> Option<&'c [Group]> {
    let first = chain.first()?;
    let account = if first.count >= SHORTEST { std::slice::from_ref(first) } else { chain };
    let is_possible = (SHORTEST..=LONGEST).contains(&total(account))
        && !is_phone(scan, chain)
        && !is_date(chain)
        && !is_amount(scan, chain);
    is_possible.then_some(account)
}

fn is_phone(scan: &Scan<'_>, chain: &[Group]) -> bool {
    let counts = || chain.iter().map(|group| group.count);
    let start = chain.first().map_or(0, |group| group.start);
    let before = scan.before(start).trim_end();
    before.ends_with(['+', ')', '('])
        || counts().eq([3, 3, 4])
        || counts().eq([1, 3, 3, 4])
        || counts().eq([3, 4])
        || scan.steps.governing(start) == Some(Word::Phone)
}

fn is_date(chain: &[Group]) -> bool {
    let counts = || chain.iter().map(|group| group.count);
    chain.len() == 3
        && counts().all(|count| matches!(count, 1 | 2 | 4))
        && counts().filter(|count| *count == 4).count() <= 1
}

fn is_amount(scan: &Scan<'_>, chain: &[Group]) -> bool {
    let start = chain.first().map_or(0, |group| group.start);
    let has_sign = scan.before(start).trim_end().ends_with(['$', '€', '£', '¥']);
    let in_thousands = chain.len() > 1
        && chain
            .iter()
            .skip(1)
            .all(|group| matches!(group.joint, Joint::Tight(',' | '.')) && group.count <= 3);
    has_sign || in_thousands
}
