//! Whatever is lost on the way, and whenever: each entry reaches the page once, in order.

use std::collections::{HashMap, VecDeque};

use chat::frames::{Closing, Frame, Key, Line, Standing};
use chat::session::{Session, Step};
use jiff::Timestamp;
use proptest::prelude::*;

/// Entries given back at a time; small, so that many loads take several.
const BATCH: usize = 3;

/// A conversation as the database keeps it: a key says its message once.
#[derive(Default)]
struct Kept {
    entries: u64,
    keys: HashMap<Key, u64>,
}

impl Kept {
    fn keep(&mut self, key: Key) -> (u64, bool) {
        if let Some(n) = self.keys.get(&key) {
            return (*n, true);
        }
        self.entries += 1;
        self.keys.insert(key, self.entries);
        (self.entries, false)
    }
}

/// A page: what it has, and what it said that nobody has acknowledged.
#[derive(Default)]
struct Page {
    have: u64,
    unsent: VecDeque<Key>,
    made: u64,
    acknowledged: Vec<(Key, u64)>,
}

impl Page {
    fn take(&mut self, frame: &Frame) {
        match frame {
            Frame::Entry(line) => {
                assert_eq!(line.n, self.have + 1, "an entry is missing or came twice");
                self.have = line.n;
            }
            Frame::Ack { key, n, .. } => {
                assert_eq!(self.unsent.front(), Some(key), "messages are acknowledged in their order");
                self.unsent.pop_front();
                self.acknowledged.push((key.clone(), *n));
            }
            _ => {}
        }
    }
}

/// One connection: the server's session and the frames on their way in both directions.
#[derive(Default)]
struct Line2 {
    session: Session,
    up: VecDeque<String>,
    down: VecDeque<Frame>,
    hung_up: bool,
}

