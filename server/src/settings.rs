//! What an operator may set: in `switchboard.toml`, by `SWITCHBOARD_…` in the environment, or by flags.
//! Later ones win.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use kernel::{Refusal, Result};
use serde::Deserialize;

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
    pub vault: VaultSettings,
    /// `text` for people, `json` for log collectors.
    pub log_format: LogFormat,
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
            vault: VaultSettings::default(),
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
