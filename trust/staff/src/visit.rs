//! Where a request comes from, as much of it as may be kept: a coarse address and the kind of browser.

use std::net::{IpAddr, Ipv6Addr};

use crate::token::Token;

/// The origin of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The address of the person's machine, after trusted proxies.
    pub address: IpAddr,
    /// The browser and system, such as `Firefox · Linux`.
    pub agent: String,
    /// The token of a device that this person signed in from before.
    pub device: Option<Token>,
}

impl Visit {
    /// `user_agent` is the header as it came; only names that are known here are taken from it.
    pub fn new(address: IpAddr, user_agent: &str) -> Self {
        Self { address: address.to_canonical(), agent: agent(user_agent), device: None }
    }

    /// With what the device cookie says, if it says anything.
    pub fn with_device(mut self, cookie: Option<&str>) -> Self {
        self.device = cookie.and_then(Token::parse);
        self
    }

    /// The network rather than the machine: enough to recognise one's own sign-ins.
    pub fn network(&self) -> String {
        match self.address {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(address) => format!("{}/48", first_bits(address, 48)),
        }
    }

    /// One household or office for counting attempts: an IPv6 customer has a /64 to itself.
    pub(crate) fn source(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => first_bits(address, 64).to_string(),
        }
    }
}

fn first_bits(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from(u128::from(address) & (u128::MAX << (128 - bits)))
}

/// Names are searched in this order, because browsers also call themselves by their ancestors' names.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

fn agent(header: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| header.contains(mark)).map_or("?", |(_, name)| *name)
    };
    format!("{} · {}", known(&BROWSERS), known(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(address: &str) -> Visit {
        Visit::new(address.parse().unwrap(), "")
    }

    #[test]
    fn an_address_is_kept_only_as_its_network() {
        assert_eq!(visit("203.0.113.77").network(), "203.0.113.0/24");
        assert_eq!(visit("2001:db8:1234:5678::9").network(), "2001:db8:1234::/48");
        assert_eq!(visit("::ffff:203.0.113.77").network(), "203.0.113.0/24");
    }

    #[test]
    fn attempts_are_counted_per_customer_of_the_network() {
        assert_ne!(visit("203.0.113.77").source(), visit("203.0.113.78").source());
        assert_eq!(visit("2001:db8:1:2::9").source(), visit("2001:db8:1:2:ffff::1").source());
        assert_ne!(visit("2001:db8:1:2::9").source(), visit("2001:db8:1:3::9").source());
    }

    #[test]
    fn browsers_are_named_by_what_they_are() {
        for (header, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/141.0 Safari/537.36 Edg/141.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604",
                "Safari · iPhone",
            ),
            ("<script>alert(1)</script>", "? · ?"),
        ] {
            assert_eq!(agent(header), expected);
        }
    }
}
