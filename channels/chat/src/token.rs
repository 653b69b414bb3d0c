//! What a customer's browser is known by: a random token in a cookie, of which we keep only the hash.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Fault, Result};

const BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const LETTERS: usize = 43;

#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn random() -> Result<Self> {
        Ok(Self(random::<BYTES>()?))
    }

    /// What a browser sent, if it has the form of a token at all.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (text.len() == LETTERS && plain).then(|| Self(text.to_owned()))
    }

    /// The text for the cookie. It opens the chat: never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored. A plain hash is enough, since nobody guesses 256 random bits.
    pub(crate) fn hash(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// So many random bytes as text.
pub(crate) fn random<const N: usize>() -> Result<String> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::new("reading random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Proves that a form came from one of our pages, by the browser it was made for. The house's own forms
/// rest on a cookie that browsers withhold inside another site's page; these rest on the chat's.
pub(crate) struct Forms(hmac::Key);

impl Forms {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secret))
    }

    /// Another one for each page, so that nothing secret repeats in compressed pages.
    pub(crate) fn sign(&self, token: &Token) -> Result<String> {
        let salt = random::<16>()?;
        let tag = hmac::sign(&self.0, message(token, &salt).as_bytes());
        Ok(format!("{salt}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    /// Compares in constant time.
    pub(crate) fn fits(&self, token: &Token, proof: &str) -> bool {
        let Some((salt, tag)) = proof.split_once('.') else { return false };
        let Ok(tag) = URL_SAFE_NO_PAD.decode(tag) else { return false };
        hmac::verify(&self.0, message(token, salt).as_bytes(), &tag).is_ok()
    }
}

fn message(token: &Token, salt: &str) -> String {
    format!("{}:{salt}", token.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_what_is_none_is_not_looked_up() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(one, other);
        assert_ne!(one.hash(), other.hash());
        assert_eq!(Token::parse(one.expose()), Some(one.clone()));
        assert_eq!(format!("{one:?}"), "•••");
        for text in ["", "abc", &"a".repeat(LETTERS + 1), &"/".repeat(LETTERS), &"é".repeat(21)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_form_fits_its_browser_only() {
        let (forms, ana, eve) = (Forms::new([1; 32]), Token::random().unwrap(), Token::random().unwrap());
        let proof = forms.sign(&ana).unwrap();
        assert!(forms.fits(&ana, &proof));
        assert_ne!(proof, forms.sign(&ana).unwrap());
        assert!(!forms.fits(&eve, &proof));
        assert!(!Forms::new([2; 32]).fits(&ana, &proof));
        for forged in ["", ".", "salt.", "salt.AAAA", &proof[1..], &proof[..proof.len() - 4]] {
            assert!(!forms.fits(&ana, forged), "{forged}");
        }
    }
}
