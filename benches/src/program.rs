//! The real program, built for release and started privately, as a load test wants it.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A running centre of its own, ended when this is dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    _data: tempfile::TempDir,
}

impl Program {
    /// `target` is cargo's folder for what it builds. Builds, starts on a free port with a fresh data folder, and waits until it answers.
    pub async fn start(target: &Path) -> Result<Self, Failure> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let built = Command::new(env!("CARGO"))
            .args(["build", "--release", "--quiet", "-p", "switchboard"])
            .current_dir(&root)
            .status()?;
        if !built.success() {
            return Err("the program does not build".into());
        }
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let data = tempfile::tempdir_in(target)?;
        let child = Command::new(target.join("release/switchboard"))
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data.path())
            .env("SWITCHBOARD_LOG", "warn")
            .current_dir(&root)
            .stdout(Stdio::null())
            .spawn()?;
        let program = Self { child, address, _data: data };
        let began = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            if began.elapsed() > Duration::from_secs(20) {
                return Err("the program does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(program)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
