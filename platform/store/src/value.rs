//! Values as both engines know them, and the rows they come back in.

use jiff::Timestamp;
use kernel::id::{Id, Kind};
use kernel::{Fault, Language, Result};

/// What a column or parameter holds. Booleans are 0 and 1; instants are microseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// Something that can be bound to a parameter. Sealed personal data implements it; plain does not.
pub trait ToValue {
    fn to_value(&self) -> Value;
}

/// Something that can be read from a column.
pub trait FromValue: Sized {
    fn from_value(value: Value) -> Result<Self>;
}

/// One row of an answer. Values are taken out by position, once each.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// Takes the value of the column at `index` (from 0).
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T> {
        let slot =
            self.0.get_mut(index).ok_or_else(|| Fault::new(format!("no column {index} in the row")))?;
        T::from_value(std::mem::replace(slot, Value::Null))
    }
}

fn mismatch(wanted: &str, found: &Value) -> kernel::Error {
    let kind = match found {
        Value::Null => "null",
        Value::Int(_) => "an integer",
        Value::Real(_) => "a real",
        Value::Text(_) => "text",
        Value::Blob(_) => "bytes",
    };
    Fault::new(format!("a column holds {kind} where {wanted} was expected")).into()
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self> {
        Ok(value)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Int(i64::from(*self))
            }
        }
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self> {
                match value {
                    Value::Int(number) => Ok(<$type>::try_from(number)?),
                    other => Err(mismatch("an integer", &other)),
                }
            }
        }
    )*};
}
integers!(i64, i32, u32, u16, u8);

impl ToValue for usize {
    fn to_value(&self) -> Value {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Int(number @ (0 | 1)) => Ok(number == 1),
            other => Err(mismatch("0 or 1", &other)),
        }
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Real(number) => Ok(number),
            other => Err(mismatch("a real", &other)),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Text(text) => Ok(text),
            other => Err(mismatch("text", &other)),
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Blob(self.to_vec())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Blob(self.clone())
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Blob(self.to_vec())
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(mismatch("bytes", &other)),
        }
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.as_microsecond())
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> Result<Self> {
        Ok(Self::from_microsecond(i64::from_value(value)?)?)
    }
}

impl<K: Kind> ToValue for Id<K> {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl<K: Kind> FromValue for Id<K> {
    fn from_value(value: Value) -> Result<Self> {
        Ok(String::from_value(value)?.parse()?)
    }
}

impl ToValue for Language {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Language {
    fn from_value(value: Value) -> Result<Self> {
        Ok(String::from_value(value)?.parse()?)
    }
}
