//! Nothing is imported that wasn't looked at, and the directory before comes back in one step.

use axum::http::StatusCode;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::matching::Query;
use madoguchi::usecase::members;
use madoguchi::usecase::verification::look_up::Batch;

use crate::support::cases::code;
use crate::support::directory::{ENOMOTO_SAID, csv, data, dozen};
use crate::support::{Answer, Client, TestApp, on_each_db};

async fn upload(browser: &Client, path: &str, gone: &str, file: &[u8]) -> Answer {
    browser.upload_directory(path, &[("exported_on", "2026-11-15"), ("gone", gone)], file).await
}

const PREVIEW: &str = "/directory/imports/preview";
const IMPORT: &str = "/directory/imports";

on_each_db!(the_page_imports_only_what_was_looked_at, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Administrator).await;
    let file = csv(&dozen()[..11]);
    let refused = upload(&browser, IMPORT, "", &file).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY.as_u16()).text().contains("まだ内容を確認していません"));
    let seen = upload(&browser, PREVIEW, "", &file).await.is(200).text();
    assert!(seen.contains("福岡県医師会 福岡市医師会") && seen.contains("剣持　九葉"), "{seen}");
    // Another file than the one that was looked at.
    upload(&browser, IMPORT, "", &csv(&dozen()[1..])).await.is(422);
    assert_eq!(app.count("directory_imports").await, 1);
    upload(&browser, IMPORT, "", &file).await.is(200);
    assert_eq!(app.count("directory_imports").await, 2);
    // Pressed twice.
    assert!(upload(&browser, IMPORT, "", &file).await.is(422).text().contains("第2版としてすでに取り込まれています"));
    assert_eq!(app.count("directory_imports").await, 2);
});

on_each_db!(to_let_many_go_one_types_their_number, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Administrator).await;
    let mut rows = dozen()[..10].to_vec();
    rows[3] = rows[3].replace("A①", "B");
    let file = csv(&rows);
    let seen = upload(&browser, PREVIEW, "", &file).await.is(200).text();
    assert!(seen.contains("1割を超える2件") && seen.contains("会員区分が変わる会員（1人"), "{seen}");
    for typed in ["", "3", "たくさん"] {
        let refused = upload(&browser, IMPORT, typed, &file).await.is(422);
        // What was looked at stands under it still.
        assert!(refused.page().has("input[name=gone][aria-invalid=true]"));
        let refused = refused.text();
        assert!(
            refused.contains("なくなる件数（2）を入力") && refused.contains("1割を超える2件"),
            "{typed}: {refused}"
        );
    }
    upload(&browser, IMPORT, "２件", &file).await.is(200);
    assert_eq!(app.count("directory_imports").await, 2);
});

on_each_db!(a_column_that_says_something_goes_only_by_a_persons_word, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Administrator).await;
    let file = String::from_utf8(csv(&dozen())).unwrap().replacen("会員番号", "会員?号", 1).into_bytes();
    assert_eq!(code(app.import(&file, "2026-11-15").await), "import.column_lost");
    let seen = upload(&browser, PREVIEW, "", &file).await.is(200).text();
    assert!(seen.contains("「会員番号」の列がありません") && seen.contains("11件"), "{seen}");
    let refused = upload(&browser, IMPORT, "", &file).await.is(422).text();
    assert!(refused.contains("「列の変化を確かめた」を選んでください"), "{refused}");
    assert_eq!(app.count("directory_imports").await, 1);
    browser.upload_directory(IMPORT, &[("exported_on", "2026-11-15"), ("columns", "yes")], &file).await.is(200);
    assert_eq!(app.count("directory_imports").await, 2);
    // It's asked once: what those who are gone had, nobody loses.
    app.import_as(&csv(&dozen()), "2026-11-16", false, false).await.unwrap();
    app.import_as(&csv(&dozen()[1..]), "2026-11-17", false, false).await.unwrap();
    let rest = String::from_utf8(csv(&dozen()[1..])).unwrap().replacen("会員番号", "会員?号", 1).into_bytes();
    app.import_as(&rest, "2026-11-18", false, true).await.unwrap();
    app.import_as(&rest, "2026-11-19", false, false).await.unwrap();
});

/// The sample with every row changed.
fn sample(change: impl Fn(usize, &mut Vec<String>)) -> Vec<u8> {
    let bytes = data("membership-sample/directory.utf8.csv");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let mut out = csv::Writer::from_writer(Vec::new());
    for (nth, row) in rows.records().enumerate() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        if nth > 0 {
            change(nth, &mut cells);
        }
        out.write_record(&cells).unwrap();
    }
    out.into_inner().unwrap()
}

