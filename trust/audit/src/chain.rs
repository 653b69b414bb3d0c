//! How entries hang together: SHA-256 over an entry's content, and over that and the hash before it.
//!
//! Content and link are hashed apart, so that an export can leave an entry's content out and the chain can
//! still be checked across the gap.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use kernel::Result;
use serde::{Deserialize, Serialize};
use store::{FromValue, ToValue, Value};

use crate::model::Recorded;

/// A SHA-256 hash; 64 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub(crate) [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Hash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut hash = Self::default();
        hex::decode_to_slice(text, &mut hash.0).map(|()| hash)
    }
}

impl TryFrom<String> for Hash {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, hex::FromHexError> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl ToValue for Hash {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// Whatever is in the column: bytes of another length are somebody's doing, and equal no hash.
impl FromValue for Hash {
    fn from_value(value: Value) -> Result<Self> {
        let bytes = Vec::<u8>::from_value(value)?;
        Ok(bytes
            .as_slice()
            .try_into()
            .map_or_else(|_| Hasher::new("not a hash").bytes(&bytes).finish(), Self))
    }
}

/// Hashes fields so that no two different lists of fields give the same input.
pub(crate) struct Hasher(Context);

impl Hasher {
    /// `domain` keeps hashes of different things apart.
    pub fn new(domain: &str) -> Self {
        Self(Context::new(&SHA256)).text(domain)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub fn number(self, number: i64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Nothing, or a text: which may be empty and is still not nothing.
    pub fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.bytes(&[1]).text(text),
            None => self.bytes(&[0]),
        }
    }

    pub fn finish(self) -> Hash {
        let mut hash = Hash::default();
        hash.0.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

/// An entry reduced to what the chain is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub seq: i64,
    pub content: Hash,
    pub previous: Hash,
    pub hash: Hash,
}

impl Link {
    /// What the hash has to be.
    pub fn expected(&self) -> Hash {
        Hasher::new("switchboard/audit/entry/1")
            .number(self.seq)
            .bytes(&self.previous.0)
            .bytes(&self.content.0)
            .finish()
    }
}

impl Recorded {
    pub(crate) fn link(&self) -> Link {
        let content = Hasher::new("switchboard/audit/content/1")
            .number(self.seq)
            .number(self.at.as_microsecond())
            .text(&self.actor_kind)
            .text(&self.actor)
            .text(&self.action)
            .text(&self.object)
            .optional(self.purpose.as_deref())
            .optional(self.address.as_deref())
            .text(&self.node)
            .text(&self.outcome)
            .text(&self.details)
            .finish();
        Link { seq: self.seq, content, previous: self.previous, hash: self.hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_one_another() {
        let hash =
            |fields: &[&str]| fields.iter().fold(Hasher::new("d"), |hasher, text| hasher.text(text)).finish();
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["ab"]), hash(&["ab", ""]));
        let optional = |text| Hasher::new("d").optional(text).finish();
        assert_ne!(optional(None), optional(Some("")));
    }

    #[test]
    fn the_format_of_hashes_never_changes() {
        // A trail written today has to be verifiable by every later version of the program.
        let recorded = Recorded {
            seq: 7,
            at: jiff::Timestamp::from_microsecond(1_700_000_000_123_456).unwrap(),
            actor_kind: "staff".into(),
            actor: "stf_1".into(),
            action: "vault.reveal".into(),
            object: "cus_1".into(),
            purpose: Some("case_1".into()),
            address: None,
            node: "a".into(),
            outcome: "done".into(),
            details: "{}".into(),
            previous: Hash([1; 32]),
            hash: Hash::default(),
        };
        assert_eq!(
            recorded.link().expected().to_string(),
            "9f85bc361698af8fb45a21727817407b2a8fa2a019dafe65f350ea2c9d4ae160"
        );
    }

    #[test]
    fn a_hash_is_read_back_and_odd_bytes_equal_none() {
        let hash = Hasher::new("d").finish();
        assert_eq!(hash.to_string().parse::<Hash>().unwrap(), hash);
        assert!("xyz".parse::<Hash>().is_err());
        assert_eq!(Hash::from_value(hash.to_value()).unwrap(), hash);
        assert_ne!(Hash::from_value(Value::Blob(vec![0; 31])).unwrap(), Hash::default());
    }
}
