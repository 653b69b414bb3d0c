//! The command line: what can be asked of the program, and which part answers.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::api_tokens::TokenCommand;
use crate::audit_trail::AuditCommand;
use crate::directory::DirectoryCommand;
use crate::knowledge::KnowledgeCommand;
use crate::staff_members::StaffCommand;
use crate::triage::TriageCommand;
use crate::vault_keys::VaultCommand;

/// The customer-service centre of a lender in one program.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command accepts. Each setting can also stand in the settings file or the environment.
#[derive(Debug, Default, Clone, Args)]
pub struct Common {
    /// Settings file [default: switchboard.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "SWITCHBOARD_SETTINGS")]
    pub settings: Option<PathBuf>,
    /// Folder for everything the centre keeps
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Database: sqlite:FILE or postgres://…
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Language of what this command prints, such as en or es
    #[arg(long, global = true, value_name = "TAG", env = "LANG", hide_env = true)]
    pub lang: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the centre (also what happens without a command)
    Serve {
        /// Address and port to listen on, such as 127.0.0.1:8080
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
    },
    /// Start a centre with invented people and a day of real questions, in a folder of its own
    Demo {
        /// Address and port to listen on, such as 127.0.0.1:8080
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// How many times faster than real the day passes, 1 to 10000
        #[arg(long, value_name = "TIMES", default_value_t = 10.0)]
        speed: f64,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// The contact directory: import, ask, check, compare
    Directory {
        #[command(subcommand)]
        command: DirectoryCommand,
    },
    /// Articles and guides: import, export, check, rebuild the search
    Knowledge {
        #[command(subcommand)]
        command: KnowledgeCommand,
    },
    /// What messages are about: learn it from examples, measure it, try it
    Triage {
        #[command(subcommand)]
        command: TriageCommand,
    },
    /// The people who work here: the first administrator, lost ways in
    Staff {
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// What lets other programs in: make a token, list them, revoke one
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// The audit trail: check it, export it
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// The master key: make one, change to a new one
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// Check settings, database, clock, disk and port, and say what to do
    Doctor,
}
