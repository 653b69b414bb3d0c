//! Seeing personal data: masked until somebody who may says why. Each time is counted and written down,
//! and many in a short time warn a supervisor.

mod alerts;
mod commands;
mod mask;
mod model;
mod store;

pub use alerts::{Alert, BULK_REVEAL};
pub use commands::{NoMatters, OpenMatters, Wanted};
pub use mask::{mask_email, mask_name, mask_phone};
pub use model::{Reason, RevealLimits};
pub(crate) use store::forget_old;
