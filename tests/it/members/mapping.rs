//! An association's export is read whatever its columns are called, from CSV and from spreadsheets.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::matching::Query;
use madoguchi::domain::members::mapping::Mapping;
use madoguchi::usecase::members::{self, ImportFile, ImportReport, Read};
use madoguchi::usecase::verification::look_up::Batch;
use madoguchi::usecase::{Error, Services};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::support::cases::code;
use crate::support::{Answer, Client, TestApp, on_each_db};

const HEADERS: [&str; 9] = ["医籍登録番号", "会員種別", "姓", "名", "入会日", "医療機関名", "都道府県", "住所", "電話"];
const ROW: [&str; 9] =
    ["012345", "正会員", "榎本", "蓮太郎", "2015/4/1", "榎本みどり医院", "東京都", "文京区本駒込9-8-7", "03-0000-1111"];

fn foreign() -> Vec<u8> {
    format!("架空県医師会 会員名簿\n{}\n{}\n", HEADERS.join(","), ROW.join(",")).into_bytes()
}

async fn send(browser: &Client, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    browser.upload_directory(path, &[fields, &[("exported_on", "2026-11-15")]].concat(), file).await
}

async fn decision(app: &TestApp) -> &'static str {
    members::refresh(&app.services).await.unwrap();
    let batch = Batch::begin(&app.services, &app.app.console(), 1).await.unwrap();
    let said = |text: &str| text.to_owned();
    let query = Query {
        call_date: "2026-11-22".parse().unwrap(),
        name: said("榎本蓮太郎"),
        facility: said("榎本みどり医院"),
        address: said("東京都文京区本駒込9-8-7"),
        number: said("012345"),
    };
    batch.ask(&query).decision.code()
}

const PREVIEW: &str = "/directory/imports/preview";
const IMPORT: &str = "/directory/imports";

/// What a person chooses for the file, where it was proposed and where not.
const CHOSEN: [(&str, &str); 15] = [
    ("by_hand", "yes"),
    ("mapping_name", "架空県医師会"),
    ("column.0", "registry_no"),
    ("column.1", "category"),
    ("column.2", "name"),
    ("column.3", "name"),
    ("column.4", "enrolled_on"),
    ("column.5", "facility_name@1"),
    ("column.6", "address@1"),
    ("column.7", "address@1"),
    ("column.8", "phone@1"),
    ("theirs", "category/正会員"),
    ("ours", "A①"),
    ("fixed.role", "開設者"),
    ("fixed.pref_association", "架空県医師会"),
];

on_each_db!(a_file_of_other_headers_is_read_as_a_person_says_and_is_from_then_on, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    let asked = send(&browser, PREVIEW, &[], &foreign()).await.is(422);
    let page = asked.page();
    for (column, field) in [(0, "registry_no"), (2, "name"), (3, "name"), (5, "facility_name@1"), (7, "address@1")] {
        assert!(page.has(&format!("select[name='column.{column}'] option[value='{field}'][selected]")), "{field}");
    }
    assert!(page.has("select[name='fixed.role']"));
    let text = asked.text();
    assert!(text.contains("必要な列がありません") && text.contains("正会員"), "{text}");
    // Without a name, and without a field that's needed, nothing typed is lost.
    let nameless: Vec<_> = CHOSEN.iter().filter(|(name, _)| *name != "mapping_name").copied().collect();
    let refused = send(&browser, PREVIEW, &nameless, &foreign()).await.is(422);
    assert!(refused.page().has("select[name='column.7'] option[value='address@1'][selected]"));
    assert!(refused.text().contains("対応表の名前を入力してください"));
    let lacking: Vec<_> = CHOSEN.iter().filter(|(name, _)| *name != "fixed.role").copied().collect();
    assert!(send(&browser, PREVIEW, &lacking, &foreign()).await.is(422).text().contains("決まっていません: 役割"));
    assert_eq!(app.count("directory_mappings").await, 0);

    let seen = send(&browser, PREVIEW, &CHOSEN, &foreign()).await.is(200);
    assert!(seen.page().has("input[type=hidden][name=looked_with][value='架空県医師会']"));
    send(&browser, IMPORT, &[("looked_with", "架空県医師会")], &foreign()).await.is(200);
    assert_eq!(decision(&app).await, "eligible");
    // From then on by its name; the same again is no new version.
    send(&browser, PREVIEW, &[("mapping", "架空県医師会")], &foreign()).await.is(200);
    send(&browser, PREVIEW, &CHOSEN, &foreign()).await.is(200);
    assert_eq!(app.count("directory_mappings").await, 1);
    let other = CHOSEN.map(|(name, value)| (name, if name == "fixed.role" { "管理者" } else { value }));
    send(&browser, PREVIEW, &other, &foreign()).await.is(200);
    let past = members::imports(&app.services, &app.ctx(Role::Administrator)).await.unwrap();
    assert_eq!((past.mappings.len(), past.mappings[0].version), (1, 2));
    assert_eq!(past.imports[0].mapping, "架空県医師会 第1版");
    // Somebody else's file: what was looked at is shown again, read as it was.
    let others = String::from_utf8(foreign()).unwrap().replace("012345", "012346").into_bytes();
    send(&browser, PREVIEW, &[("mapping", "架空県医師会")], &others).await.is(200);
    let refused = send(&browser, IMPORT, &[("looked_with", "架空県医師会"), ("gone", "7")], &others).await.is(422);
    assert!(refused.page().has("input[type=hidden][name=looked_with][value='架空県医師会']"));
    assert!(refused.text().contains("なくなる件数（1）を入力"));
    assert_eq!(refused.page().attribute("[name=gone]", "value"), "7", "what was typed stays");
    // Looked at by another version than it would be imported with now.
    let refused = send(&browser, IMPORT, &[("looked_with", "")], &foreign()).await.is(422).text();
    assert!(refused.contains("必要な列がありません"), "{refused}");
});

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").unwrap().write(0, 0, "会員名簿").unwrap();
    let sheet = book.add_worksheet().set_name("名簿").unwrap();
    for (at, header) in HEADERS.iter().enumerate() {
        sheet.write(2, at as u16, *header).unwrap();
    }
    let day = Format::new().set_num_format("yyyy年m月d日");
    // A number that lost its zero, a date as a date, a formula with what it came to.
    sheet.write(3, 0, 12_345).unwrap();
    sheet.write_with_format(3, 4, ExcelDateTime::from_ymd(2015, 4, 1).unwrap(), &day).unwrap();
    sheet.write_formula(3, 6, Formula::new("=\"東京\"&\"都\"").set_result("東京都")).unwrap();
    for at in [1, 2, 3, 5, 7, 8] {
        sheet.write(3, at, ROW[at as usize]).unwrap();
    }
    book.save_to_buffer().unwrap()
}

