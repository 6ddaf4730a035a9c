//! A desk with one of everything, which is put back as it was after each attack.

use axum::http::Method;
use madoguchi::domain::access::actor::Role;
use madoguchi::web::{Access, RouteSpec};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};

use crate::authz::objects::Objects;
use crate::support::people::roles;
use crate::support::rows::TABLES;
use crate::support::{Client, TestApp};

/// What is never put back: the audit only grows, numbers are never given twice, and search keeps its own index.
const GROWING: [&str; 7] =
    ["audit_entries", "audit_subjects", "audit_reviews", "counters", "search_docs", "call_docs", "seaql_migrations"];

/// What tells that something was written, besides rows that come and go: two columns' worth for each table.
const TRACES: &str = "SELECT (SELECT CAST(SUM(version) AS bigint) FROM tickets) AS t, \
    (SELECT CAST(SUM(version) AS bigint) FROM sheet_fields) AS f, (SELECT COUNT(ended_at) FROM calls) AS c, \
    (SELECT COUNT(reviewed_at) FROM calls) AS cr, (SELECT COUNT(reviewed_at) FROM verifications) AS vr, \
    (SELECT COUNT(kept_at) + CAST(SUM(tries) AS bigint) FROM callbacks) AS p, (SELECT COUNT(done_at) FROM tasks) AS k, \
    (SELECT COUNT(ended_at) FROM remote_sessions) AS r, (SELECT COUNT(ended_as) FROM duty_clocks) AS dc, (SELECT COUNT(taken_at) FROM handovers) AS ho, (SELECT CAST(SUM(version) AS bigint) FROM firms) AS fi, (SELECT CAST(SUM(steps) AS bigint) FROM referrals) AS re, (SELECT CAST(SUM(version) AS bigint) FROM campaigns) AS ca, (SELECT COUNT(told_at) FROM dossiers) AS ds, (SELECT COUNT(answered_at) FROM authority_requests) AS ar, (SELECT COUNT(answered_at) FROM questions) AS qu, (SELECT COUNT(undone_at) FROM merges) AS me, (SELECT COUNT(revoked_at) FROM tokens) AS o, \
    (SELECT COUNT(disabled_at) FROM accounts) AS d, (SELECT COUNT(password_hash) FROM accounts) AS w, \
    (SELECT CAST(SUM(LENGTH(role)) AS bigint) FROM accounts) AS l, (SELECT COUNT(used_at) FROM recovery_codes) AS u, \
    (SELECT COUNT(ended_at) FROM sessions) AS s";

/// A desk that is attacked.
pub(super) struct World {
    pub(super) app: TestApp,
    there: Objects,
    /// Somebody signed in a role.
    browsers: Vec<(Role, Client)>,
    /// A script a role.
    scripts: Vec<(Role, Client)>,
    /// The name of a session that may be ended.
    session: String,
    /// The ticket of the remote session that is there.
    remote: String,
    on: DatabaseConnection,
}

impl World {
    /// One of everything, and everybody signed in; kept, to be put back.
    pub(super) async fn kept(app: TestApp) -> Self {
        let app = app.with_directory().await;
        let there = Objects::made(&app).await;
        let (mut browsers, mut scripts) = (Vec::new(), Vec::new());
        for role in roles() {
            app.browser(role).await;
            browsers.push((role, app.browser(role).await));
        }
        for role in Role::ALL {
            scripts.push((role, app.script(role).await));
        }
        app.publish_report().await;
        let own = browsers[0].1.get("/account").await.page().attributes("main table form", "action");
        let session = own[0].split('/').nth(3).expect("a session's name").to_owned();
        let of = "SELECT t.number FROM tickets t JOIN remote_sessions r ON r.ticket_id = t.id";
        let number = app.select(of).await[0]["number"].as_i64().expect("a ticket");
        let remote = format!("{}-{:06}", number / 10_000_000, number % 10_000_000);
        // Another session begins on a ticket that has none yet.
        app.db.execute("UPDATE tickets SET verification = 'verified'").await;
        let on = Database::connect(&app.db.url).await.expect("a connection");
        let world = Self { app, there, browsers, scripts, session, remote, on };
        for table in world.tables() {
            world.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        world
    }

    /// What is put back.
    fn tables(&self) -> impl Iterator<Item = &'static str> {
        TABLES.into_iter().filter(|table| !GROWING.contains(table))
    }

