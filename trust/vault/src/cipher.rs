//! AES-256-GCM as everything in this crate uses it: a random nonce, and a context that must match.
//!
//! A sealed value is `format (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. Nonces are 96 random bits, which
//! is safe for 2^32 messages under one key; a key belongs to one customer (or one system duty), so the
//! bound is out of reach by orders of magnitude.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use kernel::{Fault, Result};
use zeroize::Zeroizing;

/// A 256-bit key, wiped when it is dropped.
pub(crate) type KeyBytes = Zeroizing<[u8; 32]>;

const FORMAT: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// A key that is ready for use.
pub(crate) struct Cipher(RandomizedNonceKey);

impl Cipher {
    pub(crate) fn new(key: &KeyBytes) -> Result<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key.as_slice())
            .map(Self)
            .map_err(|_| Fault::new("preparing an AES-256 key").into())
    }

    pub(crate) fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + TAG);
        sealed.push(FORMAT);
        sealed.extend_from_slice(&[0; NONCE]);
        sealed.extend_from_slice(plain);
        let body = sealed.get_mut(1 + NONCE..).unwrap_or_default();
        let (nonce, tag) = self
            .0
            .seal_in_place_separate_tag(Aad::from(context), body)
            .map_err(|_| Fault::new("encrypting a value"))?;
        if let Some(place) = sealed.get_mut(1..=NONCE) {
            place.copy_from_slice(nonce.as_ref());
        }
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The plain bytes, or nothing when the ciphertext, its context or the key is not the right one.
    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.strip_prefix(&[FORMAT])?.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(context), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

/// Joins fields so that no two different lists of fields give the same bytes.
pub(crate) fn context(fields: &[&str]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(fields.iter().map(|field| field.len() + 4).sum());
    for field in fields {
        joined.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        joined.extend_from_slice(field.as_bytes());
    }
    joined
}

/// Fresh random bytes for a key.
pub(crate) fn random_key() -> Result<KeyBytes> {
    let mut key = KeyBytes::default();
    aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(|_| Fault::new("reading random bytes"))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cipher() -> Cipher {
        Cipher::new(&random_key().unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_only_in_its_own_context(plain: Vec<u8>, context: Vec<u8>, other: Vec<u8>) {
            prop_assume!(context != other);
            let cipher = cipher();
            let sealed = cipher.seal(&context, &plain).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + 29);
            prop_assert_eq!(&*cipher.open(&context, &sealed).unwrap(), &plain);
            prop_assert!(cipher.open(&other, &sealed).is_none());
        }
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_noticed() {
        let cipher = cipher();
        let sealed = cipher.seal(b"here", b"account 12345678").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(cipher.open(b"here", &changed).is_none(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(cipher.open(b"here", &sealed[..length]).is_none(), "cut to {length}");
        }
    }

    #[test]
    fn the_same_value_never_seals_to_the_same_bytes() {
        let cipher = cipher();
        let sealed: std::collections::HashSet<_> =
            (0..1000).map(|_| cipher.seal(b"", b"same").unwrap()).collect();
        assert_eq!(sealed.len(), 1000);
    }

    #[test]
    fn contexts_do_not_run_into_one_another() {
        assert_ne!(context(&["ab", "c"]), context(&["a", "bc"]));
        assert_ne!(context(&["ab"]), context(&["ab", ""]));
    }
}
