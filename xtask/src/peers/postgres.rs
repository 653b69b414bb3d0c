//! A PostgreSQL server for one run: its own temporary folder, no port, gone afterwards.
//!
//! It listens only on a socket inside a folder that nobody but its owner (and root) can enter, which is
//! what makes trusting every connection safe.

use std::fs::File;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

use crate::run;

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// The data is thrown away, so nothing needs to survive a crash.
const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
];

pub struct Server {
    process: Child,
    // After the process: it is removed when nobody writes into it any more.
    folder: TempDir,
}

/// The folder with the server's programs: from PATH, or the newest that Debian keeps outside of it.
pub fn find(path: &[PathBuf], versions: &Path) -> Option<PathBuf> {
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file())
    };
    if let Some(folder) = path.iter().find(|folder| complete(folder)) {
        return Some(folder.clone());
    }
    let entries = std::fs::read_dir(versions).ok()?.filter_map(Result::ok);
    let numbered = entries.filter_map(|entry| {
        let number: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((number, entry.path().join("bin")))
    });
    let newest = numbered.filter(|(_, folder)| complete(folder)).max();
    newest.map(|(_, folder)| folder)
}

impl Server {
    pub fn start(binaries: &Path) -> Result<Self> {
        // Not TMPDIR: a socket's path must stay under 108 bytes, and the server's user must reach it.
        let folder = tempfile::Builder::new().prefix("switchboard-test-").tempdir_in("/tmp")?;
        let owner = owner()?;
        if let Some(user) = &owner {
            chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        initialise(binaries, folder.path(), owner.as_ref())?;

        let log = File::create(folder.path().join("log"))?;
        let mut command = command_of(binaries, owner.as_ref(), folder.path());
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.arg("-D").arg(folder.path().join("data")).arg("-k").arg(folder.path());
        // In a group of its own, a Ctrl-C in the terminal does not take it away from tests still ending.
        command.process_group(0).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().context("starting PostgreSQL")?;

        let mut server = Self { process, folder };
        server.wait_until_ready(binaries)?;
        Ok(server)
    }

    /// Of the database `postgres`, as superuser; the last part may be replaced for another database.
    pub fn url(&self) -> String {
        let folder = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgresql://postgres@{folder}/postgres")
    }

    fn wait_until_ready(&mut self, binaries: &Path) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let mut ask = Command::new(binaries.join("pg_isready"));
            ask.args(["--quiet", "--username=postgres", "--dbname=postgres", "--port=5432", "--host"]);
            if ask.arg(self.folder.path()).status()?.success() {
                return Ok(());
            }
            run::ensure_not_interrupted()?;
            let ended = self.process.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start; its log:\n{log}");
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, signal: Signal) {
        if let Ok(process) = i32::try_from(self.process.id()) {
            // An error only says that it has ended.
            let _ = kill(Pid::from_raw(process), signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT disconnects everybody and ends in order; SIGKILL is for a server that hangs.
        self.signal(Signal::SIGINT);
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(10));
        }
        self.signal(Signal::SIGKILL);
        let _ = self.process.wait();
    }
}

/// PostgreSQL refuses to run as root; somebody without rights runs it then.
fn owner() -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    bail!("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it")
}

fn initialise(binaries: &Path, folder: &Path, owner: Option<&User>) -> Result<()> {
    let mut command = Command::new(binaries.join("initdb"));
    if let Some(user) = owner {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    // Started from a folder its user may not enter, it would complain.
    command.current_dir(folder).arg("-D").arg(folder.join("data"));
    command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    let output = command.stdin(Stdio::null()).output().context("running initdb")?;
    ensure!(output.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// `setpriv` also has the kernel end the server should we be killed and never reach `drop`.
fn command_of(binaries: &Path, owner: Option<&User>, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.current_dir(folder).arg("--pdeathsig=INT");
    if let Some(user) = owner {
        command.arg(format!("--reuid={}", user.uid)).arg(format!("--regid={}", user.gid));
        command.arg("--clear-groups");
    }
    command.arg(binaries.join("postgres"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fake_binaries(folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        for name in ["initdb", "postgres", "pg_isready"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
    }

    #[test]
    fn a_server_in_path_is_preferred() {
        let root = tempfile::tempdir().unwrap();
        let (path, versions) = (root.path().join("path"), root.path().join("versions"));
        fake_binaries(&path);
        fake_binaries(&versions.join("15/bin"));
        assert_eq!(find(&[root.path().join("none"), path.clone()], &versions), Some(path));
    }

    #[test]
    fn the_newest_version_is_the_highest_number_that_is_complete() {
        let versions = tempfile::tempdir().unwrap();
        for name in ["9", "15"] {
            fake_binaries(&versions.path().join(name).join("bin"));
        }
        std::fs::create_dir_all(versions.path().join("17/bin")).unwrap();
        assert_eq!(find(&[], versions.path()), Some(versions.path().join("15/bin")));
    }

    #[test]
    fn a_client_alone_is_no_server() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pg_isready"), "").unwrap();
        assert_eq!(find(&[folder.path().to_path_buf()], Path::new("/nowhere")), None);
    }

    #[test]
    fn a_server_answers_while_it_is_held_and_leaves_nothing_behind() {
        let binaries = find(&super::super::folders_in_path(), Path::new("/usr/lib/postgresql"))
            .expect("PostgreSQL is needed: run this through `cargo xtask test`");
        let server = Server::start(&binaries).unwrap();
        let folder = server.folder.path().to_path_buf();

        let mut ask = Command::new(binaries.join("psql"));
        let answer = ask.args(["--no-psqlrc", "-Atc", "select 6 * 7"]).arg(server.url()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), "42", "{answer:?}");

        let pid = i32::try_from(server.process.id()).unwrap();
        drop(server);
        assert!(!folder.exists(), "the folder is gone");
        assert!(kill(Pid::from_raw(pid), None).is_err(), "the process is gone");
    }
}
