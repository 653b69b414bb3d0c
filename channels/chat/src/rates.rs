//! How often somebody may do something, and how many connections there may be. Who goes beyond it waits or
//! is refused; nobody else notices.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as Ticking;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use kernel::Clock;
use kernel::id::{ChatVisitor, Id};

use crate::settings::Limits;

/// The house's clock, for governor.
#[derive(Clone)]
struct HouseClock(Arc<dyn Clock>);

impl Ticking for HouseClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let nanos = self.0.now().as_nanosecond();
        Nanos::from(u64::try_from(nanos).unwrap_or(0))
    }
}

/// How often each of many may do one thing.
struct Rate<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, HouseClock, NoOpMiddleware<Nanos>>,
    clock: HouseClock,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    fn new(at_once: u32, a_minute: u32, clock: &HouseClock) -> Self {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(some(a_minute)).allow_burst(some(at_once));
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), clock: clock.clone() }
    }

    /// Takes one, or says how long to wait for it.
    fn take(&self, whose: &K) -> Result<(), Duration> {
        self.limiter.check_key(whose).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets those who have been quiet.
    fn forget_quiet(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// An address as one customer has it: of the long ones, the half that a provider hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl Address {
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(long) => {
                let [a, b, c, d, ..] = long.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            short @ IpAddr::V4(_) => short,
        })
    }
}

/// Everything that is counted by time.
pub struct Rates {
    messages: Rate<Id<ChatVisitor>>,
    frames: Rate<Id<ChatVisitor>>,
    files: Rate<Id<ChatVisitor>>,
    starts: Rate<Address>,
    dials: Rate<Address>,
}

impl Rates {
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        let clock = HouseClock(clock);
        Self {
            messages: Rate::new(limits.messages_at_once, limits.messages_a_minute, &clock),
            frames: Rate::new(limits.frames_at_once, limits.frames_a_minute, &clock),
            files: Rate::new(limits.files_at_once, limits.files_a_minute, &clock),
            starts: Rate::new(limits.starts_at_once, limits.starts_a_minute, &clock),
            dials: Rate::new(limits.dials_at_once, limits.dials_a_minute, &clock),
        }
    }

    pub fn message(&self, visitor: &Id<ChatVisitor>) -> Result<(), Duration> {
        self.messages.take(visitor)
    }

    pub fn frame(&self, visitor: &Id<ChatVisitor>) -> Result<(), Duration> {
        self.frames.take(visitor)
    }

    pub fn file(&self, visitor: &Id<ChatVisitor>) -> Result<(), Duration> {
        self.files.take(visitor)
    }

    pub fn start(&self, address: Address) -> Result<(), Duration> {
        self.starts.take(&address)
    }

    pub fn dial(&self, address: Address) -> Result<(), Duration> {
        self.dials.take(&address)
    }

    /// Done from time to time, so that memory does not grow with everybody who ever came.
    pub fn forget_quiet(&self) {
        self.messages.forget_quiet();
        self.frames.forget_quiet();
        self.files.forget_quiet();
        self.starts.forget_quiet();
        self.dials.forget_quiet();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Everybody,
    Address(Address),
    Visitor(Id<ChatVisitor>),
}

/// Who has how many connections open on this node.
#[derive(Debug)]
pub struct Places {
    limits: Limits,
    taken: Mutex<HashMap<Whose, u32>>,
}

/// A connection's place; given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: Address,
    visitor: Id<ChatVisitor>,
}

impl Places {
    pub fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self { limits: limits.clone(), taken: Mutex::default() })
    }

    /// Takes a place, unless this visitor, this address or the node has no more.
    pub fn take(self: &Arc<Self>, address: Address, visitor: Id<ChatVisitor>) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = [
            (Whose::Everybody, self.limits.sockets),
            (Whose::Address(address), self.limits.sockets_per_address),
            (Whose::Visitor(visitor), self.limits.sockets_per_visitor),
        ];
        if wanted.iter().any(|(whose, most)| taken.get(whose).is_some_and(|taken| taken >= most)) {
            return None;
        }
        for (whose, _) in wanted {
            *taken.entry(whose).or_default() += 1;
        }
        Some(Place { places: Arc::clone(self), address, visitor })
    }

    /// Connections open now.
    pub fn open(&self) -> u32 {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.get(&Whose::Everybody).copied().unwrap_or(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for whose in [Whose::Everybody, Whose::Address(self.address), Whose::Visitor(self.visitor)] {
            if let Some(count) = taken.get_mut(&whose) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(&whose);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use kernel::TestClock;
    use kernel::id;

    use super::*;

    fn address(text: &str) -> Address {
        Address::of(text.parse().unwrap())
    }

    #[test]
    fn who_is_too_fast_waits_and_nobody_else_does() {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let limits = Limits { messages_at_once: 3, messages_a_minute: 60, ..Limits::default() };
        let rates = Rates::new(&limits, Arc::new(clock.clone()));
        let (fast, calm) = (id::new(clock.now()), id::new(clock.now()));
        assert!((0..3).all(|_| rates.message(&fast).is_ok()));
        let wait = rates.message(&fast).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(rates.message(&calm).is_ok());
        rates.forget_quiet();
        assert!(rates.message(&fast).is_err(), "the quiet are forgotten, not the fast");
        clock.advance(SignedDuration::from_secs(1));
        assert!(rates.message(&fast).is_ok());
    }

    #[test]
    fn a_household_is_one_address() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }

    #[test]
    fn places_are_limited_by_visitor_address_and_node_and_come_back() {
        let limits =
            Limits { sockets: 4, sockets_per_address: 3, sockets_per_visitor: 2, ..Limits::default() };
        let places = Places::new(&limits);
        let visitor = || id::new::<ChatVisitor>(Timestamp::UNIX_EPOCH);
        let (ana, home) = (visitor(), address("192.0.2.1"));
        let first = places.take(home, ana).unwrap();
        let _second = places.take(home, ana).unwrap();
        assert!(places.take(address("192.0.2.9"), ana).is_none(), "the visitor has two");
        let _third = places.take(home, visitor()).unwrap();
        assert!(places.take(home, visitor()).is_none(), "the address has three");
        let _fourth = places.take(address("192.0.2.2"), visitor()).unwrap();
        assert!(places.take(address("192.0.2.3"), visitor()).is_none(), "the node has four");
        drop(first);
        assert_eq!(places.open(), 3);
        assert!(places.take(home, ana).is_some());
        assert_eq!(places.taken.lock().unwrap().len(), 1 + 2 + 3, "nobody is left behind");
    }
}
