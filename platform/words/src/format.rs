//! Dates, times, zones and numbers as the language's readers write them (CLDR data through ICU4X).

use icu_calendar::{Date as IcuDate, Gregorian, Iso};
use icu_datetime::fieldsets::{E, MDE, T, YMD, zone};
use icu_datetime::options::TimePrecision;
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;
use icu_time::zone::models::AtTime;
use icu_time::{Time as IcuTime, TimeZoneInfo, ZonedDateTime};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use jiff_icu::ConvertFrom as _;
use kernel::{Context, Money, Result};

use crate::message::Words;

type DateFormatter<F> = FixedCalendarDateTimeFormatter<Gregorian, F>;

pub(crate) struct Formats {
    time: NoCalendarFormatter<T>,
    date: DateFormatter<YMD>,
    day: DateFormatter<MDE>,
    weekday: DateFormatter<E>,
    weekday_short: DateFormatter<E>,
    zone: NoCalendarFormatter<zone::GenericLong>,
    zone_fixed: NoCalendarFormatter<zone::SpecificLong>,
    zone_short: NoCalendarFormatter<zone::GenericShort>,
    zone_short_fixed: NoCalendarFormatter<zone::SpecificShort>,
    number: DecimalFormatter,
}

impl Formats {
    pub(crate) fn load(locale: &Locale) -> Result<Self> {
        let to_the_minute = T::short().with_time_precision(TimePrecision::MinuteOptional);
        let time = NoCalendarFormatter::try_new(locale.into(), to_the_minute).context("times")?;
        let dates = "dates";
        let zones = "zones";
        Ok(Self {
            time,
            date: DateFormatter::try_new(locale.into(), YMD::long()).context(dates)?,
            day: DateFormatter::try_new(locale.into(), MDE::long()).context(dates)?,
            weekday: DateFormatter::try_new(locale.into(), E::long()).context(dates)?,
            weekday_short: DateFormatter::try_new(locale.into(), E::medium()).context(dates)?,
            zone: NoCalendarFormatter::try_new(locale.into(), zone::GenericLong).context(zones)?,
            zone_fixed: NoCalendarFormatter::try_new(locale.into(), zone::SpecificLong).context(zones)?,
            zone_short: NoCalendarFormatter::try_new(locale.into(), zone::GenericShort).context(zones)?,
            zone_short_fixed: NoCalendarFormatter::try_new(locale.into(), zone::SpecificShort)
                .context(zones)?,
            number: DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default())
                .context("numbers")?,
        })
    }
}

impl Words {
    /// `12,500`
    pub fn number(&self, number: i64) -> String {
        self.formats().number.format_to_string(&Decimal::from(number))
    }

    /// `$12.50`
    pub fn money(&self, money: Money) -> String {
        let currency = money.currency();
        let exponent = i16::try_from(currency.exponent().unwrap_or(0)).unwrap_or(0);
        let mut amount = Decimal::from(money.minor().unsigned_abs());
        amount.multiply_pow10(-exponent);
        let amount = self.formats().number.format_to_string(&amount);
        self.message("money")
            .with("amount", amount)
            .with("currency", currency.code())
            .with("sign", if money.minor() < 0 { "-" } else { "" })
            .to_string()
    }

    /// `August 28, 2023`
    pub fn date(&self, date: Date) -> String {
        plain(self.formats().date.format(&gregorian(date)).to_string())
    }

    /// `Monday, August 28`
    pub fn day(&self, date: Date) -> String {
        plain(self.formats().day.format(&gregorian(date)).to_string())
    }

    /// `Monday`
    pub fn weekday(&self, weekday: Weekday) -> String {
        self.formats().weekday.format(&gregorian(some_day(weekday))).to_string()
    }

    /// `Mon`
    pub fn weekday_short(&self, weekday: Weekday) -> String {
        self.formats().weekday_short.format(&gregorian(some_day(weekday))).to_string()
    }

    /// `8 AM`, `8:30 AM`, `noon`, `midnight`. An ordinary space, so that people find it on a page.
    pub fn time(&self, time: Time) -> String {
        self.message("time-of-day").with("point", point(time)).with("time", self.digits(time)).to_string()
    }

    /// `at 8 AM`; in Spanish the article depends on the hour.
    pub fn at(&self, time: Time) -> String {
        self.message("time-at").with("point", point(time)).with("time", self.digits(time)).to_string()
    }

    fn digits(&self, time: Time) -> String {
        plain(self.formats().time.format(&IcuTime::convert_from(time)).to_string())
    }

    /// `Eastern Time`; for a zone that keeps its clocks all year, `Mountain Standard Time`.
    pub fn zone(&self, zone: &TimeZone, at: Timestamp) -> String {
        let moment = at.to_zoned(zone.clone());
        let info = zone_info(&moment);
        let name = if clocks_change(&moment) {
            self.formats().zone.format(&info).to_string()
        } else {
            self.formats().zone_fixed.format(&info).to_string()
        };
        plain(name)
    }

    /// `ET`, `MST`
    pub fn zone_short(&self, zone: &TimeZone, at: Timestamp) -> String {
        let moment = at.to_zoned(zone.clone());
        let info = zone_info(&moment);
        let name = if clocks_change(&moment) {
            self.formats().zone_short.format(&info).to_string()
        } else {
            self.formats().zone_short_fixed.format(&info).to_string()
        };
        plain(name)
    }
}

/// CLDR puts narrow and unbreakable spaces into times; a person searching or a program comparing wants ours.
fn plain(text: String) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

fn gregorian(date: Date) -> IcuDate<Gregorian> {
    IcuDate::<Iso>::convert_from(date).to_calendar(Gregorian)
}

/// A date with this weekday: formatters take dates only.
fn some_day(weekday: Weekday) -> Date {
    let sunday = Date::constant(2023, 1, 1);
    sunday.saturating_add(i64::from(weekday.to_sunday_zero_offset()).days())
}

fn zone_info(moment: &Zoned) -> TimeZoneInfo<AtTime> {
    ZonedDateTime::<Iso, TimeZoneInfo<AtTime>>::convert_from(moment).zone
}

fn clocks_change(moment: &Zoned) -> bool {
    let year = moment.timestamp().as_second().saturating_add(366 * 24 * 3600);
    let mut transitions = moment.time_zone().following(moment.timestamp());
    transitions.next().is_some_and(|change| change.timestamp().as_second() < year)
}

/// What the grammar of a time of day turns on.
fn point(time: Time) -> &'static str {
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight",
        (12, 0) => "noon",
        (1 | 13, _) => "one",
        _ => "other",
    }
}
