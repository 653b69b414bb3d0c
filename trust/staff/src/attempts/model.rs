//! Counting and waiting, without input or output.

use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use kernel::id::StaffMember;
use vault::Secret;

use crate::visit::Visit;

/// What a right attempt takes off the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgiving {
    /// The person is there: start anew.
    All,
    /// One of many people behind an address was right: only that attempt is taken off. Otherwise an
    /// attacker would clear the count with an account of their own.
    One,
}

/// How many attempts are free, and how the wait grows after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    free: i64,
    first: SignedDuration,
    cap: SignedDuration,
    /// One attempt is forgotten in so long: the pace that is possible for ever.
    leak: SignedDuration,
    pub forgiving: Forgiving,
}

/// Guesses at one person's password or code, from devices that are not known.
const PERSON: Limit = Limit {
    free: 5,
    first: SignedDuration::from_secs(30),
    cap: SignedDuration::from_mins(15),
    leak: SignedDuration::from_mins(15),
    forgiving: Forgiving::All,
};
/// The same, from a device this person has signed in from.
const KNOWN_DEVICE: Limit =
    Limit { free: 10, cap: SignedDuration::from_mins(5), leak: SignedDuration::from_mins(5), ..PERSON };
/// All wrong attempts from one address. A whole call centre sits behind a single one.
const ADDRESS: Limit = Limit {
    free: 100,
    first: SignedDuration::from_secs(5),
    cap: SignedDuration::from_mins(5),
    leak: SignedDuration::from_secs(10),
    forgiving: Forgiving::One,
};
/// Sign-ins that are begun from one address, before anybody has said who they are. A whole call centre begins
/// its shift within minutes; still one address cannot take all the places there are.
const BEGINNINGS: Limit = Limit {
    free: 1_000,
    first: SignedDuration::from_secs(5),
    cap: SignedDuration::from_mins(1),
    leak: SignedDuration::from_secs(1),
    forgiving: Forgiving::One,
};
/// After so long every count has leaked away.
pub(crate) const LONGEST_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// One count: what is counted, for whom, and by which limit.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub kind: &'static str,
    pub whose: Secret<String>,
    pub limit: Limit,
}

impl Bucket {
    /// Everything of one kind that comes from the visitor's address.
    pub(crate) fn address(kind: &'static str, visit: &Visit) -> Self {
        Self { kind, whose: Secret::new(visit.source()), limit: ADDRESS }
    }

    /// Sign-ins of one kind that are begun from the visitor's address.
    pub(crate) fn beginnings(kind: &'static str, visit: &Visit) -> Self {
        Self { limit: BEGINNINGS, ..Self::address(kind, visit) }
    }

    /// Guesses at somebody, who may not even exist, from devices unknown.
    pub(crate) fn person(kind: &'static str, who: &Secret<String>) -> Self {
        Self { kind, whose: who.clone(), limit: PERSON }
    }

    /// Guesses from a device that this member has signed in from.
    pub(crate) fn known_device(kind: &'static str, member: Id<StaffMember>, device: &str) -> Self {
        Self { kind, whose: Secret::new(format!("{member} {device}")), limit: KNOWN_DEVICE }
    }
}

/// A level that attempts raise and time lowers, in thousandths of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub level: i64,
    pub last_at: Timestamp,
}

/// One attempt on the level.
pub(crate) const ATTEMPT: i64 = 1000;

impl Limit {
    /// From when on another attempt is looked at.
    pub(crate) fn open_at(&self, count: Count) -> Timestamp {
        let over = count.level / ATTEMPT - self.free;
        if over <= 0 {
            return Timestamp::MIN;
        }
        let doubled = u32::try_from(over - 1).ok().and_then(|times| 2_i32.checked_pow(times));
        let wait =
            doubled.and_then(|factor| self.first.checked_mul(factor)).unwrap_or(self.cap).min(self.cap);
        count.last_at.checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// The count with one more attempt.
    pub(crate) fn counted(&self, count: Option<Count>, now: Timestamp) -> Count {
        let level = count.map_or(0, |count| {
            let quiet = now.duration_since(count.last_at).as_millis().max(0);
            let leaked = quiet * i128::from(ATTEMPT) / self.leak.as_millis().max(1);
            count.level.saturating_sub(i64::try_from(leaked).unwrap_or(i64::MAX)).max(0)
        });
        Count { level: level.saturating_add(ATTEMPT), last_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: [Limit; 4] = [PERSON, KNOWN_DEVICE, ADDRESS, BEGINNINGS];

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The waits of somebody who tries again as soon as they may.
    fn waits(limit: Limit, attempts: usize) -> Vec<i64> {
        let (mut now, mut count, mut waits) = (second(0), None, Vec::new());
        for _ in 0..attempts {
            let counted = limit.counted(count, now);
            let open_at = limit.open_at(counted).max(now);
            waits.push(open_at.duration_since(now).as_secs());
            (now, count) = (open_at, Some(counted));
        }
        waits
    }

    #[test]
    fn the_first_are_free_and_then_the_wait_grows() {
        assert_eq!(waits(PERSON, 10), [0, 0, 0, 0, 0, 30, 30, 60, 120, 240]);
        assert_eq!(waits(ADDRESS, 103)[99..], [0, 5, 5, 10]);
    }

    #[test]
    fn guessing_at_one_person_goes_on_at_about_a_hundred_a_day() {
        let mut spent = 0;
        let in_a_day = waits(PERSON, 1000).into_iter().take_while(|wait| {
            spent += *wait;
            spent < 24 * 3600
        });
        assert!((95..=115).contains(&in_a_day.count()));
    }

    #[test]
    fn a_call_centre_that_mistypes_all_day_is_never_stopped() {
        let mut count = None;
        for wrong in 0..3000 {
            let counted = ADDRESS.counted(count, second(wrong * 10));
            assert_eq!(ADDRESS.open_at(counted), Timestamp::MIN);
            count = Some(counted);
        }
    }

    #[test]
    fn after_a_quiet_day_everything_is_free_again() {
        for limit in LIMITS {
            let count = Count { level: (limit.free + 10) * ATTEMPT, last_at: second(0) };
            let later = second(0).checked_add(LONGEST_MEMORY).unwrap();
            assert_eq!(limit.counted(Some(count), later).level, ATTEMPT);
        }
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_its_cap(level: i64) {
            for limit in LIMITS {
                let open_at = limit.open_at(Count { level, last_at: second(0) });
                prop_assert!(open_at <= second(limit.cap.as_secs()));
            }
        }

        #[test]
        fn time_never_raises_a_level(level in 0..1_000_000_000i64, early in 0..100_000i64, late in 0..100_000i64) {
            for limit in LIMITS {
                let count = Some(Count { level, last_at: second(0) });
                let (first, last) = (early.min(late), early.max(late));
                prop_assert!(limit.counted(count, second(last)).level <= limit.counted(count, second(first)).level);
            }
        }
    }
}
