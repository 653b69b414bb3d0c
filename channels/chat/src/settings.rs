//! What the chat is told once: who may show it, and how much of anything it takes.

use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Refusal, Result};
use serde::Deserialize;
use url::Url;
use vault::Secret;

/// Bytes below which a secret could be guessed.
const SHORTEST_SECRET: usize = 32;

/// How the chat is set up. Everything but the hosts has a default.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where people reach us, as hosts name us in the tokens they sign: `https://help.example`.
    pub origin: String,
    /// Over TLS cookies are locked to it.
    pub secure: bool,
    /// Web sites that may show the widget.
    pub hosts: Vec<Host>,
    pub limits: Limits,
    /// Reverse proxies of our own in front; without them `X-Forwarded-For` is not believed.
    pub proxies: usize,
    /// Where phone numbers without a country code are from, as two letters.
    pub region: String,
}

/// A web site whose pages may show the widget.
#[derive(Debug, Clone)]
pub struct Host {
    /// `https://www.example.com`: scheme, name and port, and nothing else.
    origin: String,
    /// Shared with the site, which signs with it who its customer is. Without one it may only show the chat.
    secret: Option<Secret<Vec<u8>>>,
}

impl Host {
    pub fn new(origin: &str, secret: Option<Secret<Vec<u8>>>) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("chat.host_malformed").with("host", origin);
        let url: Url = origin.parse().map_err(|_| malformed())?;
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(malformed());
        }
        if secret.as_ref().is_some_and(|secret| secret.expose().len() < SHORTEST_SECRET) {
            let least = SHORTEST_SECRET;
            return Err(Refusal::new("chat.host_secret_short").with("host", origin).with("least", least));
        }
        Ok(Self { origin: url.origin().ascii_serialization(), secret })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn secret(&self) -> Option<&Secret<Vec<u8>>> {
        self.secret.as_ref()
    }
}

impl Settings {
    /// Who may show the chat in a frame, as `frame-ancestors` has it.
    pub fn ancestors(&self) -> String {
        let hosts = self.hosts.iter().map(Host::origin);
        std::iter::once("'self'").chain(hosts).collect::<Vec<_>>().join(" ")
    }
}

/// How much of anything the chat takes from one visitor or address, and in all.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections of this node.
    pub sockets: u32,
    pub sockets_per_address: u32,
    pub sockets_per_visitor: u32,
    /// Messages that a visitor may send at once, and then a minute.
    pub messages_at_once: u32,
    pub messages_a_minute: u32,
    /// Frames of any kind; faster ones are read later.
    pub frames_at_once: u32,
    pub frames_a_minute: u32,
    /// Chats begun, and hosts' tokens handed in, from one address.
    pub starts_at_once: u32,
    pub starts_a_minute: u32,
    /// Connections made from one address.
    pub dials_at_once: u32,
    pub dials_a_minute: u32,
    /// Files from one visitor.
    pub files_at_once: u32,
    pub files_a_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sockets: 60_000,
            sockets_per_address: 400,
            sockets_per_visitor: 8,
            messages_at_once: 20,
            messages_a_minute: 60,
            frames_at_once: 120,
            frames_a_minute: 1_200,
            starts_at_once: 20,
            starts_a_minute: 10,
            dials_at_once: 400,
            dials_a_minute: 600,
            files_at_once: 10,
            files_a_minute: 10,
        }
    }
}

/// A visitor who was not seen for so long starts anew: the next person at a shared machine must not read on.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How often "seen" is written down.
pub(crate) const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// How long a new connection may take to say hello.
pub(crate) const HELLO_PATIENCE: Duration = Duration::from_secs(10);
/// Connections are asked for a sign of life this often; proxies cut what is silent for a minute.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(45);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_origin_and_nothing_else() {
        let origin = |text: &str| Host::new(text, None).map(|host| host.origin().to_owned());
        assert_eq!(origin("https://www.example.com").unwrap(), "https://www.example.com");
        assert_eq!(origin("https://Www.Example.com:443/").unwrap(), "https://www.example.com");
        assert_eq!(origin("http://localhost:8000").unwrap(), "http://localhost:8000");
        for bad in ["", "example.com", "https://", "ftp://x.com", "https://x.com/a", "https://x.com/?q", "*"]
        {
            assert_eq!(origin(bad).unwrap_err().code(), "chat.host_malformed", "{bad}");
        }
        let short = Some(Secret::new(vec![7; 31]));
        assert_eq!(Host::new("https://x.com", short).unwrap_err().code(), "chat.host_secret_short");
    }

    #[test]
    fn only_ourselves_and_named_hosts_may_frame_us() {
        let host = |origin| Host::new(origin, None).unwrap();
        let hosts = vec![host("https://a.example"), host("https://b.example:8443")];
        assert_eq!(Settings::default().ancestors(), "'self'");
        let settings = Settings { hosts, ..Settings::default() };
        assert_eq!(settings.ancestors(), "'self' https://a.example https://b.example:8443");
    }
}
