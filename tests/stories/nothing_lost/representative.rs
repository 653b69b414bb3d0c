//! A representative before the desk, whose requests are cut off now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use tokio::time::{sleep, timeout};

use super::MESSAGES;
use super::customer::answer_to;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
pub struct Representative {
    http: reqwest::Client,
    doors: Vec<String>,
    cookies: BTreeMap<String, String>,
}

/// What stands on a conversation's page.
struct Timeline {
    token: String,
    last: String,
    /// Number and words of each entry.
    entries: Vec<(u64, String)>,
}

impl Representative {
    pub async fn sign_in(doors: &[String], link: &str) -> Self {
        let http = chat::client::http().unwrap();
        let mut one = Self { http, doors: doors.to_vec(), cookies: BTreeMap::new() };
        let page = one.get(&doors[0], link).await.unwrap();
        let token = between(&page, "name=\"form_token\" value=\"", "\"").expect("a form").to_owned();
        one.post(&doors[0], link, &[("form_token", &token)]).await.unwrap();
        assert!(
            one.cookies.keys().any(|name| name.contains("session")),
            "signed in: {:?}",
            one.cookies.keys()
        );
        one
    }

    /// All open conversations.
    pub async fn conversations(&self, count: usize) -> Vec<String> {
        let mut one = self.clone();
        let (mut found, mut page) = (BTreeSet::new(), "/desk/conversations?view=open&part=list".to_owned());
        while found.len() < count {
            let text = one.get(&self.doors[0], &page).await.unwrap();
            let before = found.len();
            found.extend(text.split("/desk/conversations/").skip(1).filter_map(|rest| {
                let id: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                id.starts_with("cnv_").then_some(id)
            }));
            let Some(more) = between(&text, "id=\"row-more\"><a class=\"tool\" href=\"", "\"") else { break };
            page = format!("{}&part=list", more.replace("&amp;", "&").replace("&#38;", "&"));
            assert!(found.len() > before, "a page brings more");
        }
        assert_eq!(found.len(), count, "every conversation is on the list");
        found.into_iter().collect()
    }

    /// Answers every message until it is over; returns how many messages were seen.
    pub async fn work(mut self, mine: Vec<String>, over: Arc<AtomicBool>, number: usize) -> usize {
        let mut chance = fastrand::Rng::with_seed(1_000 + number as u64);
        while !over.load(Ordering::Relaxed) {
            for id in &mine {
                let door = chance.choice(&self.doors).unwrap().clone();
                // A request that fails or is cut off is made again at the next turn, under the same key.
                if self.answer(&door, id, &mut chance).await.is_err() {
                    sleep(Duration::from_millis(chance.u64(20..200))).await;
                }
            }
            // Nobody reads faster than this.
            sleep(Duration::from_millis(200)).await;
        }
        let mut seen = 0;
        for id in &mine {
            let door = self.doors[0].clone();
            seen += check(&self.read(&door, id).await.unwrap());
        }
        seen
    }

    async fn answer(&mut self, door: &str, id: &str, chance: &mut fastrand::Rng) -> Result<(), Failure> {
        let timeline = self.read(door, id).await?;
        let answered: BTreeSet<&str> = timeline.entries.iter().map(|(_, words)| words.as_str()).collect();
        for (n, words) in &timeline.entries {
            let answer = answer_to(words);
            if !is_said_by_customer(words) || answered.contains(answer.as_str()) {
                continue;
            }
            // One key an answer: whether the one before arrived is not known when its request was cut off.
            let key = format!("answer-{n:04}-{}", &id[id.len() - 8..]);
            let fields = [
                ("form_token", timeline.token.as_str()),
                ("kind", "reply"),
                ("words", &answer),
                ("key", &key),
                ("seen", &timeline.last),
                ("back", "/desk/conversations"),
                ("anyway", "yes"),
            ];
            let path = format!("/desk/conversations/{id}/say");
            let send = self.post(door, &path, &fields);
            // Hung up before the answer, sometimes before the request has even arrived.
            let patience = if chance.u8(0..5) == 0 { chance.u64(1..30) } else { 10_000 };
            timeout(Duration::from_millis(patience), send).await??;
            // In order: the next one only when this one was taken.
        }
        Ok(())
    }

    async fn read(&mut self, door: &str, id: &str) -> Result<Timeline, Failure> {
        let page = self.get(door, &format!("/desk/conversations/{id}?part=conversation")).await?;
        let missing = |what: &'static str| move || format!("no {what} on the page");
        let token = between(&page, "name=\"form_token\" value=\"", "\"").ok_or_else(missing("form"))?;
        let last = between(&page, "data-last=\"", "\"").ok_or_else(missing("last number"))?;
        let entries = page.split("id=\"e-").skip(1).filter_map(|rest| {
            let n = rest.split_once('"')?.0.parse().ok()?;
            let words = between(rest, "<div class=\"entry-text\"", "</div>")?.split_once('>')?.1;
            // Up to the next entry only.
            Some((n, words.replace("&#8220;", "“").replace("&#8221;", "”")))
        });
        Ok(Timeline { token: token.to_owned(), last: last.to_owned(), entries: entries.collect() })
    }

    async fn get(&mut self, door: &str, path: &str) -> Result<String, Failure> {
        let request = self.http.get(format!("{door}{path}")).header(COOKIE, self.cookie()).send();
        let response = timeout(Duration::from_secs(20), request).await??;
        self.keep(&response);
        let status = response.status();
        let text = response.text().await?;
        if status.is_success() { Ok(text) } else { Err(format!("{path}: {status}").into()) }
    }

    async fn post(&mut self, door: &str, path: &str, fields: &[(&str, &str)]) -> Result<(), Failure> {
        let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .http
            .post(format!("{door}{path}"))
            .header(COOKIE, self.cookie())
            .header("origin", door)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let response = request.send().await?;
        self.keep(&response);
        let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        if response.status().is_redirection() && !to.contains("sign-in") {
            return Ok(());
        }
        Err(format!("{path}: {} {}", response.status(), response.text().await?).into())
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, response: &reqwest::Response) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|cookie| cookie.split(';').next());
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn is_said_by_customer(words: &str) -> bool {
    words.starts_with("customer ") && words.contains(" says thing ")
}

/// What the representative's page shows in the end; returns how many messages of the customer.
fn check(timeline: &Timeline) -> usize {
    let said: Vec<_> = timeline.entries.iter().filter(|(_, words)| is_said_by_customer(words)).collect();
    let numbers: Vec<_> = timeline.entries.iter().map(|(n, _)| *n).collect();
    assert!(numbers.is_sorted_by(|one, other| one < other), "in order: {numbers:?}");
    let once: BTreeSet<_> = said.iter().map(|(_, words)| words).collect();
    assert_eq!(once.len(), said.len(), "each once");
    assert_eq!(said.len(), MESSAGES, "all of them");
    let in_order =
        said.iter().enumerate().all(|(message, (_, words))| words.ends_with(&format!("thing {message}")));
    assert!(in_order, "in the order of saying: {said:?}");
    said.len()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}
