//! The laws of the engine, for any centre and any day.

mod world;

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id;
use proptest::prelude::*;

use self::world::World;
use crate::engine::{Decision, Staff};
use crate::model::{Needs, Presence, State, Urgency};
use crate::{Agent, Membership, NewWork, Placement, PresenceRecord, Profile, Queue, QueueFile};

/// Three queues with everything that queues can have.
const QUEUES: &str = r#"
[[queue]]
id = "a"
name = { en = "A" }
unit = "u"
channels = ["chat", "phone", "email"]
sticky_for = 40
again_after = 50
overflow = [{ after = 30, to = "b" }, { after = 90, to = "c" }]

[[queue]]
id = "b"
name = { en = "B" }
unit = "u"
channels = ["chat", "phone", "email"]
strategy = "least_loaded"
wrap_up = 15
misses = 1
needs = { skills = { title = 2 } }

[[queue]]
id = "c"
name = { en = "C" }
unit = "u"
channels = ["chat", "phone", "email"]
return_after = 20
needs = { certificates = ["lending"] }
overflow = [{ after = 60, to = "a" }]
"#;

const CHANNELS: [ChannelKind; 3] = [ChannelKind::Chat, ChannelKind::Phone, ChannelKind::Email];

fn queues() -> Vec<Queue> {
    QueueFile::parse(QUEUES).unwrap().queues
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn urgency() -> impl Strategy<Value = Urgency> {
    prop::sample::select(Urgency::ALL)
}

fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![
        6 => Just(Presence::Available),
        1 => Just(Presence::Busy),
        1 => Just(Presence::Away),
        1 => Just(Presence::Offline),
    ]
}

fn needs() -> impl Strategy<Value = Needs> {
    let skills = prop::collection::btree_map("title|lease", 1..4u8, 0..2);
    let certificates = prop::collection::btree_set("lending|cards", 0..2);
    (skills, certificates).prop_map(|(skills, certificates)| Needs { skills, certificates })
}

fn profile() -> impl Strategy<Value = Profile> {
    let membership = prop_oneof![3 => Just(Urgency::Low), 1 => urgency()].prop_map(Membership::reserved_for);
    (
        prop::collection::btree_map("[abc]", membership, 0..4),
        prop::collection::btree_map("title|lease", 1..6u8, 0..3),
        prop::collection::btree_set(prop::sample::select(&["en", "es-MX", "es"][..]), 0..3),
        prop::collection::btree_set("lending|cards", 0..3),
    )
        .prop_map(|(queues, skills, languages, certificates)| Profile {
            queues: queues.into_iter().map(|(name, how)| (name.parse().unwrap(), how)).collect(),
            skills,
            languages: languages.into_iter().map(|tag| tag.parse().unwrap()).collect(),
            certificates,
            ..Profile::default()
        })
}

fn new_work() -> impl Strategy<Value = NewWork> {
    (
        "[abc]",
        prop::sample::select(&CHANNELS[..]),
        prop::option::of(prop::sample::select(&["en", "es", "en-US"][..])),
        needs(),
        urgency(),
        0..4u8,
        prop::option::weighted(0.1, 0..60i64),
    )
        .prop_map(|(queue, channel, language, needs, urgency, customer_need, later)| NewWork {
            subject: "cnv".into(),
            channel,
            placement: Placement {
                queue: queue.parse().unwrap(),
                language: language.map(|tag| tag.parse().unwrap()),
                needs,
                urgency,
                customer_need,
            },
            sticky: None,
            not_before: later.map(|seconds| start() + jiff::SignedDuration::from_secs(seconds)),
        })
}

