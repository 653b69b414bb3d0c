//! Until when something can be put aside: few choices, in the reader's own day.

use jiff::civil::{Time, Weekday, time};
use jiff::{SignedDuration, Timestamp, Zoned};
use kernel::Refusal;
use web::Visitor;

use crate::moment::zone;
use crate::names::Choice;

const MORNING: Time = time(9, 0, 0, 0);
const AFTERNOON: Time = time(15, 0, 0, 0);

/// What ends a snooze.
pub(super) const NOW: &str = "now";

/// Choices by name, each with when it ends.
fn ends(now: &Zoned) -> Vec<(&'static str, &'static str, Zoned)> {
    let at = |days: i8, time: Time| {
        let date = now.date().checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()?;
        date.to_datetime(time).to_zoned(now.time_zone().clone()).ok()
    };
    let to_monday = i8::try_from(7 - i16::from(now.date().weekday().since(Weekday::Monday))).unwrap_or(7);
    [
        ("hour", "desk-snooze-hour", now.checked_add(SignedDuration::from_hours(1)).ok()),
        (
            "afternoon",
            "desk-snooze-afternoon",
            at(0, AFTERNOON).filter(|end| now.time() < AFTERNOON && end > now),
        ),
        ("tomorrow", "desk-snooze-tomorrow", at(1, MORNING)),
        ("week", "desk-snooze-week", at(to_monday, MORNING)),
    ]
    .into_iter()
    .filter_map(|(name, key, end)| Some((name, key, end?)))
    .collect()
}

/// Until when, or, where it is put aside already, back at once.
pub(super) fn choices(visitor: &Visitor, is_snoozed: bool) -> Vec<Choice> {
    let now = visitor.now.to_zoned(zone(visitor));
    let words = &visitor.words;
    let wake = Choice { value: NOW.to_owned(), text: words.text("desk-wake").into_owned(), chosen: false };
    let ends = ends(&now).into_iter();
    let ends = ends.map(|(name, key, end)| {
        let when = words.when(&end, &now);
        let text = words.message(key).with("when", when).to_string();
        Choice { value: name.to_owned(), text, chosen: false }
    });
    is_snoozed.then_some(wake).into_iter().chain(ends).collect()
}

/// The end that was chosen, counted from now.
pub(super) fn end(visitor: &Visitor, chosen: &str) -> Result<Timestamp, Refusal> {
    let now = visitor.now.to_zoned(zone(visitor));
    let found = ends(&now).into_iter().find(|(name, ..)| *name == chosen);
    found.map(|(.., end)| end.timestamp()).ok_or_else(|| Refusal::new("web.bad_request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(now: &str) -> Vec<String> {
        let now: Zoned = now.parse().unwrap();
        ends(&now)
            .into_iter()
            .map(|(name, _, end)| format!("{name} {}", end.strftime("%a %d %H:%M")))
            .collect()
    }

    #[test]
    fn the_choices_follow_the_readers_own_day() {
        assert_eq!(
            shown("2026-11-20T10:30[America/New_York]"),
            ["hour Fri 20 11:30", "afternoon Fri 20 15:00", "tomorrow Sat 21 09:00", "week Mon 23 09:00"]
        );
        assert_eq!(
            shown("2026-11-23T16:00[America/New_York]"),
            ["hour Mon 23 17:00", "tomorrow Tue 24 09:00", "week Mon 30 09:00"]
        );
    }

    #[test]
    fn nine_in_the_morning_is_nine_after_the_clocks_change_too() {
        assert!(shown("2026-10-31T22:00[America/New_York]").contains(&"tomorrow Sun 01 09:00".to_owned()));
    }
}
