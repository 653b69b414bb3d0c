//! Lengths of time as laws and promises give them, and how they are counted.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};
use kernel::Result;
use serde::Deserialize;

use super::why::Why;

/// A search for a business day gives up after so many days off in a row.
const LONGEST_BREAK: u32 = 60;

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Within {
    Hours(u32),
    /// Calendar days; the day of the beginning does not count.
    Days(u32),
    /// Days on which the institution is open for substantially all of its business.
    BusinessDays(u32),
    /// The same day of a later month, or its last day if it is shorter.
    Months(u32),
    /// Complete billing cycles: the rest of the current one does not count.
    BillingCycles {
        count: u32,
        /// Whatever the cycles say, no longer than this.
        at_most_days: u32,
    },
}

/// Which days are business days.
pub trait BusinessDays {
    /// The name of the holiday, when a weekday is one.
    fn holiday(&self, day: Date) -> Option<String>;
}

/// The last day, and how it was counted.
pub(super) fn last_day(
    from: Date,
    within: Within,
    days: &dyn BusinessDays,
    cycle_ends: &[Date],
    why: &mut Vec<Why>,
) -> Result<Date> {
    let last = match within {
        // Hours end at an instant, not on a day.
        Within::Hours(_) => from,
        Within::Days(count) => from.checked_add(i64::from(count).days())?,
        Within::Months(count) => from.checked_add(Span::new().try_months(count)?)?,
        Within::BusinessDays(count) => business(from, count, days, why)?,
        Within::BillingCycles { count, at_most_days } => {
            let cap = from.checked_add(i64::from(at_most_days).days())?;
            let end = cycles(from, count, cycle_ends)?;
            match end {
                Some(end) if end <= cap => end,
                Some(end) => {
                    why.push(Why::Capped { cycles_end: end, days: at_most_days });
                    cap
                }
                None => {
                    why.push(Why::NoCycles { days: at_most_days });
                    cap
                }
            }
        }
    };
    Ok(last)
}

/// The n-th business day after a day.
fn business(from: Date, count: u32, days: &dyn BusinessDays, why: &mut Vec<Why>) -> Result<Date> {
    let (mut day, mut left, mut idle) = (from, count, 0);
    while left > 0 && idle < LONGEST_BREAK {
        day = day.tomorrow()?;
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            idle += 1;
        } else if let Some(name) = days.holiday(day) {
            why.push(Why::Holiday { day, name });
            idle += 1;
        } else {
            (left, idle) = (left - 1, 0);
        }
    }
    Ok(day)
}

/// The end of the n-th complete cycle after the one that `from` lies in. Beyond the ends that are known,
/// cycles go on monthly.
fn cycles(from: Date, count: u32, ends: &[Date]) -> Result<Option<Date>> {
    let mut ends: Vec<Date> = ends.to_vec();
    ends.sort_unstable();
    let Some(last) = ends.last().copied() else { return Ok(None) };
    let known: Vec<Date> = ends.into_iter().filter(|end| *end >= from).collect();
    // The current cycle's end comes first, and is not counted.
    let wanted = count as usize;
    if let Some(end) = known.get(wanted) {
        return Ok(Some(*end));
    }
    let mut months = 0_i32;
    let mut found = known.len();
    loop {
        months += 1;
        let end = last.checked_add(Span::new().try_months(months)?)?;
        if end >= from {
            if found == wanted {
                return Ok(Some(end));
            }
            found += 1;
        }
    }
}
