//! Short references that a person can read aloud, such as `C-7F3K-Q2XH`.
//!
//! Crockford's base 32 leaves out I, L, O and U; reading maps what people confuse (O → 0, I and L → 1).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Refusal;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 8;

/// A letter that says what it refers to (`E` an error, `C` a case …) and eight random symbols.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// A fresh random reference: 40 random bits.
    pub fn random(letter: char) -> Self {
        let mut bits = Uuid::new_v4().as_u128();
        let mut symbols = Vec::with_capacity(SYMBOLS);
        for _ in 0..SYMBOLS {
            let index = usize::try_from(bits & 31).unwrap_or(0);
            symbols.push(ALPHABET.get(index).copied().map_or('0', char::from));
            bits >>= 5;
        }
        Self::assemble(letter, &symbols)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn assemble(letter: char, symbols: &[char]) -> Self {
        let mut text = String::with_capacity(SYMBOLS + 3);
        text.push(letter.to_ascii_uppercase());
        for (position, symbol) in symbols.iter().enumerate() {
            if position % 4 == 0 {
                text.push('-');
            }
            text.push(*symbol);
        }
        Self(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Reference {
    type Err = Refusal;

    /// Reads a reference however it was typed: any case, with or without dashes and spaces.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut plain = text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_uppercase());
        let malformed = || Refusal::new("reference.malformed").with("input", text);
        let letter = plain.next().filter(char::is_ascii_uppercase).ok_or_else(malformed)?;
        let symbols: Vec<char> = plain
            .map(|c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let known = symbols.iter().all(|c| u8::try_from(*c).is_ok_and(|byte| ALPHABET.contains(&byte)));
        if symbols.len() != SYMBOLS || !known {
            return Err(malformed());
        }
        Ok(Self::assemble(letter, &symbols))
    }
}

impl TryFrom<String> for Reference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|refusal: Refusal| refusal.to_string())
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_aloud_is_read_back() {
        let reference = Reference::random('e');
        assert_eq!(reference.as_str().len(), 11);
        let spoken = reference.as_str().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(spoken.parse::<Reference>().unwrap(), reference);
    }

    #[test]
    fn nonsense_is_refused_with_a_code() {
        for text in ["", "E", "E-123", "E-7F3K-Q2XU", "3-7F3K-Q2XH", "E-7F3K-Q2XH9", "é-7F3K-Q2XH"] {
            assert_eq!(text.parse::<Reference>().unwrap_err().code(), "reference.malformed", "{text}");
        }
    }
}
