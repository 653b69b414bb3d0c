//! When a delivery that was not taken is tried again, and when a receiver is given up.

use jiff::SignedDuration;

/// The waits between attempts, and what one attempt may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The wait after the first attempt, after the second, and so on. After the last one is the end.
    pub waits: Vec<SignedDuration>,
    /// A receiver that has taken nothing for so long is given up.
    pub gives_up_after: SignedDuration,
    /// How long a receiver may take to answer.
    pub patience: SignedDuration,
}

impl Default for Schedule {
    fn default() -> Self {
        let minutes = SignedDuration::from_mins;
        let waits = vec![
            SignedDuration::from_secs(5),
            SignedDuration::from_secs(30),
            minutes(2),
            minutes(10),
            minutes(30),
            minutes(60),
            minutes(2 * 60),
            minutes(4 * 60),
            minutes(8 * 60),
            minutes(8 * 60),
        ];
        Self { waits, gives_up_after: minutes(24 * 60), patience: SignedDuration::from_secs(10) }
    }
}

impl Schedule {
    /// The wait after so many attempts, with a chance of a fifth more or less, so that what failed together
    /// does not come back together. `None`: that was the last one.
    pub(crate) fn wait_after(&self, attempts: i64, chance: f64) -> Option<SignedDuration> {
        let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
        let wait = self.waits.get(index)?;
        Some(wait.mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_about_a_day_and_differ_by_chance() {
        let schedule = Schedule::default();
        let waits: Vec<_> = (1..).map_while(|attempts| schedule.wait_after(attempts, 0.5)).collect();
        assert!(waits.is_sorted());
        let all: i64 = waits.iter().map(SignedDuration::as_hours).sum();
        assert!((23..=26).contains(&all), "{all} hours");
        let wait = |chance| schedule.wait_after(1, chance).unwrap().as_millis();
        assert_eq!((wait(0.0), wait(0.5), wait(1.0)), (4_000, 5_000, 6_000));
        assert_eq!(schedule.wait_after(0, 0.5), None);
        assert_eq!(schedule.wait_after(11, 0.5), None);
    }
}
