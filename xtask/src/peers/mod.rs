//! The programs that tests talk to, found or installed, and started privately.

mod browser;
mod oidc;
mod packages;
mod postgres;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use tempfile::TempDir;

use self::browser::Browser;
use self::packages::Distribution;
use crate::run;

/// Everything the tests need, running as long as this lives.
pub struct Peers {
    postgres: postgres::Server,
    browser: Browser,
    oidc: PathBuf,
    /// For temporary files: a browser that is stopped leaves some, and they end with us.
    scratch: TempDir,
}

impl Peers {
    /// Finds what is there, installs what is not if it may, and starts the servers.
    pub fn bring() -> Result<Self> {
        run::ensure_not_interrupted()?;
        let distribution = Distribution::detect();
        if let Err(missing) = find()
            && let Some(distribution) = &distribution
            && packages::may_install()
        {
            run::step(&mut distribution.install(&missing))?;
        }
        let (binaries, browser, oidc) = match find() {
            Ok(found) => found,
            Err(missing) => bail!("{}", packages::explain(&missing, distribution.as_ref())),
        };
        let oidc = oidc.program()?;
        run::ensure_not_interrupted()?;
        let scratch = tempfile::Builder::new().prefix("switchboard-").tempdir_in("/tmp")?;
        Ok(Self { postgres: postgres::Server::start(&binaries)?, browser, oidc, scratch })
    }

    pub fn environment(&self) -> [(&'static str, OsString); 5] {
        [
            ("SWITCHBOARD_TEST_POSTGRES", self.postgres.url().into()),
            (browser::CHROMIUM, self.browser.chromium.clone().into()),
            (browser::CHROMEDRIVER, self.browser.chromedriver.clone().into()),
            (oidc::PROGRAM, self.oidc.clone().into()),
            ("TMPDIR", self.scratch.path().into()),
        ]
    }
}

/// A peer that was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Postgres,
    Chromium,
    Chromedriver,
    /// With the module that makes environments, for peers that are Python packages.
    Python,
}

fn find() -> Result<(PathBuf, Browser, oidc::Source), Vec<Peer>> {
    let path = folders_in_path();
    let binaries = postgres::find(&path, Path::new("/usr/lib/postgresql"));
    match (binaries, browser::find(&path), oidc::find(&path)) {
        (Some(binaries), Ok(browser), Some(oidc)) => Ok((binaries, browser, oidc)),
        (binaries, browser, oidc) => {
            let mut missing = browser.err().unwrap_or_default();
            if binaries.is_none() {
                missing.insert(0, Peer::Postgres);
            }
            if oidc.is_none() {
                missing.push(Peer::Python);
            }
            Err(missing)
        }
    }
}

fn folders_in_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}
