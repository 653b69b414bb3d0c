//! Somebody before a screen: what they see, what they press, and how their device is set.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, Key, TypingData, WebDriver, WebElement};
use tokio::time::{Instant, sleep};

use crate::browser::Browser;

/// A phone in the hand, and a window on a desk.
pub const PHONE: (u32, u32) = (360, 740);
pub const DESK: (u32, u32) = (1280, 900);

/// More stops than any page has; a keyboard that needs more of them is no way.
const TAB_LIMIT: usize = 60;

/// How long somebody waits for what should be there at once.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
    /// Light, for somebody who asks for more contrast.
    Contrast,
}

/// What has the focus.
#[derive(Debug, Clone, Deserialize)]
pub struct Focus {
    /// Name of the element, such as `input`.
    pub tag: String,
    /// What a screen reader would call it, near enough to find it by.
    pub name: String,
    /// A sighted person can tell that it has the focus.
    pub shown: bool,
    /// It lies in the window, under nothing else.
    pub in_view: bool,
}

pub struct Visitor {
    driver: WebDriver,
    home: String,
}

impl Visitor {
    /// Begins a story at `home` in a browser of its own. A story that fails leaves a picture of its end.
    pub async fn begin(home: &str, story: impl AsyncFnOnce(&Self)) {
        let browser = Browser::start().await;
        let visitor = Self { driver: browser.driver.clone(), home: home.to_owned() };
        let told = AssertUnwindSafe(story(&visitor)).catch_unwind().await;
        if told.is_err() {
            visitor.keep_picture().await;
        }
        browser.close().await;
        if let Err(panic) = told {
            resume_unwind(panic);
        }
    }

    /// Goes to a page of the centre, or to any other address.
    pub async fn open(&self, page: &str) {
        let address = if page.starts_with('/') { format!("{}{page}", self.home) } else { page.to_owned() };
        self.driver.goto(&address).await.unwrap_or_else(|error| panic!("opening {address}: {error}"));
    }

    pub async fn find(&self, css: &str) -> WebElement {
        let found = self.driver.find(By::Css(css)).await;
        found.unwrap_or_else(|error| panic!("looking for {css}: {error}"))
    }

    /// What is written there, as it is seen.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect("a text")
    }

    /// The language that the page says it is in.
    pub async fn language(&self) -> String {
        self.look("return document.documentElement.lang").await
    }

    /// What the centre answered with, such as 200.
    pub async fn status(&self) -> u16 {
        self.look("return performance.getEntriesByType('navigation')[0].responseStatus").await
    }

    /// Waits until a page whose address begins like this is there.
    pub async fn arrives(&self, page: &str) {
        let place = || async {
            let address = self.driver.current_url().await.expect("an address").to_string();
            address.strip_prefix(&self.home).unwrap_or(&address).to_owned()
        };
        self.wait_for(&format!("the page {page}"), async || {
            let there = place().await.starts_with(page);
            there && self.look::<String>("return document.readyState").await == "complete"
        })
        .await;
    }

    /// Waits until this can be read there.
    pub async fn reads(&self, css: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)";
        self.wait_for(&format!("{text:?} in {css}"), async || {
            let read: Vec<String> = self.look_with(script, vec![css.into()]).await;
            read.iter().any(|read| read.contains(text))
        })
        .await;
    }

    /// Waits until it is on the page.
    pub async fn waits_for(&self, css: &str) {
        let script = "return document.querySelector(arguments[0]) !== null";
        self.wait_for(css, async || self.look_with::<bool>(script, vec![css.into()]).await).await;
    }

    /// Waits until a field holds these words.
    pub async fn holds(&self, css: &str, text: &str) {
        let script = "return document.querySelector(arguments[0])?.value ?? ''";
        self.wait_for(&format!("{text:?} written in {css}"), async || {
            self.look_with::<String>(script, vec![css.into()]).await == text
        })
        .await;
    }

    async fn wait_for(&self, what: &str, there: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !there().await {
            assert!(Instant::now() < deadline, "waited in vain for {what}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    // How the device is set.

    pub async fn screen(&self, (width, height): (u32, u32)) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub async fn theme(&self, theme: Theme) {
        let scheme = if theme == Theme::Dark { "dark" } else { "light" };
        let contrast = if theme == Theme::Contrast { "more" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-contrast", "value": contrast },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Shows the page as it would be printed.
    pub async fn on_paper(&self) {
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    }

    /// Puts the visitor into an IANA zone.
    pub async fn zone(&self, zone: &str) {
        self.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
    }

    pub async fn without_javascript(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    // The keyboard.

    /// Presses one key, or types a text, into whatever has the focus.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("the keyboard works");
    }

    /// Presses Tab until the thing with this name has the focus. On the way everything that takes the focus
    /// must show it.
    pub async fn tab_to(&self, name: &str) -> Focus {
        let mut passed = Vec::new();
        for _ in 0..TAB_LIMIT {
            self.press(Key::Tab).await;
            let focus = self.focus().await;
            assert!(focus.shown, "nobody sees that this has the focus: {focus:?}");
            assert!(focus.in_view, "this has the focus out of sight: {focus:?}");
            if focus.name.contains(name) {
                return focus;
            }
            passed.push(focus.name);
        }
        panic!("Tab never reaches {name:?}; it passed {passed:?}");
    }

    pub async fn focus(&self) -> Focus {
        self.look(include_str!("focus.js")).await
    }

    // What the page says about itself.

    /// How far the page is wider than the window.
    pub async fn overflow(&self) -> u32 {
        self.look("const page = document.documentElement; return page.scrollWidth - page.clientWidth;").await
    }

    /// Asks the page a question in JavaScript, of which the page itself knows nothing.
    pub async fn look<T: DeserializeOwned>(&self, script: &str) -> T {
        self.look_with(script, Vec::new()).await
    }

    async fn look_with<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let answer = self.driver.execute(script, arguments).await.expect("the page answers");
        answer.convert().expect("an answer of the expected form")
    }

    /// What the browser complained about since it was last asked: errors, and what the page's own policy
    /// forbade it.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("the browser's log");
        log.into_iter().map(|entry| format!("{:?}: {}", entry.level, entry.message)).collect()
    }

    pub async fn devtools(&self, method: &str, parameters: Value) {
        let done = self.driver.cdp().send_raw(method, parameters).await;
        done.unwrap_or_else(|error| panic!("{method}: {error}"));
    }

    #[allow(clippy::print_stderr, reason = "a test's output is where a developer looks")]
    async fn keep_picture(&self) {
        let test = std::thread::current().name().unwrap_or("story").replace("::", "-");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.png"));
        if self.driver.screenshot(&path).await.is_ok() {
            eprintln!("how the story ended is in {}", path.display());
        }
    }
}
