//! A centre with staff: what the tests do again and again.

mod device;

pub use device::Device;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use audit::{Filter, Recorded, Trail};
use jiff::{SignedDuration, Timestamp};
use kernel::id::StaffMember;
use kernel::{Event, Id, Position, Result, TestClock};
use staff::{Actor, Caller, LinkKind, NewMember, Policies, Roles, Settings, SignedIn, Staff, Visit};
use store::{Options, Store};
use testkit::{TestStore, on_both_engines};
use vault::{KeyRing, MasterKey, Secret, Vault};

pub const MASTER: &str = "1111111111111111111111111111111111111111111111111111111111111111";
pub const PASSWORD: &str = "horse-stapler-orbit-42";
pub const ORIGIN: &str = "https://desk.example.com";

pub struct House {
    pub staff: Staff,
    pub clock: TestClock,
    pub store: Store,
    pub vault: Vault,
    pub trail: Trail,
}

/// Runs a test in a fresh centre on each engine.
pub async fn in_a_house(test: impl AsyncFn(&House)) {
    in_a_house_with(|_| (), test).await;
}

/// The same, with other settings.
pub async fn in_a_house_with(change: impl Fn(&mut Settings), test: impl AsyncFn(&House)) {
    on_both_engines(async |store| {
        let house = House::open(store, &change).await;
        test(&house).await;
        house.store.close().await.unwrap();
    })
    .await;
}

pub fn policy_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/policies")
}

pub fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

pub fn roles(text: &str) -> Roles {
    text.parse().unwrap()
}

/// A request from an address nobody else uses.
pub fn visit(address: &str) -> Visit {
    Visit::new(address.parse().unwrap(), "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
}

pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Ok(value) => panic!("a refusal was expected, not {value:?}"),
        Err(error) => error.refusal_code().unwrap_or_else(|| panic!("a refusal was expected, not {error}")),
    }
}

impl House {
    pub async fn open(test: &TestStore, change: impl Fn(&mut Settings)) -> Self {
        let clock = TestClock::at("2026-03-02T15:00:00Z".parse().unwrap());
        Self::open_with(test, clock, change).await
    }