fn hello(last: u64) -> String {
    format!(r#"{{"t":"hello","last":{last}}}"#)
}

fn say(key: &Key) -> String {
    format!(r#"{{"t":"say","key":"{key}","text":"hi"}}"#)
}

fn welcome(last: u64) -> Frame {
    let state = Standing::With { name: "Ana".into(), text: String::new() };
    Frame::Welcome { conversation: "C".into(), last, seen: 0, read: 0, state }
}

impl Line2 {
    fn dial(page: &Page) -> Self {
        let mut line = Self::default();
        line.up.push_back(hello(page.have));
        line.up.extend(page.unsent.iter().map(say));
        line
    }

    /// Does everything the session asks for, against what is kept.
    fn run(&mut self, steps: Vec<Step>, kept: &mut Kept) {
        let mut steps: VecDeque<Step> = steps.into();
        while let Some(step) = steps.pop_front() {
            let more = match step {
                Step::Greet => self.session.greeted(kept.entries, welcome(kept.entries)),
                Step::Load { after } => {
                    let upto = kept.entries.min(after + BATCH as u64);
                    let lines = (after + 1..=upto).map(|n| Line { n, shown: None }).collect();
                    self.session.loaded(lines, upto < kept.entries)
                }
                Step::Keep { key, .. } => {
                    let (n, repeated) = kept.keep(key.clone());
                    let at = Timestamp::UNIX_EPOCH;
                    self.down.push_back(Frame::Ack { key, n, at, time: String::new(), repeated });
                    self.session.woken().into_iter().collect()
                }
                Step::Send(frame) => {
                    self.down.push_back(frame);
                    Vec::new()
                }
                Step::Close(_) => {
                    self.hung_up = true;
                    Vec::new()
                }
                other => panic!("nobody asked for {other:?}"),
            };
            for step in more.into_iter().rev() {
                steps.push_front(step);
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Event {
    /// The page says something new.
    Say,
    /// Our side says something.
    Answer,
    /// The server takes a frame from the wire.
    Up,
    /// The page takes a frame from the wire.
    Down,
    /// The session is told that there may be news; also when there are none.
    Wake,
    /// The line breaks; frames on it are lost, and the page dials again.
    Break,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::Say),
        2 => Just(Event::Answer),
        6 => Just(Event::Up),
        6 => Just(Event::Down),
        3 => Just(Event::Wake),
        1 => Just(Event::Break),
    ];
    proptest::collection::vec(event, 0..200)
}

proptest! {
    #[test]
    fn nothing_is_lost_or_told_twice_whatever_breaks(events in events()) {
        let (mut kept, mut page) = (Kept::default(), Page::default());
        let mut line = Line2::dial(&page);
        for event in events {
            match event {
                Event::Say => {
                    page.made += 1;
                    let key = Key::parse(&format!("message-{}", page.made)).unwrap();
                    line.up.push_back(say(&key));
                    page.unsent.push_back(key);
                }
                Event::Answer => kept.entries += 1,
                Event::Up => {
                    if let Some(frame) = line.up.pop_front() {
                        let steps = line.session.hear(&frame);
                        line.run(steps, &mut kept);
                    }
                }
                Event::Down => {
                    if let Some(frame) = line.down.pop_front() {
                        page.take(&frame);
                    }
                }
                Event::Wake => {
                    let steps = line.session.woken().into_iter().collect();
                    line.run(steps, &mut kept);
                }
                Event::Break => line = Line2::dial(&page),
            }
            prop_assert!(!line.hung_up);
        }
        // In the end the line holds for a while.
        line = Line2::dial(&page);
        while let Some(frame) = line.up.pop_front() {
            let steps = line.session.hear(&frame);
            line.run(steps, &mut kept);
        }
        for frame in std::mem::take(&mut line.down) {
            page.take(&frame);
        }
        prop_assert_eq!(page.have, kept.entries);
        prop_assert!(page.unsent.is_empty());
        prop_assert_eq!(kept.keys.len() as u64, page.made, "each message is kept once");
        let mut order: Vec<u64> = (1..=page.made)
            .map(|n| kept.keys[&Key::parse(&format!("message-{n}")).unwrap()])
            .collect();
        let said = order.clone();
        order.sort_unstable();
        prop_assert_eq!(said, order, "in the order in which they were said");
        for (key, n) in page.acknowledged {
            prop_assert_eq!(kept.keys[&key], n);
        }
    }

    #[test]
    fn no_frame_upsets_a_session(frames in proptest::collection::vec(".{0,80}", 0..20)) {
        let mut session = Session::default();
        for frame in frames {
            for step in session.hear(&frame) {
                prop_assert!(matches!(step, Step::Refuse(..) | Step::Close(Closing::Malformed)));
            }
        }
    }
}

fn open(newest: u64, last: u64) -> Session {
    let mut session = Session::default();
    assert_eq!(session.hear(&hello(last)), [Step::Greet]);
    session.greeted(newest, welcome(newest));
    session
}

#[test]
fn a_number_that_was_never_given_out_is_refused_and_the_line_closed() {
    let mut session = Session::default();
    session.hear(&hello(8));
    let steps = session.greeted(7, welcome(7));
    let [Step::Refuse(refusal, None), Step::Close(Closing::UnknownNumber)] = &steps[..] else {
        panic!("{steps:?}")
    };
    assert_eq!(refusal.code(), "chat.unknown_number");
    assert!(session.hear(&hello(1)).is_empty(), "nothing is heard after it");
    assert!(session.woken().is_none());
}

#[test]
fn what_cannot_have_been_read_is_not_marked() {
    let mut session = open(3, 3);
    assert_eq!(session.hear(r#"{"t":"read","n":3}"#), [Step::MarkRead { n: 3 }]);
    let steps = session.hear(r#"{"t":"read","n":4}"#);
    assert!(matches!(&steps[..], [Step::Refuse(refusal, None)] if refusal.code() == "chat.unknown_number"));
}

#[test]
fn nothing_is_served_before_the_hello_and_a_second_one_is_no_way_back() {
    let mut session = Session::default();
    let refused =
        |steps: &[Step]| matches!(steps, [Step::Refuse(refusal, None)] if refusal.code() == "chat.malformed");
    assert!(refused(&session.hear(r#"{"t":"say","key":"0a1b2c3d","text":"hi"}"#)));
    assert_eq!(session.hear(&hello(0)), [Step::Greet]);
    session.greeted(5, welcome(5));
    session.loaded((1..=5).map(|n| Line { n, shown: None }).collect(), false);
    assert!(refused(&session.hear(&hello(0))));
    assert_eq!(session.sent(), 5);
}

#[test]
fn who_sends_rubbish_is_told_so_and_then_cut_off() {
    let mut session = open(0, 0);
    for _ in 0..4 {
        assert_eq!(session.hear("rubbish").len(), 1);
    }
    let steps = session.hear("rubbish");
    assert!(matches!(&steps[..], [Step::Refuse(..), Step::Close(Closing::Malformed)]), "{steps:?}");
}

#[test]
fn a_message_is_kept_as_it_is_meant_and_an_empty_or_endless_one_is_refused_by_its_key() {
    let mut session = open(0, 0);
    let say = |text: &str| serde_json::json!({"t": "say", "key": "0a1b2c3d", "text": text}).to_string();
    let key = Key::parse("0a1b2c3d").unwrap();
    let keep = |text: &str| [Step::Keep { key: key.clone(), text: text.to_owned() }];
    assert_eq!(session.hear(&say("  hello \u{0}there\r\n")), keep("hello there"));
    let longest = "ñ".repeat(4_000);
    assert_eq!(session.hear(&say(&longest)), keep(&longest));
    for (text, code) in [(" \n ".to_owned(), "chat.empty"), ("ñ".repeat(4_001), "chat.too_long")] {
        let steps = session.hear(&say(&text));
        let [Step::Refuse(refusal, Some(refused))] = &steps[..] else { panic!("{steps:?}") };
        assert_eq!((refusal.code(), refused), (code, &key));
    }
}

#[test]
fn stars_are_one_to_five() {
    let mut session = open(0, 0);
    let rate = |stars: u8| format!(r#"{{"t":"rate","stars":{stars},"comment":" ok "}}"#);
    assert_eq!(session.hear(&rate(5)), [Step::Rate { stars: 5, comment: "ok".into() }]);
    for stars in [0, 6] {
        assert!(matches!(&session.hear(&rate(stars))[..], [Step::Refuse(..)]), "{stars}");
    }
}
