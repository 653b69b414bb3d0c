//! Master keys: they wrap data keys and nothing else, and never touch the database themselves.
//!
//! A ring holds one active key, which wraps what is new, and retired ones, which still unwrap what was
//! wrapped before a rotation.

mod source;

use std::fmt;

use aws_lc_rs::{hkdf, hmac};
use kernel::{Fault, Refusal, Result};
use zeroize::Zeroizing;

use crate::cipher::{Cipher, KeyBytes, context};

pub use source::{Source, generate_file};

/// Names a master key without telling anything about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MasterKeyId(pub(crate) String);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One master key. The 32 bytes are not kept: each duty has a key of its own, derived from them.
pub struct MasterKey {
    id: MasterKeyId,
    proof: Vec<u8>,
    wrapping: Cipher,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

impl MasterKey {
    /// Reads 32 bytes written as base64 or as hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self> {
        Self::new(&source::parse(text)?)
    }

    /// A fresh random key that exists only in memory, for tests.
    pub fn random() -> Result<Self> {
        Self::new(&crate::cipher::random_key()?)
    }

    fn new(key: &KeyBytes) -> Result<Self> {
        let naming = hmac::Key::new(hmac::HMAC_SHA256, derive(key, "master-key/naming")?.as_slice());
        let name = hmac::sign(&naming, b"id");
        let id = MasterKeyId(hex::encode(name.as_ref().get(..8).unwrap_or_default()));
        let proof = hmac::sign(&naming, b"proof").as_ref().to_vec();
        let wrapping = Cipher::new(&derive(key, "master-key/wrapping")?)?;
        Ok(Self { id, proof, wrapping })
    }

    pub fn id(&self) -> &MasterKeyId {
        &self.id
    }

    /// What the database keeps to recognise this key. It gives nothing away.
    pub(crate) fn proof(&self) -> &[u8] {
        &self.proof
    }

    pub(crate) fn is_proved_by(&self, proof: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.proof, proof).is_ok()
    }

    pub(crate) fn wrap(&self, subject: &str, key_id: &str, key: &KeyBytes) -> Result<Vec<u8>> {
        self.wrapping.seal(&wrapping_context(subject, key_id), key.as_slice())
    }

    pub(crate) fn unwrap(&self, subject: &str, key_id: &str, wrapped: &[u8]) -> Option<KeyBytes> {
        let plain = self.wrapping.open(&wrapping_context(subject, key_id), wrapped)?;
        Some(Zeroizing::new(plain.as_slice().try_into().ok()?))
    }
}

fn wrapping_context(subject: &str, key_id: &str) -> Vec<u8> {
    context(&["switchboard/vault/data-key/1", subject, key_id])
}

/// A key for one duty, by HKDF.
pub(crate) fn derive(key: &KeyBytes, duty: &str) -> Result<KeyBytes> {
    let mut derived = KeyBytes::default();
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"switchboard/vault/1")
        .extract(key.as_slice())
        .expand(&[duty.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|material| material.fill(derived.as_mut_slice()))
        .map_err(|_| Fault::new("deriving a key"))?;
    Ok(derived)
}

/// The master keys at hand.
#[derive(Debug)]
pub struct KeyRing {
    active: MasterKey,
    retired: Vec<MasterKey>,
}

impl KeyRing {
    pub fn new(active: MasterKey, retired: Vec<MasterKey>) -> Self {
        Self { active, retired }
    }

    /// Reads each key from where it is kept.
    pub fn load(active: &Source, retired: &[Source]) -> Result<Self> {
        Ok(Self::new(active.read()?, retired.iter().map(Source::read).collect::<Result<_>>()?))
    }

    pub fn active(&self) -> &MasterKey {
        &self.active
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.active).chain(&self.retired)
    }

    pub(crate) fn get(&self, id: &MasterKeyId) -> Result<&MasterKey> {
        self.all()
            .find(|key| key.id == *id)
            .ok_or_else(|| Refusal::new("vault.master_key_missing").with("key", id).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_named_by_itself_alone() {
        let text = "00".repeat(32);
        let (first, again) = (MasterKey::parse(&text).unwrap(), MasterKey::parse(&text).unwrap());
        assert_eq!(first.id(), again.id());
        assert_ne!(first.id(), MasterKey::random().unwrap().id());
        assert!(!format!("{first:?}").contains("0000"), "debug output holds no key bytes");
    }

    #[test]
    fn a_wrapped_key_opens_only_for_its_subject_its_name_and_its_master() {
        let master = MasterKey::random().unwrap();
        let key = crate::cipher::random_key().unwrap();
        let wrapped = master.wrap("cus_1", "vkey_1", &key).unwrap();
        assert_eq!(master.unwrap("cus_1", "vkey_1", &wrapped).unwrap(), key);
        assert!(master.unwrap("cus_2", "vkey_1", &wrapped).is_none());
        assert!(master.unwrap("cus_1", "vkey_2", &wrapped).is_none());
        assert!(MasterKey::random().unwrap().unwrap("cus_1", "vkey_1", &wrapped).is_none());
    }
}
