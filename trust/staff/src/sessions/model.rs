//! A session's life, without input or output.

use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use kernel::id::StaffSession;

use crate::caller::Method;

/// A session as its owner and administrators see it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: Id<StaffSession>,
    pub method: Method,
    /// The network it was opened from, such as `203.0.113.0/24`.
    pub network: String,
    /// The browser it was opened in, such as `Firefox · Linux`.
    pub agent: String,
    pub signed_in_at: Timestamp,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Session {
    pub(crate) fn times(&self) -> Times {
        Times { seen_at: self.seen_at, expires_at: self.expires_at }
    }
}

/// The instants that decide whether a session still opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Live,
    /// Nothing was done for too long.
    Idle,
    /// Too long ago, however busy.
    Expired,
}

impl Times {
    pub(crate) fn standing(self, now: Timestamp, idle: SignedDuration) -> Standing {
        if now >= self.expires_at {
            Standing::Expired
        } else if now.duration_since(self.seen_at) >= idle {
            Standing::Idle
        } else {
            Standing::Live
        }
    }
}

/// Why a session ended, as the audit trail and the event say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    SignedOut,
    Revoked,
    /// Rights, status or a way to sign in were changed.
    Changed,
    /// A stronger session took its place.
    Replaced,
    /// The member had more sessions than anybody needs.
    TooMany,
    /// The sign-in provider said that it is over.
    Provider,
}

impl End {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Revoked => "revoked",
            Self::Changed => "changed",
            Self::Replaced => "replaced",
            Self::TooMany => "too_many",
            Self::Provider => "provider",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDLE: SignedDuration = SignedDuration::from_mins(60);

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    #[test]
    fn the_life_of_a_session() {
        let times = |seen, expires| Times { seen_at: at(seen), expires_at: at(expires) };
        #[rustfmt::skip]
        let table = [
            // seen, expires, now, standing
            (0, 720, 0,   Standing::Live),
            (0, 720, 59,  Standing::Live),
            (0, 720, 60,  Standing::Idle),
            (0, 720, 719, Standing::Idle),
            (0, 720, 720, Standing::Expired),
            (700, 720, 719, Standing::Live),
            (719, 720, 720, Standing::Expired),
            // A clock that went backwards shortens nothing and lengthens nothing.
            (100, 720, 90, Standing::Live),
        ];
        for (seen, expires, now, expected) in table {
            assert_eq!(times(seen, expires).standing(at(now), IDLE), expected, "{seen} {expires} {now}");
        }
    }

    proptest! {
        #[test]
        fn what_has_expired_never_lives_again(seen in 0i64..2000, expires in 0i64..2000, now in 0i64..2000, later in 0i64..2000) {
            let times = Times { seen_at: at(seen), expires_at: at(expires) };
            if times.standing(at(now), IDLE) != Standing::Live && later >= now {
                prop_assert_ne!(times.standing(at(later), IDLE), Standing::Live);
            }
        }
    }
}
