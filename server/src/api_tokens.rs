//! `switchboard token …`: what lets other programs in.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Subcommand;
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Refusal, Result};
use staff::{Actor, ApiTokenInfo, NewApiToken, Permission, Staff};

use crate::parts::Parts;
use crate::{Output, Settings, clock};

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token for a program and print it, this once
    Add {
        /// What the program is called
        name: String,
        /// What it may do, such as `conversation.read`; several times for several
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// The queues whose work it may see; several times for several, all without it
        #[arg(long = "queue")]
        queues: Vec<String>,
        /// Days until it ends
        #[arg(long, default_value_t = 90)]
        days: u16,
    },
    /// List every token, those that ended too
    List,
    /// Make a token worthless at once
    Revoke {
        /// The token's id, as `list` shows it
        token: String,
    },
}

pub(crate) async fn run(
    command: TokenCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let parts = Parts::open(settings, clock()).await?;
    let now = parts.store.clock().now();
    let done = match parts.staff() {
        Ok(staff) => answer(command, staff, now, output).await,
        Err(error) => Err(error),
    };
    parts.store.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn answer(command: TokenCommand, staff: &Staff, now: Timestamp, output: &mut Output<'_>) -> Result<()> {
    match command {
        TokenCommand::Add { name, scopes, queues, days } => {
            let scopes = scopes.iter().map(|name| scope(name)).collect::<Result<BTreeSet<_>, _>>()?;
            let queues: BTreeSet<String> = queues.into_iter().collect();
            let new = NewApiToken {
                name,
                scopes,
                queues: (!queues.is_empty()).then_some(queues),
                expires_at: now.checked_add(SignedDuration::from_hours(24 * i64::from(days)))?,
            };
            let until = day(new.expires_at);
            let issued = staff.issue_api_token(new, &Actor::CommandLine).await?;
            let message = output.words.message("token-made").with("until", until).to_string();
            output.line(format_args!("{message}\n  {}", issued.expose()))
        }
        TokenCommand::List => {
            for token in staff.api_tokens().await? {
                output.line(line(&token, now))?;
            }
            Ok(())
        }
        TokenCommand::Revoke { token } => {
            let unknown = || Refusal::new("cli.no_such_token").into();
            let token = token.parse().map_err(|_| unknown())?;
            staff.revoke_api_token(token, &Actor::CommandLine).await.map_err(|error| match error {
                Error::NotFound => unknown(),
                other => other,
            })?;
            let message = output.words.text("token-revoked").into_owned();
            output.line(message)
        }
    }
}

fn scope(name: &str) -> Result<Permission, Refusal> {
    let found = Permission::ALL.iter().copied().find(|permission| permission.name() == name);
    found.ok_or_else(|| Refusal::new("staff.token_scope").with("scope", name))
}

/// For people and for `cut`: one line, words parted by two blanks.
fn line(token: &ApiTokenInfo, now: Timestamp) -> String {
    let state = match token.revoked_at {
        Some(_) => "revoked",
        None if token.works(now) => "works",
        None => "ended",
    };
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.name()).collect();
    let queues = token.queues.iter().flatten().cloned().collect::<Vec<_>>().join(",");
    let queues = if token.queues.is_none() { "*".to_owned() } else { queues };
    let used = token.used_at.map_or_else(|| "-".to_owned(), day);
    let (id, name, until) = (token.id, &token.name, day(token.expires_at));
    format!("{id}  {state}  {until}  {used}  {queues}  {}  {name}", scopes.join(","))
}

fn day(moment: Timestamp) -> String {
    moment.strftime("%F").to_string()
}
