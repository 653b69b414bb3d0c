//! A running centre: its parts put together behind one address.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use chat::Chat;
use desk::{Desk, PolicyFile};
use directory::{Import, Imported};
use kernel::{Clock, Error, Refusal, Result};
use portal::Portal;
use web::{Draining, Limits, Operations, Readiness, Routes, Tls, Web};
use words::Catalogue;

use crate::Settings;
use crate::demo::{Demo, Speed};
use crate::demonstration::{self, SignInLink};
use crate::directory::sound;
use crate::knowledge;
use crate::parts::{POLICIES, Parts};
use crate::upkeep::Upkeep;

/// The name of a centre that serves no institution yet.
const NAMELESS: &str = "Switchboard";

/// A centre that is ready to serve.
pub(crate) struct Centre {
    parts: Arc<Parts>,
    chat: Chat,
    catalogue: Catalogue,
    clock: Arc<dyn Clock>,
    settings: Settings,
    /// The name that people know the house by.
    brand: String,
    /// The zones of its desks, which most visitors are in too.
    near_zones: Vec<String>,
    links: Vec<SignInLink>,
}

impl Centre {
    /// Opens everything and, the first time, loads the institution.
    pub(crate) async fn open(
        settings: Settings,
        catalogue: Catalogue,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let parts = Parts::open(&settings, clock.clone()).await?;
        if let Some(file) = &parts.made_key {
            tracing::warn!(file = %file.display(), "made a master key; without it nothing encrypted can be read");
        }
        if parts.directories.editions().is_empty() {
            load_institution(&settings, &parts).await?;
        }
        if let Some(folder) = &settings.institution {
            parts.work.found(folder).await?;
            knowledge::load_institution(folder, &parts.knowledge).await?;
        }
        let newest = parts.directories.editions().last().map(|edition| edition.id);
        let (brand, near_zones) = match newest {
            Some(id) => {
                let published = parts.directories.edition(&id).await?;
                (published.directory.institution.name.clone(), published.directory.zones())
            }
            None => (NAMELESS.to_owned(), Vec::new()),
        };
        let links = demonstration::links(&settings, &parts).await?;
        let chat = crate::chat::open(&settings, &parts, catalogue.words(&catalogue.negotiate("")))?;
        Ok(Self { parts: Arc::new(parts), chat, catalogue, clock, settings, brand, near_zones, links })
    }

    pub(crate) fn brand(&self) -> &str {
        &self.brand
    }

    /// One-time links for the invented people of a demonstration.
    pub(crate) fn links(&self) -> &[SignInLink] {
        &self.links
    }

    /// Those who work here, where there is a desk, and the way out: for the test that tries every door.
    #[cfg(test)]
    pub(crate) fn staff(&self) -> Result<&staff::Staff> {
        self.parts.staff()
    }

    #[cfg(test)]
    pub(crate) async fn close(&self) -> Result<()> {
        self.parts.store.close().await
    }

    /// What stands around every page.
    pub(crate) fn web(&self) -> Result<Web> {
        let settings = web::Settings {
            brand: self.brand.clone(),
            navigation: portal::NAVIGATION.to_vec(),
            rooms: vec![desk::ROOM],
            public_url: self.settings.public_address(),
            form_secret: Some(self.parts.vault.lookups().secret("forms")),
            near_zones: self.near_zones.clone(),
            mask: Some(|text| vault::masking::mask(text).text),
            ..web::Settings::default()
        };
        Web::new(settings, self.catalogue.clone(), self.clock.clone())
    }

    /// What the faces answer to.
    pub(crate) fn faces(&self) -> Result<Routes> {
        let directories = &self.parts.directories;
        let portal = Portal::new(directories.clone());
        let help = portal.help(self.parts.knowledge.clone());
        let api = match &self.parts.staff {
            Some(staff) => api::routes_with(directories.clone(), self.parts.programs(staff, &self.settings)),
            None => api::routes(directories.clone()),
        };
        let mut faces = portal.routes().and(help).and(api);
        let rooms = portal::chat::routes(self.chat.clone(), directories.clone());
        faces = faces.and(self.chat.routes()).and(rooms);
        if let (Some(staff), Some(folder)) = (&self.parts.staff, &self.settings.institution) {
            let files = PolicyFile::read(&folder.join(POLICIES))?;
            let (trail, store) = (self.parts.trail.clone(), self.parts.store.clone());
            let desk = Desk::new(staff.clone(), trail, store, files, self.parts.floor());
            faces = faces.and(desk::routes(desk.behind_proxies(self.settings.desk.proxies)));
        }
        Ok(faces)
    }

    pub(crate) fn readiness(&self) -> Readiness {
        let store = self.parts.store.clone();
        Arc::new(move || {
            let store = store.clone();
            #[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
            Box::pin(async move { store.read(|tx| tx.ping()).await })
        })
    }

    /// Serves until `stop` is done, finishes what is under way and lets go of the database.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        demo: Option<Speed>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        let draining = Draining::default();
        let operations = Operations::new(self.readiness(), draining.clone()).with_metrics()?;
        let routes = self.web()?.shell(self.faces()?, operations);
        let tls = match &self.settings.tls {
            None => None,
            Some(tls) => Some(Tls::load(&tls.certificate, &tls.key).await?),
        };
        let chat = self.chat.clone();
        let stop = async move {
            stop.await;
            // Customers are told to dial another node, before this one waits for what is under way.
            chat.stop();
        };
        let upkeep = Upkeep::start(&self.parts, &self.chat, self.settings.node());
        let demo = match (demo, &self.settings.institution) {
            (Some(speed), Some(folder)) => Some(Demo::begin(&self.parts, folder, speed).await?),
            _ => None,
        };
        let served = web::serve(listener, tls, routes, &Limits::default(), draining, stop).await;
        if let Some(demo) = demo {
            demo.end();
        }
        upkeep.stop(&self.parts).await?;
        served
    }
}

/// Records the institution's directory as the first edition.
async fn load_institution(settings: &Settings, parts: &Parts) -> Result<()> {
    let Some(folder) = &settings.institution else {
        tracing::warn!("no institution is set; the directory is empty until one is imported");
        return Ok(());
    };
    let directory = sound(&folder.join("directory.toml"))?;
    let import = Import { recorded_by: "first start".into(), ..Import::default() };
    if let Imported::Recorded(edition) = parts.directories.import(&directory, import).await? {
        tracing::info!(edition = %edition.id, "directory loaded");
    }
    Ok(())
}

/// Takes the address to listen on.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let refusal = Refusal::new("server.cannot_listen").with("address", address).with("reason", error);
        Error::from(refusal)
    })
}