async fn import(services: &Services, app: &TestApp, bytes: &[u8], sheet: &str) -> Result<ImportReport, Error> {
    let toml = "[columns]\nperson_key = \"医籍登録番号\"\nregistry_no = \"医籍登録番号\"\ncategory = \"会員種別\"\n\
                name = [\"姓\", \"名\"]\nenrolled_on = \"入会日\"\nfacility_name = \"医療機関名\"\n\
                facility_key = [\"医療機関名\", \"住所\"]\naddress = [\"都道府県\", \"住所\"]\nphone = \"電話\"\n\
                [fixed]\nrole = \"開設者\"\n[words.category]\n\"正会員\" = \"A①\"\n";
    let mapping = Read { name: "x.toml".into(), version: 0, mapping: Mapping::of_toml(toml).unwrap() };
    let exported_on = "2026-11-15".parse().unwrap();
    let file = ImportFile { name: "名簿.xlsx", bytes, sheet, mapping, exported_on, ..ImportFile::default() };
    members::import(services, &app.ctx(Role::Administrator), &file, &mut |_, _| {}).await
}

on_each_db!(a_spreadsheet_is_read_as_it_shows, async |app: TestApp| {
    let book = workbook();
    assert_eq!(code(import(&app.services, &app, &book, "ない").await), "import.no_sheet");
    let cover = import(&app.services, &app, &book, "").await;
    assert!(format!("{cover:?}").contains("ほかのシートもあります（名簿）"), "{cover:?}");
    assert_eq!(code(cover), "import.missing_columns");
    assert_eq!(code(import(&app.services, &app, &book[..book.len() / 2], "名簿").await), "import.not_xlsx");
    let report = import(&app.services, &app, &book, "名簿").await.unwrap();
    assert_eq!((report.rows, report.repaired, report.rejected), (1, 1, 0), "{:?}", report.problems);
    assert_eq!((report.encoding.as_str(), report.problems[0].line), ("XLSX", 4));
    assert_eq!(decision(&app).await, "eligible");
});

on_each_db!(another_sheet_of_a_file_is_another_file, async |app: TestApp| {
    let book = |second: &str| {
        let mut book = Workbook::new();
        for (name, person) in [("一", "012345"), ("二", second)] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            for (at, (header, said)) in HEADERS.iter().zip(ROW).enumerate() {
                sheet.write(0, at as u16, *header).unwrap();
                sheet.write(1, at as u16, if at == 0 { person } else { said }).unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    };
    let browser = app.browser(Role::Administrator).await;
    let book = book("012346");
    let seen = send(&browser, PREVIEW, &CHOSEN, &book).await.is(200).text();
    assert!(seen.contains("ほかのシート（二）は読んでいません"), "{seen}");
    let looked = ("looked_with", "架空県医師会");
    let refused = send(&browser, IMPORT, &[looked, ("sheet", "二")], &book).await.is(422).text();
    assert!(refused.contains("まだ内容を確認していません"), "{refused}");
    send(&browser, IMPORT, &[looked], &book).await.is(200);
});
