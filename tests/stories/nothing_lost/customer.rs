//! A customer whose line keeps breaking.

use std::collections::BTreeSet;
use std::time::Duration;

use chat::client::{Customer, Failure, Line, Start};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::MESSAGES;

/// What a representative answers to these words.
pub fn answer_to(words: &str) -> String {
    format!("About “{words}”: done.")
}

/// What a customer says, in order.
pub fn words(customer: usize, number: usize) -> String {
    format!("customer {customer:03} says thing {number}")
}

pub struct Talk {
    customer: Customer,
    doors: Vec<String>,
    /// Everything up to here was received, without a gap.
    last: u64,
    own: Vec<String>,
    answers: Vec<String>,
    /// Numbers by which the centre confirmed our messages.
    confirmed: BTreeSet<u64>,
    sent: usize,
}

impl Talk {
    pub async fn begin(http: &reqwest::Client, doors: &[String], number: usize) -> Self {
        let text = words(number, 0);
        let name = format!("Customer {number:03}");
        let start = Start { name: &name, topic: "simple-question", text: &text };
        let customer = Customer::begin(http, &doors[number % doors.len()], start).await.unwrap();
        let (own, answers, confirmed) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { customer, doors: doors.to_vec(), last: 0, own, answers, confirmed, sent: 1 }
    }

    /// Talks until everything was said and answered; returns how many answers came.
    pub async fn until_content(mut self, number: usize) -> usize {
        let mut chance = fastrand::Rng::with_seed(number as u64);
        while self.answers.len() < MESSAGES {
            let door = chance.choice(&self.doors).unwrap().clone();
            // A centre that is down, or a line that broke, is dialled again.
            if self.one_line(&door, number, &mut chance).await.is_err() {
                sleep(Duration::from_millis(chance.u64(20..200))).await;
            }
        }
        let said: Vec<_> = (0..MESSAGES).map(|message| words(number, message)).collect();
        assert_eq!(self.own, said, "own words, once and in order");
        let answered: Vec<_> = said.iter().map(|words| answer_to(words)).collect();
        let once: BTreeSet<_> = self.answers.iter().collect();
        assert_eq!(once.len(), self.answers.len(), "no answer twice: {:?}", self.answers);
        assert_eq!(self.answers, answered, "every answer, in order");
        assert_eq!(self.confirmed.len(), MESSAGES - 1, "each message was confirmed under one number");
        self.answers.len()
    }

    async fn one_line(
        &mut self,
        door: &str,
        number: usize,
        chance: &mut fastrand::Rng,
    ) -> Result<(), Failure> {
        let mut line = self.customer.at(door).dial(self.last).await?;
        // What was not confirmed is sent again, in order, under the same keys.
        let first_open = self.confirmed.len() + 1;
        for message in first_open..self.sent {
            self.say(&mut line, number, message, chance).await?;
        }
        let until = chance.usize(2..12);
        for _ in 0..until {
            if self.answers.len() >= MESSAGES {
                return Ok(());
            }
            let Ok(frame) = timeout(Duration::from_secs(8), line.next()).await else { break };
            let Some(frame) = frame? else { break };
            self.hear(&frame);
            let may_say = self.sent < MESSAGES && chance.u8(0..3) == 0;
            if may_say {
                self.sent += 1;
                self.say(&mut line, number, self.sent - 1, chance).await?;
            }
        }
        // Dropped without a word, as when a phone loses its signal.
        Ok(())
    }

    async fn say(
        &self,
        line: &mut Line,
        number: usize,
        message: usize,
        chance: &mut fastrand::Rng,
    ) -> Result<(), Failure> {
        let (key, text) = (format!("key-{number:03}-{message:03}"), words(number, message));
        line.say(&key, &text).await?;
        if chance.u8(0..4) == 0 {
            line.say(&key, &text).await?;
        }
        Ok(())
    }

    fn hear(&mut self, frame: &Value) {
        match frame["t"].as_str().unwrap() {
            "entry" => {
                let n = frame["n"].as_u64().unwrap();
                assert_eq!(n, self.last + 1, "no gap and nothing twice");
                self.last = n;
                let text = frame["shown"]["text"].as_str().unwrap_or_default().to_owned();
                match frame["shown"]["by"].as_str() {
                    Some("you") => self.own.push(text),
                    Some("staff") => self.answers.push(text),
                    _ => {}
                }
            }
            "ack" => {
                self.confirmed.insert(frame["n"].as_u64().unwrap());
            }
            "refused" => panic!("refused: {frame}"),
            _ => {}
        }
    }
}
