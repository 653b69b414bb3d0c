//! Money: whole minor units of an ISO 4217 currency. No floating point, no silent overflow.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Refusal;

pub use iso_currency::Currency;

/// An amount, such as 1250 USD minor units for $12.50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    #[serde(with = "code")]
    currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub fn checked_add(self, other: Self) -> Result<Self, Refusal> {
        self.combine(other, i64::checked_add)
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, Refusal> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(self, other: Self, with: fn(i64, i64) -> Option<i64>) -> Result<Self, Refusal> {
        if self.currency != other.currency {
            return Err(Refusal::new("money.currencies_differ")
                .with("left", self.currency.code())
                .with("right", other.currency.code()));
        }
        with(self.minor, other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or_else(|| Refusal::new("money.out_of_range"))
    }
}

/// `12.50 USD`: for logs, APIs and tests. What people read is formatted in their language by `words`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.currency.exponent().unwrap_or(0));
        let sign = if self.minor < 0 { "-" } else { "" };
        let text = format!("{:0width$}", self.minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        let dot = if digits == 0 { "" } else { "." };
        write!(f, "{sign}{whole}{dot}{fraction} {}", self.currency.code())
    }
}

mod code {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Currency;

    // Serde hands over a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(currency: &Currency, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(currency.code())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(d)?;
        Currency::from_code(&code).ok_or_else(|| D::Error::custom("not an ISO 4217 currency code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_with_the_currencys_own_digits() {
        assert_eq!(Money::new(1250, Currency::USD).to_string(), "12.50 USD");
        assert_eq!(Money::new(-5, Currency::USD).to_string(), "-0.05 USD");
        assert_eq!(Money::new(1250, Currency::JPY).to_string(), "1250 JPY");
    }

    #[test]
    fn mixing_currencies_and_overflow_are_refused() {
        let dollars = Money::new(i64::MAX, Currency::USD);
        let euros = Money::new(1, Currency::EUR);
        assert_eq!(dollars.checked_add(euros).unwrap_err().code(), "money.currencies_differ");
        let one = Money::new(1, Currency::USD);
        assert_eq!(dollars.checked_add(one).unwrap_err().code(), "money.out_of_range");
    }

    proptest! {
        #[test]
        fn adding_then_taking_away_changes_nothing(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000) {
            let (a, b) = (Money::new(a, Currency::USD), Money::new(b, Currency::USD));
            prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b).unwrap(), a);
        }

        #[test]
        fn money_survives_json(minor: i64) {
            let money = Money::new(minor, Currency::USD);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }
    }
}
