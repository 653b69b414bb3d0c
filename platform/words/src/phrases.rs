//! Ways of saying when something is and how long it takes.

use jiff::civil::{Time, Weekday};
use jiff::{SignedDuration, Zoned};

use crate::message::Words;

const DAYS_NAMED_BY_WEEKDAY: i32 = 6;

impl Words {
    /// `today 8 AM`, `tomorrow 8 AM`, `Monday 8 AM`, `Monday, September 4, 8 AM`: as one would say it at
    /// `now`, in the zone of `moment`.
    pub fn when(&self, moment: &Zoned, now: &Zoned) -> String {
        let today = now.with_time_zone(moment.time_zone().clone()).date();
        let days = moment.date().since(today).map_or(i32::MAX, |span| span.get_days());
        let (key, day) = match days {
            0 => ("when-today", String::new()),
            1 => ("when-tomorrow", String::new()),
            2..=DAYS_NAMED_BY_WEEKDAY => ("when-weekday", self.weekday(moment.weekday())),
            _ => ("when-date", self.day(moment.date())),
        };
        let time = moment.time();
        self.message(key).with("day", day).with("time", self.time(time)).with("at", self.at(time)).to_string()
    }

    /// `8 AM – 8 PM`
    pub fn times(&self, from: Time, to: Time) -> String {
        self.message("time-range").with("from", self.time(from)).with("to", self.time(to)).to_string()
    }

    /// `Monday`, `Saturday and Sunday`, `Monday to Friday`: the days from the first to the last.
    pub fn weekdays(&self, first: Weekday, last: Weekday) -> String {
        let key = match first.until(last) {
            0 => return self.weekday(first),
            1 => "weekday-pair",
            _ => "weekday-range",
        };
        self.message(key).with("from", self.weekday(first)).with("to", self.weekday(last)).to_string()
    }

