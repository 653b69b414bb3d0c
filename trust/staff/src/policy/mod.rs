//! Who may do what: the institution's Cedar policies, checked against their schema before anything starts.

mod decide;
mod load;
mod permission;

pub use decide::{Circumstances, Decision, Purpose, Resource};
pub use load::{Policies, Problem};
pub use permission::Permission;
