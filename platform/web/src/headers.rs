//! What every response tells the browser about what the page may do: little.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use kernel::{Context, Result};

use crate::Web;

/// Nothing from elsewhere, nothing inline, nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), payment=(), usb=()";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (RESOURCE_POLICY, "same-origin"),
    // Old browsers know this one and not frame-ancestors.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// What a response allows beyond that, put among its extensions by the handler that means it.
#[derive(Debug, Clone)]
pub enum Opening {
    /// Pages of other sites may load it: a script they embed.
    Embedded,
    /// These sites may show it in a frame, as `frame-ancestors` names them.
    Framed(String),
}

impl Opening {
    fn apply(&self, headers: &mut HeaderMap) -> Result<()> {
        match self {
            Self::Embedded => {
                headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
            }
            Self::Framed(ancestors) => {
                let policy =
                    POLICY.replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"));
                let policy = HeaderValue::try_from(policy).context("naming who may frame a page")?;
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                // It cannot name sites; every browser of today heeds frame-ancestors.
                headers.remove(header::X_FRAME_OPTIONS);
            }
        }
        Ok(())
    }
}

pub(crate) async fn secure(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let opening = response.extensions_mut().remove::<Opening>();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(Err(error)) = opening.map(|opening| opening.apply(headers)) {
        // It stays shut.
        tracing::error!(%error, "a page could not be opened to other sites");
    }
    if web.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TWO_YEARS));
    }
    response
}
