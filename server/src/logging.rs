//! What the program says while it runs: on the error stream, without personal data.

use std::io::IsTerminal;

use kernel::{Context, Refusal, Result};
use tracing_subscriber::EnvFilter;
use vault::masking::MaskingWriter;

use crate::Settings;
use crate::settings::LogFormat;

/// Starts logging, once a process.
pub(crate) fn start(settings: &Settings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| Refusal::new("settings.malformed").with("reason", format!("log: {error}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| MaskingWriter::new(std::io::stderr()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match settings.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    }
    .map_err(|error| kernel::Fault::new(format!("logging: {error}")))
    .context("starting the log")
}
