//! The work of the centre: who contacts it, what is said, and who takes it.

use std::path::Path;

use audit::{Actor, Trail};
use automation::{Automation, Defaults};
use conversations::{Conversations, Dispositions};
use customers::Customers;
use desk::{Bell, OpenConversations};
use directory::Directories;
use kernel::{Event, Refusal, Result};
use routing::{QueueFile, Routing};
use store::Store;
use vault::Vault;

const QUEUES: &str = "queues.toml";
const DISPOSITIONS: &str = "dispositions.toml";
const REPLIES: &str = "replies.toml";
const AUTOMATION: &str = "automation.toml";

#[derive(Clone)]
pub(crate) struct Work {
    pub customers: Customers,
    pub routing: Routing,
    pub conversations: Conversations,
    pub automation: Automation,
    /// Rings at open desks.
    pub bell: Bell,
}

impl Work {
    pub(crate) async fn open(
        store: &Store,
        vault: &Vault,
        trail: &Trail,
        directories: &Directories,
        institution: Option<&Path>,
    ) -> Result<Self> {
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let routing = Routing::open(store.clone(), directories.clone(), trail.clone()).await?;
        let dispositions = match institution {
            Some(folder) => Dispositions::load(&text_of(&folder.join(DISPOSITIONS))?)?,
            None => Dispositions::default(),
        };
        let conversations = Conversations::new(
            store.clone(),
            vault.clone(),
            trail.clone(),
            customers.clone(),
            routing.clone(),
            dispositions,
        );
        let automation = Automation::new(
            store.clone(),
            trail.clone(),
            conversations.clone(),
            customers.clone(),
            routing.clone(),
        );
        Ok(Self { customers, routing, conversations, automation, bell: Bell::default() })
    }

    /// Queues of the institution's file that are not known yet. They fit the directory, so it comes first.
    pub(crate) async fn found(&self, institution: &Path) -> Result<()> {
        let file = institution.join(QUEUES);
        if !file.is_file() {
            tracing::warn!("the institution has no queues; nothing can wait for anybody");
            return Ok(());
        }
        let file = QueueFile::parse(&text_of(&file)?)?;
        let added = self.routing.load(file, Actor::system()).await?;
        if added > 0 {
            tracing::info!(queues = added, "queues loaded");
        }
        self.prepare(institution).await
    }

    /// Canned replies, macros and rules that the institution begins with. They name its queues and endings.
    async fn prepare(&self, institution: &Path) -> Result<()> {
        let text = |name: &str| {
            let file = institution.join(name);
            if file.is_file() { text_of(&file) } else { Ok(String::new()) }
        };
        let defaults = Defaults::read(&text(REPLIES)?, &text(AUTOMATION)?)?;
        let loaded = self.automation.load_defaults(defaults).await?;
        if loaded != automation::Loaded::default() {
            let automation::Loaded { replies, macros, rules } = loaded;
            tracing::info!(replies, macros, rules, "what is prepared was loaded");
        }
        Ok(())
    }

    /// What is open about somebody is a reason to see how to reach them.
    pub(crate) fn matters(&self) -> OpenConversations {
        let (conversations, customers) = (self.conversations.clone(), self.customers.clone());
        OpenConversations { conversations, customers }
    }

    /// Hears what happened, here or on another node.
    pub(crate) async fn hear(&self, event: &Event) -> Result<()> {
        self.conversations.live().hear(event);
        self.bell.hear(event);
        self.routing.hear(event).await
    }
}

fn text_of(file: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(file).map_err(|error| {
        Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", error)
    })?)
}
