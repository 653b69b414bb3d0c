//! Takes out of texts what must not be kept: card numbers, their codes, social security and bank account
//! numbers. Used before anything is stored, logged or put in an error.
//!
//! A number is recognised by what its issuer promises about it (prefix, length, check digit), by its shape
//! and by the words around it, in English and Spanish. A bare number that passes every check of a card but
//! is called an order or tracking number stays; one written in a card's groups is masked even so.
//! Of cards and accounts the last four digits stay, because people recognise them by these; of codes and
//! social security numbers nothing does. Numbers spelled out in words are not recognised.

mod bank;
mod cards;
mod checks;
mod codes;
mod digits;
mod found;
mod output;
mod scan;
mod social;
mod split;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use found::Found;
use scan::Scan;

pub use output::{MaskedDisplay, MaskingWriter, masked};
pub use split::{Continued, Remasked, mask_continued};

/// What kind of number was hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A payment card's number.
    Card,
    /// A card's verification value or PIN, which nobody may keep even encrypted.
    CardCode,
    /// A social security or individual taxpayer number.
    SocialSecurity,
    /// A bank account's number.
    BankAccount,
}

impl Kind {
    /// For metrics and audit entries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::CardCode => "card_code",
            Self::SocialSecurity => "social_security",
            Self::BankAccount => "bank_account",
        }
    }
}

/// Something that was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// Where it stood in the text as it was before.
    pub range: Range<usize>,
    /// What is still shown of it.
    pub last_four: Option<String>,
}

/// A text that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked<'a> {
    pub text: Cow<'a, str>,
    pub findings: Vec<Finding>,
}

/// Hides sensitive numbers in a text. A text without any is returned as it is, without a copy.
pub fn mask(text: &str) -> Masked<'_> {
    match Scan::of(text) {
        Some(scan) => {
            let found = find(&scan);
            found::conceal(&scan, found)
        }
        None => Masked { text: Cow::Borrowed(text), findings: Vec::new() },
    }
}

/// Everything sensitive in a text. The order matters: a number is what it was first recognised as.
fn find(scan: &Scan<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    cards::find(scan, &mut found);
    social::find(scan, &mut found);
    bank::find(scan, &mut found);
    codes::find(scan, &mut found);
    found
}
