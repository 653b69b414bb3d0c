//! A day of contacts: who comes when, laid out before it begins. The same seed gives the same day.

use std::time::Duration;

/// How many of a day's contacts come in each hour: few at night, a high morning, a lower evening.
const HOURS: [u32; 24] =
    [1, 1, 1, 1, 1, 2, 6, 14, 30, 44, 48, 46, 40, 42, 44, 42, 38, 34, 26, 20, 14, 10, 6, 3];

/// How fast the day passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Speed(f64);

impl Speed {
    pub(crate) fn new(times: f64) -> Option<Self> {
        (1.0..=10_000.0).contains(&times).then_some(Self(times))
    }

    /// What a time of the day takes on the clock of the wall.
    pub(crate) fn shorten(self, time: Duration) -> Duration {
        time.div_f64(self.0)
    }
}

/// Times of the day at which `count` contacts come, in order.
pub(crate) fn arrivals(count: usize, random: &mut fastrand::Rng) -> Vec<Duration> {
    let all: u32 = HOURS.iter().sum();
    let mut times: Vec<Duration> = (0..count)
        .map(|_| {
            let mut place = random.u32(0..all);
            let mut hour = 0_u64;
            for weight in HOURS {
                if place < weight {
                    break;
                }
                place -= weight;
                hour += 1;
            }
            Duration::from_secs(hour * 3600) + Duration::from_millis(random.u64(0..3_600_000))
        })
        .collect();
    times.sort_unstable();
    times
}

/// The part of a day from `start` on, and then what comes before it: a demonstration begins at a busy hour.
pub(crate) fn beginning_at(start: Duration, times: &[Duration]) -> Vec<Duration> {
    const DAY: Duration = Duration::from_hours(24);
    let split = times.partition_point(|time| *time < start);
    let (before, after) = times.split_at(split);
    let later = after.iter().map(|time| time.saturating_sub(start));
    later.chain(before.iter().map(|time| (*time + DAY).saturating_sub(start))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_same_for_the_same_seed_and_busiest_in_the_morning() {
        let day = || arrivals(600, &mut fastrand::Rng::with_seed(7));
        assert_eq!(day(), day());
        let between = |from: u64, to: u64| {
            let hours = Duration::from_hours(from)..Duration::from_hours(to);
            day().iter().filter(|time| hours.contains(*time)).count()
        };
        assert!(between(9, 12) > 3 * between(20, 23), "{} {}", between(9, 12), between(20, 23));
        assert!(day().is_sorted() && day().iter().all(|time| *time < Duration::from_hours(24)));
    }

    #[test]
    fn a_day_that_begins_at_another_hour_loses_nobody() {
        let day = arrivals(600, &mut fastrand::Rng::with_seed(7));
        let turned = beginning_at(Duration::from_hours(9), &day);
        assert_eq!(turned.len(), 600);
        assert!(turned.is_sorted());
        assert!(turned.iter().filter(|time| **time < Duration::from_hours(3)).count() > 100);
    }

    #[test]
    fn a_speed_shortens_waiting_and_is_bounded() {
        let fast = Speed::new(60.0).unwrap();
        assert_eq!(fast.shorten(Duration::from_mins(1)), Duration::from_secs(1));
        assert!(Speed::new(0.0).is_none() && Speed::new(f64::NAN).is_none() && Speed::new(1e9).is_none());
    }
}
