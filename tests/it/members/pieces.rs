//! An import beside the desk: it is written in pieces, between which others save, and seen all at once.

use std::sync::atomic::{AtomicBool, Ordering};

use madoguchi::domain::access::actor::Role;
use madoguchi::store::members as memory;
use madoguchi::usecase::members;
use madoguchi::usecase::members::ImportFile;
use serde_json::json;
use tokio::sync::Notify;

use crate::support::directory::{csv, dozen};
use crate::support::{TestApp, on_each_db};

/// The dozen, many times over under other numbers: more rows than one piece holds.
fn many(count: usize) -> Vec<String> {
    let dozen = dozen();
    let another = |n: usize| {
        let row = &dozen[3 + n % 9];
        let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        cells[0] = format!("M9{n:06}");
        cells[1] = format!("49{n:08}");
        cells[2] = format!("{:06}", 900_000 - n);
        cells[15] = format!("F9{n:06}");
        cells.join(",")
    };
    (0..count).map(another).collect()
}

on_each_db!(
    whoever_saves_beside_an_import_goes_between_its_pieces_and_sees_all_of_it_or_nothing,
    async |app: TestApp| {
        let (bytes, ended, begun) = (csv(&many(13_000)), AtomicBool::new(false), Notify::new());
        let file = ImportFile {
            name: "名簿.csv",
            bytes: &bytes,
            exported_on: "2026-11-01".parse().expect("a day"),
            ..ImportFile::default()
        };
        let ctx = app.ctx(Role::Administrator);
        let mut progress = |kind: &str, _: usize| {
            if kind == "members" {
                begun.notify_one();
            }
        };
        let import = async {
            members::import(&app.services, &ctx, &file, &mut progress).await.expect("imported");
            ended.store(true, Ordering::Relaxed);
        };
        let beside = async {
            begun.notified().await;
            let seen = memory::all_members(&app.services.store).await.expect("read").len();
            app.case(json!({})).await;
            (seen, ended.load(Ordering::Relaxed))
        };
        let ((), (seen, too_late)) = tokio::join!(import, beside);
        assert!(!too_late, "the save had to wait for the whole import");
        assert_eq!(seen, 0, "nothing is seen before its end");
        assert_eq!(memory::all_members(&app.services.store).await.expect("read").len(), 13_000);
        assert_eq!(memory::all_tenures(&app.services.store).await.expect("read").len(), 13_000);
    }
);

on_each_db!(what_a_killed_import_left_is_never_seen_and_taken_away_by_the_next, async |app: TestApp| {
    let app = app.with_directory().await;
    let before = [app.count("members").await, app.count("facilities").await, app.count("tenures").await];
    for (table, columns) in [
        (
            "members",
            "person_key || '-2', member_no, registry_no, category, name, kana, enrolled_on, moved_on, category_before, left_on, procedure, applied_on, applied_category, pref_association, district_association, gone_on",
        ),
        ("facilities", "facility_key || '-2', kind, name, kana, postal_code, address, phone, phone_digits, gone_on"),
        ("tenures", "member_id, facility_id, role, from_on, until_on"),
    ] {
        let fresh = if app.db.url.starts_with("sqlite") { "randomblob(16)" } else { "gen_random_uuid()" };
        app.db.execute(&format!("INSERT INTO {table} SELECT {fresh}, {columns}, 2 FROM {table}")).await;
        assert_eq!(app.count(table).await % 2, 0);
    }
    let store = &app.services.store;
    assert_eq!(memory::all_members(store).await.expect("read").len(), 12);
    assert_eq!(memory::all_facilities(store).await.expect("read").len(), 12);
    assert_eq!(memory::all_tenures(store).await.expect("read").len(), 12);
    let report = app.import(&csv(&dozen()), "2026-11-15").await.expect("imported");
    assert_eq!((report.added, report.changed, report.gone, report.unchanged), (0, 0, 0, 12));
    let after = [app.count("members").await, app.count("facilities").await, app.count("tenures").await];
    assert_eq!(after, before);
});

on_each_db!(two_imports_at_the_same_moment_follow_each_other, async |app: TestApp| {
    let twin = app.twin().await;
    let (one, two) = (csv(&many(7_000)), csv(&many(7_000)));
    let file = |bytes| ImportFile {
        name: "名簿.csv",
        bytes,
        exported_on: "2026-11-01".parse().expect("a day"),
        ..ImportFile::default()
    };
    let ctx = app.ctx(Role::Administrator);
    let (mut quiet, mut silent) = (|_: &str, _: usize| {}, |_: &str, _: usize| {});
    let (file_one, file_two) = (file(&one), file(&two));
    let (first, second) = tokio::join!(
        members::import(&app.services, &ctx, &file_one, &mut quiet),
        members::import(&twin.services, &ctx, &file_two, &mut silent),
    );
    let mut added = [first.expect("imported").added, second.expect("imported").added];
    added.sort_unstable();
    assert_eq!(added, [0, 7_000], "the second finds what the first wrote");
    assert_eq!(app.count("members").await, 7_000);
});
