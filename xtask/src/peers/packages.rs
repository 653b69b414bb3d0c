//! Which packages bring a missing peer, and installing them where that is allowed.

use std::process::{Command, Stdio};

use super::Peer;

/// A distribution whose packages we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    Debian,
    Ubuntu,
}

/// Debian starts a cluster of its own when the server's package is installed; nobody asked for that one.
const INSTALL: &str = "
apt-get update
note=/etc/postgresql-common/createcluster.d/switchboard-test.conf
mkdir -p \"${note%/*}\"
trap 'rm -f \"$note\"' EXIT
echo 'create_main_cluster = false' > \"$note\"
export DEBIAN_FRONTEND=noninteractive
apt-get install --yes --no-install-recommends \"$@\"
";

impl Distribution {
    pub fn detect() -> Option<Self> {
        Self::from_release(&std::fs::read_to_string("/etc/os-release").ok()?)
    }

    fn from_release(release: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        let names = format!("{} {}", field("ID"), field("ID_LIKE"));
        let is = |name| names.split_whitespace().any(|word| word == name);
        if is("ubuntu") {
            Some(Self::Ubuntu)
        } else if is("debian") {
            Some(Self::Debian)
        } else {
            None
        }
    }

    pub fn install(self, missing: &[Peer]) -> Command {
        let mut command = if is_root() { Command::new("sh") } else { Command::new("sudo") };
        if !is_root() {
            command.args(["-n", "sh"]);
        }
        command.args(["-euc", INSTALL, "install"]).args(self.packages(missing));
        command
    }

    fn packages(self, missing: &[Peer]) -> Vec<&'static str> {
        let name = |peer: &Peer| match (peer, self) {
            (Peer::Postgres, _) => "postgresql",
            (Peer::Chromium, Self::Debian) => "chromium",
            (Peer::Chromium, Self::Ubuntu) => "chromium-browser",
            (Peer::Chromedriver, Self::Debian) => "chromium-driver",
            (Peer::Chromedriver, Self::Ubuntu) => "chromium-chromedriver",
            (Peer::Python, _) => "python3-venv",
        };
        missing.iter().map(name).collect()
    }
}

/// Root may, and whoever may become root without being asked for a password.
pub fn may_install() -> bool {
    succeeds(Command::new("apt-get").arg("--version"))
        && (is_root() || succeeds(Command::new("sudo").args(["-n", "true"])))
}

/// What is missing and how to mend it, for somebody who has to do it by hand.
pub fn explain(missing: &[Peer], distribution: Option<&Distribution>) -> String {
    let mut text = String::from("the tests need programs that were not found:\n");
    for peer in missing {
        text += match peer {
            Peer::Postgres => "  PostgreSQL server (initdb, postgres, pg_isready)\n",
            Peer::Chromium => "  Chromium or Google Chrome (or set SWITCHBOARD_TEST_CHROMIUM)\n",
            Peer::Chromedriver => {
                "  chromedriver of the same version (or set SWITCHBOARD_TEST_CHROMEDRIVER)\n"
            }
            Peer::Python => "  Python 3.10 or newer with venv (or set SWITCHBOARD_TEST_OIDC)\n",
        };
    }
    match distribution {
        Some(known) => {
            text += "install them with: sudo apt-get install ";
            text += &known.packages(missing).join(" ");
            let is_browser = |peer: &Peer| matches!(peer, Peer::Chromium | Peer::Chromedriver);
            if *known == Distribution::Ubuntu && missing.iter().any(is_browser) {
                text += "\nUbuntu's Chromium is a snap; where snaps do not run, install Google Chrome and its chromedriver";
            }
        }
        None => text += "install them with your system's package manager and put them on PATH",
    }
    text
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn succeeds(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Peer; 4] = [Peer::Postgres, Peer::Chromium, Peer::Chromedriver, Peer::Python];

    #[test]
    fn distributions_are_known_by_their_name_or_their_parent() {
        let from = Distribution::from_release;
        assert_eq!(from("NAME=x\nID=debian\n"), Some(Distribution::Debian));
        assert_eq!(from("ID=ubuntu\nID_LIKE=debian\n"), Some(Distribution::Ubuntu));
        assert_eq!(from("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), Some(Distribution::Ubuntu));
        assert_eq!(from("ID=fedora\n"), None);
    }

    #[test]
    fn only_the_missing_packages_are_installed() {
        let command = Distribution::Debian.install(&[Peer::Chromedriver]);
        assert_eq!(command.get_args().last().unwrap(), "chromium-driver");
        assert!(!command.get_args().any(|word| word == "postgresql"));
    }

    #[test]
    fn the_explanation_names_every_program_and_the_command() {
        let text = explain(&ALL, Some(&Distribution::Debian));
        for word in ["PostgreSQL", "Chromium", "chromedriver", "Python"] {
            assert!(text.contains(word), "{text}");
        }
        let command = "sudo apt-get install postgresql chromium chromium-driver python3-venv";
        assert!(text.ends_with(command), "{text}");
    }

    #[test]
    fn ubuntu_is_told_about_its_snap_only_when_the_browser_is_missing() {
        assert!(explain(&ALL, Some(&Distribution::Ubuntu)).contains("snap"));
        assert!(!explain(&[Peer::Postgres], Some(&Distribution::Ubuntu)).contains("snap"));
    }

    #[test]
    fn an_unknown_system_is_told_what_to_look_for() {
        assert!(explain(&ALL, None).ends_with("package manager and put them on PATH"));
    }
}
