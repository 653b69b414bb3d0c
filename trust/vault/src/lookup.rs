//! Finding people by what only their sealed data tells: keyed hashes of normal forms.
//!
//! The hash is HMAC-SHA256 under a key that the master key wraps, with the field's name in it: without
//! the key nobody can try out addresses, and the same address in two columns gives two hashes.

use std::fmt;
use std::marker::PhantomData;

use aws_lc_rs::hmac;
use kernel::{Refusal, Result};
use rlibphonenumber::{PhoneNumber, PhoneNumberFormat, Region};
use store::{FromValue, ToValue, Value};
use unicode_normalization::UnicodeNormalization;

use crate::cipher::{KeyBytes, context};
use crate::master::derive;
use crate::secret::Secret;

/// The longest address that mail can be sent to (RFC 5321).
const LONGEST_EMAIL: usize = 254;
/// Bytes of a search token's hash: short, because there are many, and two that meet cost only precision.
const TOKEN: usize = 8;

/// An email address in the one form that all its spellings share.
#[derive(Clone)]
pub struct Email(Secret<String>);

impl Email {
    /// Trims, composes (NFC) and lowers the address, and writes its domain as the name system does.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("vault.email_malformed");
        let composed: String = text.trim().nfc().collect();
        let (local, domain) = composed.rsplit_once('@').ok_or_else(malformed)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| malformed())?;
        let is_unusable = |c: char| c.is_whitespace() || c.is_control() || c == '@';
        if local.is_empty() || local.contains(is_unusable) || !domain.contains('.') {
            return Err(malformed());
        }
        let address = format!("{}@{domain}", local.to_lowercase());
        if address.len() > LONGEST_EMAIL {
            return Err(malformed());
        }
        Ok(Self(Secret::new(address)))
    }
}

/// A phone number in E.164 form, such as +12125550123.
#[derive(Clone)]
pub struct Phone(Secret<String>);

impl Phone {
    /// Reads a number as people write it; without a country code it is taken as one of `region`
    /// (two letters, such as `US`).
    pub fn parse(text: &str, region: &str) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("vault.phone_malformed");
        let region: Region = region.parse().map_err(|_| malformed())?;
        let number = PhoneNumber::parse(text, Some(region)).map_err(|_| malformed())?;
        if !number.is_valid() {
            return Err(malformed());
        }
        Ok(Self(Secret::new(number.format_as(PhoneNumberFormat::E164).to_string())))
    }
}

/// A value in its normal form, ready to be hashed or sealed.
pub trait Normal {
    fn secret(&self) -> &Secret<String>;
}

macro_rules! normal {
    ($($name:ident),*) => {$(
        impl Normal for $name {
            fn secret(&self) -> &Secret<String> {
                &self.0
            }
        }

        impl From<$name> for Secret<String> {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("•••")
            }
        }
    )*};
}
normal!(Email, Phone);

/// A column of hashes that a sealed value is found by. Declare one with [`lookup!`](crate::lookup).
pub trait Indexed {
    type Value: Normal;
    const TABLE: &'static str;
    const COLUMN: &'static str;
}

/// Declares the marker type of a look-up column.
///
/// ```
/// vault::lookup!(
///     /// Finds a customer by email.
///     pub CustomerByEmail: vault::Email = "customer"."email_hash"
/// );
/// ```
#[macro_export]
macro_rules! lookup {
    ($(#[$doc:meta])* $visibility:vis $name:ident : $value:ty = $table:literal . $column:literal $(;)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $visibility struct $name;
        impl $crate::Indexed for $name {
            type Value = $value;
            const TABLE: &'static str = $table;
            const COLUMN: &'static str = $column;
        }
    };
}

/// The keyed hash of one value, as the column `I` holds it.
pub struct Lookup<I> {
    hash: Vec<u8>,
    column: PhantomData<fn() -> I>,
}

impl<I> Clone for Lookup<I> {
    fn clone(&self) -> Self {
        Self { hash: self.hash.clone(), column: PhantomData }
    }
}

impl<I> PartialEq for Lookup<I> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl<I> Eq for Lookup<I> {}

impl<I: Indexed> fmt::Debug for Lookup<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lookup({}.{})", I::TABLE, I::COLUMN)
    }
}

impl<I: Indexed> ToValue for Lookup<I> {
    fn to_value(&self) -> Value {
        Value::Blob(self.hash.clone())
    }
}

impl<I: Indexed> FromValue for Lookup<I> {
    fn from_value(value: Value) -> Result<Self> {
        Ok(Self { hash: Vec::from_value(value)?, column: PhantomData })
    }
}

/// Makes look-up hashes and search tokens.
pub struct Lookups {
    values: hmac::Key,
    tokens: hmac::Key,
    secrets: hmac::Key,
}

