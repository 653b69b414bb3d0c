//! Opening the vault with the keys that the settings name, and `switchboard vault …`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use kernel::{Refusal, Result};
use store::{Engine, Store};
use vault::{KeyRing, Source, Vault, generate_file};

use crate::{Output, Settings, open};

/// The master key's file in the data folder, when no other place is set.
const FILE: &str = "master.key";

#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Make a new master key in a new file that only you can read
    Generate { file: PathBuf },
    /// Wrap every data key with the active master key; what they sealed is not touched
    Rotate,
}

pub(crate) async fn run(
    command: VaultCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    match command {
        VaultCommand::Generate { file } => {
            let key = generate_file(&file)?;
            let line = output
                .words
                .message("vault-generated")
                .with("file", file.display().to_string())
                .with("key", key.id().to_string());
            let line = line.to_string();
            output.line(line)?;
            Ok(ExitCode::SUCCESS)
        }
        VaultCommand::Rotate => {
            let store = open(settings).await?;
            let done = rotate(settings, &store, output).await;
            store.close().await?;
            done
        }
    }
}

async fn rotate(settings: &Settings, store: &Store, output: &mut Output<'_>) -> Result<ExitCode> {
    store.migrate().await?;
    let opened = open_vault(settings, store).await?;
    let rotation = opened.vault.rotate(store).await?;
    let words = output.words.clone();
    output.line(words.message("vault-rotated").with("count", rotation.rewrapped))?;
    if rotation.damaged > 0 {
        output.line(words.message("vault-damaged").with("count", rotation.damaged))?;
    }
    for key in &rotation.still_needed {
        output.line(words.message("vault-still-needed").with("key", key.to_string()))?;
    }
    let done = rotation.damaged == 0 && rotation.still_needed.is_empty();
    if done {
        output.line(words.text("vault-retired-free"))?;
    }
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the vault opens with the keys at hand; `false` when it has never been used.
pub(crate) async fn can_open(settings: &Settings, store: &Store) -> Result<bool> {
    if Vault::is_new(store).await.unwrap_or(true) {
        return Ok(false);
    }
    open_vault(settings, store).await.map(|_| true)
}

/// An open vault, and the file of its master key if that was made just now.
pub(crate) struct OpenedVault {
    pub vault: Vault,
    pub made: Option<PathBuf>,
}

/// Opens the vault or refuses; nothing runs unencrypted. Only a database that has never been encrypted,
/// in a file of our own, is given a first key; several nodes have to be told theirs.
pub(crate) async fn open_vault(settings: &Settings, store: &Store) -> Result<OpenedVault> {
    let file = settings.data.join(FILE);
    let is_first = settings.vault.key.is_none() && !file.exists() && Vault::is_new(store).await?;
    if is_first && store.engine() == Engine::Postgres {
        return Err(Refusal::new("settings.master_key_unset").into());
    }
    let made = if is_first { Some(make(&file)?) } else { None };
    let active = settings.vault.key.clone().unwrap_or(Source::File(file));
    let ring = KeyRing::load(&active, &settings.vault.retired)?;
    Ok(OpenedVault { vault: Vault::open(store, ring).await?, made })
}

fn make(file: &Path) -> Result<PathBuf> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    generate_file(file)?;
    Ok(file.to_owned())
}
