//! A centre as it is served, and those who try its doors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use clap::Parser as _;
use http::{HeaderName, Request, StatusCode, header};
use kernel::TestClock;
use staff::{Actor, LinkKind, NewApiToken, NewMember, Permission, Role, Roles, Visit};
use tempfile::TempDir;
use tower::ServiceExt as _;
use vault::Secret;
use web::{Access, Draining, Entered, Entry, Operations};
use words::Catalogue;

use crate::Settings;
use crate::centre::Centre;
use crate::cli::Cli;

pub(super) struct House {
    app: Router,
    entries: Vec<Entry>,
    centre: Centre,
    /// What those who knock have with them, in the order of the columns: strangers have nothing.
    who: Vec<(HeaderName, String)>,
    /// Programs by what they may, and those that may everything else.
    programs: BTreeMap<&'static str, [String; 2]>,
    _folder: TempDir,
}

/// What stands in the place of a parameter that names nothing in particular.
const NOBODY: &str = "nobody-has-this-one";

impl House {
    pub(super) async fn open(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let institution = concat!(env!("CARGO_MANIFEST_DIR"), "/../institutions/ally");
        let data = folder.path().to_str().unwrap();
        let cli = ["switchboard", "--data", data, "--database", database];
        let mut settings = Settings::load(&Cli::try_parse_from(cli).unwrap().common).unwrap();
        settings.institution = Some(institution.into());
        settings.desk.demonstration = true;
        let clock = TestClock::at("2026-03-02T15:00:00Z".parse().unwrap());
        let centre = Centre::open(settings, Catalogue::load().unwrap(), Arc::new(clock)).await.unwrap();
        let (web, faces) = (centre.web().unwrap(), centre.faces().unwrap());
        let operations = Operations::new(centre.readiness(), Draining::default());
        let entries = web.entries(&faces, operations.clone());
        let app = web.shell(faces, operations);
        let mut house = Self {
            app,
            entries,
            centre,
            who: vec![(header::COOKIE, String::new())],
            programs: BTreeMap::new(),
            _folder: folder,
        };
        house.let_in("link", Role::Administrator, LinkKind::SetUp).await;
        for role in Role::ALL {
            house.let_in(role.name(), role, LinkKind::Demonstration).await;
        }
        for scope in Permission::FOR_PROGRAMS {
            let others = Permission::FOR_PROGRAMS.iter().copied().filter(|other| other != scope);
            let tokens = [house.token([*scope].into()).await, house.token(others.collect()).await];
            house.programs.insert(scope.name(), tokens);
        }
        house
    }

    async fn let_in(&mut self, name: &str, role: Role, kind: LinkKind) {
        let staff = self.centre.staff().unwrap();
        let new = NewMember {
            name: Secret::new(name.to_owned()),
            email: Secret::new(format!("{name}@example.com")),
            roles: Roles::new([role]).unwrap(),
            language: "en".parse().unwrap(),
        };
        let member = staff.add(new, &Actor::CommandLine).await.unwrap();
        let link = staff.issue_link(member, kind, &Actor::CommandLine).await.unwrap();
        let visit = Visit::new([192, 0, 2, 1].into(), "knock");
        let signed_in = staff.sign_in_with_link(link.token.expose(), &visit).await.unwrap();
        self.who.push((header::COOKIE, format!("session={}", signed_in.session.expose())));
    }

    async fn token(&self, scopes: BTreeSet<Permission>) -> String {
        let expires_at = "2026-03-03T15:00:00Z".parse().unwrap();
        let new = NewApiToken { name: "knock".into(), scopes, queues: None, expires_at };
        let issued = self.centre.staff().unwrap().issue_api_token(new, &Actor::CommandLine).await;
        format!("Bearer {}", issued.unwrap().expose())
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    /// A letter for each: `x` in, `.` nothing there, `-` not permitted, `>` to the sign-in, `^` to the set-up.
    pub(super) async fn who_comes_in(&self, entry: &Entry) -> String {
        let mut letters = String::new();
        for (name, value) in &self.who {
            letters.push(self.knock(entry, name, value).await);
        }
        let needed = match entry.access {
            Access::May(permission) => self.programs.get(permission),
            _ => None,
        };
        let [just, others] = needed.or_else(|| self.programs.values().next()).unwrap();
        for token in [just, others] {
            letters.push(self.knock(entry, &header::AUTHORIZATION, token).await);
        }
        letters
    }

    async fn knock(&self, entry: &Entry, name: &HeaderName, value: &str) -> char {
        let address = filled(&entry.path);
        let request = Request::builder().method(entry.method.clone()).uri(&address);
        let request = request
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "text/html")
            .header(name, value)
            .header("sec-fetch-site", "same-origin");
        let response = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        assert_ne!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{} {address}", entry.method);
        match (response.extensions().get::<Entered>(), response.status(), location) {
            (Some(Entered), ..) => 'x',
            (None, StatusCode::NOT_FOUND, _) => '.',
            (None, StatusCode::UNAUTHORIZED, _) => '>',
            (None, StatusCode::FORBIDDEN, _) => '-',
            (None, StatusCode::SEE_OTHER, Some(to)) if to.starts_with("/desk/sign-in") => '>',
            (None, StatusCode::SEE_OTHER, Some("/desk/set-up")) => '^',
            other => panic!("{} {address} answered {other:?}", entry.method),
        }
    }

    /// What a stranger is answered.
    pub(super) async fn ask(&self, address: &str, accept: &str) -> (StatusCode, String) {
        let request = Request::get(address).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    pub(super) async fn close(&self) {
        self.centre.close().await.unwrap();
    }
}

/// An address for a path with parameters. Whether they name anything is the handler's to find out.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
    parts.collect::<Vec<_>>().join("/")
}