// Everybody is in the file, under the right header, and would be turned away.
on_each_db!(a_column_that_says_something_else_is_taken_by_a_persons_word_only, async |app: TestApp| {
    app.import(&sample(|_, _| ()), "2026-11-01").await.unwrap();
    let left = |_: usize, row: &mut Vec<String>| row[9] = "2026/03/31".to_owned();
    let numberless = |_: usize, row: &mut Vec<String>| row[2] = String::new();
    let broken = |_: usize, row: &mut Vec<String>| row[20] = "#REF!".to_owned();
    let swapped = |_: usize, row: &mut Vec<String>| row.swap(6, 9);
    let employed = |_: usize, row: &mut Vec<String>| row[22] = "勤務".to_owned();
    let files = [sample(left), sample(numberless), sample(broken), sample(swapped), sample(employed)];
    for file in &files {
        assert_eq!(code(app.import(file, "2026-11-15").await), "import.column_turned");
    }
    let browser = app.browser(Role::Administrator).await;
    let seen = upload(&browser, PREVIEW, "", &files[0]).await.is(200).text();
    assert!(seen.contains("「退会年月日」が") && seen.contains("いまの名簿と違います"), "{seen}");
    let refused = upload(&browser, IMPORT, "", &files[0]).await.is(422).text();
    assert!(refused.contains("「列の変化を確かめた」を選んでください"), "{refused}");
    assert_eq!(app.count("directory_imports").await, 1);
    // A few who left ask for nothing.
    let few = sample(|nth, row| {
        if nth % 100 == 0 {
            row[9] = "2026/03/31".to_owned()
        }
    });
    app.import(&few, "2026-11-15").await.unwrap();
    browser.upload_directory(IMPORT, &[("exported_on", "2026-11-15"), ("columns", "yes")], &files[0]).await.is(422);
    browser.upload_directory(PREVIEW, &[("exported_on", "2026-11-15")], &files[0]).await.is(200);
    browser.upload_directory(IMPORT, &[("exported_on", "2026-11-15"), ("columns", "yes")], &files[0]).await.is(200);
    assert_eq!(app.count("directory_imports").await, 3);
});

on_each_db!(what_was_looked_at_is_of_one_day, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Administrator).await;
    let file = csv(&dozen()[..11]);
    upload(&browser, PREVIEW, "", &file).await.is(200);
    let refused = browser.upload_directory(IMPORT, &[("exported_on", "2026-11-16")], &file).await.is(422).text();
    assert!(refused.contains("書き出し日が、内容を確認したときと違います"), "{refused}");
    app.import(&csv(&dozen()), "2026-11-14").await.unwrap();
    let refused = upload(&browser, IMPORT, "", &file).await.is(422).text();
    assert!(refused.contains("内容を確認したあとで、別の名簿が取り込まれました"), "{refused}");
});

async fn enomoto(app: &TestApp, day: &str) -> &'static str {
    let batch = Batch::begin(&app.services, &app.app.console(), 1).await.unwrap();
    let [name, facility, address, number] = ENOMOTO_SAID.map(|(_, said)| said.to_owned());
    batch.ask(&Query { call_date: day.parse().unwrap(), name, facility, address, number }).decision.code()
}

on_each_db!(the_directory_before_comes_back_in_one_step_and_nobody_was_away, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut wrong = dozen()[1..].to_vec();
    wrong[5] = wrong[5].replace("A①", "B");
    app.import(&csv(&wrong), "2026-11-15").await.unwrap();
    assert_ne!(enomoto(&app, "2026-11-22").await, "eligible", "gone");
    let browser = app.browser(Role::Administrator).await;
    let page = browser.get(IMPORT).await.is(200).page();
    assert!(page.has("form[action='/directory/imports/restore'][method=post]"));
    browser.post("/directory/imports/restore", &[("version", "2")]).await.is(200);
    // Pressed twice, or in another tab: what was undone doesn't come back.
    let again = browser.post("/directory/imports/restore", &[("version", "2")]).await.is(409).text();
    assert!(again.contains("すでに元に戻したか"), "{again}");
    for day in ["2026-11-10", "2026-11-15", "2026-11-22"] {
        assert_eq!(enomoto(&app, day).await, "eligible", "{day}");
    }
    assert_eq!(app.count("directory_imports").await, 3);
    let ctx = app.ctx(Role::Administrator);
    let imports = members::imports(&app.services, &ctx).await.unwrap();
    assert!(imports.last.is_none() && imports.imports[0].file_name == "第2版の取り消し");
    assert!(!browser.get(IMPORT).await.is(200).page().has("form[action='/directory/imports/restore']"));
    let again = app.import(&csv(&dozen()), "2026-11-22").await.unwrap();
    assert_eq!((again.added, again.changed, again.gone, again.unchanged), (0, 0, 0, 12));
});

on_each_db!(without_an_import_before_there_is_nothing_to_bring_back, async |app: TestApp| {
    let app = app.with_directory().await;
    let restored = members::restore_previous(&app.services, &app.app.console(), None, false).await;
    assert_eq!(code(restored), "import.no_previous");
});

on_each_db!(what_the_file_does_not_hold_and_is_spared_for_a_row_that_may_be_anybodys_is_told, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Administrator).await;
    let mut file = csv(&dozen()[3..]);
    let total = "合計,,,,9名,,,,,,,,,,,,,,,,,,\n".as_bytes();
    file.extend_from_slice(total);
    let seen = upload(&browser, PREVIEW, "", &file).await.is(200).text();
    assert!(seen.contains("このファイルにない3件は、なくなったものとして数えていません"), "{seen}");
    let whole = upload(&browser, PREVIEW, "", &csv(&dozen())).await.is(200).text();
    assert!(!whole.contains("数えていません"));
});
