//! Chromium and its driver. Tests start them themselves, so finding two that work is all.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Peer;

pub const CHROMIUM: &str = "SWITCHBOARD_TEST_CHROMIUM";
pub const CHROMEDRIVER: &str = "SWITCHBOARD_TEST_CHROMEDRIVER";

/// Where Debian and Ubuntu put programs outside PATH.
const MORE_FOLDERS: [&str; 4] =
    ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome", "/snap/bin"];

pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

pub fn find(path: &[PathBuf]) -> Result<Browser, Vec<Peer>> {
    let mut folders = path.to_vec();
    folders.extend(MORE_FOLDERS.iter().map(PathBuf::from));
    let chosen = |variable| std::env::var_os(variable).map(PathBuf::from).filter(|program| works(program));
    let chromium = chosen(CHROMIUM).or_else(|| {
        first_working(&folders, &["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"])
    });
    let chromedriver =
        chosen(CHROMEDRIVER).or_else(|| first_working(&folders, &["chromedriver", "chromium.chromedriver"]));
    match (chromium, chromedriver) {
        (Some(chromium), Some(chromedriver)) => Ok(Browser { chromium, chromedriver }),
        (chromium, chromedriver) => {
            let mut missing = Vec::new();
            if chromium.is_none() {
                missing.push(Peer::Chromium);
            }
            if chromedriver.is_none() {
                missing.push(Peer::Chromedriver);
            }
            Err(missing)
        }
    }
}

fn first_working(folders: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    let programs = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|program| works(program))
}

/// Being there is not enough: Ubuntu ships a script that only asks to install a snap.
pub(super) fn works(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn program(folder: &Path, name: &str, script: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_program_that_only_asks_for_something_else_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        program(folder.path(), "chromium", "exit 1");
        let chrome = program(folder.path(), "google-chrome", "exit 0");
        let folders = [folder.path().to_path_buf()];
        assert_eq!(first_working(&folders, &["chromium", "google-chrome"]), Some(chrome));
    }

    #[test]
    fn nothing_is_found_in_an_empty_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(first_working(&[folder.path().to_path_buf()], &["chromium"]), None);
    }
}
