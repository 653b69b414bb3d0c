//! Where a request comes from.

use http::header;
use http::request::Parts;
use staff::Visit;

use crate::Desk;
use crate::cookies::{self, Cookie};

pub(crate) fn visit(desk: &Desk, parts: &Parts) -> Visit {
    let address = web::client_address(parts, desk.0.proxies);
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device = cookies::read(desk, &parts.headers, Cookie::Device);
    Visit::new(address, agent.unwrap_or_default()).with_device(device.as_deref())
}
