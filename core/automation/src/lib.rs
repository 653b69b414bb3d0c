//! What is prepared once and done often: canned replies, macros, and rules that act by themselves.
//!
//! A rule is set off by an event, judged by pure conditions, written down as decided, and then carried out
//! in one transaction with everything it changes. Its effects name the event that caused them, and one
//! cause sets a rule off once and only so many rules at all: so whatever rules say, they come to an end.

mod action;
mod automation;
mod carry_out;
mod defaults;
mod kept;
mod prepared;
mod rules;
mod scope;
mod template;
mod words;

#[cfg(test)]
mod tests;

pub use action::{Action, Assignee, MOST_ACTIONS};
pub use automation::Automation;
pub use carry_out::Agent;
pub use defaults::{Defaults, Loaded};
pub use kept::{Kept, Sort};
pub use prepared::{CannedReply, Draft, Macro, Texts};
pub use rules::{Condition, DryRun, Facts, KeptVersion, Outcome, Rule, RuleDraft, RuleId, Run, Tried, When};
pub use scope::{Reader, Scope};
pub use template::{Filled, Variable};
pub use words::Text;
