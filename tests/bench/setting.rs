//! A filled database for the bench.

use std::sync::Arc;
use std::time::Instant;

use madoguchi::app::App;
use madoguchi::config;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::ctx::Ctx;
use madoguchi::gateway::clock::SystemClock;
use madoguchi::gateway::password::Cost;
use madoguchi::usecase::accounts::{self, NewAccount};
use madoguchi::usecase::demo::{Demo, fill};
use madoguchi::usecase::members;
use madoguchi::usecase::members::ImportFile;

/// The password of the bench's operator.
pub const PASSWORD: &str = "a bench is for sitting on";

/// The secret of the bench's authenticator app.
pub const SECRET: &[u8] = b"twenty bytes for app";

/// A filled database.
pub struct Setting {
    /// Its address.
    pub url: String,
    /// The keys of its sealed values.
    pub key_file: String,
    /// Numbers of tickets that exist, newest last.
    pub tickets: Vec<String>,
    /// An operator's API token.
    pub token: String,
    /// Tickets a second at filling.
    pub fill_rate: f64,
    _folder: tempfile::TempDir,
}

impl Setting {
    /// Makes and fills a database.
    pub async fn make(engine: &str, tickets: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            "sqlite" => format!("sqlite://{}", folder.path().join("bench.db").display()),
            _ => crate::fresh::postgres().await,
        };
        let mut settings = config::load().unwrap();
        settings.database.url = url.clone();
        let key_file = folder.path().join("keys").display().to_string();
        settings.seal.key_file = key_file.clone();
        let app = App::build_with(settings, Arc::new(SystemClock), Cost::REAL).await.unwrap();
        let ctx = app.console();
        let new = NewAccount { login: "bench", name: "試験", role: Role::Operator, maintenance: None };
        let operator = accounts::create_enrolled(&app.services, &ctx, &new, PASSWORD, SECRET).await.unwrap();
        let second = NewAccount { login: "bench2", name: "試験2", role: Role::Specialist, maintenance: None };
        accounts::create_enrolled(&app.services, &ctx, &second, PASSWORD, SECRET).await.unwrap();
        let token =
            accounts::create_token(&app.services, &ctx, "bench", Role::Operator, Vec::new(), None).await.unwrap();
        let trial = Demo { members: 3_000, tickets, seed: 7, until: ctx.today() };
        let started = Instant::now();
        fill(&app.services, &ctx, &trial, &[operator], &mut |_, _| {}).await.unwrap();
        let fill_rate = tickets as f64 / started.elapsed().as_secs_f64();
        import_sample(&app, &ctx).await;
        let mut numbers = Vec::new();
        let mut before = None;
        let filter = |before| madoguchi::domain::tickets::line::TicketFilter { before, ..Default::default() };
        for _ in 0..20 {
            let page = madoguchi::store::tickets::list(&app.services.store, &filter(before), 500).await.unwrap();
            numbers.extend(page.rows.iter().map(|line| line.number.to_string()));
            before = page.older;
            if before.is_none() {
                break;
            }
        }
        Self { url, key_file, tickets: numbers, token, fill_rate, _folder: folder }
    }
}

/// The sample directory takes the place of the made-up one.
async fn import_sample(app: &App, ctx: &Ctx) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/membership-sample/directory.cp932.csv");
    let bytes = std::fs::read(path).unwrap();
    let exported_on = ctx.today();
    let file = ImportFile { name: "sample", bytes: &bytes, exported_on, allow_shrink: true, ..ImportFile::default() };
    members::import(&app.services, ctx, &file, &mut |_, _| {}).await.unwrap();
}
