//! How long routing thinks: decisions among 10,000 representatives while 50,000 customers wait.
//!
//! A decision is timed with everything around it that the engine does: it is told that work ended, who is
//! free since then, and, after deciding, that the offer was accepted.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use directory::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Id, StaffMember};
use routing::engine::{Decision, Engine, Passes, Snapshot};
use routing::{
    Agent, Membership, Needs, NewWork, Placement, Presence, PresenceRecord, Profile, Queue, QueueFile,
    Urgency, Work,
};

const REPRESENTATIVES: usize = 10_000;
const WAITING: usize = 50_000;
const QUEUES: usize = 50;
const DECISIONS: usize = 1_000;
const ROUNDS: usize = 20;
const SKILLS: [&str; 6] = ["title", "lease", "fraud", "disputes", "floorplan", "rewards"];
const CERTIFICATES: [&str; 3] = ["lending", "cards", "insurance"];

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

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Half of the queues go by load; each overflows to the next after a minute.
fn queues() -> Vec<Queue> {
    let one = |number| {
        let strategy = if number % 2 == 0 { "longest_idle" } else { "least_loaded" };
        let next = (number + 1) % QUEUES;
        format!(
            "[[queue]]\nid = \"q{number}\"\nname = {{ en = \"Queue\" }}\nunit = \"u\"\n\
             channels = [\"chat\", \"phone\", \"email\"]\nstrategy = \"{strategy}\"\nsticky_for = 30\n\
             overflow = [{{ after = 60, to = \"q{next}\" }}]\n"
        )
    };
    let text: Vec<String> = (0..QUEUES).map(one).collect();
    QueueFile::parse(&text.concat()).unwrap().queues
}

/// Serves four queues, speaks English and one in four Spanish, has three skills and a certificate or two.
fn representative(chance: &mut Chance, now: Timestamp) -> Agent {
    let mut profile = Profile::default();
    for _ in 0..4 {
        let queue = format!("q{}", chance.below(QUEUES)).parse().unwrap();
        let reserved = if chance.percent(3) { Urgency::Urgent } else { Urgency::Low };
        profile.queues.insert(queue, Membership::reserved_for(reserved));
    }
    for _ in 0..3 {
        profile.skills.insert(SKILLS[chance.below(SKILLS.len())].into(), 1 + chance.below(5) as u8);
    }
    for _ in 0..2 {
        profile.certificates.insert(CERTIFICATES[chance.below(CERTIFICATES.len())].into());
    }
    profile.languages.insert("en".parse().unwrap());
    if chance.percent(25) {
        profile.languages.insert("es".parse().unwrap());
    }
    let presence = PresenceRecord { chosen: Presence::Available, ..PresenceRecord::never(now) };
    Agent { staff: id::new(now), profile, version: 1, presence }
}

fn customer(chance: &mut Chance) -> NewWork {
    let mut needs = Needs::default();
    if chance.percent(50) {
        needs.skills.insert(SKILLS[chance.below(SKILLS.len())].into(), 1 + chance.below(3) as u8);
    }
    if chance.percent(20) {
        needs.certificates.insert(CERTIFICATES[chance.below(CERTIFICATES.len())].into());
    }
    let urgency = match chance.below(100) {
        0..10 => Urgency::Low,
        10..80 => Urgency::Normal,
        80..95 => Urgency::High,
        _ => Urgency::Urgent,
    };
    NewWork {
        subject: "customer".into(),
        channel: if chance.percent(80) { ChannelKind::Chat } else { ChannelKind::Email },
        placement: Placement {
            queue: format!("q{}", chance.below(QUEUES)).parse().unwrap(),
            language: Some(if chance.percent(15) { "es" } else { "en" }.parse().unwrap()),
            needs,
            urgency,
            customer_need: if chance.percent(10) { 2 } else { 0 },
        },
        sticky: None,
        not_before: None,
    }
}

struct Centre {
    chance: Chance,
    now: Timestamp,
    queues: BTreeMap<String, Queue>,
    engine: Engine,
    /// What is held, oldest first, as customers leave.
    held: VecDeque<(Work, Id<StaffMember>)>,
    waiting: BTreeMap<String, Work>,
}

impl Centre {
    /// Everybody has their hands full, and 50,000 more wait.
    fn full() -> Self {
        let mut chance = Chance(7);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let agents: Vec<Agent> = (0..REPRESENTATIVES).map(|_| representative(&mut chance, now)).collect();
        let mut centre = Self {
            chance,
            now,
            queues: queues().into_iter().map(|queue| (queue.id.to_string(), queue)).collect(),
            engine: Engine::from(Snapshot { queues: queues(), agents, work: Vec::new() }),
            held: VecDeque::new(),
            waiting: BTreeMap::new(),
        };
        while centre.waiting.len() < WAITING {
            centre.arrive();
            centre.pass(SignedDuration::from_millis(2));
            centre.decide();
        }
        println!("{} in hands, {} waiting", centre.held.len(), centre.waiting.len());
        centre
    }

