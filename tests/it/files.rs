//! What commands leave lying about: for their owner only, never over what is needed, and without anybody's password.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::cli::{madoguchi, refused, run, stdout, written};
use crate::support::{TestDb, on_each_db, on_one_db};

const QUERY: &str = r#"{"qid":"1","call_date":"2026-11-01","name":"","facility":"","address":"","number":""}"#;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

on_each_db!(everything_that_is_made_is_its_owners_alone, async |db: TestDb| {
    let queries = written(&db, "in.jsonl", QUERY.as_bytes());
    let results = db.folder.path().join("out.jsonl").display().to_string();
    assert!(
        run(&db, &["demo-data", "--members", "20", "--tickets", "5", "--seed", "1", "--export-cases", "cases.json"])
            .status
            .success()
    );
    assert!(run(&db, &["members", "verify", "--queries", &queries, "--results", &results]).status.success());
    assert!(run(&db, &["keys", "rotate"]).status.success());
    for name in names(db.folder.path()).into_iter().filter(|name| name != "in.jsonl" && !name.starts_with('.')) {
        let mode = fs::metadata(db.folder.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
    assert!(names(db.folder.path()).contains(&"out.jsonl".to_owned()));
});

on_one_db!(an_output_never_overwrites_its_input_the_database_a_key_or_a_link, async |db: TestDb| {
    let folder = db.folder.path();
    let queries = written(&db, "in.jsonl", QUERY.as_bytes());
    assert!(run(&db, &["demo-data", "--members", "20", "--tickets", "5", "--seed", "1"]).status.success());
    assert!(run(&db, &["keys", "rotate"]).status.success());
    assert!(run(&db, &["backup", "key", "--out", "backup.key"]).status.success());
    let other = written(&db, "other.txt", b"precious");
    symlink(&other, folder.join("link")).unwrap();
    symlink(folder.join("nowhere"), folder.join("dangling")).unwrap();
    fs::hard_link(&queries, folder.join("same")).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    let database = db.url.trim_start_matches("sqlite://").rsplit('/').next().unwrap().to_owned();
    let held = |name: &str| fs::read(folder.join(name)).ok();
    let wal = format!("{database}-wal");
    for (place, word) in [
        ("in.jsonl", "入力"),
        ("./in.jsonl", "入力"),
        ("same", "入力"),
        ("link", "リンク"),
        ("dangling", "リンク"),
        ("folder", "ファイルではありません"),
        (database.as_str(), "データベース"),
        (wal.as_str(), "データベース"),
        (&format!("{database}.key"), "鍵"),
        ("backup.key", "鍵"),
    ] {
        let before = held(place);
        let refusal = run(&db, &["members", "verify", "--queries", &queries, "--results", place]);
        refused(&refusal, &[place, word]);
        // An empty log beside the database comes and goes with whoever has it open.
        assert_eq!(held(place).unwrap_or_default(), before.unwrap_or_default(), "{place}");
    }
    refused(&run(&db, &["members", "import", &other, "--report", &other]), &["other.txt", "入力"]);
    assert_eq!(held("other.txt").as_deref(), Some(&b"precious"[..]));
    assert!(run(&db, &["audit", "verify"]).status.success());
    assert!(!names(folder).iter().any(|name| name.ends_with(".tmp")), "{:?}", names(folder));
});

on_one_db!(an_earlier_output_is_replaced_whole_and_a_failed_one_leaves_it, async |db: TestDb| {
    let folder = db.folder.path();
    let queries = written(&db, "in.jsonl", QUERY.as_bytes());
    assert!(run(&db, &["demo-data", "--members", "20", "--tickets", "5", "--seed", "1"]).status.success());
    let out = written(&db, "out.jsonl", "前の結果\n".repeat(1_000).as_bytes());
    let bad = written(&db, "bad.jsonl", format!("{QUERY}\n{{").as_bytes());
    refused(&run(&db, &["members", "verify", "--queries", &bad, "--results", &out]), &["2行目"]);
    assert!(fs::read_to_string(&out).unwrap().starts_with("前の結果"));
    assert!(run(&db, &["members", "verify", "--queries", &queries, "--results", &out]).status.success());
    let new = fs::read_to_string(&out).unwrap();
    assert!(new.starts_with('{') && new.lines().count() == 1, "{new}");
    assert!(!names(folder).iter().any(|name| name.ends_with(".tmp")), "{:?}", names(folder));
    let null = run(&db, &["members", "verify", "--queries", &queries, "--results", "/dev/null"]);
    assert!(null.status.success() && !fs::metadata("/dev/null").unwrap().is_file());
});

on_one_db!(no_password_of_an_address_is_ever_shown, async |db: TestDb| {
    let urls = [
        "postgres://desk:hush-1@127.0.0.1:9/m",
        "postgres://desk@127.0.0.1:9/m?password=hush-2",
        "postgres://127.0.0.1:9/m?user=desk&pass%77ord=hush-3&sslpassword=hush-4",
        "postgres://desk:hush-5@127.0.0.1:nine/m",
        "mysql://desk:hush-6@127.0.0.1/m?password=hush-7",
    ];
    let commands = [&["config", "show"][..], &["audit", "head"], &["serve"]];
    // Nobody answers there, which takes its time: all are asked at once.
    std::thread::scope(|scope| {
        for (url, command) in urls.into_iter().flat_map(|url| commands.map(|command| (url, command))) {
            let folder = db.folder.path();
            scope.spawn(move || {
                let mut asked = madoguchi(url, folder);
                let output = asked.env("MADOGUCHI_LOG__LEVEL", "trace").args(command).output().expect("the program");
                let said = format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr));
                assert!(!said.contains("hush"), "{url} {command:?}: {said}");
            });
        }
    });
});

on_one_db!(the_demonstration_stays_on_its_own_machine_unless_told, async |db: TestDb| {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let output = madoguchi(&db.url, db.folder.path()).env("MADOGUCHI_LISTEN", listen).arg("demo").output().unwrap();
        refused(&output, &[listen, "--open-to-network"]);
    }
    // Told so, it goes on to listening: to an address that this machine hasn't got, here.
    let mut told = madoguchi(&db.url, db.folder.path());
    let output = told.env("MADOGUCHI_LISTEN", "192.0.2.1:0").args(["demo", "--open-to-network"]).output().unwrap();
    refused(&output, &["192.0.2.1:0", "待ち受けできません"]);
});

on_each_db!(a_plain_copy_that_a_killed_backup_left_goes_at_the_next_start, async |db: TestDb| {
    let folder = db.folder.path();
    let name = match db.url.strip_prefix("sqlite://") {
        Some(file) => format!("{}.0123456789ab.tmp", file.rsplit('/').next().unwrap()),
        None => "madoguchi-restore.0123456789ab.tmp".to_owned(),
    };
    fs::create_dir(folder.join(&name)).unwrap();
    fs::write(folder.join(&name).join("plain.db"), "plain").unwrap();
    let mut started = madoguchi(&db.url, folder);
    assert!(started.env("TMPDIR", folder).args(["audit", "head"]).status().unwrap().success());
    assert!(!folder.join(&name).exists());
});
