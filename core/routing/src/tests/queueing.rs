//! A day of random calls through the very engine that routes real ones, against Erlang's formula.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use directory::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{Id, Offer};
use uuid::Uuid;

use crate::engine::{Decision, Engine, Passes, Staff, WorkId};
use crate::model::{Presence, Urgency};
use crate::{
    Agent, Ahead, Crew, NewWork, Placement, PresenceRecord, Profile, QueueFile, Work, erlang, expected_wait,
};

const QUEUE: &str = r#"
[[queue]]
id = "calls"
name = { en = "Calls" }
unit = "u"
channels = ["phone"]
"#;

/// Numbers that look random and are the same each time (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Microseconds, exponential around a mean in seconds.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    fn exponential(&mut self, mean: f64) -> i64 {
        let unit = ((self.next() >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
        (-unit.ln() * mean * 1e6).round() as i64
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Call,
    HangsUp(WorkId),
}

/// Calls at random to people who answer at once; keeps no more than the engine does.
struct Centre {
    chance: Chance,
    engine: Engine,
    now: i64,
    happens: BinaryHeap<Reverse<(i64, Next)>>,
    calls: HashMap<WorkId, Work>,
    waits: Vec<i64>,
    /// What those who came were told.
    told: Vec<i64>,
    servers: u32,
    service: f64,
    urgent_share: u64,
    urgent_waits: Vec<i64>,
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

impl Centre {
    fn new(seed: u64, servers: u32, service: f64) -> Self {
        let mut chance = Chance(seed);
        let mut engine = Engine::new(QueueFile::parse(QUEUE).unwrap().queues);
        let profile: Profile = serde_json::from_str(r#"{"queues":{"calls":{}}}"#).unwrap();
        for _ in 0..servers {
            let staff: Staff = Id::from_uuid(chance.uuid());
            let presence = PresenceRecord { chosen: Presence::Available, ..PresenceRecord::never(at(0)) };
            engine.put_agent(&Agent { staff, profile: profile.clone(), version: 1, presence });
        }
        Self {
            chance,
            engine,
            now: 0,
            happens: BinaryHeap::new(),
            calls: HashMap::new(),
            waits: Vec::new(),
            told: Vec::new(),
            servers,
            service,
            urgent_share: 0,
            urgent_waits: Vec::new(),
        }
    }

    /// Lets so many calls come, on average one in `between` seconds.
    fn run(&mut self, calls: usize, between: f64) {
        let queue = QueueFile::parse(QUEUE).unwrap().queues.remove(0);
        let mut new = NewWork {
            subject: "call".into(),
            channel: ChannelKind::Phone,
            placement: Placement::new("calls".parse().unwrap()),
            sticky: None,
            not_before: None,
        };
        self.happens.push(Reverse((0, Next::Call)));
        let mut to_come = calls;
        while let Some(Reverse((moment, next))) = self.happens.pop() {
            self.now = moment;
            match next {
                Next::Call => {
                    self.tell();
                    let urgent = self.chance.next() % 100 < self.urgent_share;
                    new.placement.urgency = if urgent { Urgency::Urgent } else { Urgency::Normal };
                    let id: WorkId = Id::from_uuid(self.chance.uuid());
                    let work = Work { id, ..Work::new(&new, &queue, at(moment)) };
                    self.engine.put_work(&work, &Passes::new());
                    self.calls.insert(id, work);
                    to_come -= 1;
                    if to_come > 0 {
                        let gap = self.chance.exponential(between);
                        self.happens.push(Reverse((moment + gap, Next::Call)));
                    }
                }
                Next::HangsUp(id) => {
                    let staff = self.calls.remove(&id).unwrap().holder.unwrap();
                    self.engine.remove_work(&id);
                    self.engine.touch(staff, at(moment));
                }
            }
            self.decide();
        }
    }

    /// Tells whoever comes now how long they will wait.
    fn tell(&mut self) {
        let in_hands = self.calls.values().filter(|call| call.holder.is_some()).count();
        let waiting = u32::try_from(self.calls.len() - in_hands).unwrap();
        let free = self.servers - u32::try_from(in_hands).unwrap();
        let (slots, ahead) = (self.servers, Ahead { all: waiting, same_language: waiting });
        let crew = Crew { slots, free, speaking: slots, speaking_free: free };
        let handling = SignedDuration::from_secs_f64(self.service);
        let told = expected_wait(ahead, crew, handling).unwrap();
        self.told.push(i64::try_from(told.as_micros()).unwrap());
    }

    fn decide(&mut self) {
        for decision in self.engine.decide(at(self.now), usize::MAX) {
            let Decision::Offer { work, staff, until } = decision else { panic!("{decision:?}") };
            let call = self.calls.remove(&work).unwrap();
            let wait = self.now - call.waiting_since.as_microsecond();
            if call.placement.urgency == Urgency::Urgent { &mut self.urgent_waits } else { &mut self.waits }
                .push(wait);
            let offer: Id<Offer> = Id::from_uuid(self.chance.uuid());
            let held =
                call.offered(staff, offer, until).unwrap().accepted(staff, offer, at(self.now)).unwrap();
            self.engine.put_work(&held, &Passes::new());
            self.calls.insert(work, held);
            let hangs_up = self.now + self.chance.exponential(self.service);
            self.happens.push(Reverse((hangs_up, Next::HangsUp(work))));
        }
    }
}

#[allow(clippy::cast_precision_loss)]
fn mean_seconds(waits: &[i64]) -> f64 {
    waits.iter().sum::<i64>() as f64 / waits.len() as f64 / 1e6
}

#[test]
fn the_mean_wait_agrees_with_erlang_c_within_three_per_cent() {
    const SERVICE: f64 = 180.0;
    for (seed, servers, load, calls) in [(1, 3, 1.8, 600_000), (2, 10, 7.0, 600_000)] {
        let mut centre = Centre::new(seed, servers, SERVICE);
        centre.run(calls, SERVICE / load);
        assert_eq!(centre.waits.len(), calls, "every call was answered once");
        let expected = erlang::mean_wait(servers, load, SERVICE).unwrap();
        let found = mean_seconds(&centre.waits);
        let off = (found / expected - 1.0).abs();
        println!("{servers} servers, {load} erlang: {found:.2} s, by the formula {expected:.2} s");
        assert!(off < 0.03, "{servers} servers: {found} s instead of {expected} s");

        #[allow(clippy::cast_precision_loss)]
        let had_to_wait = centre.waits.iter().filter(|wait| **wait > 0).count() as f64 / calls as f64;
        let probability = erlang::waiting_probability(servers, load);
        assert!((had_to_wait / probability - 1.0).abs() < 0.03, "{had_to_wait} instead of {probability}");
    }
}

#[test]
fn what_customers_are_told_is_right_on_the_average() {
    let mut centre = Centre::new(3, 8, 180.0);
    centre.run(200_000, 180.0 / 6.5);
    let (told, found) = (mean_seconds(&centre.told), mean_seconds(&centre.waits));
    assert!((told / found - 1.0).abs() < 0.02, "told {told} s, waited {found} s");
}

#[test]
fn urgent_calls_wait_less_and_the_day_is_the_same_each_time() {
    let day = || {
        let mut centre = Centre::new(7, 5, 180.0);
        centre.urgent_share = 20;
        centre.run(20_000, 180.0 / 4.6);
        (centre.waits, centre.urgent_waits)
    };
    let (waits, urgent) = day();
    assert!(mean_seconds(&urgent) < mean_seconds(&waits) / 3.0);
    assert_eq!(day(), (waits, urgent));
}
