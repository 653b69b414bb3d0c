//! What an operator may set: in `switchboard.toml`, by `SWITCHBOARD_…` in the environment, or by flags.
//! Later ones win.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use jiff::SignedDuration;
use kernel::{Refusal, Result};
use serde::Deserialize;
use url::Url;
use vault::Secret;

use crate::chat::ChatSettings;
use crate::cli::Common;

const FILE: &str = "switchboard.toml";

/// Every setting, with its default filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder for everything the centre keeps.
    pub data: PathBuf,
    /// `sqlite:FILE` or `postgres://…`; without it, a file in the data folder.
    pub database: Option<String>,
    /// Where the centre answers.
    pub listen: SocketAddr,
    /// Folder of the institution: its directory, and later its texts and case types.
    pub institution: Option<PathBuf>,
    /// The address customers know, for links in documents: `https://help.example`.
    pub public_url: Option<String>,
    /// What is logged, in the syntax of `RUST_LOG`.
    pub log: String,
    /// Ends TLS itself, where no proxy in front does.
    pub tls: Option<TlsSettings>,
    pub vault: VaultSettings,
    pub desk: DeskSettings,
    pub chat: ChatSettings,
    pub webhooks: WebhookSettings,
    /// `text` for people, `json` for log collectors.
    pub log_format: LogFormat,
}

/// PEM files: the certificate with its chain, and its private key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Where the master keys are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultSettings {
    /// The active key; without it, the file `master.key` in the data folder.
    pub key: Option<vault::Source>,
    /// Keys that a rotation has not yet done with.
    pub retired: Vec<vault::Source>,
}

/// Who else is told what happens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// Lets addresses inside our own network and plain HTTP be told.
    pub private_receivers: bool,
}

/// How those who work here get in, and how long they stay.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSettings {
    /// Invents people to try the centre with, and prints their one-time sign-in links at every start.
    pub demonstration: bool,
    /// This node's name in the audit trail; its address without one.
    pub node: Option<String>,
    /// A session ends when nothing was done for so many minutes …
    pub idle_minutes: u32,
    /// … and after so many hours in any case.
    pub session_hours: u32,
    /// Reverse proxies of our own in front; without them `X-Forwarded-For` is not believed.
    pub proxies: usize,
    pub provider: Option<ProviderSettings>,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            demonstration: false,
            node: None,
            idle_minutes: 60,
            session_hours: 12,
            proxies: 0,
            provider: None,
        }
    }
}

impl DeskSettings {
    pub fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(self.idle_minutes.into())
    }

    pub fn longest(&self) -> SignedDuration {
        SignedDuration::from_hours(self.session_hours.into())
    }
}

/// The institution's own sign-in (`OpenID` Connect).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// As the button on the sign-in page calls it.
    pub name: String,
    pub issuer: Url,
    pub client_id: String,
    /// The file that holds the client's secret.
    pub client_secret_file: PathBuf,
    /// The claim that names a person's groups.
    #[serde(default = "groups")]
    pub group_claim: String,
    /// The role that each group brings. Empty: roles are given here and not there.
    #[serde(default)]
    pub groups: BTreeMap<String, String>,
    /// Whether somebody with a role there is added here at their first sign-in.
    #[serde(default)]
    pub adds_members: bool,
}

fn groups() -> String {
    "groups".to_owned()
}

