//! Rules: when something happens, if all of this is so, then do that.

mod commands;
mod condition;
mod decide;
mod dry_run;
mod facts;
mod judge;
mod model;
mod run;
pub(crate) mod store;
mod timers;

pub(crate) use commands::NewRule;
pub use condition::{Condition, Facts};
pub use dry_run::{DryRun, Tried};
pub(crate) use judge::Rulebook;
pub use model::{KeptVersion, Outcome, Rule, RuleDraft, RuleId, Run, When};
