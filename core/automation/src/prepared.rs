//! Canned replies and macros: adding, changing, finding and retiring them.

use audit::{Actor, ActorKind, Entry};
use kernel::id::{self, Id};
use kernel::{Error, Language, LocalText, NewEvent, Refusal, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use vault::masking::mask;

use crate::action::{self, Action, Place};
use crate::automation::Automation;
use crate::kept::{self, Kept, Sort};
use crate::scope::{Reader, Scope};
use crate::template::Template;
use crate::words::{Phrase, Text};

/// A text to reply with.
pub type CannedReply = Kept<Texts>;
/// Several actions done by one command.
pub type Macro = Kept<Vec<Action>>;

/// Tells other nodes that something prepared is new, different or gone.
const CHANGED: &str = "automation.prepared_changed";
/// Longest text of a reply, in characters.
const LONGEST_TEXT: usize = 5_000;
const LONGEST_NAME: usize = 100;
const LONGEST_SHORTCUT: usize = 40;
/// Most that one search answers.
const MOST_FOUND: usize = 50;

/// What a canned reply says, by language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(pub LocalText);

impl Sort for Texts {
    type Id = id::CannedReply;
    const NAME: &'static str = "reply";

    fn checked(self, _: &Automation, _: &mut Tx<'_>) -> Result<Self> {
        if self.0.is_empty() {
            return Err(Refusal::new("automation.text_malformed").with("longest", LONGEST_TEXT).into());
        }
        let checked = self.0.iter().map(|(language, text)| Ok((language.clone(), checked_text(text)?)));
        Ok(Self(LocalText::new(checked.collect::<Result<Vec<_>, Refusal>>()?)))
    }

    fn searched(&self) -> Vec<&str> {
        self.0.iter().map(|(_, text)| text).collect()
    }
}

fn checked_text(text: &str) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    let is_unfit = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.is_empty() || text.chars().count() > LONGEST_TEXT || text.contains(is_unfit) {
        return Err(Refusal::new("automation.text_malformed").with("longest", LONGEST_TEXT));
    }
    Template::parse(&text)?;
    Ok(mask(&text).text.into_owned())
}

impl Sort for Vec<Action> {
    type Id = id::Macro;
    const NAME: &'static str = "macro";

    fn checked(self, automation: &Automation, tx: &mut Tx<'_>) -> Result<Self> {
        action::check(&self, Place::Macro)?;
        automation.check_names(tx, &self)?;
        Ok(self)
    }

