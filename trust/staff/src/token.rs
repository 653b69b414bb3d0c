//! Random tokens that are handed out once; the database keeps only their hash.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Fault, Result};
use store::{FromValue, ToValue, Value};
use zeroize::Zeroizing;

const BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const LETTERS: usize = 43;

/// 256 random bits as text: what a session cookie, a sign-in link or a ceremony carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    pub fn random() -> Result<Self> {
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(random::<BYTES>()?))))
    }

    /// What a stranger sent, if it has the form of a token at all.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (text.len() == LETTERS && text.chars().all(is_plain)).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text to put into the cookie or link. It opens the door: never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored. A plain hash is enough, since nobody guesses 256 random bits.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash(digest(&SHA256, self.0.as_bytes()).as_ref().to_vec())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash(Vec<u8>);

/// Names the record that a sealed value belongs to.
impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl ToValue for TokenHash {
    fn to_value(&self) -> Value {
        Value::Blob(self.0.clone())
    }
}

impl FromValue for TokenHash {
    fn from_value(value: Value) -> Result<Self> {
        Vec::from_value(value).map(Self)
    }
}

pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| Fault::new("reading random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_random_and_survive_a_cookie() {
        let tokens: std::collections::HashSet<_> =
            (0..1000).map(|_| Token::random().unwrap().expose().to_owned()).collect();
        assert_eq!(tokens.len(), 1000);
        for text in tokens {
            assert_eq!(Token::parse(&text).unwrap().expose(), text);
        }
    }

    #[test]
    fn what_is_no_token_is_not_looked_up() {
        let long = "a".repeat(LETTERS + 1);
        for text in ["", "abc", &long, &"é".repeat(21), &" ".repeat(LETTERS), &"/".repeat(LETTERS)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_is_not_its_hash_and_shows_nothing() {
        let token = Token::random().unwrap();
        assert_eq!(token.hash(), token.hash());
        assert_ne!(token.hash(), Token::random().unwrap().hash());
        assert_eq!(format!("{token:?}"), "•••");
    }
}