impl Lookups {
    pub(crate) fn new(key: &KeyBytes) -> Result<Self> {
        let part = |duty| derive(key, duty).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        Ok(Self {
            values: part("lookups/values")?,
            tokens: part("lookups/tokens")?,
            secrets: part("lookups/secrets")?,
        })
    }

    /// The hash to store beside a sealed value, and to search for.
    pub fn hash<I: Indexed>(&self, value: &I::Value) -> Lookup<I> {
        let input = context(&[I::TABLE, I::COLUMN, value.secret().expose()]);
        Lookup { hash: hmac::sign(&self.values, &input).as_ref().to_vec(), column: PhantomData }
    }

    /// A secret of the program that all nodes over this database share and nobody has to set, such as the
    /// one that signs forms. It changes with the database, not with the master key.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.secrets, &context(&[purpose]));
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// The hash of one search token (a stemmed word) of a sealed text, for a full-text index that does
    /// not hold the words. `scope` keeps indexes apart: the same word in two scopes gives two hashes.
    pub fn token(&self, scope: &str, token: &str) -> [u8; TOKEN] {
        let tag = hmac::sign(&self.tokens, &context(&[scope, token]));
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    lookup!(ByEmail: Email = "customer"."email_hash");
    lookup!(ByOtherEmail: Email = "customer"."other_email_hash");
    lookup!(ByPhone: Phone = "customer"."phone_hash");

    fn lookups() -> Lookups {
        Lookups::new(&crate::cipher::random_key().unwrap()).unwrap()
    }

    #[test]
    fn every_spelling_of_an_address_is_found_under_one_hash() {
        let lookups = lookups();
        let hash = |text: &str| lookups.hash::<ByEmail>(&Email::parse(text).unwrap());
        let wanted = hash("jose\u{301}@bücher.example");
        for spelling in ["  José@Bücher.Example ", "JOSÉ@BÜCHER.example", "josé@xn--bcher-kva.example"] {
            assert_eq!(hash(spelling), wanted, "{spelling}");
        }
        assert_ne!(hash("jose@bücher.example"), wanted);
        for bad in ["", "ana", "@x.com", "a b@x.com", "a@", "a@localhost", "a@b@c.com", "a@x..com"] {
            assert_eq!(Email::parse(bad).unwrap_err().code(), "vault.email_malformed", "{bad}");
        }
        assert!(Email::parse(&format!("{}@x.com", "a".repeat(250))).is_err());
    }

    #[test]
    fn a_shared_secret_belongs_to_its_purpose_and_its_database() {
        let key = crate::cipher::random_key().unwrap();
        let (one, same) = (Lookups::new(&key).unwrap(), Lookups::new(&key).unwrap());
        assert_eq!(one.secret("forms"), same.secret("forms"));
        assert_ne!(one.secret("forms"), one.secret("links"));
        assert_ne!(one.secret("forms"), lookups().secret("forms"));
    }

    #[test]
    fn every_spelling_of_a_phone_number_is_found_under_one_hash() {
        let lookups = lookups();
        let hash = |text: &str| lookups.hash::<ByPhone>(&Phone::parse(text, "US").unwrap());
        let wanted = hash("+12125550123");
        for spelling in ["(212) 555-0123", "212.555.0123", "1-212-555-0123", "２１２５５５０１２３"]
        {
            assert_eq!(hash(spelling), wanted, "{spelling}");
        }
        assert_eq!(Phone::parse("55 5123 4567", "MX").unwrap().secret().expose(), "+525551234567");
        for bad in ["", "12", "hello", "212-555", "(999) 999-99999999999"] {
            assert_eq!(Phone::parse(bad, "US").unwrap_err().code(), "vault.phone_malformed", "{bad}");
        }
        assert!(Phone::parse("2125550123", "Nowhere").is_err());
    }

    #[test]
    fn a_hash_says_nothing_in_another_column_or_under_another_key() {
        let (lookups, others) = (lookups(), lookups());
        let email = Email::parse("ana@example.com").unwrap();
        let hash = lookups.hash::<ByEmail>(&email).to_value();
        assert_ne!(hash, lookups.hash::<ByOtherEmail>(&email).to_value());
        assert_ne!(hash, others.hash::<ByEmail>(&email).to_value());
        assert_eq!(format!("{email:?}"), "•••");
    }

    #[test]
    fn search_tokens_are_kept_apart_by_scope() {
        let lookups = lookups();
        assert_eq!(lookups.token("case", "refund"), lookups.token("case", "refund"));
        assert_ne!(lookups.token("case", "refund"), lookups.token("chat", "refund"));
        assert_ne!(lookups.token("case", "refund"), lookups.token("case", "refunds"));
    }
}