    /// `2 h 15 min`, `3 days 4 h`: two units at most, rounded down, for "how long is left".
    pub fn duration(&self, duration: SignedDuration) -> String {
        let minutes = duration.as_mins().max(0);
        let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
        let key = match (days, hours, minutes) {
            (0, 0, 0) => "duration-moment",
            (0, 0, _) => "duration-minutes",
            (0, _, 0) => "duration-hours",
            (0, _, _) => "duration-hours-minutes",
            (_, 0, _) => "duration-days",
            (_, _, _) => "duration-days-hours",
        };
        self.message(key).with("days", days).with("hours", hours).with("minutes", minutes).to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::{Time, Weekday, date};
    use jiff::tz::TimeZone;
    use kernel::{Currency, Money, Refusal};

    use crate::{Catalogue, Words};

    fn words(language: &str) -> Words {
        Catalogue::load().unwrap().words(&language.parse().unwrap())
    }

    #[test]
    fn a_moment_is_named_by_how_near_it_is() {
        let now = "2023-09-01T21:00[America/New_York]".parse().unwrap();
        for (moment, english, spanish) in [
            ("2023-09-01T21:30", "today 9:30 PM", "hoy a las 9:30 p.m."),
            ("2023-09-02T00:00", "tomorrow midnight", "mañana a la medianoche"),
            ("2023-09-02T13:00", "tomorrow 1 PM", "mañana a la 1 p.m."),
            ("2023-09-04T08:00", "Monday 8 AM", "el lunes a las 8 a.m."),
            ("2023-09-07T12:00", "Thursday noon", "el jueves al mediodía"),
            ("2023-09-08T08:00", "Friday, September 8, 8 AM", "el viernes, 8 de septiembre, a las 8 a.m."),
            ("2023-08-31T08:00", "Thursday, August 31, 8 AM", "el jueves, 31 de agosto, a las 8 a.m."),
        ] {
            let moment = format!("{moment}[America/New_York]").parse().unwrap();
            assert_eq!(words("en").when(&moment, &now), english);
            assert_eq!(words("es").when(&moment, &now), spanish);
        }
    }

    #[test]
    fn today_is_judged_in_the_zone_of_the_moment() {
        let now = "2023-09-01T23:30[America/New_York]".parse().unwrap();
        let moment = "2023-09-02T08:00[Europe/Madrid]".parse().unwrap();
        assert_eq!(words("en").when(&moment, &now), "today 8 AM");
    }

    #[test]
    fn durations_have_two_units_at_most() {
        let english = words("en");
        for (minutes, expected) in [
            (0, "less than a minute"),
            (45, "45 min"),
            (120, "2 h"),
            (135, "2 h 15 min"),
            (24 * 60, "1 day"),
            (3 * 24 * 60 + 4 * 60 + 5, "3 days 4 h"),
            (-3, "less than a minute"),
        ] {
            assert_eq!(english.duration(SignedDuration::from_mins(minutes)), expected);
        }
        assert_eq!(words("es").duration(SignedDuration::from_hours(28)), "1 día 4 h");
    }

    #[test]
    fn dates_weekdays_and_ranges_follow_the_language() {
        let (english, spanish) = (words("en"), words("es"));
        assert_eq!(english.date(date(2023, 8, 28)), "August 28, 2023");
        assert_eq!(spanish.date(date(2023, 8, 28)), "28 de agosto de 2023");
        assert_eq!(english.weekday(Weekday::Sunday), "Sunday");
        assert_eq!(spanish.weekday_short(Weekday::Monday), "lun");
        assert_eq!(english.weekdays(Weekday::Monday, Weekday::Friday), "Monday to Friday");
        assert_eq!(english.weekdays(Weekday::Saturday, Weekday::Sunday), "Saturday and Sunday");
        assert_eq!(spanish.weekdays(Weekday::Monday, Weekday::Friday), "lunes a viernes");
        assert_eq!(spanish.weekdays(Weekday::Sunday, Weekday::Sunday), "domingo");
        let (nine_thirty, midnight) = (Time::constant(9, 30, 0, 0), Time::midnight());
        assert_eq!(english.times(nine_thirty, midnight), "9:30 AM – midnight");
        assert_eq!(spanish.times(nine_thirty, midnight), "9:30 a.m. – medianoche");
    }

    #[test]
    fn a_zone_without_daylight_saving_is_not_called_like_one_with() {
        let summer = "2023-07-01T00:00Z".parse().unwrap();
        let zone = |name| TimeZone::get(name).unwrap();
        assert_eq!(words("en").zone(&zone("America/Denver"), summer), "Mountain Time");
        assert_eq!(words("en").zone(&zone("America/Phoenix"), summer), "Mountain Standard Time");
        assert_eq!(words("es").zone(&zone("America/New_York"), summer), "hora oriental");
        assert_eq!(words("en").zone_short(&zone("America/Chicago"), summer), "CT");
        assert_eq!(words("en").zone_short(&zone("America/Phoenix"), summer), "MST");
    }

    #[test]
    fn numbers_and_money_follow_the_language_and_the_currency() {
        let (english, spanish) = (words("en"), words("es"));
        assert_eq!(english.number(1_234_567), "1,234,567");
        assert_eq!(spanish.number(-1_234), "-1,234");
        assert_eq!(english.money(Money::new(-123_450, Currency::USD)), "-$1,234.50");
        assert_eq!(spanish.money(Money::new(5, Currency::USD)), "$0.05");
        assert_eq!(english.money(Money::new(1_500, Currency::JPY)), "1,500 JPY");
        assert_eq!(english.money(Money::new(i64::MIN, Currency::USD)), "-$92,233,720,368,547,758.08");
    }

    #[test]
    fn numbers_inside_a_text_are_grouped_and_choose_the_plural() {
        let english = words("en");
        let days = |n: i64| english.message("duration-days").with("days", n).to_string();
        assert_eq!((days(1).as_str(), days(12_000).as_str()), ("1 day", "12,000 days"));
    }

    #[test]
    fn a_refusal_says_what_and_what_to_do() {
        let told = words("en").refusal(&Refusal::new("language.malformed").with("input", "e!"));
        assert!(told.what.contains("“e!”"), "{told:?}");
        assert!(!told.remedy.is_empty() && !told.remedy.contains('['), "{told:?}");
    }

    #[test]
    fn a_missing_text_shows_its_key_and_values_are_not_wrapped_in_marks() {
        let (english, missing) = (words("en"), "no-such-key");
        assert_eq!(english.text(missing), "[no-such-key]");
        assert_eq!(english.message(missing).attribute("remedy").to_string(), "[no-such-key.remedy]");
        assert!(!english.times(Time::midnight(), Time::midnight()).contains('\u{2068}'));
    }
}
