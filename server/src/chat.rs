//! The chat as the settings want it: which sites may show it, and what their secrets are.

use std::path::PathBuf;
use std::sync::Arc;

use chat::{Chat, Host, Limits, StaffNames};
use kernel::{Refusal, Result};
use serde::Deserialize;
use staff::Staff;
use vault::Secret;
use words::Words;

use crate::Settings;
use crate::parts::Parts;

/// Who may show the chat, and how much of anything it takes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatSettings {
    /// Web sites whose pages may show the widget.
    pub hosts: Vec<HostSettings>,
    /// Where phone numbers without a country code are from, as two letters; `US` without it.
    pub region: Option<String>,
    pub limits: Limits,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostSettings {
    /// `https://www.example.com`
    pub origin: String,
    /// The file with the secret by which the site says who its customer is.
    pub secret_file: Option<PathBuf>,
}

impl HostSettings {
    fn host(&self) -> Result<Host> {
        let secret = self.secret_file.as_ref().map(|file| {
            let unreadable = |error| {
                Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", error)
            };
            std::fs::read(file).map(|bytes| Secret::new(bytes.trim_ascii().to_vec())).map_err(unreadable)
        });
        Ok(Host::new(&self.origin, secret.transpose()?)?)
    }
}

/// Opens the chat; `words` are those in which it tells staff something.
pub(crate) fn open(settings: &Settings, parts: &Parts, words: Words) -> Result<Chat> {
    let public = settings.public_address();
    let chat = chat::Settings {
        origin: settings.origin(),
        secure: public.is_some_and(|address| address.starts_with("https://")),
        hosts: settings.chat.hosts.iter().map(HostSettings::host).collect::<Result<_>>()?,
        limits: settings.chat.limits.clone(),
        proxies: settings.desk.proxies,
        region: settings.chat.region.clone().unwrap_or_else(|| "US".to_owned()),
    };
    let work = &parts.work;
    let stands_on = chat::Parts {
        store: parts.store.clone(),
        vault: parts.vault.clone(),
        customers: work.customers.clone(),
        conversations: work.conversations.clone(),
        routing: work.routing.clone(),
        directories: parts.directories.clone(),
        names: names(parts.staff.clone()),
        words,
    };
    Ok(Chat::new(stands_on, chat))
}

/// What staff are called towards customers: by their first name.
fn names(staff: Option<Staff>) -> StaffNames {
    Arc::new(move |id| {
        let staff = staff.clone();
        Box::pin(async move {
            let Some(staff) = staff else { return Ok(String::new()) };
            let member = staff.member(id).await?;
            let name = member.name.expose();
            Ok(name.split_whitespace().next().unwrap_or_default().to_owned())
        })
    })
}
