//! Importing the directory: what changed is counted, what can't be right is refused, and nothing is deleted.

use madoguchi::domain::matching::Query;
use madoguchi::store::members;

use crate::support::cases::code;
use crate::support::directory::{ENOMOTO, ENOMOTO_SAID, csv, data, dozen};
use crate::support::{TestApp, on_each_db};

/// added, changed, gone, unchanged
fn tally(report: &madoguchi::usecase::members::ImportReport) -> (i64, i64, i64, i64) {
    (report.added, report.changed, report.gone, report.unchanged)
}

const DIRECTORY: [&str; 5] = ["directory_imports", "members", "category_periods", "facilities", "tenures"];

async fn rows(app: &TestApp) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in DIRECTORY {
        rows.push(app.count(table).await);
    }
    rows
}

on_each_db!(the_first_import_adds_everybody_and_tenure_is_open_to_the_past, async |app: TestApp| {
    let report = app.import(&csv(&dozen()), "2026-11-01").await.unwrap();
    assert_eq!((report.rows, tally(&report)), (12, (12, 0, 0, 0)));
    let tenures = members::all_tenures(&app.services.store).await.unwrap();
    assert!(tenures.iter().all(|t| t.tenure.from_on.is_none() && t.tenure.until_on.is_none()));
    assert_eq!(app.services.index.get().unwrap().version(), 1, "the index serves it");
});

on_each_db!(the_same_file_again_changes_nobody, async |app: TestApp| {
    let app = app.with_directory().await;
    let before = rows(&app).await;
    let report = app.import(&csv(&dozen()), "2026-11-15").await.unwrap();
    assert_eq!(tally(&report), (0, 0, 0, 12));
    assert_eq!(rows(&app).await[1..], before[1..], "only the import itself is a new row");
});

on_each_db!(a_newcomer_is_added_from_the_exports_day_and_a_moved_clinic_is_changed, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut later = dozen();
    later[0] = later[0].replace("本駒込9-8-7", "本駒込1-2-3");
    later.push(
        later[5].replace("M0000006", "M0000099").replace("F0000006", "F0000099").replace("4001000006", "4001000099"),
    );
    let report = app.import(&csv(&later), "2026-11-15").await.unwrap();
    assert_eq!(tally(&report), (1, 1, 0, 11));
    let tenures = members::all_tenures(&app.services.store).await.unwrap();
    let new: Vec<_> = tenures.iter().filter_map(|t| t.tenure.from_on).map(|day| day.to_string()).collect();
    assert_eq!(new, ["2026-11-15"]);
});

on_each_db!(who_is_gone_from_the_export_keeps_a_row_and_the_tenure_ends_that_day, async |app: TestApp| {
    let app = app.with_directory().await;
    let report = app.import(&csv(&dozen()[..11]), "2026-11-15").await.unwrap();
    assert_eq!(tally(&report), (0, 0, 1, 11));
    let tenures = members::all_tenures(&app.services.store).await.unwrap();
    let ended: Vec<_> = tenures.iter().filter_map(|t| t.tenure.until_on).map(|day| day.to_string()).collect();
    assert_eq!((tenures.len(), ended), (12, vec!["2026-11-15".to_owned()]));
    assert_eq!(app.count("members").await, 12, "nothing is deleted");
});

on_each_db!(a_directory_that_shrinks_by_more_than_a_tenth_is_refused_whole, async |app: TestApp| {
    let app = app.with_directory().await;
    let before = app.counts(&[]).await;
    assert_eq!(code(app.import(&csv(&dozen()[..10]), "2026-11-15").await), "import.shrunken");
    assert_eq!(app.counts(&[]).await, before, "nothing was changed");
    let report = app.import_as(&csv(&dozen()[..10]), "2026-11-15", false, true).await.unwrap();
    assert_eq!(tally(&report), (0, 0, 2, 10), "allowed, it goes in");
});

on_each_db!(an_older_export_and_one_of_tomorrow_are_refused, async |app: TestApp| {
    let app = app.with_directory().await;
    assert_eq!(code(app.import(&csv(&dozen()), "2026-10-31").await), "import.older");
    assert_eq!(code(app.import(&csv(&dozen()), "2026-11-23").await), "import.future");
    assert_eq!(app.count("directory_imports").await, 1);
});

on_each_db!(a_dry_run_says_what_would_happen_and_changes_nothing, async |app: TestApp| {
    let app = app.with_directory().await;
    let before = app.counts(&[]).await;
    let report = app.import_as(&csv(&dozen()[..11]), "2026-11-15", true, false).await.unwrap();
    assert_eq!(tally(&report), (0, 0, 1, 11));
    assert_eq!(app.counts(&[]).await, before);
});

