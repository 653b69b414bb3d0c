//! What goes over the socket, as the README describes it: one JSON object a frame, named by `t`.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Bytes of one frame from a customer: a whole message of four-byte letters, and its wrapping.
pub const LARGEST_FRAME: usize = 20 * 1024;

/// A name the customer's page gives its own message, so that sending it again does not say it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Key(String);

impl Key {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 64;

    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&text.len());
        (plain && fits).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a key is 8 to 64 letters, digits, - or _")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A frame from the customer's page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum Heard {
    /// The first frame: the number of the last entry that the page has.
    Hello {
        last: u64,
    },
    Say {
        key: Key,
        text: String,
    },
    Typing,
    /// Everything up to `n` was seen by a person.
    Read {
        n: u64,
    },
    End,
    Rate {
        stars: u8,
        #[serde(default)]
        comment: String,
    },
    Ping,
}

/// Who said an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    You,
    Staff,
    /// A program that answers, such as an automatic reply.
    Program,
    /// What happened, told by the house.
    House,
}

/// A file that was sent along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    pub href: String,
    pub name: String,
    /// In the customer's words, such as "2 MB".
    pub size: String,
}

/// One entry of the conversation, as its customer may see it.
///
/// Notes among staff keep their number, so that none is missing, and carry nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub n: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub by: By,
    /// What staff are called towards customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub at: Timestamp,
    /// The time in the words of the customer's language and zone.
    pub time: String,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
    /// The customer's own key, by which their page knows its words again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Where the matter stands. `text` says it in the customer's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    Waiting {
        position: Option<u32>,
        minutes: Option<u32>,
        text: String,
    },
    /// Somebody of ours has it.
    With {
        name: String,
        text: String,
    },
    Closed {
        rated: bool,
        text: String,
    },
}

/// A frame to the customer's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Frame {
    /// Answers a hello. `last` is the newest number there is; `seen` what our side has read.
    Welcome {
        conversation: String,
        last: u64,
        seen: u64,
        read: u64,
        state: Standing,
    },
    Entry(Line),
    /// The message is kept. `repeated` when it was before.
    Ack {
        key: Key,
        n: u64,
        at: Timestamp,
        time: String,
        repeated: bool,
    },
    Typing,
    /// Our side has read everything up to `n`.
    Read {
        n: u64,
    },
    State {
        state: Standing,
    },
    Refused(Refused),
    Pong {
        last: u64,
    },
}

/// No, and what to do about it. `key` names the message that was not kept; `wait` the milliseconds after
/// which it may be sent again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub code: &'static str,
    pub text: String,
    pub remedy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// Why we end a connection, as a close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The node stops: another one answers at once.
    Stopping,
    TooLarge,
    /// Too much that is not a frame of this protocol.
    Malformed,
    /// No chat was started with this cookie, or it has lapsed.
    NoChat,
    /// No hello came in time.
    Silent,
    /// The page claims a number that was never given out.
    UnknownNumber,
    /// The conversation goes on in another one: begin anew.
    Moved,
    /// Too many connections.
    TooMany,
    /// Ours to put right.
    Fault,
}

impl Closing {
    pub const fn code(self) -> u16 {
        match self {
            Self::Stopping => 1012,
            Self::TooLarge => 1009,
            Self::Fault => 1011,
            Self::Malformed => 4400,
            Self::NoChat => 4401,
            Self::Silent => 4408,
            Self::UnknownNumber => 4409,
            Self::Moved => 4410,
            Self::TooMany => 4429,
        }
    }

    pub const fn reason(self) -> &'static str {
        match self {
            Self::Stopping => "restarting",
            Self::TooLarge => "frame too large",
            Self::Fault => "fault",
            Self::Malformed => "malformed frames",
            Self::NoChat => "no chat",
            Self::Silent => "no hello",
            Self::UnknownNumber => "unknown number",
            Self::Moved => "moved",
            Self::TooMany => "too many connections",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_as_documented() {
        let key = Key::parse("0a1b2c3d").unwrap();
        for (text, expected) in [
            (r#"{"t":"hello","last":0}"#, Heard::Hello { last: 0 }),
            (r#"{"t":"say","key":"0a1b2c3d","text":"hi"}"#, Heard::Say { key, text: "hi".into() }),
            (r#"{"t":"typing"}"#, Heard::Typing),
            (r#"{"t":"read","n":7}"#, Heard::Read { n: 7 }),
            (r#"{"t":"end"}"#, Heard::End),
            (r#"{"t":"rate","stars":5}"#, Heard::Rate { stars: 5, comment: String::new() }),
            (r#"{"t":"ping"}"#, Heard::Ping),
        ] {
            assert_eq!(serde_json::from_str::<Heard>(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_frame_is_not_read() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"t":"shout"}"#,
            r#"{"t":"hello"}"#,
            r#"{"t":"hello","last":-1}"#,
            r#"{"t":"hello","last":1.5}"#,
            r#"{"t":"hello","last":99999999999999999999}"#,
            r#"{"t":"say","key":"short","text":"x"}"#,
            r#"{"t":"say","key":"has spaces in it","text":"x"}"#,
            r#"{"t":"say","key":"0a1b2c3d","text":"x","by":"staff"}"#,
            r#"{"t":"rate","stars":-1}"#,
            r#"{"t":"hello","last":0"#,
        ] {
            assert!(serde_json::from_str::<Heard>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn frames_are_written_as_documented() {
        let at = Timestamp::UNIX_EPOCH;
        let key = Key::parse("0a1b2c3d").unwrap();
        let said = |frame: &Frame| serde_json::to_string(frame).unwrap();
        assert_eq!(
            said(&Frame::Ack { key, n: 3, at, time: "9:00 AM".into(), repeated: false }),
            r#"{"t":"ack","key":"0a1b2c3d","n":3,"at":"1970-01-01T00:00:00Z","time":"9:00 AM","repeated":false}"#
        );
        assert_eq!(said(&Frame::Entry(Line { n: 4, shown: None })), r#"{"t":"entry","n":4}"#);
        let state = Standing::With { name: "Ana".into(), text: "…".into() };
        assert_eq!(
            said(&Frame::State { state }),
            r#"{"t":"state","state":{"is":"with","name":"Ana","text":"…"}}"#
        );
        let refused = Refused { code: "chat.too_fast", wait: Some(900), ..Refused::default() };
        assert_eq!(
            said(&Frame::Refused(refused)),
            r#"{"t":"refused","code":"chat.too_fast","text":"","remedy":"","wait":900}"#
        );
    }
}
