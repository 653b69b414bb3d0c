//! Administration of staff.

pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod reveal;
pub(crate) mod steps;

use std::collections::BTreeMap;

use kernel::Refusal;
use staff::{Role, Roles};

pub(crate) const STAFF: &str = "/desk/staff";

/// The roles that were ticked: each is a field of its own, `role-supervisor`.
fn ticked(fields: &BTreeMap<String, String>) -> Result<Roles, Refusal> {
    Roles::new(Role::ALL.into_iter().filter(|role| fields.contains_key(&format!("role-{role}"))))
}
