//! What a message is about and how urgent it is, by a linear model that explains itself and stays silent
//! where it does not know.
//!
//! Pure: no database, no clock, no network. Who asks brings the bytes of a model and the text of the file
//! that says what its labels mean here.

mod calibrate;
mod example;
mod grams;
mod intents;
mod measure;
mod model;
mod model_file;
mod reading;
mod row;
mod solver;
mod suggest;
mod train;
mod urgency;
mod vocabulary;

pub use example::{TaggedText, read_csv};
pub use intents::{ExampleFile, Intent, Intents};
pub use measure::{Measure, measure};
pub use model::{Model, Ranked};
pub use suggest::{CountedWord, Reading, Suggestion, Triage};
pub use train::{MOST_EXAMPLES, Recipe, Trained, train};
pub use urgency::Urgency;
