//! The workshop: what a change must pass (`cargo xtask test`), and the peers that its tests talk to.

mod peers;
mod run;
mod tidy;

use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Parser;

use crate::peers::Peers;

/// The workshop of Switchboard.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Checks everything: format, tidy, clippy and all tests. With arguments: only the tests.
    Test {
        /// Arguments for `cargo test`, after `--`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Runs a command with the peers that tests need.
    Peers {
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Checks the rules of the house.
    Tidy,
    /// Checks licences, bans, advisories and sources of all dependencies.
    Deny,
}

fn main() -> ExitCode {
    match perform(Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    run::listen_for_interrupts()?;
    std::env::set_current_dir(root()?).context("entering the project's folder")?;
    match task {
        Task::Test { arguments } if arguments.is_empty() => gate(),
        Task::Test { arguments } => test(cargo("test").args(arguments), &Peers::bring()?),
        Task::Peers { command } => {
            let peers = Peers::bring()?;
            let (program, arguments) = command.split_first().context("a command is needed")?;
            run::attached(Command::new(program).args(arguments).envs(peers.environment()))
        }
        Task::Tidy => tidy::check(Path::new(".")),
        Task::Deny => deny(),
    }
}

/// The quickest check first, so that a slip is told within seconds.
fn gate() -> Result<()> {
    run::step(cargo("fmt").args(["--all", "--check"]))?;
    run::timed("tidy", || tidy::check(Path::new(".")))?;
    run::step(cargo("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    test(cargo("test").args(["--workspace", "--no-fail-fast"]), &Peers::bring()?)
}

fn test(command: &mut Command, peers: &Peers) -> Result<()> {
    run::step(command.envs(peers.environment()))
}

fn deny() -> Result<()> {
    let installed = Command::new("cargo-deny").arg("--version").output().is_ok();
    anyhow::ensure!(installed, "cargo-deny is missing; install it with: cargo install --locked cargo-deny");
    run::step(Command::new("cargo-deny").arg("check"))
}

/// The cargo that runs us, so that a toolchain chosen by the caller stays chosen.
fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command);
    cargo
}

fn root() -> Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("start it with `cargo xtask`")?;
    let root = Path::new(&manifest).parent().context("xtask has a parent folder")?;
    Ok(root.to_path_buf())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Task::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_are_for_cargo_test() {
        let task = Task::parse_from(["xtask", "test", "--", "-p", "store", "--", "--nocapture"]);
        let Task::Test { arguments } = task else { panic!("a test was asked for") };
        assert_eq!(arguments, ["-p", "store", "--", "--nocapture"]);
    }
}