on_each_db!(what_is_no_directory_is_refused_by_name, async |app: TestApp| {
    assert_eq!(code(app.import(b"", "2026-11-01").await), "import.empty");
    assert_eq!(code(app.import("氏名,住所\n".as_bytes(), "2026-11-01").await), "import.missing_columns");
    assert_eq!(code(app.import(b"PK\x03\x04zip", "2026-11-01").await), "import.not_xlsx");
    assert_eq!(rows(&app).await, [0, 0, 0, 0, 0]);
});

on_each_db!(rows_that_contradict_each_other_stay_out_and_what_was_known_stands, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut torn = dozen();
    torn.push(torn[0].replace("榎本　蓮太郎", "榎本　竹次郎"));
    let report = app.import(&csv(&torn), "2026-11-15").await.unwrap();
    assert_eq!((report.rejected, report.gone), (2, 0));
    let known = members::all_members(&app.services.store).await.unwrap();
    assert!(known.iter().any(|m| m.record.name == "榎本　蓮太郎" && m.gone_on.is_none()));
});

on_each_db!(the_old_systems_export_holds_the_same_people_as_the_clean_one, async |app: TestApp| {
    let clean = app.import(&data("membership-sample/directory.utf8.csv"), "2026-10-31").await.unwrap();
    assert_eq!((clean.encoding.as_str(), clean.rows, clean.rejected), ("UTF-8", 3_061, 0));
    let people = app.count("members").await;
    let old = app.import(&data("membership-sample/directory.cp932.csv"), "2026-10-31").await.unwrap();
    assert_eq!((old.encoding.as_str(), old.rows, old.rejected), ("CP932", 3_061, 0));
    assert_eq!((old.added, old.gone), (0, 0), "the same pairs of people and facilities");
    assert!(old.repaired > 0, "numbers that had lost their zeros were repaired");
    assert_eq!(app.count("members").await, people);
});

on_each_db!(another_instance_serves_a_new_directory_after_its_next_look, async |app: TestApp| {
    let twin = app.twin().await;
    assert_eq!(twin.services.index.get().unwrap().version(), 0);
    let app = app.with_directory().await;
    assert!(madoguchi::usecase::members::refresh(&twin.services).await.unwrap());
    assert_eq!(twin.services.index.get().unwrap().version(), app.services.index.get().unwrap().version());
    assert!(!madoguchi::usecase::members::refresh(&twin.services).await.unwrap(), "nothing new, nothing built");
});

/// The dozen with ENOMOTO's category, last move and the category before it.
fn moved(category: &str, on: &str, before: &str) -> Vec<u8> {
    let enomoto =
        ENOMOTO.replace("A①,", &format!("{category},")).replace("2015/04/01,,,", &format!("2015/04/01,{on},{before},"));
    let mut rows = dozen();
    rows[0] = enomoto;
    csv(&rows)
}

on_each_db!(what_an_earlier_import_showed_of_an_earlier_category_is_known, async |app: TestApp| {
    let decision = |on: &str| {
        let [name, facility, address, number] = ENOMOTO_SAID.map(|(_, said)| said.to_owned());
        let query = Query { call_date: on.parse().unwrap(), name, facility, address, number };
        app.services.index.get().unwrap().look_up_in_full(&query).decision.code()
    };
    app.import(&moved("A①", "2025/04/01", "A②B"), "2026-04-01").await.unwrap();
    for (on, expected) in [("2025-03-31", "needs_check"), ("2025-04-01", "eligible"), ("2026-05-31", "eligible")] {
        assert_eq!(decision(on), expected, "{on}, one import");
    }
    app.import(&moved("B", "2026/06/01", "A①"), "2026-10-01").await.unwrap();
    for (on, expected) in [
        ("2025-03-31", "needs_check"),
        ("2025-04-01", "eligible"),
        ("2026-04-01", "eligible"),
        ("2026-05-31", "eligible"),
        ("2026-06-01", "not_eligible"),
        ("2026-10-01", "not_eligible"),
    ] {
        assert_eq!(decision(on), expected, "{on}, two imports");
    }
    app.import(&moved("C", "2026/11/01", "B"), "2026-11-02").await.unwrap();
    for (on, expected) in [("2025-04-01", "eligible"), ("2026-05-31", "eligible"), ("2026-10-31", "not_eligible")] {
        assert_eq!(decision(on), expected, "{on}, three imports");
    }
});

on_each_db!(what_only_a_later_import_says_of_an_earlier_category_stays_unknown, async |app: TestApp| {
    app.import(&moved("B", "2026/06/01", "A①"), "2026-10-01").await.unwrap();
    let [name, facility, address, number] = ENOMOTO_SAID.map(|(_, said)| said.to_owned());
    let query = Query { call_date: "2026-05-31".parse().unwrap(), name, facility, address, number };
    assert_eq!(app.services.index.get().unwrap().look_up_in_full(&query).decision.code(), "needs_check");
});
