//! A centre with staff, its desk in the web shell, and a clock that stands still.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::audit::Trail;
use ::staff::{Actor, LinkKind, NewMember, Policies, Settings, Staff};
use axum::Router;
use desk::{Desk, Floor, PolicyFile};
use jiff::SignedDuration;
use kernel::id::StaffMember;
use kernel::{Id, TestClock};
use store::{Options, Store};
use testkit::TestStore;
use totp_rs::Builder;
use vault::{KeyRing, MasterKey, Secret, Vault};
use web::{Draining, Operations, Readiness, Routes, Web};
use words::Catalogue;

use crate::browser::Browser;
use crate::scene;

const MASTER: &str = "1111111111111111111111111111111111111111111111111111111111111111";
pub const PASSWORD: &str = "horse-stapler-orbit-42";
pub const ORIGIN: &str = "https://desk.example.com";

pub struct House {
    pub app: Router,
    pub staff: Staff,
    pub store: Store,
    pub trail: Trail,
    pub clock: TestClock,
    pub floor: Floor,
}

/// Runs a test at a desk over SQLite.
pub async fn at_the_desk(test: impl AsyncFn(&House)) {
    testkit::on_sqlite(async |store: &TestStore| run(store, &test).await).await;
}

/// Runs a test at a desk over each engine.
pub async fn at_both_desks(test: impl AsyncFn(&House)) {
    testkit::on_both_engines(async |store: &TestStore| run(store, &test).await).await;
}

async fn run(store: &TestStore, test: impl AsyncFn(&House)) {
    let house = House::open(store).await;
    test(&house).await;
    house.store.close().await.unwrap();
}

pub fn policy_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/policies")
}

pub fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

impl House {
    async fn open(test: &TestStore) -> Self {
        let clock = TestClock::at("2026-03-02T15:00:00Z".parse().unwrap());
        Self::open_with(test, clock, |_| (), |staff| staff).await
    }

    pub async fn open_with(
        test: &TestStore,
        clock: TestClock,
        change: impl FnOnce(&mut Settings),
        finish: impl FnOnce(Staff) -> Staff,
    ) -> Self {
        let options = Options::from_url(test.address()).unwrap();
        let store = Store::open(options, Arc::new(clock.clone())).await.unwrap();
        let ring = KeyRing::new(MasterKey::parse(MASTER).unwrap(), Vec::new());
        let vault = Vault::open(&store, ring).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let mut settings = Settings::new("Lender Bank", ORIGIN.parse().unwrap(), "en".parse().unwrap());
        change(&mut settings);
        let policies = Policies::load(&policy_folder()).unwrap();
        let institution = policy_folder().join("..");
        let floor = scene::floor(&store, &vault, &trail, &institution).await;
        let staff = Staff::new(store.clone(), vault, trail.clone(), policies, settings).unwrap();
        let staff = finish(staff).with_matters(Arc::new(scene::matters(&floor))).unwrap();
        let files = PolicyFile::read(&policy_folder()).unwrap();
        let desk = Desk::new(staff.clone(), trail.clone(), store.clone(), files, floor.clone());
        let app = in_shell(desk::routes(desk), &clock);
        Self { app, staff, store, trail, clock, floor }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.app.clone())
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    pub async fn member(&self, name: &str, roles: &str) -> Id<StaffMember> {
        let new = NewMember {
            name: secret(name),
            email: secret(&format!("{}@example.com", name.to_lowercase())),
            roles: roles.parse().unwrap(),
            language: "en".parse().unwrap(),
        };
        self.staff.add(new, &Actor::CommandLine).await.unwrap()
    }

    /// The path of a link for this member.
    pub async fn link(&self, member: Id<StaffMember>) -> String {
        let link = self.staff.issue_link(member, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        format!("/desk/sign-in/link/{}", link.token.expose())
    }

    /// A browser in which a new member has come in by a link.
    pub async fn by_link(&self, name: &str, roles: &str) -> (Browser, Id<StaffMember>) {
        let member = self.member(name, roles).await;
        let (mut browser, link) = (self.browser(), self.link(member).await);
        browser.get(&link).await;
        let reply = browser.post(&link, &[]).await;
        assert_eq!(reply.location(), "/desk/set-up");
        (browser, member)
    }

    /// A browser in which a new member is signed in with password and app, just now.
    pub async fn signed_in(&self, name: &str, roles: &str) -> (Browser, Person) {
        let (mut browser, member) = self.by_link(name, roles).await;
        browser.get("/desk/set-up").await;
        assert_eq!(
            browser.post("/desk/profile/password", &[("password", PASSWORD)]).await.location(),
            "/desk/set-up?done=password"
        );
        let shown = browser.post("/desk/profile/authenticator", &[]).await;
        let ticket = shown.between("name=\"ticket\" value=\"", "\"");
        let key = shown.between("<code class=\"secret\">", "</code>").replace(' ', "");
        let email = format!("{}@example.com", name.to_lowercase());
        let mut person = Person { member, email, key, codes: Vec::new() };
        let code = person.code(&self.clock);
        let done =
            browser.post("/desk/profile/authenticator/finish", &[("ticket", &ticket), ("code", &code)]).await;
        person.codes = done.all_between("<li><code>", "</code>");
        assert_eq!(person.codes.len(), 10, "{}", done.body);
        // The next sign-in needs a code that was not used yet.
        self.pass(SignedDuration::from_secs(60));
        (browser, person)
    }
}

pub fn in_shell(routes: Routes, clock: &TestClock) -> Router {
    let settings = web::Settings {
        brand: "Lender Bank".into(),
        public_url: Some(ORIGIN.into()),
        ..web::Settings::default()
    };
    let web = Web::new(settings, Catalogue::load().unwrap(), Arc::new(clock.clone())).unwrap();
    let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
    web.shell(routes, Operations::new(readiness, Draining::default()))
}

/// Somebody with a password and an app.
pub struct Person {
    pub member: Id<StaffMember>,
    pub email: String,
    key: String,
    pub codes: Vec<String>,
}

impl Person {
    /// What their app shows now.
    pub fn code(&self, clock: &TestClock) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.key).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let now = kernel::Clock::now(clock).as_second();
        totp.generate(u64::try_from(now).unwrap()).to_string()
    }

    /// Signs in with password and code in this browser.
    pub async fn sign_in(&self, house: &House, browser: &mut Browser) -> crate::browser::Reply {
        browser.get("/desk/sign-in").await;
        let step = browser.post("/desk/sign-in", &[("email", &self.email), ("password", PASSWORD)]).await;
        let ticket = step.between("name=\"ticket\" value=\"", "\"");
        let code = self.code(&house.clock);
        let reply = browser.post("/desk/sign-in/code", &[("ticket", &ticket), ("code", &code)]).await;
        house.pass(SignedDuration::from_secs(60));
        reply
    }
}
