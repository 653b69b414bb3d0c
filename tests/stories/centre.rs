//! The centre itself: the real program with a folder of its own, on a free port, until the story is over.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::visitor::Visitor;

const PROGRAM: &str = env!("CARGO_BIN_EXE_centre");
pub const INSTITUTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../institutions/ally");

/// Where one-time links lead, and how many the example institution's demonstration prints.
const LINK: &str = "/desk/sign-in/link/";
const INVENTED: usize = 4;

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Tells a story with a centre that was just founded, and somebody before a screen.
pub async fn story(tell: impl AsyncFnOnce(&Visitor)) {
    let folder = tempfile::tempdir().expect("a folder");
    let centre = Centre::start(&folder).await;
    Visitor::begin(&centre.address, tell).await;
    centre.stop().await;
}

pub struct Centre {
    /// Where it is open, such as `http://127.0.0.1:4711`.
    pub address: String,
    process: Child,
}

impl Centre {
    /// Starts it over what the folder holds, as somebody would in a terminal.
    pub async fn start(folder: &TempDir) -> Self {
        Self::serve(program(folder), 0).await
    }

    /// Starts it with the institution's invented people; also returns the way in for each of them.
    pub async fn start_demonstration(folder: &TempDir) -> (Self, Vec<String>) {
        let mut command = program(folder);
        command.env("SWITCHBOARD_DESK__DEMONSTRATION", "true");
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let (mut address, mut links) = (String::new(), Vec::new());
        let read = async {
            while links.len() < INVENTED {
                let line = lines.next_line().await.expect("its output is text").expect("it goes on");
                if let Some(word) = line.split_whitespace().find(|word| word.starts_with("http://"))
                    && address.is_empty()
                {
                    word.clone_into(&mut address);
                }
                if let Some(place) = line.find(LINK) {
                    links.push(line[place..].to_owned());
                }
            }
        };
        timeout(START_LIMIT, read).await.expect("the centre says how to get in");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        (Self { address, process }, links)
    }

    /// Starts it where people know it by this address.
    pub async fn start_at(folder: &TempDir, public: &str, port: u16) -> Self {
        Self::serve(Self::command(folder, public), port).await
    }

    /// The program at the command line, for a centre that people know by this address.
    pub fn command(folder: &TempDir, public: &str) -> Command {
        let mut command = program(folder);
        command.env("SWITCHBOARD_PUBLIC_URL", public);
        command
    }

    async fn serve(mut command: Command, port: u16) -> Self {
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let address = timeout(START_LIMIT, printed_address(&mut process)).await;
        Self { address: address.expect("the centre says where it is"), process }
    }

    /// Asks it to stop, as whoever supervises it does; it must end in order.
    pub async fn stop(mut self) {
        let process = self.process.id().expect("it still runs").try_into().expect("a process id");
        kill(Pid::from_raw(process), Signal::SIGTERM).expect("it can be told");
        let ended = timeout(STOP_LIMIT, self.process.wait()).await.expect("it stops in time");
        assert!(ended.expect("its status").success(), "it ended in order");
    }
}

/// The real program over what the folder holds, with nothing of the settings around us.
pub fn program(folder: &TempDir) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["--lang", "en", "--data"]).arg(folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SWITCHBOARD_")) {
        command.env_remove(name);
    }
    command.env("SWITCHBOARD_INSTITUTION", INSTITUTION).env("SWITCHBOARD_LOG", "warn");
    command.current_dir(Path::new(folder.path())).kill_on_drop(true);
    command
}

async fn printed_address(process: &mut Child) -> String {
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("its output is text") {
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned);
        if let Some(address) = address {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return address;
        }
    }
    panic!("the program ended without saying where it is open");
}
