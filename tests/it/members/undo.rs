//! An import that is taken back leaves the directory as it stood before, to the row.

use madoguchi::demo::rng::Rng;
use madoguchi::domain::access::actor::Role;
use madoguchi::store::members as kept;
use madoguchi::usecase::members;
use madoguchi::usecase::members::ImportReport;
use uuid::Uuid;

use crate::support::cases::code;
use crate::support::directory::{csv, dozen};
use crate::support::{TestApp, on_each_db};

/// All that is known of those who are in the directory, in an order of its own.
async fn known(app: &TestApp) -> Vec<String> {
    let store = &app.services.store;
    let people: Vec<_> = kept::all_members(store).await.unwrap().into_iter().filter(|m| m.gone_on.is_none()).collect();
    let ids: Vec<Uuid> = people.iter().map(|m| m.id).collect();
    let mut known: Vec<String> = people.iter().map(|m| format!("{m:?}")).collect();
    known.extend(kept::periods_of(store, &ids).await.unwrap().iter().map(|period| format!("{period:?}")));
    let places = kept::all_facilities(store).await.unwrap();
    known.extend(places.iter().filter(|f| f.gone_on.is_none()).map(|f| format!("{f:?}")));
    known.extend(kept::all_tenures(store).await.unwrap().iter().map(|tie| format!("{tie:?}")));
    known.sort();
    known
}

async fn restore(app: &TestApp) -> ImportReport {
    let report = members::restore_previous(&app.services, &app.app.console(), None, false).await.unwrap();
    members::refresh(&app.services).await.unwrap();
    report
}

/// A file with something else in some rows: people gone and new, another category, another role, another address,
/// another facility, a row that is kept out.
fn another(rng: &mut Rng) -> Vec<u8> {
    let mut rows = dozen();
    for row in &mut rows {
        let cells: Vec<&str> = row.split(',').collect();
        *row = match rng.below(12) {
            0 => row.replace("開設者", "管理者"),
            1 => row.replace("A①,", "B,"),
            2 => row.replace(",,,,,,,福岡", ",2026/10/20,A②B,,,,,福岡"),
            3 => row.replace(",M000", ",K000").replace("M000", "K000"),
            4 => row.replace("F000", "G000"),
            5 => row.replace("天神", "大名"),
            6 => row.replacen(cells[2], "x", 1),
            7 => row.replace("2010/04/01", "2010/04/02"),
            _ => continue,
        };
    }
    (0..rng.below(4)).for_each(|_| drop(rows.remove(rng.below(rows.len() as u64) as usize)));
    csv(&rows)
}

on_each_db!(whatever_an_import_did_is_undone_to_the_row, async |app: TestApp| {
    let app = app.with_directory().await;
    for seed in 0..16 {
        let mut rng = Rng::of(seed, 17, 3);
        // A past of a few imports, so that there are people who came back, and categories that earlier ones showed.
        app.import_as(&another(&mut rng), "2026-11-05", false, true).await.unwrap();
        let before = known(&app).await;
        app.import_as(&another(&mut rng), "2026-11-12", false, true).await.unwrap();
        let between = known(&app).await;
        app.import_as(&another(&mut rng), "2026-11-15", false, true).await.unwrap();
        restore(&app).await;
        assert_eq!(known(&app).await, between, "seed {seed}");
        restore(&app).await;
        assert_eq!(known(&app).await, before, "seed {seed}");
    }
});

on_each_db!(who_was_kept_out_of_the_import_before_comes_back_too, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut rows = dozen();
    rows[0] = rows[0].replace("2015/04/01", "2021/02/30");
    app.import(&csv(&rows), "2026-11-08").await.unwrap();
    let before = known(&app).await;
    let others: Vec<String> = dozen().iter().map(|row| row.replace("M000", "K000").replace("F000", "G000")).collect();
    app.import_as(&csv(&others), "2026-11-15", false, true).await.unwrap();
    let report = restore(&app).await;
    assert_eq!((report.added, report.gone, report.changed), (12, 12, 0));
    assert_eq!(known(&app).await, before);
    // Those who were never in it are gone, and whose file comes next, of the day it is of, is taken.
    assert_eq!(app.import(&csv(&dozen()), "2026-11-10").await.unwrap().gone, 0);
});

on_each_db!(no_more_is_taken_back_than_there_is, async |app: TestApp| {
    let app = app.with_directory().await;
    for day in ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"] {
        app.import(&csv(&dozen()), day).await.unwrap();
    }
    assert_eq!(app.count("directory_undos").await, 3, "the last few");
    for _ in 0..3 {
        restore(&app).await;
    }
    let none = members::restore_previous(&app.services, &app.app.console(), None, false).await;
    assert_eq!(code(none), "import.no_previous");
    let past = members::imports(&app.services, &app.ctx(Role::Administrator)).await.unwrap();
    let days: Vec<String> = past.imports.iter().map(|import| import.exported_on.to_string()).collect();
    assert_eq!(days[..3], ["2026-11-02", "2026-11-03", "2026-11-04"]);
    assert!(past.last.is_none());
});

on_each_db!(what_takes_an_import_back_goes_with_whoever_is_erased, async |app: TestApp| {
    let app = app.with_directory().await;
    app.import(&csv(&dozen()[1..]), "2026-11-15").await.unwrap();
    app.import(&csv(&dozen()[1..]), "2026-11-16").await.unwrap();
    let gone = kept::all_members(&app.services.store).await.unwrap().into_iter().find(|m| m.gone_on.is_some()).unwrap();
    let tx = app.services.store.begin().await.unwrap();
    kept::erase::remove_gone(&tx, &[gone.id], &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.count("directory_undos").await, 1, "the import in which they went holds what was known of them");
    restore(&app).await;
    let none = members::restore_previous(&app.services, &app.app.console(), None, false).await;
    assert_eq!(code(none), "import.no_previous");
});
