//! A browser of its own for one story: chromedriver on a free port, Chromium without a window.

use std::process::Stdio;
use std::time::Duration;

use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

const CHROMIUM: &str = "SWITCHBOARD_TEST_CHROMIUM";
const CHROMEDRIVER: &str = "SWITCHBOARD_TEST_CHROMEDRIVER";

const START_LIMIT: Duration = Duration::from_secs(30);
const ANSWER_LIMIT: Duration = Duration::from_mins(1);

pub struct Browser {
    pub driver: WebDriver,
    chromedriver: Child,
}

impl Browser {
    pub async fn start() -> Self {
        let mut command = Command::new(given(CHROMEDRIVER));
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut chromedriver = command.spawn().expect("chromedriver starts");
        let port = timeout(START_LIMIT, announced_port(&mut chromedriver)).await;
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver says its port"));

        // A proxy from the environment must not stand between us and our own machine.
        let client = reqwest::Client::builder().no_proxy().timeout(ANSWER_LIMIT).build();
        let driver = WebDriver::builder(address, capabilities()).client(client.expect("a client"));
        Self { driver: driver.await.expect("Chromium starts"), chromedriver }
    }

    /// Closes the window first; killing chromedriver alone would leave Chromium behind.
    pub async fn close(mut self) {
        self.driver.quit().await.expect("Chromium closes");
        self.chromedriver.kill().await.expect("chromedriver ends");
    }
}

/// Reads chromedriver's greeting up to the port it was given, and goes on reading so that it never waits.
async fn announced_port(chromedriver: &mut Child) -> u16 {
    let mut lines = BufReader::new(chromedriver.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("chromedriver's output is text") {
        let port = line
            .rsplit_once("successfully on port ")
            .and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
        if let Some(port) = port {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return port;
        }
    }
    panic!("chromedriver ended without saying its port");
}

fn capabilities() -> thirtyfour::ChromeCapabilities {
    let mut wanted = DesiredCapabilities::chrome();
    let mut add = |argument: &str| wanted.add_arg(argument).expect("an argument");
    add("--headless=new");
    add("--disable-dev-shm-usage");
    add("--no-proxy-server");
    // The centre's pages need nothing from anywhere else, and the browser may not look either.
    add("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
    if nix::unistd::geteuid().is_root() {
        add("--no-sandbox");
    }
    wanted.set_binary(&given(CHROMIUM)).expect("a path");
    wanted.set_browser_log_level(LoggingPrefsLogLevel::Warning).expect("a level");
    wanted
}

fn given(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run the stories with `cargo xtask test`, which finds the browser")
    })
}
