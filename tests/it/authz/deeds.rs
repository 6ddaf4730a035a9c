//! Roles × deeds: every step asked for in every role, through a session, a token of the role, and tokens with one
//! scope; and the steps of the list held against the sources.

use std::path::Path;

use madoguchi::domain::access::actor::{Action, Actor, ActorKind, Hands, Role, may};
use madoguchi::domain::ctx::Ctx;
use madoguchi::domain::id::AccountId;
use madoguchi::usecase::Error;
use uuid::Uuid;

use super::steps::{STEPS, Step};
use crate::support::people::roles;
use crate::support::{TestApp, on_each_db};

/// What the table says, said once more: a role's right, people alone where it takes people, and a token's scopes.
pub(super) fn allowed(kind: ActorKind, role: Role, scopes: &[Action], action: Action) -> bool {
    let by_token = kind == ActorKind::Token;
    may(role, action)
        && !(by_token && action.hands() != Hands::Anybody)
        && (scopes.is_empty() || scopes.contains(&action))
}

/// Scopes of the tokens that are tried: none said, each alone, and what a step asks for, whole and without each.
pub(super) fn scopes_for(rights: &[Action]) -> Vec<Vec<Action>> {
    let mut all = vec![Vec::new()];
    all.extend(Action::ALL.iter().map(|action| vec![*action]));
    if rights.len() > 1 {
        all.push(rights.to_vec());
        all.extend(Action::ALL.iter().map(|action| vec![rights[0], *action]));
    }
    all
}

fn actor(app: &TestApp, kind: ActorKind, role: Role, scopes: &[Action]) -> Actor {
    let person = roles().any(|r| r == role).then(|| app.ctx(role).actor);
    Actor {
        kind,
        id: person.as_ref().filter(|_| kind == ActorKind::Account).map_or(Uuid::from_u128(9), |p| p.id),
        role: Some(role),
        name: "試験".into(),
        scopes: scopes.iter().map(|action| action.code().to_owned()).collect(),
        person: person.map(|p| AccountId(p.id)),
    }
}

async fn is_as_the_table_says(app: &TestApp, step: &Step, kind: ActorKind, role: Role, scopes: &[Action]) {
    let ctx = Ctx::new(actor(app, kind, role, scopes), app.ctx(Role::Operator).now, Uuid::new_v4(), String::new());
    let missing: Vec<_> = step.rights.iter().filter(|action| !allowed(kind, role, scopes, **action)).collect();
    let asked = (step.ask)(app, &ctx).await;
    let who = format!("{}: {kind:?} {role:?} {scopes:?}: {asked:?}", step.name);
    match asked {
        Err(Error::Forbidden(action)) => assert!(missing.contains(&&action), "refused, and may: {who}"),
        _ => assert!(missing.is_empty(), "done, and may not: {who}"),
    }
}

on_each_db!(every_deed_is_done_by_those_whom_the_table_lets_through_whatever_door, async |app: TestApp| {
    app.case(serde_json::json!({})).await;
    for step in STEPS {
        for role in Role::ALL {
            if role != Role::Integration {
                is_as_the_table_says(&app, step, ActorKind::Account, role, &[]).await;
            }
            for scopes in scopes_for(step.rights) {
                is_as_the_table_says(&app, step, ActorKind::Token, role, &scopes).await;
            }
        }
        let stranger = Ctx::new(Actor::stranger(), app.ctx(Role::Operator).now, Uuid::new_v4(), String::new());
        let asked = (step.ask)(&app, &stranger).await;
        assert!(matches!(asked, Err(Error::Forbidden(_))), "{}: a stranger: {asked:?}", step.name);
    }
});

/// Asked for elsewhere than by a step of the list: with the name of the test that holds it.
const ELSEWHERE: [(Action, &str); 2] = [
    (Action::Backup, "the console alone; `backup` below"),
    (Action::Override, "within `sheet::record_verification`: `attack::rights`"),
];

#[test]
fn every_right_has_a_deed_that_is_tried() {
    for action in Action::ALL {
        let tried = STEPS.iter().any(|step| step.rights.contains(action));
        let elsewhere = ELSEWHERE.iter().any(|(other, _)| other == action) || *action == Action::ApiDescribe;
        assert!(tried != elsewhere, "{}: no step in authz/steps.rs asks for it", action.code());
    }
}

/// Steps without a right of their own: coming in, and what only makes something up.
const OPEN: [&str; 10] = [
    "accounts::sign_in::leave",
    "accounts::sign_in::sign_in",
    "authorise::needs_proof",
    "once::begin",
    "once::finish",
    "access::gate::refused",
    // What the product does by itself, whoever comes.
    "audit::journals::open",
    "audit::journals::seen",
    "audit::journals::close",
    // Asks by itself: it is the console's alone.
    "verification::look_up::batch::begin",
];