impl ProviderSettings {
    /// As the desk at `origin` needs it.
    pub fn settings(&self, origin: &Url) -> Result<staff::ProviderSettings> {
        let file = self.client_secret_file.display();
        let secret = std::fs::read_to_string(&self.client_secret_file)
            .map_err(|error| Refusal::new("cli.file_unreadable").with("file", &file).with("reason", error))?;
        let return_to = origin.join(desk::PROVIDER_CALLBACK)?;
        let secret = Secret::new(secret.trim().to_owned());
        let mut settings =
            staff::ProviderSettings::new(self.issuer.clone(), self.client_id.clone(), secret, return_to);
        settings.name.clone_from(&self.name);
        settings.group_claim.clone_from(&self.group_claim);
        settings.adds_members = self.adds_members;
        for (group, role) in &self.groups {
            settings.groups.insert(group.clone(), role.parse()?);
        }
        Ok(settings)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            database: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            institution: None,
            public_url: None,
            tls: None,
            vault: VaultSettings::default(),
            desk: DeskSettings::default(),
            webhooks: WebhookSettings::default(),
            chat: ChatSettings::default(),
            log: "info".into(),
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// Reads the settings; what is misspelt or malformed is refused, with where it stands.
    pub fn load(common: &Common) -> Result<Self> {
        let (path, required) = match &common.settings {
            Some(path) => (path.as_path(), true),
            None => (Path::new(FILE), false),
        };
        let file = File::from(path).format(FileFormat::Toml).required(required);
        let environment = Environment::with_prefix("SWITCHBOARD").prefix_separator("_").separator("__");
        let mut settings: Self = Config::builder()
            .add_source(file)
            .add_source(environment.source(Some(own_environment())))
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| Refusal::new("settings.malformed").with("reason", error))?;
        if let Some(data) = &common.data {
            settings.data.clone_from(data);
        }
        if let Some(database) = &common.database {
            settings.database = Some(database.clone());
        }
        Ok(settings)
    }

    /// The address people know; on one's own machine by its name, because passkeys need one.
    pub fn origin(&self) -> String {
        let local = || {
            let host = if self.listen.ip().is_loopback() {
                "localhost".into()
            } else {
                self.listen.ip().to_string()
            };
            let scheme = if self.tls.is_some() { "https" } else { "http" };
            format!("{scheme}://{host}:{}", self.listen.port())
        };
        self.public_url.clone().unwrap_or_else(local)
    }

    /// The address that pages may name; over TLS always one, because cookies and headers depend on it.
    pub fn public_address(&self) -> Option<String> {
        self.public_url.clone().or_else(|| self.tls.is_some().then(|| self.origin()))
    }

    /// The same for a demonstration: invented people never come into a real centre's data, unless the
    /// command line names the place itself.
    pub(crate) fn for_demonstration(mut self, common: &Common) -> Self {
        self.desk.demonstration = true;
        if common.data.is_none() && common.database.is_none() {
            self.data.push("demonstration");
            self.database = None;
        }
        self
    }

    /// This node's name in the audit trail.
    pub fn node(&self) -> String {
        self.desk.node.clone().unwrap_or_else(|| self.listen.to_string())
    }

    /// Where the data is, in words that tell no password.
    pub fn database_place(&self) -> String {
        let address = self.database_address();
        address.strip_prefix("sqlite:").map_or_else(|| "PostgreSQL".to_owned(), str::to_owned)
    }

    /// The database's address, also when none was set.
    pub fn database_address(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.join("switchboard.db").display()))
    }
}

/// The environment less what names the settings file and what tests use.
fn own_environment() -> config::Map<String, String> {
    std::env::vars()
        .filter(|(name, _)| name != "SWITCHBOARD_SETTINGS" && !name.starts_with("SWITCHBOARD_TEST_"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        std::fs::write(&path, text).unwrap();
        Settings::load(&Common { settings: Some(path), ..Common::default() })
    }

    #[test]
    fn what_is_not_set_has_a_default_in_the_data_folder() {
        let settings = load("data = 'here'").unwrap();
        assert_eq!(settings.database_address(), "sqlite:here/switchboard.db");
        assert_eq!(settings.listen.port(), 8080);
    }

    #[test]
    fn a_misspelt_setting_is_refused_and_named() {
        let Err(kernel::Error::Refusal(refusal)) = load("lisen = '127.0.0.1:1'") else { panic!("a refusal") };
        assert_eq!(refusal.code(), "settings.malformed");
        assert!(refusal.to_string().contains("lisen"), "{refusal}");
    }

    #[test]
    fn a_missing_file_that_was_asked_for_is_refused() {
        let common = Common { settings: Some("/nowhere/s.toml".into()), ..Common::default() };
        assert_eq!(Settings::load(&common).unwrap_err().refusal_code(), Some("settings.malformed"));
    }

    #[test]
    fn flags_win_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        std::fs::write(&path, "database = 'sqlite:file.db'").unwrap();
        let common =
            Common { settings: Some(path), database: Some("sqlite:flag.db".into()), ..Common::default() };
        assert_eq!(Settings::load(&common).unwrap().database_address(), "sqlite:flag.db");
    }
}
