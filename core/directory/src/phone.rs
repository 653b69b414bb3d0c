//! Telephone numbers, checked against the numbering plans of the world.

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// A number that can be dialled, in the forms that people and programs use.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    e164: String,
    national: String,
    valid: bool,
}

impl PhoneNumber {
    /// Reads a number with its country code (`+1 …`); `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_in(text, None)
    }

    /// Reads what somebody typed: without a country code it is taken as a number of this country.
    pub fn parse_typed(text: &str, country: &str) -> Option<Self> {
        Self::parse_in(text, country.parse().ok())
    }

    fn parse_in(text: &str, region: Option<Region>) -> Option<Self> {
        let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
        Some(Self {
            e164: number.format_as(PhoneNumberFormat::E164).into_owned(),
            national: number.format_as(PhoneNumberFormat::National).into_owned(),
            valid: number.is_valid(),
        })
    }

    /// `+18557202559`: for programs and `tel:` links.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// `(855) 720-2559`: for people in the number's own country.
    pub fn national(&self) -> &str {
        &self.national
    }

    /// Whether the numbering plan has such a number; toll-free ones included.
    pub fn is_valid(&self) -> bool {
        self.valid
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.national)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in ["+1 855-720-2559", "+1 (855)720.2559", "+18557202559"] {
            let number = PhoneNumber::parse(text).unwrap();
            assert_eq!(number.e164(), "+18557202559");
            assert_eq!(number.national(), "(855) 720-2559");
            assert!(number.is_valid(), "toll-free numbers are numbers");
        }
        assert_eq!(PhoneNumber::parse_typed("855.720.2559", "US").unwrap().e164(), "+18557202559");
    }

    #[test]
    fn what_nobody_can_dial_is_told_apart() {
        assert_eq!(PhoneNumber::parse("(XXX) XXX-XXXX"), None);
        assert_eq!(PhoneNumber::parse("855-720-2559"), None, "a country code is needed");
        assert!(!PhoneNumber::parse("+1 155 720 2559").unwrap().is_valid());
    }
}