/// The functions of a source: its room and name, how visible it is, its head and its body.
fn functions() -> Vec<(String, String, String, String)> {
    let mut all = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/usecase");
    for path in crate::architecture::rust_files(&root) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let room = path
            .strip_prefix(&root)
            .expect("a path")
            .display()
            .to_string()
            .replace("/mod.rs", "")
            .replace(".rs", "")
            .replace('/', "::");
        let starts: Vec<usize> = text.match_indices("fn ").map(|(at, _)| at).collect();
        for at in starts {
            let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
            let lead = text[line..at].trim_start();
            if !(lead.is_empty() || lead == "async " || lead.starts_with("pub")) {
                continue;
            }
            let indent = &text[line..line + (text[line..].len() - text[line..].trim_start().len())];
            let end = text[at..].find(&format!("\n{indent}}}\n")).map_or(text.len(), |n| at + n);
            let whole = &text[at..end];
            let (head, body) = whole.split_once("{\n").unwrap_or((whole, ""));
            let name: String = whole[3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            all.push((format!("{room}::{name}"), lead.to_owned(), head.to_owned(), body.to_owned()));
        }
    }
    all
}

fn is_tried_elsewhere(name: &str) -> bool {
    name.starts_with("backup::") || name == "demo::cases"
}

#[test]
fn every_step_of_the_sources_stands_in_the_list_with_what_it_asks_for() {
    let functions = functions();
    let steps: Vec<_> = functions
        .iter()
        .filter(|(_, lead, head, _)| ["pub ", "pub async "].contains(&lead.as_str()) && head.contains("ctx: &Ctx"))
        .filter(|(name, ..)| !OPEN.contains(&name.as_str()) && !is_tried_elsewhere(name))
        .collect();
    assert!(steps.len() > 70, "the sources are read: {}", steps.len());
    for (name, _, _, body) in &steps {
        let listed: Vec<_> = STEPS.iter().filter(|step| step.name.split('#').next() == Some(name)).collect();
        assert!(!listed.is_empty(), "{name}: say in authz/steps.rs what it asks for");
        for asked in body.split("authorise::<may::").skip(1) {
            let needed = asked.split_once(">(ctx)").is_some_and(|(_, after)| after.starts_with('?'));
            let right = asked.split('>').next().unwrap_or_default();
            let in_list = listed.iter().any(|s| s.rights.iter().any(|action| format!("{action:?}") == right));
            assert!(in_list || !needed, "{name} asks for {right}: not in authz/steps.rs");
        }
    }
    for step in STEPS {
        let name = step.name.split('#').next().unwrap_or_default();
        assert!(steps.iter().any(|(known, ..)| known == name), "{name}: in the list, and no step");
    }
}

/// The way in, where there is nobody yet whose right could be asked; and what only reads out of what it is given.
const WAY_IN: [&str; 7] = [
    "accounts::delays",
    "accounts::factors",
    "accounts::passkeys",
    "accounts::sign_in",
    "accounts::way_in",
    "once",
    "access::gate",
];
/// Told by what they are given, and nothing of the memory's but what that names.
const WITHIN: [&str; 13] = [
    "accounts::hashed",
    "audit::journals::announce",
    "audit::journals::tell_lost",
    "retention::gate::begin",
    "retention::gate::note",
    "tickets::overtaken",
    "tickets::timeline::write",
    "calls::log::checked",
    "calls::callback::promised",
    "calls::callback::on_some_day",
    "mod::me",
    "tickets::open::of",
    "demo::cases",
];

/// What says that a right was asked for.
const WITNESSES: [&str; 7] = ["Granted<", "&By", "Recording", "Ending<", "Allowed", "impl Opens", "impl Attaches"];

#[test]
fn what_writes_or_reads_within_a_step_takes_the_witness_of_its_right() {
    let mut without = Vec::new();
    for (name, _, head, body) in functions() {
        let acts = head.contains("ctx: &Ctx") || head.contains("ctx: &'a Ctx") || head.contains("tx: &Tx");
        let room = name.rsplit_once("::").map_or("", |(room, _)| room).to_owned();
        let left_out = WAY_IN.contains(&room.as_str())
            || WITHIN.contains(&name.as_str())
            || OPEN.contains(&name.as_str())
            || room == "authorise";
        // A method goes on with what its maker was let make.
        let method = head.contains("self,") || head.contains("self)");
        let asks = body.contains("authorise::<may::") || body.contains("::ask(");
        let witnessed = WITNESSES.iter().any(|witness| head.contains(witness)) || asks;
        if acts && !method && !left_out && !witnessed && !body.contains("create_token_for(") {
            without.push(name);
        }
    }
    assert!(without.is_empty(), "done without having asked: {without:#?}");
}

#[cfg(feature = "backups")]
on_each_db!(backups_are_written_and_restored_at_the_console_only, async |app: TestApp| {
    use madoguchi::usecase::backup::{self, Places};
    let places = Places { url: app.db.url.clone(), sqlite: None, postgres_bin: String::new() };
    for role in roles() {
        let to = app.db.folder.path().join("backup");
        let asked = backup::create(&app.services, &app.ctx(role), &places, &to, &[]).await;
        assert!(matches!(asked, Err(Error::Forbidden(Action::Backup))), "{role:?}: {asked:?}");
    }
});
