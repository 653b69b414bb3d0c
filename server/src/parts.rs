//! The parts of a centre, opened in the order in which they stand on each other. `serve` and the commands
//! that need them open the same ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::audit::Trail;
use api::Programs;
use desk::Floor;
use directory::Directories;
use kernel::{Clock, Position, Refusal, Result};
use knowledge::Knowledge;
use staff::{Policies, Staff};
use store::{Options, Store};
use url::Url;
use vault::Vault;
use webhooks::Webhooks;

use crate::Settings;
use crate::vault_keys::open_vault;
use crate::work::Work;

/// Where the institution's folder has the policies.
pub(crate) const POLICIES: &str = "policies";

/// Where telephone numbers are written without a country code, unless settings name another country.
const REGION: &str = "US";

pub(crate) struct Parts {
    pub store: Store,
    /// Where the stream of events stood before anything was read: what is followed begins here.
    pub events: Position,
    pub vault: Vault,
    pub trail: Trail,
    pub directories: Directories,
    pub work: Work,
    pub webhooks: Webhooks,
    pub knowledge: Knowledge,
    /// There is no desk without an institution's policies.
    pub staff: Option<Staff>,
    /// The file of the master key, if it was made just now.
    pub made_key: Option<PathBuf>,
}

impl Parts {
    pub(crate) async fn open(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(Options::from_url(&settings.database_address())?, clock).await?;
        let migrated = store.migrate().await?;
        tracing::info!(engine = %store.engine(), migration = migrated.at, applied = migrated.applied.len(), "store ready");
        let events = store.events_end().await?;
        let opened = open_vault(settings, &store).await?;
        let trail = Trail::open(&store, &opened.vault).await?;
        let directories = Directories::open(store.clone()).await?;
        let knowledge = open_knowledge(&store, &trail, &directories).await?;
        let institution = settings.institution.as_deref();
        let work = Work::open(&store, &opened.vault, &trail, &directories, institution).await?;
        let told = webhooks::Settings {
            private_receivers: settings.webhooks.private_receivers,
            node: settings.node(),
            ..webhooks::Settings::default()
        };
        let webhooks = Webhooks::new(store.clone(), opened.vault.clone(), trail.clone(), told)?;
        let staff = match institution {
            None => None,
            Some(folder) => {
                let staff = staff(settings, folder, &store, &opened.vault, &trail)?;
                Some(staff.with_matters(Arc::new(work.matters()))?)
            }
        };
        Ok(Self {
            store,
            events,
            vault: opened.vault,
            trail,
            directories,
            work,
            webhooks,
            knowledge,
            staff,
            made_key: opened.made,
        })
    }

    /// What programs with a token are answered from.
    pub(crate) fn programs(&self, staff: &Staff, settings: &Settings) -> Programs {
        let Work { customers, routing, conversations, .. } = self.work.clone();
        Programs {
            store: self.store.clone(),
            vault: self.vault.clone(),
            trail: self.trail.clone(),
            staff: staff.clone(),
            customers,
            routing,
            conversations,
            webhooks: self.webhooks.clone(),
            proxies: settings.desk.proxies,
            region: settings.chat.region.clone().unwrap_or_else(|| REGION.to_owned()),
        }
    }

    /// What is worked with at the desk.
    pub(crate) fn floor(&self) -> Floor {
        let Work { customers, routing, conversations, automation, bell } = self.work.clone();
        Floor { customers, routing, conversations, automation, vault: self.vault.clone(), bell }
    }

    /// The desk's people, or why there are none.
    pub(crate) fn staff(&self) -> Result<&Staff> {
        Ok(self.staff.as_ref().ok_or_else(|| Refusal::new("settings.institution_unset"))?)
    }
}

/// It is written first in the language that the directory names first.
async fn open_knowledge(store: &Store, trail: &Trail, directories: &Directories) -> Result<Knowledge> {
    let directory = directories.at(store.clock().now(), None).await.ok();
    let original = directory.as_ref().and_then(|published| published.directory.default_language());
    let languages = crate::knowledge::languages(original)?;
    Knowledge::open(store.clone(), trail.clone(), directories.clone(), languages).await
}

fn staff(settings: &Settings, folder: &Path, store: &Store, vault: &Vault, trail: &Trail) -> Result<Staff> {
    let policies = Policies::load(&folder.join(POLICIES))?;
    let origin = settings.origin();
    let origin: Url = origin
        .parse()
        .map_err(|_| Refusal::new("settings.malformed").with("reason", format!("public_url {origin}")))?;
    let mut desk = staff::Settings::new(folder_name(folder), origin, "en".parse()?);
    desk.node = settings.node();
    desk.demonstration = settings.desk.demonstration;
    desk.idle = settings.desk.idle();
    desk.longest = settings.desk.longest();
    desk.provider =
        settings.desk.provider.as_ref().map(|provider| provider.settings(&desk.origin)).transpose()?;
    Staff::new(store.clone(), vault.clone(), trail.clone(), policies, desk)
}

/// What authenticator apps call the house before a directory says its name.
fn folder_name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "Switchboard".to_owned(), |name| name.to_string_lossy().into_owned())
}
