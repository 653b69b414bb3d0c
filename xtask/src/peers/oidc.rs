//! A single sign-on provider: a small Python program, kept in an environment of its own under `target`.
//! Tests start it themselves, so having one that works is all.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::browser::works;
use crate::run;

pub const PROGRAM: &str = "SWITCHBOARD_TEST_OIDC";

const PACKAGE: &str = "oidc-provider-mock";
const VERSION: &str = "0.3.4";

/// Where the program is, or what can bring it.
pub enum Source {
    There(PathBuf),
    Python(PathBuf),
}

pub fn find(path: &[PathBuf]) -> Option<Source> {
    let chosen = std::env::var_os(PROGRAM).map(PathBuf::from);
    let there = chosen.into_iter().chain([program(&environment())]).find(|program| answers(program));
    there.map(Source::There).or_else(|| python(path).map(Source::Python))
}

impl Source {
    /// The program; installed now, if it was not yet.
    pub fn program(self) -> Result<PathBuf> {
        let python = match self {
            Self::There(program) => return Ok(program),
            Self::Python(python) => python,
        };
        let environment = environment();
        fs::create_dir_all(&environment)?;
        // Two runs that begin at once install it one after the other; the lock goes with the file.
        let lock = File::create(environment.with_extension("lock"))?;
        lock.lock()?;
        let program = program(&environment);
        if !answers(&program) {
            install(&python, &environment).with_context(|| {
                format!("installing {PACKAGE} {VERSION} from PyPI; without a network, install it elsewhere and set {PROGRAM}")
            })?;
        }
        Ok(program)
    }
}

fn install(python: &Path, environment: &Path) -> Result<()> {
    run::step(Command::new(python).args(["-m", "venv", "--clear"]).arg(environment))?;
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    run::step(pip.arg(format!("{PACKAGE}=={VERSION}")))
}

/// Beside what Cargo builds, so that `cargo clean` takes it away too.
fn environment() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let target = std::path::absolute(&target).unwrap_or(target);
    target.join("peers").join(format!("{PACKAGE}-{VERSION}"))
}

fn program(environment: &Path) -> PathBuf {
    environment.join("bin").join(PACKAGE)
}

/// It knows no `--version`.
fn answers(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.arg("--help").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A Python that can make environments. Debian packs that module apart.
fn python(path: &[PathBuf]) -> Option<PathBuf> {
    let can = |python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    path.iter().map(|folder| folder.join("python3")).find(|python| works(python) && can(python))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_named_after_the_version_it_holds() {
        let environment = environment();
        assert!(environment.is_absolute());
        assert!(program(&environment).ends_with("peers/oidc-provider-mock-0.3.4/bin/oidc-provider-mock"));
    }

    #[test]
    fn nothing_is_found_in_an_empty_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(python(&[folder.path().to_path_buf()]), None);
        assert!(!answers(&folder.path().join(PACKAGE)));
    }
}