    fn searched(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Something prepared, about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<S> {
    pub name: LocalText,
    pub shortcut: String,
    pub scope: Scope,
    pub body: S,
}

impl<S: Sort> Draft<S> {
    fn kept(self, automation: &Automation, tx: &mut Tx<'_>, version: i64) -> Result<Kept<S>> {
        let malformed = || Refusal::new("automation.name_malformed").with("longest", LONGEST_NAME);
        let is_fit = |name: &str| {
            !name.trim().is_empty()
                && name.chars().count() <= LONGEST_NAME
                && !name.contains(char::is_control)
        };
        if self.name.is_empty() || !self.name.iter().all(|(_, name)| is_fit(name)) {
            return Err(malformed().into());
        }
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let shortcut = self.shortcut.trim().trim_start_matches('/').to_lowercase();
        if shortcut.is_empty()
            || shortcut.chars().count() > LONGEST_SHORTCUT
            || !shortcut.chars().all(is_plain)
        {
            return Err(Refusal::new("automation.shortcut_malformed")
                .with("longest", LONGEST_SHORTCUT)
                .into());
        }
        if let Scope::Queue(queue) = &self.scope {
            automation.check_queue(queue)?;
        }
        let body = self.body.checked(automation, tx)?;
        let id = id::new(automation.now());
        Ok(Kept { id, name: self.name, shortcut, scope: self.scope, body, version, uses: 0 })
    }
}

impl Automation {
    /// Adds a canned reply or a macro. What is somebody's own, only they add.
    pub async fn add<S: Sort>(&self, draft: Draft<S>, by: &Actor) -> Result<Id<S::Id>> {
        let by = by.clone();
        self.write(move |automation, tx| automation.add_in(tx, draft.clone(), &by)).await
    }

    pub(crate) fn add_in<S: Sort>(&self, tx: &mut Tx<'_>, draft: Draft<S>, by: &Actor) -> Result<Id<S::Id>> {
        may_change(&draft.scope, by)?;
        let kept = draft.kept(self, tx, 1)?;
        kept::insert(tx, &kept, self.now())?;
        self.tell(tx, "add", &kept, by)?;
        Ok(kept.id)
    }

    /// Changes one that the caller saw at `version`.
    pub async fn change<S: Sort>(
        &self,
        id: Id<S::Id>,
        version: i64,
        draft: Draft<S>,
        by: &Actor,
    ) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            seen_at::<S>(tx, id, version, &by)?;
            may_change(&draft.scope, &by)?;
            let kept = Kept { id, ..draft.clone().kept(automation, tx, version + 1)? };
            kept::update(tx, &kept, automation.now())?;
            automation.tell(tx, "change", &kept, &by)
        })
        .await
    }

    /// Takes one out of use. Macros and rules that name it say so when they are run.
    pub async fn retire<S: Sort>(&self, id: Id<S::Id>, version: i64, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |automation, tx| {
            let kept = seen_at::<S>(tx, id, version, &by)?;
            kept::retire::<S>(tx, id, automation.now())?;
            automation.tell(tx, "retire", &kept, &by)
        })
        .await
    }

    /// The audit trail has what concerns others; what is somebody's own concerns them alone.
    fn tell<S: Sort>(&self, tx: &mut Tx<'_>, act: &str, kept: &Kept<S>, by: &Actor) -> Result<()> {
        let now = self.now();
        let event =
            NewEvent { kind: CHANGED, subject: kept.id.to_string(), data: json!({ "sort": S::NAME }) };
        tx.emit(now, &event)?;
        if matches!(kept.scope, Scope::Own(_)) {
            return Ok(());
        }
        let details = json!({
            "act": act, "sort": S::NAME, "shortcut": kept.shortcut, "scope": kept.scope.kind(),
            "whose": kept.scope.whose(), "version": kept.version,
        });
        let entry = Entry::new("automation.prepare", kept.id).by(by.clone()).with(details);
        self.trail().append(tx, now, &entry)?;
        Ok(())
    }

    /// One that somebody may use.
    pub async fn prepared<S: Sort>(&self, id: Id<S::Id>, reader: &Reader) -> Result<Kept<S>> {
        let reader = reader.clone();
        self.read(move |_, tx| usable::<S>(tx, id, &reader)).await
    }

    /// Those that somebody may use and that fit what they typed, the best first: by shortcut, by words of
    /// the name, by words of the text; what is used more before what is used less.
    pub async fn find<S: Sort>(
        &self,
        reader: &Reader,
        text: &str,
        language: &Language,
    ) -> Result<Vec<Kept<S>>> {
        let (reader, text, language) = (reader.clone(), text.to_owned(), language.clone());
        self.read(move |_, tx| Ok(ranked(kept::offered::<S>(tx, &reader)?, &text, &language))).await
    }

    /// All that are for everyone or a queue: what administrators look after.
    pub async fn shared<S: Sort>(&self) -> Result<Vec<Kept<S>>> {
        self.read(|_, tx| kept::shared::<S>(tx)).await
    }
}

pub(crate) fn usable<S: Sort>(tx: &mut Tx<'_>, id: Id<S::Id>, reader: &Reader) -> Result<Kept<S>> {
    let kept = kept::find::<S>(tx, id)?.filter(|kept| kept.scope.is_open_to(reader));
    kept.ok_or(Error::NotFound)
}

fn seen_at<S: Sort>(tx: &mut Tx<'_>, id: Id<S::Id>, version: i64, by: &Actor) -> Result<Kept<S>> {
    let kept = kept::find::<S>(tx, id)?.ok_or(Error::NotFound)?;
    may_change(&kept.scope, by)?;
    if kept.version != version {
        return Err(Refusal::new("automation.changed_meanwhile").into());
    }
    Ok(kept)
}

/// What is somebody's own is unknown to everybody else, whatever their role.
fn may_change(scope: &Scope, by: &Actor) -> Result<()> {
    match scope {
        Scope::Own(owner) if by.kind != ActorKind::Staff || by.id != owner.to_string() => {
            Err(Error::NotFound)
        }
        _ => Ok(()),
    }
}

fn ranked<S: Sort>(all: Vec<Kept<S>>, text: &str, language: &Language) -> Vec<Kept<S>> {
    let typed = text.trim().trim_start_matches('/').to_lowercase();
    let phrases: Vec<Phrase> =
        typed.split_whitespace().filter_map(|word| Phrase::new(&format!("{word}*"))).collect();
    let says_all = |text: &str| {
        let words = Text::new(text);
        phrases.iter().all(|phrase| words.says(phrase))
    };
    let mut found: Vec<(u8, Kept<S>)> = all
        .into_iter()
        .filter_map(|kept| {
            let rank = if typed.is_empty() {
                3
            } else if kept.shortcut == typed {
                0
            } else if kept.shortcut.starts_with(&typed) {
                1
            } else if kept.name.iter().any(|(_, name)| says_all(name)) {
                2
            } else if kept.body.searched().iter().any(|text| says_all(text)) {
                3
            } else {
                return None;
            };
            Some((rank, kept))
        })
        .collect();
    found.sort_by_cached_key(|(rank, kept)| (*rank, -kept.uses, kept.name.get(language).to_lowercase()));
    found.into_iter().map(|(_, kept)| kept).take(MOST_FOUND).collect()
}
