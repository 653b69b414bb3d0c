//! One request to a receiver: what it is sent, and how little of its answer is read.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Context, Result};
use reqwest::redirect::Policy;
use vault::Secret;

use crate::address::{self, Public};
use crate::delivery::Delivery;
use crate::sign::signatures;
use crate::webhook::Webhook;
use crate::{Settings, Webhooks};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(5);
/// More of an answer is not read; nothing of it is kept.
const LARGEST: usize = 16 * 1024;

pub(crate) fn client(settings: &Settings) -> Result<reqwest::Client> {
    let patience = settings.schedule.patience.try_into().unwrap_or(CONNECTING);
    let mut builder = reqwest::Client::builder()
        .user_agent("Switchboard-Webhooks/1")
        // A redirect could lead inside, and a proxy would look names up for us.
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECTING)
        .timeout(patience);
    if !settings.private_receivers {
        builder = builder.dns_resolver(Arc::new(Public));
    }
    builder.build().context("preparing to reach webhooks")
}

/// What came of an attempt.
pub(crate) struct Outcome {
    pub taken: bool,
    /// The receiver says that it is gone for good.
    pub gone: bool,
    pub text: String,
}

impl Webhooks {
    /// Sends one delivery. Whatever goes wrong is an outcome and not an error.
    pub(crate) async fn post(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        secrets: &[Secret<String>],
    ) -> Outcome {
        match self.try_post(webhook, delivery, secrets).await {
            Ok(status) => {
                let status = status.as_u16();
                let (taken, gone) = ((200..300).contains(&status), status == 410);
                Outcome { taken, gone, text: status.to_string() }
            }
            Err(error) => Outcome { taken: false, gone: false, text: error.to_owned() },
        }
    }

    async fn try_post(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        secrets: &[Secret<String>],
    ) -> Result<reqwest::StatusCode, &'static str> {
        // Checked each time: settings may have become stricter since it was added.
        if !self.settings().private_receivers && !address::may_be_named(&webhook.url) {
            return Err("private");
        }
        let (id, second) = (delivery.id.to_string(), self.now().as_second());
        let signature = signatures(secrets, &id, second, &delivery.body).map_err(|_| "secret")?;
        let request = self
            .0
            .client
            .post(webhook.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", second)
            .header("webhook-signature", signature)
            .body(delivery.body.clone());
        let mut answer = request.send().await.map_err(|error| why(&error))?;
        let status = answer.status();
        let mut read = 0;
        // To its end, if that is near, so that the connection can be used again.
        while let Ok(Some(piece)) = answer.chunk().await {
            read += piece.len();
            if read > LARGEST {
                break;
            }
        }
        Ok(status)
    }
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "unreachable"
    } else {
        "broken"
    }
}
