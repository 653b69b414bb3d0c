//! Personal data is encrypted before it reaches the database, with a key for each customer.
//!
//! A master key, kept outside the database, wraps the data keys; a data key seals the values of one
//! [`Subject`]. Destroying a subject's key erases everything sealed for it, wherever copies are.
//! [`masking`] takes card numbers and the like out of texts before they are stored, logged or shown.

mod cipher;
mod data_key;
mod field;
mod keeper;
mod lookup;
pub mod masking;
mod master;
mod rows;
mod secret;
mod subject;

pub use data_key::{DataKey, Opened};
pub use field::{Field, Sealed};
pub use keeper::{Rotation, Vault};
pub use lookup::{Email, Indexed, Lookup, Lookups, Normal, Phone};
pub use master::{KeyRing, MasterKey, MasterKeyId, Source, generate_file};
pub use secret::{Plain, Secret};
pub use subject::Subject;
