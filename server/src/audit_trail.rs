//! `switchboard audit …`: whether the trail is whole, and handing it to somebody who checks it elsewhere.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;

use ::audit::{Actor, ActorKind, Anchor, Entry, Exported, Filter, PublicKey, Verdict, verify_bundle};
use clap::Subcommand;
use kernel::{Refusal, Result};

use crate::directory::account;
use crate::parts::Parts;
use crate::{Output, Settings, clock};

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the whole trail, or an export, and name the first entry at which it is broken
    Verify {
        /// An export to check instead; needs no database
        #[arg(long, value_name = "FILE", conflicts_with = "anchor")]
        bundle: Option<PathBuf>,
        /// Only signatures by this key count, as “switchboard audit key” prints it
        #[arg(long, value_name = "KEY", requires = "bundle")]
        key: Option<String>,
        /// A place known from elsewhere, such as the log: NUMBER:HASH
        #[arg(long, value_name = "PLACE", value_parser = anchor)]
        anchor: Option<Anchor>,
    },
    /// Write the trail, signed, into a file
    Export {
        file: PathBuf,
        /// Only this action, or an area such as “staff.”
        #[arg(long)]
        action: Option<String>,
        /// Only what concerns this object's id
        #[arg(long)]
        object: Option<String>,
    },
    /// Print the public key that auditors check signatures with
    Key,
}

fn anchor(text: &str) -> std::result::Result<Anchor, String> {
    let malformed = || "a place is NUMBER:HASH".to_owned();
    let (seq, hash) = text.split_once(':').ok_or_else(malformed)?;
    Ok(Anchor { seq: seq.parse().map_err(|_| malformed())?, hash: hash.parse().map_err(|_| malformed())? })
}

pub(crate) async fn run(
    command: AuditCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    if let AuditCommand::Verify { bundle: Some(file), key, .. } = &command {
        let key = key.as_deref().map(str::parse).transpose()?;
        return verify_file(file, key.as_ref(), output);
    }
    let parts = Parts::open(settings, clock()).await?;
    let done = answer(command, &parts, output).await;
    parts.store.close().await?;
    done
}

async fn answer(command: AuditCommand, parts: &Parts, output: &mut Output<'_>) -> Result<ExitCode> {
    match command {
        AuditCommand::Verify { anchor, .. } => told(&parts.trail.verify(&parts.store, anchor).await?, output),
        AuditCommand::Key => {
            if let Some(key) = parts.trail.public_keys().first() {
                output.line(key)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Export { file, action, object } => {
            let filter = Filter { action, object, ..Filter::default() };
            let exported = export(parts, &filter, &file).await?;
            let line = output
                .words
                .message("audit-exported")
                .with("entries", exported.entries)
                .with("omitted", exported.omitted)
                .with("file", file.display().to_string())
                .to_string();
            output.line(line)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn export(parts: &Parts, filter: &Filter, file: &PathBuf) -> Result<Exported> {
    // Taking the trail out is itself something that is done.
    let entry = Entry::new("audit.export", file.display()).by(Actor::new(ActorKind::Operator, account()));
    parts.trail.record(&parts.store, entry).await?;
    let unwritable = |error: std::io::Error| {
        Refusal::new("cli.file_unwritable").with("file", file.display()).with("reason", error)
    };
    let mut out = BufWriter::new(File::create_new(file).map_err(unwritable)?);
    parts.trail.export(&parts.store, filter, &mut out).await
}

fn verify_file(file: &PathBuf, key: Option<&PublicKey>, output: &mut Output<'_>) -> Result<ExitCode> {
    let unreadable = |error: std::io::Error| {
        Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", error)
    };
    let bundle = BufReader::new(File::open(file).map_err(unreadable)?);
    let checked = verify_bundle(bundle, key)?;
    if key.is_none() {
        for own in &checked.keys {
            let line = output.words.message("audit-bundle-key").with("key", own.to_string()).to_string();
            output.line(line)?;
        }
    }
    told(&checked.verdict, output)
}

fn told(verdict: &Verdict, output: &mut Output<'_>) -> Result<ExitCode> {
    let words = output.words.clone();
    match verdict {
        Verdict::Intact(intact) => {
            let message =
                words.message("audit-intact").with("last", intact.last).with("signed", intact.signed);
            output.line(message)?;
            Ok(ExitCode::SUCCESS)
        }
        Verdict::Broken(broken) => {
            let key = broken.text_key();
            let message =
                broken.details().fold(words.message(key), |message, (name, value)| message.with(name, value));
            output.line(message)?;
            Ok(ExitCode::FAILURE)
        }
    }
}