    async fn run(&self, sql: &str) {
        self.on.execute_unprepared(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    async fn rows(&self, sql: &str) -> Vec<Value> {
        let statement = Statement::from_string(self.on.get_database_backend(), sql);
        JsonValue::find_by_statement(statement).all(&self.on).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// Puts everything back as it was.
    pub(super) async fn put_back(&self) {
        let all: Vec<String> = self
            .tables()
            .map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};"))
            .collect();
        self.run(&format!("BEGIN; {} COMMIT;", all.join(" "))).await;
    }

    /// What tells whether anything was written: the audit apart, and what counts failures of signing in and
    /// tries at numbers.
    pub(super) async fn trace(&self) -> Value {
        let quiet = [
            "audit_entries",
            "audit_subjects",
            "sign_in_delays",
            "number_tallies",
            "number_tries",
            "numbers_heard",
            "seaql_migrations",
        ];
        let counted: Vec<String> = TABLES
            .iter()
            .filter(|table| !quiet.contains(table))
            .map(|table| format!("(SELECT COUNT(*) FROM {table}) AS n_{table}"))
            .collect();
        let rows = self.rows(&format!("{TRACES}, {}", counted.join(", "))).await;
        rows.into_iter().next().expect("a row")
    }

    /// Everything the tables hold, without what differs by chance: ids, hashes, secrets.
    pub(super) async fn all_rows(&self) -> Vec<String> {
        let mut all = Vec::new();
        for table in self.tables() {
            let mut rows: Vec<String> = self
                .rows(&format!("SELECT * FROM {table}"))
                .await
                .into_iter()
                .map(|row| format!("{table} {}", without_chance(row)))
                .collect();
            rows.sort();
            all.extend(rows);
        }
        all
    }

    /// Whoever may call a route.
    pub(super) fn client(&self, route: &RouteSpec) -> Client {
        let of = |held: &[(Role, Client)], role| {
            held.iter().find(|(r, _)| *r == role).map(|(_, client)| client.clone()).expect("somebody of that role")
        };
        match route.access {
            Access::Public => self.app.stranger(),
            Access::Page(action) => of(&self.browsers, action.roles()[0]),
            Access::Api(action) => of(&self.scripts, action.roles()[0]),
        }
    }

    /// A route's path with things that are there.
    pub(super) fn path(&self, route: &RouteSpec) -> String {
        let of_remote = route.path.replace("{no}/remotes/{id}", &format!("{}/remotes/{{id}}", self.remote));
        self.there.path(&of_remote).replace("{name}", &self.session)
    }

    /// The routes: those that only read before those that write.
    pub(super) fn routes(&self) -> Vec<RouteSpec> {
        let mut routes = self.app.app.web().routes;
        routes.sort_by_key(|route| (route.method == Method::POST) && !route.path.ends_with("/search"));
        routes
    }
}

/// A row without the ids, hashes and secrets of things that were just made, which differ from run to run. Who did it,
/// and whose it is, stays.
fn without_chance(row: Value) -> Value {
    let Value::Object(fields) = row else { return row };
    let by_chance = |name: &str, value: &Value| {
        ["id", "call_id", "ticket_id", "verification_id", "secret"].contains(&name)
            || name.ends_with("_hash")
            || (name == "number" && value.is_number())
    };
    let plain = |name: &str, value: Value| match value {
        whose if name.ends_with("_id") || name.ends_with("_by") => whose,
        text => json!(without_ids(&text.to_string())),
    };
    fields
        .into_iter()
        .filter(|(name, value)| value.is_null() || !by_chance(name, value))
        .map(|(name, value)| (name.clone(), plain(&name, value)))
        .collect()
}

/// A text whose ids and ticket numbers are all the same.
fn without_ids(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .map(|word| {
            let core = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            let is_id = uuid::Uuid::parse_str(core).is_ok() || (core.len() == 11 && core.starts_with("2026-"));
            if is_id { word.replace(core, "#") } else { word.to_owned() }
        })
        .collect()
}
