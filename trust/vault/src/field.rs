//! Where a sealed value lives. The place is part of what is authenticated, so a ciphertext that is moved
//! to another column, row or customer no longer opens.

use std::fmt;
use std::marker::PhantomData;

use kernel::Result;
use store::{FromValue, ToValue, Value};

use crate::secret::Plain;

/// A column that holds sealed values. Declare one with [`field!`](crate::field).
pub trait Field {
    /// What is inside once it is opened.
    type Plain: Plain;
    const TABLE: &'static str;
    const COLUMN: &'static str;
}

/// Declares the marker type of a sealed column.
///
/// ```
/// vault::field!(
///     /// A customer's full name.
///     pub CustomerName: String = "customer"."name"
/// );
/// ```
#[macro_export]
macro_rules! field {
    ($(#[$doc:meta])* $visibility:vis $name:ident : $plain:ty = $table:literal . $column:literal $(;)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $visibility struct $name;
        impl $crate::Field for $name {
            type Plain = $plain;
            const TABLE: &'static str = $table;
            const COLUMN: &'static str = $column;
        }
    };
}

/// A value of field `F`, encrypted. The only form of personal data that can be written to the store.
pub struct Sealed<F> {
    bytes: Vec<u8>,
    field: PhantomData<fn() -> F>,
}

impl<F: Field> Sealed<F> {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, field: PhantomData }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<F> Clone for Sealed<F> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), field: PhantomData }
    }
}

impl<F> PartialEq for Sealed<F> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<F> Eq for Sealed<F> {}

impl<F: Field> fmt::Debug for Sealed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}.{}, {} bytes)", F::TABLE, F::COLUMN, self.bytes.len())
    }
}

impl<F: Field> ToValue for Sealed<F> {
    fn to_value(&self) -> Value {
        Value::Blob(self.bytes.clone())
    }
}

impl<F: Field> FromValue for Sealed<F> {
    fn from_value(value: Value) -> Result<Self> {
        Vec::<u8>::from_value(value).map(Self::new)
    }
}