    pub async fn open_with(test: &TestStore, clock: TestClock, change: impl Fn(&mut Settings)) -> Self {
        let options = Options::from_url(test.address()).unwrap();
        let store = Store::open(options, Arc::new(clock.clone())).await.unwrap();
        let ring = KeyRing::new(MasterKey::parse(MASTER).unwrap(), Vec::new());
        let vault = Vault::open(&store, ring).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let mut settings = Settings::new("Lender Bank", ORIGIN.parse().unwrap(), "en".parse().unwrap());
        change(&mut settings);
        let policies = Policies::load(&policy_folder()).unwrap();
        let staff = Staff::new(store.clone(), vault.clone(), trail.clone(), policies, settings).unwrap();
        Self { staff, clock, store, vault, trail }
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    pub async fn member(&self, name: &str, roles: &str) -> Id<StaffMember> {
        let new = NewMember {
            name: secret(name),
            email: secret(&format!("{name}@example.com")),
            roles: self::roles(roles),
            language: "en".parse().unwrap(),
        };
        self.staff.add(new, &Actor::CommandLine).await.unwrap()
    }

    /// In by a one-time link: allowed to set up a way to sign in.
    pub async fn by_link(&self, member: Id<StaffMember>) -> SignedIn {
        let link = self.staff.issue_link(member, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        self.staff.sign_in_with_link(link.token.expose(), &visit("192.0.2.1")).await.unwrap()
    }

    /// A member who signs in with the password of the tests and an authenticator app.
    pub async fn with_password(&self, name: &str, roles: &str) -> App {
        let member = self.member(name, roles).await;
        let caller = self.by_link(member).await.caller;
        self.staff.set_password(&caller, &secret(PASSWORD)).await.unwrap();
        let (ticket, shown) = self.staff.start_authenticator(&caller).await.unwrap();
        let mut app =
            App { member, email: format!("{name}@example.com"), secret: shown.base32, codes: Vec::new() };
        let code = secret(&app.code(&self.clock));
        let added = self.staff.finish_authenticator(&caller, ticket.expose(), &code).await.unwrap();
        app.codes = added.recovery_codes;
        // The next sign-in needs a code that was not used yet.
        self.pass(SignedDuration::from_secs(60));
        app
    }

    /// Signs in with password and code, from this visit.
    pub async fn sign_in(&self, app: &App, visit: &Visit) -> Result<SignedIn> {
        let ticket = self.staff.check_password(&app.email, &secret(PASSWORD), visit).await?;
        let code = secret(&app.code(&self.clock));
        let signed_in = self.staff.check_code(ticket.expose(), &code, visit).await?;
        self.pass(SignedDuration::from_secs(60));
        Ok(signed_in)
    }

    /// A member with a passkey on a device, signed in.
    pub async fn with_passkey(&self, name: &str, roles: &str) -> (Device, SignedIn) {
        let member = self.member(name, roles).await;
        let caller = self.by_link(member).await.caller;
        let mut device = Device::new();
        let (ticket, options) = self.staff.start_passkey(&caller).await.unwrap();
        let response = device.create(ORIGIN, &options).await.unwrap();
        let added =
            self.staff.finish_passkey(&caller, ticket.expose(), &secret("Laptop"), &response).await.unwrap();
        (device, added.signed_in.expect("a full session in place of the link's"))
    }

    /// Whoever is behind a session cookie.
    pub async fn caller(&self, signed_in: &SignedIn) -> Option<Caller> {
        self.staff.caller(signed_in.session.expose(), visit("192.0.2.1")).await.unwrap()
    }

    /// The audit trail, the oldest entry first.
    pub async fn audited(&self) -> Vec<Recorded> {
        let trail = self.trail.clone();
        let entries = self.store.read(move |tx| trail.entries(tx, &Filter::default(), None, 1000)).await;
        let mut entries = entries.unwrap();
        entries.reverse();
        entries
    }

    /// The last entries, as `action outcome`.
    pub async fn last_audited(&self, count: usize) -> Vec<String> {
        let all = self.audited().await;
        let last = &all[all.len().saturating_sub(count)..];
        last.iter().map(|entry| format!("{} {}", entry.action, entry.outcome)).collect()
    }

    /// The events of a kind, once there are so many. On PostgreSQL an event is shown when no older
    /// transaction of anybody is still under way, which other tests delay.
    pub async fn events(&self, kind: &str, count: usize) -> Vec<Event> {
        for _ in 0..500 {
            let events = self.store.read(|tx| tx.events_after(Position::default(), 1000)).await.unwrap();
            let events: Vec<Event> = events.into_iter().filter(|event| event.kind == kind).collect();
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{count} events of the kind {kind} were expected");
    }
}

/// A member's authenticator app.
pub struct App {
    pub member: Id<StaffMember>,
    pub email: String,
    pub secret: Secret<String>,
    pub codes: Vec<Secret<String>>,
}

impl App {
    /// The code of this moment.
    pub fn code(&self, clock: &TestClock) -> String {
        self.code_at(kernel::Clock::now(clock))
    }

    pub fn code_at(&self, now: Timestamp) -> String {
        let secret = totp_rs::Secret::try_from_base32(self.secret.expose()).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now.as_second()).unwrap()).to_string()
    }
}

impl House {
    /// The same centre, with an area that keeps matters.
    pub fn staff_with_matters(&self, matters: std::sync::Arc<dyn staff::OpenMatters>) -> Staff {
        let policies = Policies::load(&policy_folder()).unwrap();
        let settings = self.staff.settings().clone();
        let staff =
            Staff::new(self.store.clone(), self.vault.clone(), self.trail.clone(), policies, settings);
        staff.unwrap().with_matters(matters).unwrap()
    }
}
