//! A centre of one or two nodes that is killed and comes back where it was.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use super::REPRESENTATIVES;
use crate::centre::{INSTITUTION, program};

/// The file with the master key, in the house's folder.
const KEY: &str = "shared.key";
const START: Duration = Duration::from_mins(1);

pub struct House {
    folder: TempDir,
    database: Option<String>,
    nodes: Vec<Node>,
    links: Vec<String>,
    kills: usize,
}

struct Node {
    port: u16,
    process: Child,
}

impl House {
    pub async fn on_sqlite() -> Self {
        Self::start(None, 1).await
    }

    pub async fn on_postgres(database: &str, nodes: usize) -> Self {
        Self::start(Some(database.to_owned()), nodes).await
    }

    async fn start(database: Option<String>, nodes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(INSTITUTION), &folder.path().join("institution"));
        let people = folder.path().join("institution/demonstration.toml");
        std::fs::write(people, staff()).unwrap();
        // Chats begin before anybody sits at a desk.
        let queues = folder.path().join("institution/queues.toml");
        let text = std::fs::read_to_string(&queues).unwrap();
        std::fs::write(queues, text.replace("hours = \"staffed\"", "hours = { own = \"24/7\" }")).unwrap();
        // Nodes share one master key; one alone makes its own.
        if database.is_some() {
            let made =
                program(&folder).args(["vault", "generate"]).arg(folder.path().join(KEY)).status().await;
            assert!(made.unwrap().success(), "a master key");
        }
        let mut house = Self { folder, database, nodes: Vec::new(), links: Vec::new(), kills: 0 };
        for number in 0..nodes {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let (process, links) = house.run(port).await;
            house.nodes.push(Node { port, process });
            // Each start makes new links, and only the newest work.
            if number + 1 == nodes {
                house.links = links;
            }
        }
        house
    }

    /// Starts a node and waits until it says where it is and how to get in.
    async fn run(&self, port: u16) -> (Child, Vec<String>) {
        let mut command = program(&self.folder);
        command.env("SWITCHBOARD_INSTITUTION", self.folder.path().join("institution"));
        command.env("SWITCHBOARD_DESK__DEMONSTRATION", "true");
        for limit in
            ["STARTS_AT_ONCE", "STARTS_A_MINUTE", "DIALS_AT_ONCE", "DIALS_A_MINUTE", "SOCKETS_PER_ADDRESS"]
        {
            command.env(format!("SWITCHBOARD_CHAT__LIMITS__{limit}"), "1000000");
        }
        for limit in ["MESSAGES_AT_ONCE", "MESSAGES_A_MINUTE"] {
            command.env(format!("SWITCHBOARD_CHAT__LIMITS__{limit}"), "100000");
        }
        if let Some(database) = &self.database {
            command.env("SWITCHBOARD_VAULT__KEY__FILE", self.folder.path().join(KEY));
            command.args(["--database", database]);
        }
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let read = async {
            let mut links = Vec::new();
            while links.len() < REPRESENTATIVES {
                let line = lines.next_line().await.unwrap().expect("it goes on");
                if let Some((_, token)) = line.trim().split_once("/desk/sign-in/link/") {
                    links.push(format!("/desk/sign-in/link/{token}"));
                }
            }
            links
        };
        let links = timeout(START, read).await.expect("the node starts");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        (process, links)
    }

    pub fn doors(&self) -> Vec<String> {
        self.nodes.iter().map(|node| format!("http://127.0.0.1:{}", node.port)).collect()
    }

    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// Kills a node as a power cut does, and starts it where it was; each in turn.
    pub async fn kill_and_restart(&mut self) {
        let number = self.kills % self.nodes.len();
        self.kills += 1;
        let node = &mut self.nodes[number];
        let port = node.port;
        node.process.kill().await.expect("it can be killed");
        let (process, _) = self.run(port).await;
        self.nodes[number] = Node { port, process };
    }

    pub async fn stop(self) {
        for mut node in self.nodes {
            node.process.kill().await.expect("it can be ended");
        }
    }
}

/// Enough representatives, with room for everybody.
fn staff() -> String {
    let mut people = String::new();
    for number in 0..REPRESENTATIVES {
        write!(
            people,
            "[[person]]\nname = \"Agent {number:02}\"\nemail = \"agent{number:02}@demo.example\"\n\
             roles = [\"representative\"]\n[person.profile]\nqueues = {{ card-service = {{}} }}\n\
             languages = [\"en\"]\ncapacity = {{ chat = 20 }}\n\n"
        )
        .unwrap();
    }
    people
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
