//! What an institution begins with: read from its folder once, when there is nothing yet.

use std::collections::HashMap;

use audit::Actor;
use kernel::id::{CannedReply, Id};
use kernel::{LocalText, Refusal, Result};
use routing::QueueId;
use serde::Deserialize;

use crate::action::Action;
use crate::automation::Automation;
use crate::kept;
use crate::prepared::{Draft, Texts};
use crate::rules::{NewRule, RuleDraft, store};
use crate::scope::Scope;

/// `replies.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replies {
    #[serde(default)]
    reply: Vec<Reply>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    shortcut: String,
    name: LocalText,
    /// For everyone, unless it is for one queue.
    queue: Option<QueueId>,
    text: LocalText,
}

/// `automation.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Automatic {
    #[serde(default, rename = "macro")]
    macros: Vec<Macro>,
    #[serde(default)]
    rule: Vec<Rule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Macro {
    shortcut: String,
    name: LocalText,
    queue: Option<QueueId>,
    #[serde(rename = "do")]
    actions: Vec<Action<String>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Rule {
    on: bool,
    #[serde(flatten)]
    draft: RuleDraft<String>,
}

/// An institution's files, read but not yet recorded.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    replies: Replies,
    automatic: Automatic,
}

/// How much was recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    pub replies: usize,
    pub macros: usize,
    pub rules: usize,
}

impl Defaults {
    /// Reads the texts of `replies.toml` and `automation.toml`. Refused with the place of a mistake.
    pub fn read(replies: &str, automation: &str) -> Result<Self, Refusal> {
        let malformed = |file: &'static str| {
            move |error: toml::de::Error| {
                Refusal::new("automation.file_malformed").with("file", file).with("reason", error)
            }
        };
        Ok(Self {
            replies: toml::from_str(replies).map_err(malformed("replies.toml"))?,
            automatic: toml::from_str(automation).map_err(malformed("automation.toml"))?,
        })
    }
}

impl Automation {
    /// Records what an institution begins with, all or nothing; does nothing when there ever was something.
    pub async fn load_defaults(&self, defaults: Defaults) -> Result<Loaded> {
        self.write(move |automation, tx| {
            let is_new =
                kept::is_empty::<Texts>(tx)? && kept::is_empty::<Vec<Action>>(tx)? && store::is_empty(tx)?;
            if !is_new {
                return Ok(Loaded::default());
            }
            let by = Actor::system();
            let mut by_shortcut: HashMap<String, Id<CannedReply>> = HashMap::new();
            for reply in defaults.replies.reply.clone() {
                let draft = Draft {
                    name: reply.name,
                    shortcut: reply.shortcut.clone(),
                    scope: scope(reply.queue),
                    body: Texts(reply.text),
                };
                by_shortcut.insert(reply.shortcut, automation.add_in(tx, draft, &by)?);
            }
            let id_of = |shortcut: String| {
                let found = by_shortcut.get(&shortcut).copied();
                found.ok_or_else(|| Refusal::new("automation.reply_unknown").with("shortcut", shortcut))
            };
            for one in defaults.automatic.macros.clone() {
                let actions = one.actions.into_iter().map(|action| action.resolve(id_of));
                let body: Vec<Action> = actions.collect::<Result<_, Refusal>>()?;
                let draft = Draft { name: one.name, shortcut: one.shortcut, scope: scope(one.queue), body };
                automation.add_in(tx, draft, &by)?;
            }
            for one in defaults.automatic.rule.clone() {
                let RuleDraft { name, when, only_if, then } = one.draft;
                let then = then.into_iter().map(|action| action.resolve(id_of));
                let then: Vec<Action> = then.collect::<Result<_, Refusal>>()?;
                let draft = RuleDraft { name, when, only_if, then };
                automation.add_rule_in(tx, NewRule { draft, on: one.on }, &by)?;
            }
            Ok(Loaded {
                replies: defaults.replies.reply.len(),
                macros: defaults.automatic.macros.len(),
                rules: defaults.automatic.rule.len(),
            })
        })
        .await
    }
}

fn scope(queue: Option<QueueId>) -> Scope {
    queue.map_or(Scope::Everyone, Scope::Queue)
}
