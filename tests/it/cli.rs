//! Commands, run as the real program: exit codes, one clear line, and the output others rely on.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::binary::readings_wait_in;
use crate::support::db::Given;
use crate::support::directory::{csv, data, dozen};
use crate::support::{TestDb, on_each_db, on_one_db};

/// The program with a database, away from the settings of whoever runs the tests.
pub(crate) fn madoguchi(url: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env_clear().current_dir(folder).env("MADOGUCHI_DATABASE_URL", url).env("MADOGUCHI_LISTEN", "127.0.0.1:0");
    command.envs(readings_wait_in(folder));
    command
}

pub(crate) fn run(db: &TestDb, arguments: &[&str]) -> Output {
    madoguchi(&db.url, db.folder.path()).args(arguments).output().expect("the program")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Ended with 2, and said why in one line that holds these words.
pub(crate) fn refused(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let last = said.trim_end().lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("madoguchi: ") && !said.contains("panicked"), "{said}");
    for word in words {
        assert!(last.contains(word), "{word}: {said}");
    }
}

pub(crate) fn written(db: &TestDb, name: &str, bytes: &[u8]) -> String {
    let path = db.folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    path.display().to_string()
}

on_each_db!(a_port_in_use_is_one_line_and_exit_2, async |db: TestDb| {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = madoguchi(&db.url, db.folder.path()).env("MADOGUCHI_LISTEN", &address).arg("serve").output().unwrap();
    refused(&output, &[&address, "使用中"]);
});

on_each_db!(a_database_of_a_newer_version_is_one_line_and_exit_2, async |db: TestDb| {
    assert!(run(&db, &["token", "create", "--role", "integration"]).status.success());
    db.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_future', 1)").await;
    refused(&run(&db, &["serve"]), &["新しい版"]);
    refused(&run(&db, &["token", "create", "--role", "integration"]), &["新しい版"]);
});

on_each_db!(a_config_that_cannot_be_read_names_file_and_key_and_exits_2, async |db: TestDb| {
    let folder = db.folder.path().join("config");
    std::fs::create_dir_all(folder.join("scheme")).unwrap();
    let with = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        let output =
            madoguchi(&db.url, db.folder.path()).env("MADOGUCHI_CONFIG_DIR", &folder).arg("serve").output().unwrap();
        std::fs::remove_file(folder.join(name)).unwrap();
        output
    };
    refused(&with("default.toml", "[http\nlisten="), &["default.toml"]);
    refused(&with("default.toml", "[session]\nidle_minutes = \"many\"\n"), &["default.toml", "session.idle_minutes"]);
    refused(&with("default.toml", "[http]\nlistne = \"x\"\n"), &["listne"]);
    refused(&with("scheme/hours.toml", "[[line]]\ncode = 1\n"), &["scheme/hours.toml", "2行目"]);
    let periods = include_str!("../../config/scheme/retention.toml");
    let line = |of: &str| format!("{}行目", periods.lines().position(|l| l == of).unwrap() + 1);
    for (good, bad, says) in [
        ("years = 11", "years = 9", vec![line("years = 11"), "kind[2].years".into(), "10年".into()]),
        ("forever = true", "days = 3650", vec!["kind[7].forever".into(), "監査記録".into()]),
        ("code = \"claim\"", "code = \"clam\"", vec![line("code = \"claim\""), "clam".into()]),
        ("code = \"claim_dispute\"", "code = \"police\"", vec!["hold_reason[2].code".into(), "police".into()]),
    ] {
        let words: Vec<&str> = ["scheme/retention.toml"].into_iter().chain(says.iter().map(String::as_str)).collect();
        refused(&with("scheme/retention.toml", &periods.replace(good, bad)), &words);
    }
    let bad = madoguchi(&db.url, db.folder.path()).env("MADOGUCHI_LISTEN", "nowhere").arg("serve").output().unwrap();
    refused(&bad, &["http.listen"]);
    refused(&madoguchi("mysql://x", db.folder.path()).arg("serve").output().unwrap(), &["sqlite://", "postgres://"]);
});

