//! Personal data in the clear, wrapped so that it cannot be written, printed or logged by mistake.

use std::fmt;

use kernel::Result;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// A value in the clear. It has no `Display`, no `Serialize` and cannot be bound to an SQL parameter;
/// its memory is wiped when it is dropped.
///
/// Sealed, it may be written:
/// ```
/// vault::field!(Note: String = "example"."note");
/// fn bind(sealed: &vault::Sealed<Note>) -> store::Value {
///     store::ToValue::to_value(sealed)
/// }
/// ```
/// In the clear it may not, nor printed, nor turned into JSON:
/// ```compile_fail,E0277
/// fn bind(secret: &vault::Secret<String>) -> store::Value {
///     store::ToValue::to_value(secret)
/// }
/// ```
/// ```compile_fail,E0277
/// let params: &[store::Value] = store::params![vault::Secret::new(String::from("x"))];
/// ```
/// ```compile_fail,E0277
/// let text = format!("{}", vault::Secret::new(String::from("x")));
/// ```
/// ```compile_fail,E0277
/// let json = serde_json::to_string(&vault::Secret::new(String::from("x")));
/// ```
/// And what was sealed for one field does not pass as another:
/// ```compile_fail,E0308
/// vault::field!(Note: String = "example"."note");
/// vault::field!(Name: String = "example"."name");
/// fn pass(sealed: vault::Sealed<Note>) -> vault::Sealed<Name> {
///     sealed
/// }
/// ```
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every use of this is a place where personal data is in the open.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// Several values sealed as one, such as the lines of an address.
    pub fn from_json(value: &impl Serialize) -> Result<Self> {
        Ok(Self(serde_json::to_string(value)?))
    }

    pub fn parse_json<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_str(&self.0)?)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Input arrives in the clear: from a form, a request body, a letter.
impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// What can be sealed: something that is bytes, and can be had back from them.
pub trait Plain: Zeroize + Sized {
    fn as_plain_bytes(&self) -> &[u8];
    fn from_plain_bytes(bytes: Zeroizing<Vec<u8>>) -> Option<Self>;
}

impl Plain for String {
    fn as_plain_bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    fn from_plain_bytes(mut bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        Self::from_utf8(std::mem::take(&mut *bytes)).ok()
    }
}

impl Plain for Vec<u8> {
    fn as_plain_bytes(&self) -> &[u8] {
        self
    }

    fn from_plain_bytes(mut bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        Some(std::mem::take(&mut *bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_when_it_is_printed_for_debugging() {
        let secret = Secret::new(String::from("ana@example.com"));
        assert_eq!(format!("{secret:?}"), "•••");
        assert_eq!(format!("{:?}", Some(Secret::new(vec![1u8, 2]))), "Some(•••)");
    }

    #[test]
    fn several_values_are_one_secret() {
        let secret = Secret::from_json(&("Calle 5", 12)).unwrap();
        assert_eq!(secret.parse_json::<(String, i32)>().unwrap(), ("Calle 5".to_owned(), 12));
        assert!(secret.parse_json::<bool>().is_err());
    }
}