/// Something that happens in a centre. Numbers choose among what there is at that moment.
#[derive(Debug, Clone)]
enum Happening {
    Arrives(NewWork, Option<usize>),
    Accepts(usize),
    Declines(usize),
    Finishes(usize),
    Releases(usize),
    Becomes(usize, Presence),
    Learns(usize, Profile),
    DeskLost(usize),
    TimePasses(i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let any = any::<usize>();
    prop_oneof![
        5 => (new_work(), prop::option::weighted(0.3, any)).prop_map(|(new, last)| Happening::Arrives(new, last)),
        4 => any.prop_map(Happening::Accepts),
        1 => any.prop_map(Happening::Declines),
        3 => any.prop_map(Happening::Finishes),
        1 => any.prop_map(Happening::Releases),
        1 => (any, presence()).prop_map(|(who, to)| Happening::Becomes(who, to)),
        1 => (any, profile()).prop_map(|(who, to)| Happening::Learns(who, to)),
        1 => any.prop_map(Happening::DeskLost),
        4 => (1..40i64).prop_map(Happening::TimePasses),
    ]
}

fn agent(number: i64, profile: Profile, chosen: Presence) -> Agent {
    let staff: Staff = id::new(start() + jiff::SignedDuration::from_secs(number));
    let presence = PresenceRecord { chosen, ..PresenceRecord::never(start()) };
    Agent { staff, profile, version: 1, presence }
}

fn one<T: Copy>(of: &[T], number: usize) -> Option<T> {
    of.get(number % of.len().max(1)).copied()
}

fn happen(world: &mut World, happening: Happening) {
    let people: Vec<Staff> = world.agents.keys().copied().collect();
    match happening {
        Happening::Arrives(new, last) => {
            let sticky = last.and_then(|number| one(&people, number));
            world.arrive(NewWork { sticky, ..new });
        }
        Happening::Accepts(number) => {
            if let Some(work) = one(&world.in_state(State::Offered), number) {
                world.accept(work);
            }
        }
        Happening::Declines(number) => {
            if let Some(work) = one(&world.in_state(State::Offered), number) {
                world.decline(work);
            }
        }
        Happening::Finishes(number) => {
            if let Some(work) = one(&world.in_state(State::Held), number) {
                world.finish(work);
            }
        }
        Happening::Releases(number) => {
            if let Some(work) = one(&world.in_state(State::Held), number) {
                world.release(work);
            }
        }
        Happening::Becomes(number, to) => {
            if let Some(staff) = one(&people, number) {
                let now = world.now;
                let record = &mut world.agents.get_mut(&staff).unwrap().presence;
                (record.chosen, record.since, record.gone_since, record.missed) = (to, now, None, 0);
                world.put_agent(staff);
            }
        }
        Happening::Learns(number, to) => {
            if let Some(staff) = one(&people, number) {
                world.agents.get_mut(&staff).unwrap().profile = to;
                world.put_agent(staff);
            }
        }
        Happening::DeskLost(number) => {
            if let Some(staff) = one(&people, number) {
                world.agents.get_mut(&staff).unwrap().presence.gone_since = Some(world.now);
                world.put_agent(staff);
            }
        }
        Happening::TimePasses(seconds) => world.pass_time(seconds),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// At each step the world checks: only what waits is offered, to who is there, has room, is fit in
    /// skill, language and certificate and urgent enough for, in order of rank, and nobody free is left
    /// without what they could take; and an engine told everything at once decides the very same.
    #[test]
    fn every_decision_keeps_the_laws(
        people in prop::collection::vec((profile(), presence()), 0..7),
        day in prop::collection::vec(happening(), 1..60),
    ) {
        let numbered = (0..).zip(people);
        let agents = numbered.map(|(number, (profile, chosen))| agent(number, profile, chosen)).collect();
        let mut world = World::new(queues(), agents, start());
        for happening in day {
            happen(&mut world, happening);
            world.decide();
            for (staff, agent) in &world.agents {
                let capacity = &agent.profile.capacity;
                let load = world.load(*staff);
                for channel in CHANNELS {
                    prop_assert!(load.of(channel) <= capacity.of(channel), "more than they have room for");
                }
            }
        }
    }

    /// Whoever waits long enough is before everybody who comes later, however urgent.
    #[test]
    fn nothing_starves(low in new_work(), other in new_work(), gap in 0..20_000i64) {
        let queue = &queues()[0];
        let worth = &queue.priority;
        let longest = i64::from(worth.urgent + 3 * worth.need - worth.low);
        let came = start() + jiff::SignedDuration::from_secs(gap);
        let (first, later) = (queue.rank(&low.placement, start()), queue.rank(&other.placement, came));
        if gap > longest {
            prop_assert!(first < later);
        }
        if (low.placement.urgency, low.placement.customer_need)
            == (other.placement.urgency, other.placement.customer_need)
        {
            prop_assert!(first <= later, "of the same priority, who came first is first");
        }
    }
}

/// One person who takes everything of queue a, and nothing but urgent work rushing in.
#[test]
fn a_low_matter_is_served_though_urgent_ones_never_end() {
    let profile: Profile = serde_json::from_str(r#"{"queues":{"a":{}},"languages":["en"]}"#).unwrap();
    let mut world = World::new(queues(), vec![agent(0, profile, Presence::Available)], start());
    let new = |urgency| NewWork {
        subject: "cnv".into(),
        channel: ChannelKind::Phone,
        placement: Placement { urgency, ..Placement::new("a".parse().unwrap()) },
        sticky: None,
        not_before: None,
    };
    let low = world.arrive(new(Urgency::Low));
    let mut minutes = 0;
    // Each minute one urgent matter comes in, and one is done.
    world.arrive(new(Urgency::Urgent));
    while world.work.contains_key(&low) {
        world.arrive(new(Urgency::Urgent));
        world.decide();
        for work in world.in_state(State::Offered) {
            world.accept(work);
        }
        world.pass_time(60);
        minutes += 1;
        assert!(minutes < 130, "it starves");
        for work in world.in_state(State::Held) {
            world.finish(work);
        }
    }
    assert!(minutes > 100, "urgent work goes first as long as it is worth it: {minutes}");
}

#[test]
fn the_reserved_team_takes_urgent_work_only_and_first() {
    let profile = |text: &str| serde_json::from_str::<Profile>(text).unwrap();
    let anybody = agent(0, profile(r#"{"queues":{"a":{}}}"#), Presence::Available);
    let reserved = agent(1, profile(r#"{"queues":{"a":{"takes_from":"urgent"}}}"#), Presence::Available);
    let (anybody_id, reserved_id) = (anybody.staff, reserved.staff);
    let mut world = World::new(queues(), vec![anybody, reserved], start());
    let new = |urgency| NewWork {
        subject: "cnv".into(),
        channel: ChannelKind::Phone,
        placement: Placement { urgency, ..Placement::new("a".parse().unwrap()) },
        sticky: None,
        not_before: None,
    };
    let offered = |decisions: Vec<Decision>| -> Vec<Staff> {
        let to = decisions.into_iter().filter_map(|decision| match decision {
            Decision::Offer { staff, .. } => Some(staff),
            _ => None,
        });
        to.collect()
    };
    world.arrive(new(Urgency::Urgent));
    assert_eq!(offered(world.decide()), [reserved_id]);
    world.arrive(new(Urgency::High));
    assert_eq!(offered(world.decide()), [anybody_id]);
    world.arrive(new(Urgency::High));
    assert_eq!(offered(world.decide()), []);
}

#[test]
fn longest_idle_and_least_loaded_ask_whose_turn_it_is() {
    let profile = |queue: &str| {
        serde_json::from_str::<Profile>(&format!(r#"{{"queues":{{"{queue}":{{}}}},"skills":{{"title":3}}}}"#))
            .unwrap()
    };
    let new = |queue: &str| NewWork {
        subject: "cnv".into(),
        channel: ChannelKind::Chat,
        placement: Placement::new(queue.parse().unwrap()),
        sticky: None,
        not_before: None,
    };
    for queue in ["a", "b"] {
        let people = vec![
            agent(0, profile(queue), Presence::Available),
            agent(1, profile(queue), Presence::Available),
        ];
        let mut world = World::new(queues(), people, start());
        let mut order = Vec::new();
        for _ in 0..6 {
            world.pass_time(1);
            world.arrive(new(queue));
            world.decide();
            let work = world.in_state(State::Offered)[0];
            order.push(world.work[&work].0.holder.unwrap());
            world.accept(work);
        }
        let (first, second) = (order[0], order[1]);
        assert_eq!(order, [first, second, first, second, first, second], "{queue}");
        // Who is rid of two chats is the least loaded; who gave back one last is the shortest idle.
        let done: Vec<_> = world
            .in_state(State::Held)
            .into_iter()
            .filter(|w| world.work[w].0.holder == Some(second))
            .take(2)
            .collect();
        for work in done {
            world.pass_time(1);
            world.finish(work);
        }
        let freed =
            world.in_state(State::Held).into_iter().find(|w| world.work[w].0.holder == Some(first)).unwrap();
        world.pass_time(60);
        world.decide();
        world.finish(freed);
        world.pass_time(60);
        world.decide();
        world.arrive(new(queue));
        world.decide();
        let work = world.in_state(State::Offered)[0];
        assert_eq!(world.work[&work].0.holder, Some(second), "{queue}: {order:?}");
    }
}

#[test]
fn work_is_kept_for_whoever_had_it_last_and_then_for_everybody() {
    let profile: Profile = serde_json::from_str(r#"{"queues":{"a":{}}}"#).unwrap();
    let last = agent(0, profile.clone(), Presence::Busy);
    let other = agent(1, profile, Presence::Available);
    let (last_id, other_id) = (last.staff, other.staff);
    let mut world = World::new(queues(), vec![last, other], start());
    let new = NewWork {
        subject: "cnv".into(),
        channel: ChannelKind::Chat,
        placement: Placement::new("a".parse().unwrap()),
        sticky: Some(last_id),
        not_before: None,
    };
    let work = world.arrive(new.clone());
    assert!(world.decide().is_empty(), "whoever had it last is there, only busy");
    world.pass_time(41);
    assert!(
        matches!(world.decide()[..], [Decision::Overflow { .. }, Decision::Offer { staff, .. }] if staff == other_id)
    );
    world.accept(work);
    world.arrive(new);
    world.decide();
    world.agents.get_mut(&last_id).unwrap().presence.chosen = Presence::Offline;
    world.put_agent(last_id);
    assert!(
        matches!(world.decide()[..], [Decision::Offer { staff, .. }] if staff == other_id),
        "whoever had it last has gone home"
    );
}
