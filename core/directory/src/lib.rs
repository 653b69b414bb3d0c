//! The contact directory: who handles what, by which ways, and whether they are open.
//!
//! The model does no input or output and is told the moment. It is read from one file that a person edits
//! ([`Directory::load`]), answers questions ([`Directory::who`], [`Directory::ship`],
//! [`Directory::menu`], [`Directory::contacts`]), and examines itself.

mod answer;
mod build;
mod build_way;
mod calendar;
mod check;
mod diff;
mod directory;
mod editions;
mod finding;
mod hours;
mod model;
mod moment;
mod open;
mod phone;
mod raw;
mod read;
mod search;
mod spoken;

pub use answer::{
    About, Answer, MenuAnswer, MenuEntry, Question, ShipAnswer, ShipWay, Suggestion, WayAnswer,
};
pub use calendar::{Calendar, Holiday, HolidayRule};
pub use check::has_errors;
pub use diff::{Change, Changed, diff};
pub use directory::Directory;
pub use editions::{Directories, Edition, Import, Imported, Published, in_force};
pub use finding::{Finding, Place, Severity};
pub use hours::{Hours, HoursError};
pub use model::{
    Address, Channel, ChannelKind, Courier, Couriers, Document, Expected, ExpectedUnit, Group, Institution,
    Named, PostalAddress, Topic, Unit, Way,
};
pub use moment::read_moment;
pub use open::{Because, Exception, OpenState, Schedule, Zone};
pub use phone::PhoneNumber;
