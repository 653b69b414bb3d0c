//! One connection's share of the protocol, without a socket, a clock or a database: frames and news go in,
//! steps to take come out. What it guards: every entry goes out once, in order, without a gap, from the
//! number on that the page says it has.

use kernel::Refusal;

use crate::frames::{Closing, Frame, Heard, Key, Line};
use crate::text::{self, LONGEST_MESSAGE};

/// Malformed frames before we hang up: a page of ours never sends one.
const STRIKES: u8 = 5;

/// What to do next, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Read how many entries there are and where the matter stands, then call [`Session::greeted`].
    Greet,
    /// Read entries after this number, then call [`Session::loaded`].
    Load {
        after: u64,
    },
    /// Keep the message, then tell the page it is kept.
    Keep {
        key: Key,
        text: String,
    },
    TellTyping,
    MarkRead {
        n: u64,
    },
    End,
    Rate {
        stars: u8,
        comment: String,
    },
    Send(Frame),
    /// Say no, in the reader's words, about this message or in general.
    Refuse(Refusal, Option<Key>),
    Close(Closing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was said yet.
    New,
    /// The page has said what it has, and we look up whether that can be.
    Claimed(u64),
    Open,
    Closed,
}

/// The state of one connection; a few bytes, because there are many.
#[derive(Debug)]
pub struct Session {
    stage: Stage,
    /// The last number that the page has, or that is on its way to it.
    sent: u64,
    strikes: u8,
}

impl Default for Session {
    fn default() -> Self {
        Self { stage: Stage::New, sent: 0, strikes: 0 }
    }
}

impl Session {
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    pub fn is_new(&self) -> bool {
        self.stage == Stage::New
    }

    /// The last number sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// A text frame came.
    pub fn hear(&mut self, frame: &str) -> Vec<Step> {
        if self.stage == Stage::Closed {
            return Vec::new();
        }
        match serde_json::from_str(frame) {
            Ok(heard) => self.act(heard),
            Err(_) => self.strike(),
        }
    }

    /// Something came that cannot be a frame of ours.
    pub fn strike(&mut self) -> Vec<Step> {
        self.strikes = self.strikes.saturating_add(1);
        let refuse = Step::Refuse(Refusal::new("chat.malformed"), None);
        if self.strikes < STRIKES {
            return vec![refuse];
        }
        vec![refuse, self.close(Closing::Malformed)]
    }

    fn act(&mut self, heard: Heard) -> Vec<Step> {
        match (self.stage, heard) {
            (Stage::New, Heard::Hello { last }) => {
                self.stage = Stage::Claimed(last);
                vec![Step::Greet]
            }
            // Whatever else comes first, or a second hello, is not our page.
            (Stage::Open, Heard::Hello { .. }) | (Stage::New | Stage::Claimed(_), _) => self.strike(),
            (Stage::Open, heard) => self.serve(heard),
            (Stage::Closed, _) => Vec::new(),
        }
    }

    fn serve(&mut self, heard: Heard) -> Vec<Step> {
        match heard {
            Heard::Hello { .. } => self.strike(),
            Heard::Say { key, text } => vec![say(key, &text)],
            Heard::Typing => vec![Step::TellTyping],
            Heard::Read { n } if n > self.sent => {
                vec![Step::Refuse(Refusal::new("chat.unknown_number").with("number", n), None)]
            }
            Heard::Read { n } => vec![Step::MarkRead { n }],
            Heard::End => vec![Step::End],
            Heard::Rate { stars: stars @ 1..=5, comment } => {
                vec![Step::Rate { stars, comment: text::message(&comment) }]
            }
            Heard::Rate { .. } => vec![Step::Refuse(Refusal::new("chat.malformed"), None)],
            Heard::Ping => vec![Step::Send(Frame::Pong { last: self.sent })],
        }
    }

    /// What [`Step::Greet`] found: the newest number there is. `welcome` is sent when the claim can be.
    pub fn greeted(&mut self, newest: u64, welcome: Frame) -> Vec<Step> {
        let Stage::Claimed(claimed) = self.stage else { return Vec::new() };
        if claimed > newest {
            let refusal = Refusal::new("chat.unknown_number").with("number", claimed);
            return vec![Step::Refuse(refusal, None), self.close(Closing::UnknownNumber)];
        }
        self.stage = Stage::Open;
        self.sent = claimed;
        let mut steps = vec![Step::Send(welcome)];
        if newest > claimed {
            steps.push(Step::Load { after: claimed });
        }
        steps
    }

    /// There may be something new.
    pub fn woken(&self) -> Option<Step> {
        self.is_open().then_some(Step::Load { after: self.sent })
    }

    /// What [`Step::Load`] found, in order. `more` when there is more than was asked for.
    pub fn loaded(&mut self, lines: Vec<Line>, more: bool) -> Vec<Step> {
        if !self.is_open() {
            return Vec::new();
        }
        let mut steps = Vec::with_capacity(lines.len() + 1);
        for line in lines {
            // What was sent is not sent again; what does not follow on waits for what is between.
            if line.n == self.sent + 1 {
                self.sent = line.n;
                steps.push(Step::Send(Frame::Entry(line)));
            }
        }
        if more && !steps.is_empty() {
            steps.push(Step::Load { after: self.sent });
        }
        steps
    }

    pub fn close(&mut self, why: Closing) -> Step {
        self.stage = Stage::Closed;
        Step::Close(why)
    }
}

fn say(key: Key, words: &str) -> Step {
    let text = text::message(words);
    let letters = text.chars().count();
    if letters == 0 {
        return Step::Refuse(Refusal::new("chat.empty"), Some(key));
    }
    if letters > LONGEST_MESSAGE {
        let refusal = Refusal::new("chat.too_long").with("letters", letters).with("most", LONGEST_MESSAGE);
        return Step::Refuse(refusal, Some(key));
    }
    Step::Keep { key, text }
}