    fn pass(&mut self, time: SignedDuration) {
        self.now = self.now.checked_add(time).unwrap();
    }

    fn arrive(&mut self) {
        let new = customer(&mut self.chance);
        let queue = &self.queues[new.placement.queue.as_str()];
        let work = Work::new(&new, queue, self.now);
        self.engine.put_work(&work, &Passes::new());
        self.waiting.insert(work.id.to_string(), work);
    }

    /// Decides and lets offers be accepted. Returns how many were made, and the time of the engine alone.
    fn decide(&mut self) -> (usize, Duration) {
        let began = Instant::now();
        let decisions = self.engine.decide(self.now, usize::MAX);
        let mut thinking = began.elapsed();
        let mut offers = 0;
        for decision in decisions {
            let Decision::Offer { work, staff, until } = decision else { continue };
            let waiting = self.waiting.remove(&work.to_string()).unwrap();
            let offer = id::new(self.now);
            let offered = waiting.offered(staff, offer, until).unwrap();
            let held = offered.accepted(staff, offer, self.now).unwrap();
            let began = Instant::now();
            self.engine.put_work(&held, &Passes::new());
            thinking += began.elapsed();
            self.held.push_back((held, staff));
            offers += 1;
        }
        (offers, thinking)
    }

    /// Somebody is done with something: whatever is next for them is offered.
    fn finish(&mut self) -> (usize, Duration) {
        let (done, staff) = self.held.pop_front().unwrap();
        let began = Instant::now();
        self.engine.remove_work(&done.id);
        self.engine.touch(staff, self.now);
        let thinking = began.elapsed();
        let (offers, more) = self.decide();
        (offers, thinking + more)
    }
}

fn report(what: &str, mut times: Vec<Duration>, rounds: &[Duration]) {
    times.sort();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let mean = micros(times.iter().sum::<Duration>()) / times.len() as f64;
    let slowest = rounds.iter().max().copied().unwrap_or_default();
    println!(
        "{what}: mean {mean:.1} µs, p50 {:.1} µs, p99 {:.1} µs, slowest {:.1} µs; {DECISIONS} in {:.1} ms at worst",
        micros(times[times.len() / 2]),
        micros(times[times.len() * 99 / 100]),
        micros(times[times.len() - 1]),
        micros(slowest) / 1e3,
    );
}

fn main() {
    let mut centre = Centre::full();
    // An hour has gone by: everything that waits may be taken by two queues' people.
    centre.pass(SignedDuration::from_secs(61));
    let began = Instant::now();
    let overflowed = centre.engine.decide(centre.now, usize::MAX).len();
    println!(
        "{overflowed} decided at once when everything overflows: {:.0} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
    let (mut times, mut rounds) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut round = Duration::ZERO;
        let mut made = 0;
        while made < DECISIONS {
            centre.pass(SignedDuration::from_millis(2));
            let (offers, time) = centre.finish();
            made += offers;
            round += time;
            times.push(time);
        }
        rounds.push(round);
        while centre.waiting.len() < WAITING {
            centre.arrive();
            centre.decide();
        }
    }
    report("somebody is free, the next is offered", times, &rounds);

    // Many are free and nobody waits: a customer comes.
    let mut quiet = Centre::full();
    for id in std::mem::take(&mut quiet.waiting).into_values().map(|work| work.id) {
        quiet.engine.remove_work(&id);
    }
    for _ in 0..quiet.held.len() / 2 {
        quiet.finish();
    }
    let (mut times, mut rounds) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut round = Duration::ZERO;
        for _ in 0..DECISIONS {
            quiet.pass(SignedDuration::from_millis(2));
            let began = Instant::now();
            quiet.arrive();
            let arriving = began.elapsed();
            let (_, time) = quiet.decide();
            round += arriving + time;
            times.push(arriving + time);
            quiet.finish();
        }
        rounds.push(round);
    }
    report("a customer comes, somebody free is asked", times, &rounds);

    let work: Vec<(Work, Passes)> = centre
        .waiting
        .into_values()
        .chain(centre.held.into_iter().map(|(work, _)| work))
        .map(|w| (w, Passes::new()))
        .collect();
    let mut chance = Chance(7);
    let agents = (0..REPRESENTATIVES).map(|_| representative(&mut chance, centre.now)).collect();
    let snapshot = Snapshot { queues: queues(), agents, work };
    let count = snapshot.work.len();
    let began = Instant::now();
    let mut engine = Engine::from(snapshot);
    engine.decide(centre.now, 0);
    println!("taking over with {count} pieces of work: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
}
