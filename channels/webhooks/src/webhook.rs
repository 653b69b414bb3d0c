//! A webhook: an address, and what it wants to be told.

use jiff::Timestamp;
use kernel::id::{Id, Webhook as Kind};
use kernel::{Refusal, Result};
use url::Url;

use crate::Settings;
use crate::address;

const LONGEST_NAME: usize = 60;
const LONGEST_ADDRESS: usize = 2_000;
const MOST_PATTERNS: usize = 50;
const LONGEST_PATTERN: usize = 64;

/// Whether a webhook is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    On,
    /// Somebody switched it off. What happens meanwhile is not kept for it.
    Off,
    /// Nothing was taken for so long that it was given up. What happens is kept for it until it is
    /// switched on again, within the time that deliveries are kept.
    Failed,
}

impl State {
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An address that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: Id<Kind>,
    pub name: String,
    pub url: Url,
    /// Kinds of events: `conversations.closed`, or `conversations.*` for all of an area.
    pub events: Vec<String>,
    pub state: State,
    /// Since when nothing was taken.
    pub failing_since: Option<Timestamp>,
    /// Counts changes. A command that names another one comes too late.
    pub version: i64,
    pub made_at: Timestamp,
}

impl Webhook {
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.events.iter().any(|pattern| fits(pattern, kind))
    }
}

fn fits(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(area) => kind.starts_with(area),
        None => pattern == kind,
    }
}

/// A webhook about to be made.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub name: String,
    pub url: String,
    pub events: Vec<String>,
}

/// One change of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Name(String),
    Url(String),
    Events(Vec<String>),
    /// Switching on sends what was kept.
    On,
    Off,
}

pub(crate) fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refusal::new("webhooks.name_malformed").with("longest", LONGEST_NAME));
    }
    Ok(name.to_owned())
}

pub(crate) fn checked_url(text: &str, settings: &Settings) -> Result<Url, Refusal> {
    let malformed = || Refusal::new("webhooks.url_malformed");
    if text.len() > LONGEST_ADDRESS {
        return Err(malformed());
    }
    let url: Url = text.trim().parse().map_err(|_| malformed())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !plain || url.host().is_none() || !matches!(url.scheme(), "https" | "http") {
        return Err(malformed());
    }
    if url.scheme() == "http" && !settings.private_receivers {
        return Err(Refusal::new("webhooks.url_in_the_clear"));
    }
    if !settings.private_receivers && !address::may_be_named(&url) {
        return Err(Refusal::new("webhooks.url_private"));
    }
    Ok(url)
}

pub(crate) fn checked_events(events: &[String]) -> Result<Vec<String>, Refusal> {
    let good = |pattern: &String| {
        let Some((area, what)) = pattern.split_once('.') else { return false };
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        pattern.len() <= LONGEST_PATTERN && word(area) && (what == "*" || word(what))
    };
    let mut events: Vec<String> = events.iter().map(|pattern| pattern.trim().to_owned()).collect();
    events.sort_unstable();
    events.dedup();
    if events.is_empty() || events.len() > MOST_PATTERNS || !events.iter().all(good) {
        return Err(Refusal::new("webhooks.events_malformed").with("most", MOST_PATTERNS));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_kind_or_a_whole_area() {
        assert!(fits("conversations.closed", "conversations.closed"));
        assert!(!fits("conversations.closed", "conversations.closed_again"));
        assert!(fits("conversations.*", "conversations.opened"));
        assert!(!fits("conversations.*", "customers.changed"));
        let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(checked_events(&strings(&["b.c", " a.* ", "b.c"])).unwrap(), ["a.*", "b.c"]);
        for wrong in [&[][..], &["*"], &["*.*"], &["conversations"], &["a b.c"], &["A.b"], &["a.b*"], &["a."]]
        {
            assert!(checked_events(&strings(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_is_public_and_encrypted_and_carries_no_secrets() {
        let code = |url: &str| {
            checked_url(url, &Settings::default())
                .map_err(|refusal| refusal.code())
                .map(|url| url.to_string())
        };
        assert_eq!(code(" https://hooks.example.com/in?x=1").unwrap(), "https://hooks.example.com/in?x=1");
        for wrong in
            ["", "hooks.example.com", "ftp://a.example", "https://u:p@a.example", "https://a.example/#x"]
        {
            assert_eq!(code(wrong), Err("webhooks.url_malformed"), "{wrong}");
        }
        assert_eq!(code("http://a.example"), Err("webhooks.url_in_the_clear"));
        for inside in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://10.1.2.3",
            "https://169.254.169.254/latest",
            "https://localhost:9000",
            "https://[::ffff:192.168.0.1]/",
            "https://2130706433/",
            "https://0x7f.1/",
        ] {
            assert_eq!(code(inside), Err("webhooks.url_private"), "{inside}");
        }
        let settings = Settings { private_receivers: true, ..Settings::default() };
        assert!(checked_url("http://127.0.0.1:9000/x", &settings).is_ok());
    }
}
