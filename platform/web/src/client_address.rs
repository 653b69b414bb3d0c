//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::request::Parts;

const FORWARDED: &str = "x-forwarded-for";

/// The address of the person's machine, with so many proxies of our own in front, each of which adds to
/// `X-Forwarded-For` whom it speaks for.
pub fn client_address(parts: &Parts, proxies: usize) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    forwarded(&parts.headers, proxies).unwrap_or(peer)
}

/// Whom the outermost of our own proxies spoke to. What stands before that in the header anybody may
/// have written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok());
    let all: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let ours = all.len().checked_sub(proxies).filter(|_| proxies > 0)?;
    all.get(ours)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded_by(proxies: usize, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        forwarded(&headers, proxies).map(|address| address.to_string())
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        assert_eq!(forwarded_by(0, &["203.0.113.9"]), None, "nobody of ours wrote it");
        assert_eq!(forwarded_by(1, &["10.9.8.7, 203.0.113.9"]).unwrap(), "203.0.113.9");
        assert_eq!(forwarded_by(2, &["6.6.6.6, 203.0.113.9", "10.0.0.1"]).unwrap(), "203.0.113.9");
        assert_eq!(forwarded_by(1, &["not an address"]), None);
        assert_eq!(forwarded_by(3, &["203.0.113.9"]), None);
    }
}