on_one_db!(every_setting_can_be_set_by_its_environment_variable, async |db: TestDb| {
    let shown = stdout(&run(&db, &["config", "show"]));
    let settings: Vec<(&str, &str)> = shown
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, rest)| (key.trim(), rest.split('#').next().unwrap_or_default().trim()))
        .filter(|(key, _)| key.contains('.'))
        .collect();
    assert!(settings.iter().any(|(key, _)| *key == "audit.journal_dir"), "{shown}");
    let names = settings.iter().map(|(key, _)| format!("MADOGUCHI_{}", key.replace('.', "__").to_uppercase()));
    let mut set = madoguchi(&db.url, db.folder.path());
    set.env_remove("MADOGUCHI_DATABASE_URL").env_remove("MADOGUCHI_LISTEN");
    for (name, (key, value)) in names.clone().zip(&settings) {
        set.env(name, if *key == "database.url" { &db.url } else { *value });
    }
    let shown = stdout(&set.args(["config", "show"]).output().unwrap());
    for name in names {
        assert!(shown.contains(&format!("環境変数 {name}")), "{name} is not taken:\n{shown}");
    }
});

on_each_db!(an_import_ends_with_its_counts_and_reports_row_by_row, async |db: TestDb| {
    let mut rows = dozen();
    rows.push(rows[0].replace("M0000001", ""));
    rows[4] = rows[4].replace("500005", "50005"); // a zero lost in front
    let file = written(&db, "directory.csv", &csv(&rows));
    let report = db.folder.path().join("report.jsonl").display().to_string();
    let dry = run(&db, &["members", "import", &file, "--dry-run"]);
    assert!(dry.status.success());
    let output = run(&db, &["members", "import", &file, "--exported-on", "2026-10-31", "--report", &report]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let last: Value = serde_json::from_str(stdout(&output).trim_end().lines().last().unwrap()).unwrap();
    let expected = serde_json::json!({ "rows": 13, "added": 12, "changed": 0, "gone": 0, "unchanged": 0, "repaired": 1, "rejected": 1 });
    assert_eq!(last, expected);
    let lines = std::fs::read_to_string(&report).unwrap();
    let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let codes: Vec<_> = lines.iter().map(|l| (l["line"].as_u64().unwrap(), l["code"].as_str().unwrap())).collect();
    assert_eq!(codes, [(6, "repaired.number"), (14, "rejected.no_key")]);
    assert!(lines.iter().all(|l| l["column"].is_string() && l["message"].is_string()));
    assert!(stdout(&output).contains("UTF-8"), "the encoding is said");
});

on_each_db!(a_file_that_cannot_be_imported_is_exit_2_and_nothing_goes_in, async |db: TestDb| {
    refused(&run(&db, &["members", "import", "nothing.csv"]), &["nothing.csv"]);
    let good = written(&db, "good.csv", &csv(&dozen()));
    let half = written(&db, "half.csv", &csv(&dozen()[..6]));
    assert!(run(&db, &["members", "import", &good, "--exported-on", "2026-10-30"]).status.success());
    refused(&run(&db, &["members", "import", &half, "--exported-on", "2026-10-31"]), &["half.csv"]);
    refused(&run(&db, &["members", "import", &good, "--exported-on", "2026-10-01"]), &["古い"]);
    refused(&run(&db, &["members", "import", &written(&db, "zip.csv", b"PK\x03\x04")]), &["zip.csv"]);
    assert!(run(&db, &["members", "import", &half, "--exported-on", "2026-10-31", "--allow-shrink"]).status.success());
    assert_ne!(run(&db, &["members", "import"]).status.code(), Some(0));
    assert_eq!(run(&db, &["nonsense"]).status.code(), Some(2));
});

on_each_db!(a_token_alone_stands_on_stdout_and_a_code_for_an_account, async |db: TestDb| {
    let token = run(&db, &["token", "create", "--role", "integration", "--scope", "call.log", "--days", "30"]);
    assert!(token.status.success());
    assert_eq!(stdout(&token).trim_end().len(), 64, "{}", stdout(&token));
    let create = ["account", "create", "--login", "shinjin", "--name", "新人 つくし", "--role", "operator"];
    let code = run(&db, &create);
    assert_eq!(stdout(&code).trim_end().split('-').count(), 4, "{}", stdout(&code));
    refused(&run(&db, &create), &["login"]);
    assert_eq!(run(&db, &["token", "create", "--role", "king"]).status.code(), Some(2));
    refused(&run(&db, &["token", "create", "--role", "integration", "--scope", "x"]), &["scopes"]);
    let person = ["token", "create", "--role", "supervisor", "--scope", "call.log", "--scope", "member.override"];
    refused(&run(&db, &person), &["会員確認の特例", "member.override", "トークンには付けられません"]);
    refused(&run(&db, &["token", "create", "--role", "clerk", "--for", "shinjin"]), &["shinjin"]);
    assert!(run(&db, &["token", "create", "--role", "operator", "--for", "shinjin"]).status.success());
});

// Both exports of the sample are scored: nobody is verified who must not be, and nearly all who may are.
on_each_db!(the_samples_queries_are_answered_without_a_false_acceptance, async |db: TestDb| {
    let queries = written(&db, "queries.jsonl", &data("membership-sample/queries.jsonl"));
    let truth = String::from_utf8(data("membership-sample/truth.jsonl")).unwrap();
    for name in ["directory.utf8.csv", "directory.cp932.csv"] {
        let file = written(&db, name, &data(&format!("membership-sample/{name}")));
        assert!(run(&db, &["members", "import", &file, "--exported-on", "2026-10-31"]).status.success());
        let results = db.folder.path().join("results.jsonl").display().to_string();
        let output = run(&db, &["members", "verify", "--queries", &queries, "--results", &results]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let score = score(&truth, &std::fs::read_to_string(&results).unwrap());
        assert_eq!(
            (score.answered, score.false_accepts, score.wrong_member, score.premature),
            (300, 0, 0, 0),
            "{name}"
        );
        assert!(score.first * 100 >= score.known * 97, "{name}: first of {} known: {}", score.known, score.first);
        assert!(score.exact * 100 >= score.answered * 95, "{name}: exact {}", score.exact);
    }
});

#[derive(Default, Debug)]
struct Score {
    answered: usize,
    known: usize,
    first: usize,
    exact: usize,
    false_accepts: usize,
    wrong_member: usize,
    premature: usize,
}

/// As the sample's own `score.py` counts.
fn score(truth: &str, results: &str) -> Score {
    let results: Vec<Value> = results.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut score = Score::default();
    for truth in truth.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        let Some(result) = results.iter().find(|r| r["qid"] == truth["qid"]) else { continue };
        score.answered += 1;
        let decision = result["decision"].as_str().unwrap();
        let accepted = ["eligible", "pending"].contains(&decision);
        let first = &result["candidates"][0];
        let good = !first.is_null() && (*first == truth["member"] || truth["also"].as_array().unwrap().contains(first));
        let (nobody, right) = (truth["member"].is_null(), truth["eligibility"].as_str().unwrap_or_default());
        score.known += usize::from(!nobody);
        score.first += usize::from(good && !nobody);
        score.exact += usize::from(decision == right || (nobody && !accepted));
        match (nobody, right) {
            (true, _) | (_, "not_eligible") => score.false_accepts += usize::from(accepted),
            (_, "eligible" | "pending") => score.wrong_member += usize::from(accepted && !good),
            _ => score.premature += usize::from(accepted),
        }
    }
    score
}

on_each_db!(the_audits_head_is_printed_and_the_chain_verified_against_it, async |db: TestDb| {
    assert!(run(&db, &["token", "create", "--role", "integration"]).status.success());
    let head = stdout(&run(&db, &["audit", "head"]));
    let head = head.trim();
    assert!(head.starts_with("1:") && head.len() == 66, "{head}");
    assert!(run(&db, &["token", "create", "--role", "integration"]).status.success());
    let verified = run(&db, &["audit", "verify", "--head", head]);
    assert!(verified.status.success() && stdout(&verified).contains("2件"), "{}", stdout(&verified));
    db.execute("UPDATE audit_entries SET peer = 'x' WHERE seq = 1").await;
    let broken = run(&db, &["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("1番目"), "{}", String::from_utf8_lossy(&broken.stderr));
    assert_eq!(run(&db, &["audit", "verify", "--head", "x"]).status.code(), Some(2));
});

on_each_db!(a_server_with_the_wrong_key_file_is_one_line_and_exit_2, async |db: TestDb| {
    let code = run(&db, &["demo", "code", "operator"]);
    assert!(code.status.success() && stdout(&code).trim().len() == 6, "{}", stdout(&code));
    refused(&run(&db, &["demo", "code", "nobody"]), &["operator"]);
    assert!(stdout(&run(&db, &["keys", "rotate"])).contains("0件"));
    let app =
        crate::support::TestApp::given(TestDb { url: db.url.clone(), folder: tempfile::tempdir().unwrap() }).await;
    let wrong = madoguchi(&db.url, db.folder.path())
        .env("MADOGUCHI_SEAL__KEY_FILE", "elsewhere")
        .arg("serve")
        .output()
        .unwrap();
    refused(&wrong, &["elsewhere", "seal.key_file"]);
    drop(app);
});

on_each_db!(retention_says_its_counts_by_kind_and_a_dry_run_erases_nothing, async |db: TestDb| {
    assert!(run(&db, &["token", "create", "--role", "integration"]).status.success());
    let old = "INSERT INTO sign_in_delays (subject, failures, last_failed_at) VALUES";
    let digest = if db.url.starts_with("sqlite") { "x'00'" } else { "'\\x00'" };
    db.execute(&format!("{old} ({digest}, 1, '2024-01-05T01:00:00+00:00')")).await;
    let dry = stdout(&run(&db, &["retention", "run", "--dry-run"]));
    assert!(dry.contains("(sign_in_delay): 消去の対象 1件") && dry.contains("(audit): 消去の対象 0件"), "{dry}");
    assert_eq!(dry.lines().count(), 9, "{dry}");
    assert!(dry.contains("--confirm 0"), "{dry}");
    let real = stdout(&run(&db, &["retention", "run"]));
    assert!(real.contains("(sign_in_delay): 消去 1件") && real.contains("(ticket): 消去 0件"), "{real}");
    assert!(stdout(&run(&db, &["retention", "run"])).contains("(sign_in_delay): 消去 0件"));
    assert!(run(&db, &["audit", "verify"]).status.success());
});

on_each_db!(a_token_made_at_the_console_ends_after_90_days_unless_told, async |db: TestDb| {
    assert!(run(&db, &["token", "create", "--role", "integration"]).status.success());
    assert!(run(&db, &["token", "create", "--role", "integration", "--days", "365"]).status.success());
    refused(&run(&db, &["token", "create", "--role", "integration", "--days", "3651"]), &["3650"]);
    let store = madoguchi::store::Store::open(&db.address()).await.unwrap();
    let tokens = madoguchi::store::accounts::all_tokens(&store).await.unwrap();
    let mut days: Vec<_> = tokens.iter().map(|t| (t.expires_at.unwrap() - t.created_at).num_days()).collect();
    days.sort();
    assert_eq!(days, [90, 365]);
});
