//! The program: settings, the command line, and the wiring of all parts into one centre.

mod api_tokens;
mod audit_trail;
mod centre;
mod chat;
pub mod cli;
mod demo;
mod demonstration;
mod directory;
mod doctor;
#[cfg(all(test, debug_assertions))]
mod every_route;
mod knowledge;
mod logging;
mod output;
mod parts;
mod settings;
mod staff_members;
mod triage;
mod upkeep;
mod vault_keys;
mod work;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use kernel::{Clock, Refusal, Result, SystemClock};
use store::{Options, Store};
use words::Catalogue;

use crate::centre::Centre;
use crate::cli::{Cli, Command};
use crate::demo::Speed;
pub use crate::output::Output;
pub use crate::settings::Settings;

/// Does what the command line asks.
pub async fn run(cli: Cli, catalogue: &Catalogue, out: &mut dyn Write) -> Result<ExitCode> {
    let settings = Settings::load(&cli.common)?;
    let mut output = Output::new(catalogue, cli.common.lang.as_deref(), out);
    match cli.command.unwrap_or(Command::Serve { listen: None }) {
        Command::Serve { listen } => serve(settings, listen, None, catalogue, output).await,
        Command::Demo { listen, speed } => {
            let speed = Speed::new(speed).ok_or_else(|| Refusal::new("cli.speed_out_of_range"))?;
            serve(settings.for_demonstration(&cli.common), listen, Some(speed), catalogue, output).await
        }
        Command::Migrate => migrate(&settings, &mut output).await,
        Command::Doctor => doctor::run(&settings, &mut output).await,
        Command::Staff { command } => staff_members::run(command, &settings, &mut output).await,
        Command::Token { command } => api_tokens::run(command, &settings, &mut output).await,
        Command::Audit { command } => audit_trail::run(command, &settings, &mut output).await,
        Command::Vault { command } => vault_keys::run(command, &settings, &mut output).await,
        Command::Directory { command } => directory::run(command, &settings, &mut output).await,
        Command::Knowledge { command } => knowledge::run(command, &settings, &mut output).await,
        Command::Triage { command } => triage::run(command, &settings, &mut output).await,
    }
}

/// The clock of everything that is not a test.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

pub(crate) async fn open(settings: &Settings) -> Result<Store> {
    Store::open(Options::from_url(&settings.database_address())?, clock()).await
}

async fn serve(
    mut settings: Settings,
    address: Option<std::net::SocketAddr>,
    demo: Option<Speed>,
    catalogue: &Catalogue,
    mut output: Output<'_>,
) -> Result<ExitCode> {
    if let Some(address) = address {
        settings.listen = address;
    }
    logging::start(&settings)?;
    allow_many_sockets();
    let listener = centre::listen(settings.listen)?;
    settings.listen = listener.local_addr()?;
    let (address, data) = (settings.origin(), settings.database_place());
    let centre = Centre::open(settings, catalogue.clone(), clock()).await?;
    greet(&mut output, &centre, &address, &data)?;
    centre.serve(listener, demo, web::stop_signal()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Each customer who chats holds a connection open, and the usual soft limit is a thousand files.
fn allow_many_sockets() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => tracing::debug!(files, "open files allowed"),
        Err(error) => tracing::warn!(%error, "the limit on open files stays as it is"),
    }
}

/// Says where the centre is open, and in a demonstration how to get in.
fn greet(output: &mut Output<'_>, centre: &Centre, address: &str, data: &str) -> Result<()> {
    let words = output.words.clone();
    let ready = || words.message("serve-ready").with("brand", centre.brand()).with("address", address);
    let say = |part: &'static str| ready().with("data", data).attribute(part).to_string();
    output.line(format_args!("{}\n", ready()))?;
    for (path, part) in
        [("/contact", "contact"), ("/contact/directory", "directory"), ("/api", "api"), ("/desk", "desk")]
    {
        output.line(format_args!("  {:<48} {}", format!("{address}{path}"), say(part)))?;
    }
    output.line(format_args!("\n{}", say("stop")))?;
    for link in centre.links() {
        let message = words.message("serve-link").with("name", &*link.name).with("roles", &*link.roles);
        output.line(format_args!("\n{message}\n  {}", link.address))?;
    }
    Ok(())
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
