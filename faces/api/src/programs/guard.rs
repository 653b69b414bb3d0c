//! Which program asks: stands before every route that is not for everybody.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Fault, Refusal, Result};
use staff::{Permission, Program, Visit};
use web::{Access, Failure, client_address};

use super::Programs;

/// The program behind a request that was let in.
#[derive(Clone)]
pub(crate) struct Caller(pub Program);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.ok_or_else(|| Fault::new("a route for programs was public"))?)
    }
}

pub(super) async fn guard(
    State((programs, access)): State<(Programs, Access<Permission>)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match admitted(&programs, access, &parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            // What one program may know is nobody else's.
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => {
            let mut response = Failure::from(error).into_response();
            if response.status() == StatusCode::UNAUTHORIZED {
                let bearer = HeaderValue::from_static("Bearer realm=\"switchboard\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
            }
            response
        }
    }
}

async fn admitted(programs: &Programs, access: Access<Permission>, parts: &Parts) -> Result<Caller> {
    let needed = || Refusal::new("api.token_needed");
    let address = client_address(parts, programs.proxies);
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let visit = Visit::new(address, agent.unwrap_or_default());
    let token = bearer(&parts.headers).ok_or_else(needed)?;
    let program = programs.staff.program(token, visit).await?.ok_or_else(needed)?;
    match access {
        Access::May(permission) if !program.may(permission) => {
            Err(Refusal::new("api.scope_missing").with("scope", permission).into())
        }
        _ => Ok(Caller(program)),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_from_its_own_header_and_scheme_only() {
        let token = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(token("Bearer swb_x").as_deref(), Some("swb_x"));
        assert_eq!(token("bearer  swb_x ").as_deref(), Some("swb_x"));
        assert_eq!(token("Basic swb_x"), None);
        assert_eq!(token("swb_x"), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
