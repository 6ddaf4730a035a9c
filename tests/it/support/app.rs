//! The product around a database: its clock set, its people in place, its door open.

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, NaiveDateTime, Utc};
use madoguchi::app::App;
use madoguchi::config::{
    AuditSettings, BackupSettings, DatabaseSettings, DirectorySettings, HttpSettings, LogSettings, SealSettings,
    SessionSettings, Settings,
};
use madoguchi::domain::access::actor::{Actor, ActorKind, Role};
use madoguchi::domain::ctx::Ctx;
use madoguchi::domain::id::AccountId;
use madoguchi::domain::time::from_tokyo;
use madoguchi::gateway::clock::{Clock, SetClock};
use madoguchi::gateway::password::Cost;
use madoguchi::gateway::totp;
use madoguchi::store;
use madoguchi::usecase::accounts::NewAccount;
use madoguchi::usecase::{Services, accounts, members};
use uuid::Uuid;

use super::clients::Client;
use super::db::{self, Given, TestDb};
use super::people::{self, CAST, PASSWORD, Person, SECRET};

/// Where the trials' browsers and scripts sit.
pub(crate) const PEER: &str = "192.0.2.7";

/// The code that everybody's app shows. A code works once: the apps are set back, as if half a minute had passed.
pub(crate) async fn fresh_code(url: &str, clock: &SetClock) -> String {
    db::execute(url, "UPDATE factors SET last_step = 0").await;
    code(clock)
}

/// The code that everybody's app shows.
pub(crate) fn code(clock: &SetClock) -> String {
    totp::code_at(SECRET, clock.now()).expect("a code")
}

/// The code that an app shows which was set up by hand from these letters.
pub(crate) fn code_of(by_hand: &str, clock: &SetClock) -> String {
    let letters: Vec<u8> = by_hand.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let five = |letter: &u8| u64::from(if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 });
    let groups = letters.chunks(8).map(|eight| eight.iter().fold(0, |all, letter| (all << 5) | five(letter)));
    let secret: Vec<u8> = groups.flat_map(|forty| forty.to_be_bytes()[3..].to_vec()).collect();
    totp::code_at(&secret, clock.now()).expect("a code")
}

/// The product on a database.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) services: Services,
    pub(crate) clock: SetClock,
    pub(crate) db: TestDb,
    pub(crate) router: Router,
    ids: Vec<(&'static str, AccountId)>,
}

/// An instant of Tokyo's wall clock: `2026-11-22 10:42:00`.
pub(crate) fn tokyo(text: &str) -> DateTime<Utc> {
    from_tokyo(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a time"))
}

/// Settings as a fresh checkout has them, on this database.
pub(crate) fn settings(db: &TestDb) -> Settings {
    let address = db.address();
    Settings {
        database: DatabaseSettings { url: address.url, connections: address.connections },
        http: HttpSettings {
            listen: "127.0.0.1:8080".into(),
            base_url: String::new(),
            hsts_subdomains: false,
            max_connections: 64,
            connections_per_address: 64,
            reuse_port: false,
            handover: String::new(),
            header_seconds: 15,
            request_seconds: 30,
            proxies: Vec::new(),
        },
        session: SessionSettings { idle_minutes: 30 },
        audit: AuditSettings { journal_dir: db.folder.path().display().to_string(), journal_mib: 1 },
        seal: SealSettings { key_file: db.folder.path().join("keys").display().to_string() },
        backup: BackupSettings { recipients: Vec::new(), postgres_bin: String::new() },
        directory: DirectorySettings { refresh_seconds: 2 },
        log: LogSettings { level: "error".into(), format: "text".into() },
    }
}

impl Given for TestApp {
    async fn given(db: TestDb) -> Self {
        let clock = SetClock::at(tokyo("2026-11-22 10:42:00"));
        let settings = settings(&db);
        let app = App::build_with(settings, Arc::new(clock.clone()), Cost::TRIAL).await.expect("the product");
        let mut ids = Vec::new();
        for Person { login, name, role } in CAST {
            let new = NewAccount { login, name, role, maintenance: None };
            let made = accounts::create_enrolled(&app.services, &app.console(), &new, PASSWORD, SECRET).await;
            ids.push((login, made.expect("an account")));
        }
        members::refresh(&app.services).await.expect("an index");
        let router = app.web().router;
        Self { services: app.services.clone(), app, clock, db, router, ids }
    }
}

impl TestApp {
    /// The id of one of the cast.
    pub(crate) fn id(&self, login: &str) -> AccountId {
        self.ids.iter().find(|(l, _)| *l == login).expect("one of the cast").1
    }

    /// A context in which the first of a role acts, now.
    pub(crate) fn ctx(&self, role: Role) -> Ctx {
        self.ctx_of(people::of(role).login)
    }

    /// A context in which one of the cast acts, now.
    pub(crate) fn ctx_of(&self, login: &str) -> Ctx {
        let person = CAST.iter().find(|p| p.login == login).expect("one of the cast");
        let actor = Actor {
            kind: ActorKind::Account,
            id: self.id(login).0,
            role: Some(person.role),
            name: person.name.into(),
            scopes: Vec::new(),
            person: Some(self.id(login)),
        };
        Ctx::new(actor, self.clock.now(), Uuid::new_v4(), PEER.into())
    }

    /// A browser that nobody has signed in with.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The browser of the first of a role, signed in.
    pub(crate) async fn browser(&self, role: Role) -> Client {
        self.browser_of(people::of(role).login).await
    }

    /// The browser of one of the cast, signed in.
    pub(crate) async fn browser_of(&self, login: &str) -> Client {
        self.sign_in(login, PASSWORD).await
    }

    /// A browser after password and second factor.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Client {
        let half = self.stranger().half_in(login, password).await;
        half.with_code(&fresh_code(&self.db.url, &self.clock).await).await
    }

    /// A script with a token of a role.
    pub(crate) async fn script(&self, role: Role) -> Client {
        self.script_with(role, &[]).await
    }

    /// A script with a token of a role and scopes.
    pub(crate) async fn script_with(&self, role: Role, scopes: &[&str]) -> Client {
        let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
        let ctx = self.app.console();
        let token = accounts::create_token(&self.services, &ctx, "試験", role, scopes, None).await.expect("a token");
        Client::new(self.router.clone()).bearing(token)
    }

    /// As if the product had run all the time until now: its clock is believed, and nothing waits.
    pub(crate) async fn ran_until_now(&self) {
        self.db.execute("DELETE FROM clocks").await;
        self.db.execute("DELETE FROM retention_waits").await;
        let tx = self.services.store.begin().await.expect("a transaction");
        store::retention::nights::first_trace(&tx, self.clock.now()).await.expect("a trace");
        tx.commit().await.expect("a commit");
    }

    /// A second instance of the product on the same database.
    pub(crate) async fn twin(&self) -> App {
        let settings = settings(&self.db);
        let app =
            App::build_with(settings, Arc::new(self.clock.clone()), Cost::TRIAL).await.expect("a second instance");
        members::refresh(&app.services).await.expect("an index");
        app
    }
}
