//! How a deadline was worked out, step by step. Its words are the text keys `cases-why-<code>`.

use jiff::Timestamp;
use jiff::civil::Date;

use super::span::Within;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The clock began with this.
    Began { fact: String, at: Timestamp, day: Date },
    /// A special case holds, by its paragraph, because of these facts.
    Instead { paragraph: String, because: Vec<String> },
    /// So much time from there.
    Added { within: Within, last: Date },
    /// A weekday that did not count.
    Holiday { day: Date, name: String },
    /// The billing cycles would have ended later.
    Capped { cycles_end: Date, days: u32 },
    /// No billing cycle is known, so the cap holds.
    NoCycles { days: u32 },
    /// The customer was told in time that it takes longer: the longer term counts from the beginning.
    Extended { fact: String, paragraph: String },
    /// Done with this.
    Met { fact: String, at: Timestamp },
    /// Another deadline has taken its place.
    Replaced { fact: String, at: Timestamp },
}
