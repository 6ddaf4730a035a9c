//! The register of firms: by hand, and as a CSV (contracts section 8).

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::referrals::typed_firm::TypedFirm;
use madoguchi::usecase::referrals::register::{self, Imported};

use crate::support::cases::{code, refused};
use crate::support::referrals::lawyer;
use crate::support::{TestApp, on_each_db};

on_each_db!(an_export_imported_again_changes_nothing, async |app: TestApp| {
    let ctx = app.ctx(Role::Specialist);
    app.registers(&TypedFirm {
        skills: "=危険".into(), regions: "大阪、東京".into(), ..lawyer("'あかり\"事務所,")
    })
    .await;
    app.registers(&TypedFirm {
        kind: "forensic".into(),
        hours: "24時間".into(),
        active: "no".into(),
        ..lawyer("+調査")
    })
    .await;
    let file = register::export(&app.services, &ctx).await.expect("a file");
    assert!(file.starts_with("\u{feff}種類,名称,区分,対応地域".as_bytes()));
    let text = String::from_utf8(file.clone()).expect("UTF-8");
    assert!(text.contains("'=危険") && text.contains("'+調査"), "no cell begins like a formula: {text}");
    let done = register::import(&app.services, &ctx, &file, false).await.expect("imported");
    assert_eq!(done, Imported { rows: 2, unchanged: 2, ..Imported::default() });
    assert_eq!(register::export(&app.services, &ctx).await.expect("a file"), file);
});

on_each_db!(a_csv_adds_changes_and_keeps_out_row_by_row, async |app: TestApp| {
    let ctx = app.ctx(Role::Specialist);
    app.registers(&lawyer("あかり法律事務所")).await;
    let file = "名称,種類,受付時間,確認日,電話\n\
        あかり法律事務所,弁護士,平日9-12,2026-11-02,03-5550-7777\n\
        みなと調査,フォレンジック事業者,24時間,2026/11/02,03-5550-8888\n\
        みなと調査,フォレンジック事業者,24時間,2026-11-02,03-5550-8888\n\
        ,税理士,いつか,2027-01-01,でんわ\n\n";
    let dry = register::import(&app.services, &ctx, file.as_bytes(), true).await.expect("a dry run");
    assert_eq!(app.count("firms").await, 1, "a dry run changes nothing");
    let done = register::import(&app.services, &ctx, file.as_bytes(), false).await.expect("imported");
    assert_eq!(dry, done);
    assert_eq!((done.rows, done.added, done.changed, done.unchanged), (4, 1, 1, 0));
    let lines: Vec<u64> = done.rejected.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [4, 5]);
    assert!(done.rejected[1].1.contains("確認日が未来"), "{:?}", done.rejected);
    let again = register::import(&app.services, &ctx, file.as_bytes(), false).await.expect("imported");
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 2));
    assert_eq!(code(register::import(&app.services, &ctx, b"a,b\n", false).await), "firms.unreadable");
});

on_each_db!(a_firm_is_changed_by_hand_and_by_nobody_unseen, async |app: TestApp| {
    let browser = app.browser(Role::Specialist).await;
    let form = [
        ("kind", "lawyer"),
        ("name", "あかり法律事務所"),
        ("hours", "平日9-18"),
        ("phone", "03-5550-7777"),
        ("verified_on", "2026-05-01"),
    ];
    browser.post("/firms", &form).await.is(303);
    let page = browser.get("/firms").await.is(200).page().text("main");
    assert!(
        page.contains("あかり法律事務所") && page.contains("月〜金 9:00〜18:00") && page.contains("180日以上前"),
        "{page}"
    );
    let twice = browser.post("/firms", &form).await.is(422).page();
    assert!(twice.text("main").contains("同じ種類・同じ名称"));
    let odd =
        browser.post("/firms", &[("name", "みなと"), ("kind", "lawyer"), ("hours", "たぶん")]).await.is(422).page();
    assert!(odd.text("main").contains("受付時間は「平日9-18」"), "beside its field");
    let id = register::show(&app.services, &app.ctx(Role::Specialist)).await.expect("a register").firms[0].0.id;
    let change = [&form[..], &[("version", "1"), ("active", "no")]].concat();
    browser.post(&format!("/firms/{id}"), &change).await.is(303);
    let overtaken = browser.post(&format!("/firms/{id}"), &change).await.is(409).page();
    assert!(overtaken.text("main").contains("ほかの人がこの事業者の登録を変えました"));
    let ctx = app.ctx(Role::Specialist);
    assert_eq!(refused(register::save(&app.services, &ctx, None, &TypedFirm::default()).await).fields.len(), 5);
    let file = browser.get("/firms/export").await.is(200);
    assert!(file.said().contains("停止"), "{}", file.said());
});
