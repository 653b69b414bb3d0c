//! Ways to reach somebody, in the one form that all their spellings share.

use std::fmt;

use jiff::Timestamp;
use kernel::{Fault, Refusal, Result};
use unicode_normalization::UnicodeNormalization;
use vault::{Email, Normal, Phone, Secret};

use crate::model::PersonId;

/// Longest name of a network or host site.
const LONGEST_PLACE: usize = 100;
/// Longest handle or account id, in characters.
const LONGEST_VALUE: usize = 200;

vault::lookup!(pub(crate) PointHash: Address = "customer_point"."hash");
vault::field!(pub(crate) PointValue: String = "customer_point"."value");

/// What kind of way it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointKind {
    /// The id of an account at a host site that vouched for it.
    Account {
        site: String,
    },
    Email,
    Phone,
    /// A name at a social network or messenger.
    Handle {
        network: String,
    },
}

impl PointKind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Account { .. } => "account",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle { .. } => "handle",
        }
    }

    /// The network or site; empty where there is none.
    pub fn place(&self) -> &str {
        match self {
            Self::Account { site } => site,
            Self::Handle { network } => network,
            Self::Email | Self::Phone => "",
        }
    }

    pub(crate) fn read(name: &str, place: String) -> Result<Self> {
        match name {
            "account" => Ok(Self::Account { site: place }),
            "email" => Ok(Self::Email),
            "phone" => Ok(Self::Phone),
            "handle" => Ok(Self::Handle { network: place }),
            other => Err(Fault::new(format!("{other} is no kind of point")).into()),
        }
    }
}

/// A way to reach somebody, about to be recorded: a claim until it is [verified](NewPoint::verified).
#[derive(Debug, Clone)]
pub struct NewPoint {
    pub(crate) kind: PointKind,
    pub(crate) value: Secret<String>,
    pub(crate) verified: bool,
}

impl NewPoint {
    pub fn email(text: &str) -> Result<Self, Refusal> {
        Ok(Self::claimed(PointKind::Email, Email::parse(text)?.into()))
    }

    /// Without a country code the number is taken as one of `region` (two letters, such as `US`).
    pub fn phone(text: &str, region: &str) -> Result<Self, Refusal> {
        Ok(Self::claimed(PointKind::Phone, Phone::parse(text, region)?.into()))
    }

    /// A name at a network, with or without the `@` in front.
    pub fn handle(network: &str, text: &str) -> Result<Self, Refusal> {
        let text: String = text.trim().trim_start_matches('@').nfc().collect();
        let value = checked(&text.to_lowercase())?;
        Ok(Self::claimed(PointKind::Handle { network: place(network)? }, value))
    }

    /// An account at a host site. Its id is kept as it is, because only the site knows what spellings mean.
    pub fn account(site: &str, id: &str) -> Result<Self, Refusal> {
        Ok(Self::claimed(PointKind::Account { site: place(site)? }, checked(id.trim())?))
    }

    fn claimed(kind: PointKind, value: Secret<String>) -> Self {
        Self { kind, value, verified: false }
    }

    /// The person proved that it is theirs: by a signed token, a code that was sent there, or an identity
    /// document. Never say so of what was only typed.
    pub fn verified(self) -> Self {
        Self { verified: true, ..self }
    }

    pub fn kind(&self) -> &PointKind {
        &self.kind
    }

    pub(crate) fn address(&self) -> Address {
        Address(Secret::new(format!("{}:{}", self.kind.name(), self.value.expose())))
    }
}

fn place(text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if text.is_empty() || text.len() > LONGEST_PLACE || !text.chars().all(is_plain) {
        return Err(malformed());
    }
    Ok(text)
}

fn checked(text: &str) -> Result<Secret<String>, Refusal> {
    let is_unusable = |c: char| c.is_whitespace() || c.is_control();
    if text.is_empty() || text.chars().count() > LONGEST_VALUE || text.contains(is_unusable) {
        return Err(malformed());
    }
    Ok(Secret::new(text.to_owned()))
}

fn malformed() -> Refusal {
    Refusal::new("customers.point_malformed")
}

/// What a point is hashed by. The place is a column of its own, so that a name can be looked for at every
/// network at once.
pub(crate) struct Address(Secret<String>);

impl Normal for Address {
    fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

/// A way to reach somebody, as it is on record.
#[derive(Clone)]
pub struct Point {
    /// Its number, unique among all points.
    pub number: i64,
    /// The person it was recorded for, who may have been found to be another since.
    pub of: PersonId,
    pub kind: PointKind,
    pub value: Secret<String>,
    pub verified: bool,
    pub added_at: Timestamp,
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Point({} {} of {}, verified: {})", self.number, self.kind.name(), self.of, self.verified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_point_has_one_form() {
        let value = |point: NewPoint| point.value.expose().clone();
        assert_eq!(value(NewPoint::email(" Ana@Example.com").unwrap()), "ana@example.com");
        assert_eq!(value(NewPoint::phone("(212) 555-0123", "US").unwrap()), "+12125550123");
        assert_eq!(value(NewPoint::handle("Instagram", " @Ana.Ruiz").unwrap()), "ana.ruiz");
        assert_eq!(value(NewPoint::account("bank.example", " A1b ").unwrap()), "A1b");
        let network = NewPoint::handle("Instagram", "ana").unwrap();
        assert_eq!(network.kind().place(), "instagram");
    }

    #[test]
    fn what_is_no_point_is_refused() {
        let malformed = "customers.point_malformed";
        for bad in ["", "@", "two words", "a\u{0}b", &"x".repeat(201)] {
            assert_eq!(NewPoint::handle("x", bad).unwrap_err().code(), malformed, "{bad:?}");
        }
        for bad in ["", "Fäcebook", "a b", &"x".repeat(101)] {
            assert_eq!(NewPoint::account(bad, "1").unwrap_err().code(), malformed, "{bad:?}");
        }
        assert_eq!(NewPoint::email("ana").unwrap_err().code(), "vault.email_malformed");
    }
}
