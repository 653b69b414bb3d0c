//! A moment as people and programs write it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::Refusal;

/// Reads `2023-09-01T10:00:00-04:00`, or `2023-09-01T10:00` or `2023-09-01` by the clock of a zone. A time
/// that clocks skip there is taken as much later, one that they repeat as its first (RFC 5545).
pub fn read_moment(text: &str, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let malformed = || Refusal::new("directory.moment_malformed").with("input", text);
    let civil: DateTime = match text.parse::<DateTime>() {
        Ok(civil) => civil,
        Err(_) => text.parse::<Date>().map_err(|_| malformed())?.into(),
    };
    zone.to_ambiguous_timestamp(civil).compatible().map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_by_its_own_offset_or_by_the_zones_clock() {
        let zone = TimeZone::get("America/New_York").unwrap();
        for text in
            ["2023-09-01T10:00:00-04:00", "2023-09-01T14:00:00Z", "2023-09-01T10:00", " 2023-09-01 10:00 "]
        {
            assert_eq!(read_moment(text, &zone).unwrap().to_string(), "2023-09-01T14:00:00Z", "{text}");
        }
        assert_eq!(read_moment("2023-09-01", &zone).unwrap().to_string(), "2023-09-01T04:00:00Z");
    }

    #[test]
    fn a_skipped_time_is_moved_on_and_a_repeated_one_is_its_first() {
        let zone = TimeZone::get("America/New_York").unwrap();
        assert_eq!(read_moment("2024-03-10T02:30", &zone).unwrap().to_string(), "2024-03-10T07:30:00Z");
        assert_eq!(read_moment("2024-11-03T01:30", &zone).unwrap().to_string(), "2024-11-03T05:30:00Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in ["", "soon", "2023-13-01", "2023-02-30", "25:00", "99999-01-01", "2023-09-01T10:00-99:00"]
        {
            let refused = read_moment(text, &TimeZone::UTC).unwrap_err();
            assert_eq!(refused.code(), "directory.moment_malformed", "{text}");
        }
    }
}
