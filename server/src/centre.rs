//! The wiring: all parts of the house, put together into one that runs.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use ::directory::{Directories, Import, Imported};
use axum::Router;
use kernel::{Clock, Context, Error, Refusal, Result};
use portal::Portal;
use store::{Options, Store};
use web::{Draining, Limits, Operations, Readiness, Web};
use words::Catalogue;

use crate::Settings;
use crate::directory::sound;
use crate::vault_keys::open_vault;

/// A centre that is ready to serve.
pub struct Centre {
    store: Store,
    directories: Directories,
    catalogue: Catalogue,
    clock: Arc<dyn Clock>,
    settings: Settings,
    /// The name that people know the house by.
    brand: String,
}

/// The name of a centre that serves no institution yet.
const NAMELESS: &str = "Switchboard";

impl Centre {
    /// Opens the database, brings it up to date and, the first time, loads the institution.
    pub async fn open(settings: Settings, catalogue: Catalogue, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(Options::from_url(&settings.database_address())?, clock.clone()).await?;
        let migrated = store.migrate().await?;
        let engine = store.engine();
        tracing::info!(%engine, migration = migrated.at, applied = migrated.applied.len(), "store ready");
        let opened = open_vault(&settings, &store).await?;
        if let Some(file) = &opened.made {
            tracing::warn!(file = %file.display(), "made a master key; without it nothing encrypted can be read");
        }
        let directories = Directories::open(store.clone()).await?;
        let brand = NAMELESS.to_owned();
        let mut centre = Self { store, directories, catalogue, clock, settings, brand };
        if centre.directories.editions().is_empty() {
            centre.load_institution().await?;
        }
        if let Some(newest) = centre.directories.editions().last() {
            centre
                .brand
                .clone_from(&centre.directories.edition(&newest.id).await?.directory.institution.name);
        }
        Ok(centre)
    }

    pub fn brand(&self) -> &str {
        &self.brand
    }

    pub fn directories(&self) -> &Directories {
        &self.directories
    }

    /// Records the institution's directory as the first edition.
    async fn load_institution(&self) -> Result<()> {
        let Some(folder) = &self.settings.institution else {
            tracing::warn!("no institution is set; the directory is empty until one is imported");
            return Ok(());
        };
        let directory = sound(&folder.join("directory.toml"))?;
        let import = Import { recorded_by: "first start".into(), note: String::new(), ..Import::default() };
        if let Imported::Recorded(edition) = self.directories.import(&directory, import).await? {
            tracing::info!(edition = %edition.id, "directory loaded");
        }
        Ok(())
    }

    /// Everything the centre answers to.
    fn routes(&self, draining: Draining) -> Result<Router> {
        let settings = web::Settings {
            brand: self.brand.clone(),
            navigation: portal::NAVIGATION.to_vec(),
            public_url: self.settings.public_url.clone(),
            ..web::Settings::default()
        };
        let web = Web::new(settings, self.catalogue.clone(), self.clock.clone())?;
        let portal = Portal::new(self.directories.clone());
        let faces = portal.routes().merge(api::routes(self.directories.clone()));
        Ok(web.shell(faces, Operations::new(self.readiness(), draining).with_metrics()?))
    }

    fn readiness(&self) -> Readiness {
        let store = self.store.clone();
        Arc::new(move || {
            let store = store.clone();
            #[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
            Box::pin(async move { store.read(|tx| tx.ping()).await })
        })
    }

    /// Serves until `stop` is done, finishes what is under way and lets go of the database.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        let draining = Draining::default();
        let routes = self.routes(draining.clone())?;
        let following = tokio::spawn(follow(self.directories.clone()));
        let served = web::serve(listener, routes, &Limits::default(), draining, stop).await;
        self.store.close().await?;
        following.await.context("following other nodes")?;
        served
    }
}

async fn follow(directories: Directories) {
    if let Err(error) = directories.follow().await {
        tracing::error!(%error, "changes by other nodes are no longer followed");
    }
}

/// Takes the address to listen on.
pub fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let refusal = Refusal::new("server.cannot_listen").with("address", address).with("reason", error);
        Error::from(refusal)
    })
}
