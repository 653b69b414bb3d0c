//! Signatures over the trail: whoever cannot open the vault cannot make them.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use jiff::Timestamp;
use kernel::{Fault, Refusal, Result};
use serde::{Deserialize, Serialize};
use vault::Secret;

use crate::chain::{Hash, Hasher};

/// Says that the entry `seq` had this hash, and with it every entry before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    pub seq: i64,
    pub at: Timestamp,
    pub hash: Hash,
    /// Which key signed.
    pub key: String,
    #[serde(with = "hex_bytes")]
    pub signature: Vec<u8>,
}

impl Checkpoint {
    fn message(&self) -> Hash {
        Hasher::new("switchboard/audit/checkpoint/1")
            .number(self.number)
            .number(self.seq)
            .number(self.at.as_microsecond())
            .bytes(&self.hash.0)
            .text(&self.key)
            .finish()
    }
}

/// The key that signs.
pub(crate) struct SigningKey {
    id: String,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// A key from its seed of 32 random bytes.
    pub fn from_seed(id: String, seed: &Secret<Vec<u8>>) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose());
        Ok(Self { id, pair: pair.map_err(|_| Fault::new("reading the audit trail's key"))? })
    }

    pub fn public(&self) -> PublicKey {
        PublicKey { id: self.id.clone(), bytes: self.pair.public_key().as_ref().to_vec() }
    }

    pub fn sign(&self, number: i64, seq: i64, at: Timestamp, hash: Hash) -> Result<Checkpoint> {
        let at = Timestamp::from_microsecond(at.as_microsecond())?;
        let mut checkpoint =
            Checkpoint { number, seq, at, hash, key: self.id.clone(), signature: Vec::new() };
        checkpoint.signature = self.pair.sign(&checkpoint.message().0).as_ref().to_vec();
        Ok(checkpoint)
    }
}

/// A fresh seed for a signing key.
pub(crate) fn random_seed() -> Result<Secret<Vec<u8>>> {
    let mut seed = vec![0; 32];
    aws_lc_rs::rand::fill(&mut seed).map_err(|_| Fault::new("reading random bytes"))?;
    Ok(Secret::new(seed))
}

/// The key that signatures are checked with. An auditor should have it from elsewhere than the bundle.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    pub id: String,
    #[serde(with = "hex_bytes", rename = "public_key")]
    pub bytes: Vec<u8>,
}

impl PublicKey {
    pub fn has_signed(&self, checkpoint: &Checkpoint) -> bool {
        checkpoint.key == self.id
            && UnparsedPublicKey::new(&ED25519, &self.bytes)
                .verify(&checkpoint.message().0, &checkpoint.signature)
                .is_ok()
    }
}

/// As auditors write it down: the key's name, a colon, and its bytes in hexadecimal digits.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, hex::encode(&self.bytes))
    }
}

impl std::str::FromStr for PublicKey {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let parts = text.trim().split_once(':').and_then(|(id, bytes)| Some((id, hex::decode(bytes).ok()?)));
        match parts {
            Some((id, bytes)) if bytes.len() == 32 => Ok(Self { id: id.to_owned(), bytes }),
            _ => Err(Refusal::new("audit.public_key_malformed")),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(d)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_exactly_what_was_signed() {
        let id = "akey_1".to_owned();
        let key = SigningKey::from_seed(id.clone(), &random_seed().unwrap()).unwrap();
        let good = key.sign(3, 192, Timestamp::UNIX_EPOCH, Hash([7; 32])).unwrap();
        let public = key.public();
        assert!(public.has_signed(&good));
        let changes: [fn(&mut Checkpoint); 6] = [
            |c| c.number = 4,
            |c| c.seq = 191,
            |c| c.at = Timestamp::from_second(1).unwrap(),
            |c| c.hash = Hash([8; 32]),
            |c| c.key = "akey_2".to_owned(),
            |c| c.signature[0] ^= 1,
        ];
        for change in changes {
            let mut changed = good.clone();
            change(&mut changed);
            assert!(!public.has_signed(&changed), "{changed:?}");
        }
        let other = SigningKey::from_seed(id, &random_seed().unwrap()).unwrap();
        assert!(!other.public().has_signed(&good), "another key under the same id");
        let json = serde_json::to_string(&good).unwrap();
        assert_eq!(serde_json::from_str::<Checkpoint>(&json).unwrap(), good);
    }
}
