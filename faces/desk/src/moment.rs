//! Instants as the desk shows them: in the reader's zone, and for machines.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use web::Visitor;

pub(crate) struct Moment {
    /// For `<time datetime>`.
    pub exact: String,
    pub text: String,
}

/// The reader's own zone; the world's where it is not known.
pub(crate) fn zone(visitor: &Visitor) -> TimeZone {
    visitor.zone.as_ref().map_or(TimeZone::UTC, |zone| zone.zone.clone())
}

/// `today 8:15 AM`, `Monday, September 4, 8:15 AM`; with the year where it is another one.
pub(crate) fn moment(visitor: &Visitor, at: Timestamp) -> Moment {
    let (words, zone) = (&visitor.words, zone(visitor));
    let (there, now) = (at.to_zoned(zone.clone()), visitor.now.to_zoned(zone));
    let text = if there.year() == now.year() {
        words.when(&there, &now)
    } else {
        let (date, time) = (words.date(there.date()), words.time(there.time()));
        words.message("desk-date-time").with("date", date).with("time", time).to_string()
    };
    Moment { exact: at.to_string(), text }
}

/// To the second, for lists that are evidence.
pub(crate) fn exact(visitor: &Visitor, at: Timestamp) -> Moment {
    let text = at.to_zoned(zone(visitor)).strftime("%Y-%m-%d %H:%M:%S").to_string();
    Moment { exact: at.to_string(), text }
}

/// `now`, `8 min`, `10:04 AM`, `Fri`, `Nov 6`: as little as tells one row of a list from another.
pub(crate) fn brief(visitor: &Visitor, at: Timestamp) -> Moment {
    let (words, zone) = (&visitor.words, zone(visitor));
    let (there, now) = (at.to_zoned(zone.clone()), visitor.now.to_zoned(zone));
    let minutes = visitor.now.duration_since(at).as_mins();
    let days = now.date().since(there.date()).map_or(i32::MAX, |span| span.get_days());
    let text = match (minutes, days) {
        (..1, _) => words.text("desk-just-now").into_owned(),
        (1..60, _) => words.message("desk-minutes-ago").with("minutes", minutes).to_string(),
        (_, ..1) => words.time(there.time()),
        (_, 1..7) => words.weekday_short(there.weekday()),
        _ => words.date(there.date()),
    };
    Moment { exact: at.to_string(), text }
}
