//! The direction of imports, and the doors that each thing has only one of.

mod circles;
mod rooms;
mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

/// Each floor and all it may import of ours (`src/lib.rs`). What puts the house together may import everything.
const FLOORS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("demo", &["domain"]),
    ("store", &["domain", "demo"]),
    ("gateway", &["domain"]),
    ("routes", &["domain"]),
    ("view", &["domain", "routes", "usecase"]),
    ("usecase", &["domain", "store", "gateway", "demo"]),
    ("web", &["usecase", "view", "routes", "domain", "gateway", "config"]),
    ("jobs", &["usecase", "domain", "gateway"]),
];

/// What the door may name of the memory: a request's key, and what can go wrong.
const WEB_OF_STORE: [&str; 2] = ["store::once::RequestKey", "store::StoreError"];

/// Words and the only places where they may stand.
const DOORS: [(&str, &[&str]); 12] = [
    ("sea_orm", &["store/"]),
    ("sqlx::", &["store/dialect"]),
    ("axum", &["web/", "app.rs"]),
    ("maud", &["view/", "web/"]),
    ("PreEscaped", &["view/raw.rs"]),
    ("DbBackend", &["store/dialect"]),
    ("DatabaseBackend", &["store/dialect"]),
    ("Utc::now", &["gateway/clock.rs"]),
    ("SystemTime::now", &["gateway/clock.rs"]),
    ("now_v7", &[]),
    ("look_up_guarded", &["usecase/verification/look_up", "domain/matching/"]),
    ("look_up_in_full", &["usecase/verification/look_up", "domain/matching/"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The files of `src/`: path from there, and its code without comments.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    rust_files(&src)
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a file");
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (path.strip_prefix(&src).expect("a path under src").display().to_string(), code)
        })
        .collect()
}

fn floor(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Everything of ours that a file names: what follows `crate::`, to the end of the path.
fn named(code: &str) -> Vec<String> {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, start)| code[at + start.len()..].chars().take_while(|c| inside(*c)).collect())
        .collect()
}

#[test]
fn each_floor_imports_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let Some((own, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor(&path)) else { continue };
        for import in named(&code) {
            let target = import.split("::").next().unwrap_or_default();
            let excepted = *own == "web" && WEB_OF_STORE.contains(&import.as_str());
            if target != *own && !allowed.contains(&target) && !excepted {
                wrong.push(format!("{path}: crate::{import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the direction:\n{}", wrong.join("\n"));
}

#[test]
fn every_floor_of_the_house_has_its_rule() {
    let together = ["app", "cli", "config", "lib", "main", "telemetry"];
    for (path, _) in sources() {
        let floor = floor(&path);
        assert!(
            FLOORS.iter().any(|(name, _)| *name == floor) || together.contains(&floor),
            "{path} stands on no floor"
        );
    }
}

#[test]
fn what_has_one_door_stands_nowhere_else() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        for (word, places) in DOORS {
            if code.contains(word) && !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!("{path}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "beside their one door:\n{}", wrong.join("\n"));
}

#[test]
fn migrations_know_nothing_of_the_product() {
    for path in rust_files(&root().join("migrations/src")) {
        assert!(!fs::read_to_string(&path).expect("a file").contains("madoguchi::"), "{}", path.display());
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_is() {
    let folders = ["src", "migrations/src", "tests"].map(|f| root().join(f));
    for path in folders.iter().flat_map(|f| rust_files(f)) {
        assert!(fs::read_to_string(&path).expect("a file").starts_with("//! "), "{}", path.display());
    }
}
