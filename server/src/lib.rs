//! The program: settings, the command line, and the wiring of all parts into one centre.

mod centre;
pub mod cli;
mod directory;
mod doctor;
mod logging;
mod output;
mod settings;
mod vault_keys;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use kernel::{Clock, Result, SystemClock};
use store::{Options, Store};
use words::Catalogue;

pub use crate::centre::Centre;
use crate::cli::{Cli, Command};
pub use crate::output::Output;
pub use crate::settings::Settings;

/// Does what the command line asks.
pub async fn run(cli: Cli, catalogue: &Catalogue, out: &mut dyn Write) -> Result<ExitCode> {
    let settings = Settings::load(&cli.common)?;
    let mut output = Output::new(catalogue, cli.common.lang.as_deref(), out);
    match cli.command.unwrap_or(Command::Serve { listen: None }) {
        Command::Serve { listen } => serve(settings, listen, catalogue, output).await,
        Command::Migrate => migrate(&settings, &mut output).await,
        Command::Doctor => doctor::run(&settings, &mut output).await,
        Command::Vault { command } => vault_keys::run(command, &settings, &mut output).await,
        Command::Directory { command } => directory::run(command, &settings, &mut output).await,
    }
}

pub(crate) async fn open(settings: &Settings) -> Result<Store> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Store::open(Options::from_url(&settings.database_address())?, clock).await
}

async fn serve(
    mut settings: Settings,
    address: Option<std::net::SocketAddr>,
    catalogue: &Catalogue,
    mut output: Output<'_>,
) -> Result<ExitCode> {
    if let Some(address) = address {
        settings.listen = address;
    }
    logging::start(&settings)?;
    let listener = centre::listen(settings.listen)?;
    let address = format!("http://{}", listener.local_addr()?);
    let data = settings.database_place();
    let centre = Centre::open(settings, catalogue.clone(), Arc::new(SystemClock)).await?;
    let ready = output
        .words
        .message("serve-ready")
        .with("brand", centre.brand())
        .with("address", address)
        .with("data", data)
        .to_string();
    output.line(ready)?;
    centre.serve(listener, web::stop_signal()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn migrate(settings: &Settings, output: &mut Output<'_>) -> Result<ExitCode> {
    let store = open(settings).await?;
    let migrated = store.migrate().await;
    store.close().await?;
    let migrated = migrated?;
    for name in &migrated.applied {
        let line = output.words.message("migrate-applied").with("name", name.as_str()).to_string();
        output.line(line)?;
    }
    let line = output.words.message("migrate-current").with("number", migrated.at).to_string();
    output.line(line)?;
    Ok(ExitCode::SUCCESS)
}
