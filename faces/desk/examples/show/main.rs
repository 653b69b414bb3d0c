//! Shows the desk with invented people, for those who work on its pages.
//!
//! `cargo run -p desk --example show -- 127.0.0.1:8099` prints a sign-in link for each of them.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

mod scene;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use audit::Trail;
use desk::{Desk, Floor, PolicyFile};
use kernel::SystemClock;
use routing::Runner;
use staff::{Actor, LinkKind, NewMember, Policies, Settings, Staff};
use store::{Options, Store};
use vault::{KeyRing, MasterKey, Secret, Vault};
use web::{Draining, Limits, Operations, Readiness, Web, stop_signal};
use words::Catalogue;

use scene::Crew;

const PEOPLE: [(&str, &str); 5] = [
    ("Ada Admin", "administrator"),
    ("Sam Supervisor", "supervisor,representative"),
    ("Rosa Representative", "representative"),
    ("Cleo Compliance", "compliance_officer"),
    ("Newman New", "representative"),
];

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8099".into());
    let origin = format!("http://localhost:{}", address.rsplit(':').next().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let options = Options::from_url(&format!("sqlite:{}", folder.path().join("show.db").display())).unwrap();
    let store = Store::open(options, Arc::new(SystemClock)).await.unwrap();
    store.migrate().await.unwrap();
    let ring = KeyRing::new(MasterKey::random().unwrap(), Vec::new());
    let vault = Vault::open(&store, ring).await.unwrap();
    let trail = Trail::open(&store, &vault).await.unwrap();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/policies");
    let mut settings = Settings::new("Lender Bank", origin.parse().unwrap(), "en".parse().unwrap());
    settings.demonstration = true;
    let (loaded, files) = (Policies::load(&policies).unwrap(), PolicyFile::read(&policies).unwrap());
    let floor = scene::floor(&store, &vault, &trail, policies.parent().unwrap()).await;
    let staff = Staff::new(store.clone(), vault, trail.clone(), loaded, settings).unwrap();
    let staff = staff.with_matters(Arc::new(scene::matters(&floor))).unwrap();
    let mut members = Vec::new();
    for (name, roles) in PEOPLE {
        let email = format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase());
        let new = NewMember {
            name: Secret::new(name.to_owned()),
            email: Secret::new(email),
            roles: roles.parse().unwrap(),
            language: "en".parse().unwrap(),
        };
        let member = staff.add(new, &Actor::CommandLine).await.unwrap();
        members.push(member);
        let kind = if name.ends_with("New") { LinkKind::SetUp } else { LinkKind::Demonstration };
        let link = staff.issue_link(member, kind, &Actor::CommandLine).await.unwrap();
        println!("{name}\t{origin}/desk/sign-in/link/{}", link.token.expose());
    }
    let crew = Crew { sam: members[1], rosa: members[2] };
    scene::employ(&floor, &crew).await;
    scene::play(&store, &floor, &crew).await;
    tokio::spawn(hear(store.clone(), floor.clone()));
    let conversations = floor.conversations.clone();
    tokio::spawn(async move { conversations.run("show").await });
    tokio::spawn(Runner::new(floor.routing.clone(), "show".into()).run());
    let settings =
        web::Settings { brand: "Lender Bank".into(), public_url: Some(origin), ..web::Settings::default() };
    let web = Web::new(settings, Catalogue::load().unwrap(), Arc::new(SystemClock)).unwrap();
    let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
    let draining = Draining::default();
    let routes = desk::routes(Desk::new(staff, trail, store, files, floor));
    let app = web.shell(routes, Operations::new(readiness, draining.clone()));
    let listener = TcpListener::bind(&address).unwrap();
    web::serve(listener, None, app, &Limits::default(), draining, stop_signal()).await.unwrap();
}

async fn hear(store: Store, floor: Floor) {
    let from = store.events_end().await.unwrap();
    let told = store.follow(from, |event| {
        let floor = floor.clone();
        async move {
            floor.bell.hear(&event);
            floor.conversations.live().hear(&event);
            floor.routing.hear(&event).await
        }
    });
    told.await.unwrap();
}
