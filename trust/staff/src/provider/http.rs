//! How the provider is reached. A trait, so that tests and proxies can stand in.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::{Request, Response};
use kernel::{Context as _, Result};

/// What travels when the provider is asked something.
pub trait HttpClient: Send + Sync + 'static {
    fn send(&self, request: Request<Vec<u8>>) -> Answer<'_>;
}

pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, HttpFailure>> + Send + 'a>>;

/// The provider could not be asked. It says nothing about any person.
#[derive(Debug)]
pub struct HttpFailure(pub String);

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HttpFailure {}

/// A provider's answers are small; a larger one is not read to its end.
const LARGEST: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// The network, with TLS by the operating system's own certificates.
pub(super) struct Network(reqwest::Client);

impl Network {
    pub(super) fn new() -> Result<Self> {
        let client = reqwest::Client::builder()
            // A redirect could lead the program, with its credentials, to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .context("preparing to reach the sign-in provider")?;
        Ok(Self(client))
    }

    async fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, reqwest::Error> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                break;
            }
        }
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl HttpClient for Network {
    fn send(&self, request: Request<Vec<u8>>) -> Answer<'_> {
        Box::pin(async move {
            let response = self.ask(request).await.map_err(|error| {
                // Addresses carry codes and tokens: they stay out of messages.
                HttpFailure(describe(&error.without_url()))
            })?;
            if response.body().len() > LARGEST {
                return Err(HttpFailure(String::from("the sign-in provider's answer is too large")));
            }
            Ok(response)
        })
    }
}

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
