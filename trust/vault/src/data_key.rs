//! A customer's key at work: seals and opens the values of one subject.

use std::fmt::Display;
use std::sync::Arc;

use kernel::id::{Id, VaultKey};
use kernel::{Refusal, Result};

use crate::cipher::{Cipher, context};
use crate::field::{Field, Sealed};
use crate::secret::{Plain, Secret};
use crate::subject::Subject;

/// The key of one subject, or the knowledge that it was destroyed.
#[derive(Clone)]
pub struct DataKey {
    subject: Subject,
    id: Id<VaultKey>,
    /// Nothing once the key was destroyed.
    cipher: Option<Arc<Cipher>>,
}

/// What comes out of a sealed value.
#[derive(Debug)]
pub enum Opened<T: zeroize::Zeroize> {
    Plain(Secret<T>),
    /// The subject's key was destroyed: the value was erased, which is an answer and not a fault.
    Erased,
}

impl<T: zeroize::Zeroize> Opened<T> {
    /// The value, unless it was erased.
    pub fn plain(self) -> Option<Secret<T>> {
        match self {
            Self::Plain(secret) => Some(secret),
            Self::Erased => None,
        }
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DataKey({} of {})", self.id, self.subject)
    }
}

impl DataKey {
    pub(crate) fn new(subject: Subject, id: Id<VaultKey>, cipher: Option<Arc<Cipher>>) -> Self {
        Self { subject, id, cipher }
    }

    pub fn id(&self) -> Id<VaultKey> {
        self.id
    }

    pub fn is_destroyed(&self) -> bool {
        self.cipher.is_none()
    }

    /// Seals a value for its place: field `F` of the record with this id.
    /// Refused with `vault.erased` when the subject's key was destroyed.
    pub fn seal<F: Field>(&self, record: impl Display, value: &Secret<F::Plain>) -> Result<Sealed<F>> {
        let cipher = self.cipher.as_ref().ok_or_else(|| Refusal::new("vault.erased"))?;
        let place = self.place::<F>(&record.to_string());
        Ok(Sealed::new(cipher.seal(&place, value.expose().as_plain_bytes())?))
    }

    /// Opens a value. Refused with `vault.unreadable` when it is not what was sealed for this place;
    /// the bytes stay where they are.
    pub fn open<F: Field>(&self, record: impl Display, sealed: &Sealed<F>) -> Result<Opened<F::Plain>> {
        let Some(cipher) = &self.cipher else {
            return Ok(Opened::Erased);
        };
        cipher
            .open(&self.place::<F>(&record.to_string()), sealed.as_bytes())
            .and_then(F::Plain::from_plain_bytes)
            .map(|plain| Opened::Plain(Secret::new(plain)))
            .ok_or_else(|| unreadable(F::TABLE, F::COLUMN).into())
    }

    fn place<F: Field>(&self, record: &str) -> Vec<u8> {
        let key = self.id.to_string();
        context(&["switchboard/vault/value/1", F::TABLE, F::COLUMN, record, self.subject.as_str(), &key])
    }
}

pub(crate) fn unreadable(table: &str, column: &str) -> Refusal {
    Refusal::new("vault.unreadable").with("place", format_args!("{table}.{column}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Clock;

    crate::field!(Name: String = "customer"."name");
    crate::field!(Note: String = "customer"."note");
    crate::field!(Scan: Vec<u8> = "letter"."scan");

    fn key(subject: &str) -> DataKey {
        let cipher = Cipher::new(&crate::cipher::random_key().unwrap()).unwrap();
        let id = kernel::id::new(kernel::SystemClock.now());
        DataKey::new(subject.parse().unwrap(), id, Some(Arc::new(cipher)))
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn refused<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
        result.unwrap_err().refusal_code().unwrap()
    }

    #[test]
    fn a_value_opens_where_it_was_sealed() {
        let key = key("cus_1");
        let sealed = key.seal::<Name>("cus_1", &secret("Ana María")).unwrap();
        let opened = key.open("cus_1", &sealed).unwrap().plain().unwrap();
        assert_eq!(opened.expose(), "Ana María");
        let scan = key.seal::<Scan>(7, &Secret::new(vec![0, 159, 146, 150])).unwrap();
        assert_eq!(key.open(7, &scan).unwrap().plain().unwrap().expose(), &[0, 159, 146, 150]);
    }

    #[test]
    fn a_ciphertext_moved_to_another_row_field_or_subject_is_refused() {
        let key = key("cus_1");
        let sealed = key.seal::<Name>("row_1", &secret("Ana")).unwrap();
        assert_eq!(refused(key.open("row_2", &sealed)), "vault.unreadable");
        let moved = Sealed::<Note>::new(sealed.as_bytes().to_vec());
        assert_eq!(refused(key.open("row_1", &moved)), "vault.unreadable");
        // Even with the very same key bytes, another subject's or key's name does not open it.
        let renamed = DataKey { subject: "cus_2".parse().unwrap(), ..key.clone() };
        assert_eq!(refused(renamed.open("row_1", &sealed)), "vault.unreadable");
        let reissued = DataKey { id: kernel::id::new(jiff::Timestamp::UNIX_EPOCH), ..key };
        assert_eq!(refused(reissued.open("row_1", &sealed)), "vault.unreadable");
    }

    #[test]
    fn a_destroyed_key_answers_erased_and_seals_no_more() {
        let live = key("cus_1");
        let sealed = live.seal::<Name>("row_1", &secret("Ana")).unwrap();
        let destroyed = DataKey { cipher: None, ..live };
        assert!(matches!(destroyed.open("row_1", &sealed).unwrap(), Opened::Erased));
        assert_eq!(refused(destroyed.seal::<Name>("row_1", &secret("Ana"))), "vault.erased");
    }
}
