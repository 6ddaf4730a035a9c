//! The main pages of each role, by their headings.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::scheme::secretariats::Secretariat;
use serde_json::json;

use crate::support::{Page, TestApp, on_each_db};

/// Role, path, h1, what else must be there.
const PAGES: [(Role, &str, &str, &str); 41] = [
    (Role::Operator, "/", "ホーム", "form[action='/calls'] [name=phone]"),
    (Role::Operator, "/calls", "通話", "form[action='/calls'] [name=once]"),
    (Role::Operator, "/tickets", "相談票", "select[name=state]"),
    (Role::Operator, "/tickets/search", "検索", "form[action='/tickets/search'][method=post] [name=q]"),
    (Role::Operator, "/tickets/2026-000001", "相談票 2026-000001", ".timeline-entry"),
    (Role::Operator, "/account/password", "パスワードの変更", "[name=current]"),
    (Role::Operator, "/account", "アカウントの設定", "form[action='/account/recovery']"),
    (Role::Operator, "/account/factor", "認証アプリの登録", "form[action='/account/factor/begin'] button"),
    (Role::Operator, "/session/confirm", "もう一度ご本人の確認", "[name=code][autocomplete=one-time-code]"),
    (Role::Specialist, "/", "2次対応", "form[action='/session/end']"),
    (Role::Specialist, "/tickets/2026-000002/incident", "インシデント記録 2026-000002", "#aware_at"),
    (Role::Specialist, "/tickets/2026-000002/referrals", "専門事業者の紹介 2026-000002", "main"),
    (Role::Operator, "/tickets/2026-000002/papers/ppc", "個人情報保護委員会への報告 2026-000002", ".paper-item"),
    (Role::Specialist, "/tickets/2026-000002/dossiers", "引渡し資料 2026-000002", "[name=asks]"),
    (Role::Specialist, "/tickets/2026-000002/dossiers/new/clinic", "引渡し資料の作成 2026-000002", "[name=keep]"),
    (Role::Operator, "/tickets/2026-000001/owner", "担当者の割り当て 2026-000001", "[name=owner]"),
    (Role::Operator, "/queues/mine", "自分の担当", ".tabs"),
    (Role::Supervisor, "/queues/unowned", "担当者なし", "a[href='/tickets/2026-000002']"),
    (Role::Specialist, "/queues/overdue", "期限を過ぎたもの", ".tabs"),
    (Role::Specialist, "/waves", "同じ手がかりの相談", "main"),
    (Role::Specialist, "/firms", "専門事業者の登録簿", "a[href='/firms/new']"),
    (Role::Supervisor, "/firms/new", "事業者を加える", "[name=hours]"),
    (Role::Operator, "/handover", "引き継ぎ", "[name=words]"),
    (Role::Specialist, "/queue", "2次対応待ち", "a[href='/tickets/2026-000002']"),
    (Role::Supervisor, "/", "本日の状況", "table"),
    (Role::Supervisor, "/day", "本日の状況", "table"),
    (Role::Supervisor, "/queue", "2次対応待ち", "a[href='/tickets/2026-000002']"),
    (Role::Supervisor, "/claims", "一時支援金請求", "main"),
    (Role::Clerk, "/", "一時支援金事務局", "table"),
    (Role::Clerk, "/claims", "一時支援金請求", "main"),
    (Role::Clerk, "/claims/enquiries", "ご案内した件", "table"),
    (Role::JmaReader, "/", "2026年10月の報告", "table"),
    (Role::JmaReader, "/reports", "2026年10月の報告", "table"),
    (Role::JmaReader, "/reports/2026-10", "2026年10月の報告", "table"),
    (Role::Administrator, "/", "会員名簿", "input[type=file]"),
    (Role::Administrator, "/directory/imports", "会員名簿", "input[type=file]"),
    (Role::Administrator, "/accounts", "アカウント", "[name=login]"),
    (Role::Administrator, "/tokens", "APIトークン", "[name=scopes]"),
    (Role::Administrator, "/audit", "監査記録", "tbody tr"),
    (Role::Administrator, "/jobs", "定期処理", "tbody tr"),
    (Role::Administrator, "/account/password", "パスワードの変更", "[name=current]"),
];

fn well_formed(page: &Page, path: &str) {
    assert_eq!((page.count("h1"), page.count("main"), page.count("html[lang=ja]")), (1, 1, 1), "{path}");
    assert_eq!(page.count("[style], style, script:not([src]), [onclick], [onload]"), 0, "{path} obeys its policy");
    let ids = page.attributes("[id]", "id");
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{path}: an id stands twice: {ids:?}");
    assert_eq!(
        page.count("form[method=get] input[type=text], form[method=get] input[type=search]"),
        0,
        "{path}: no words in a URL"
    );
}

on_each_db!(each_role_finds_its_pages, async |app: TestApp| {
    app.case(json!({})).await;
    app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    app.log(json!({ "disposition": "claims_office", "next": "none" })).await.unwrap();
    app.publish_report().await;
    for (role, path, heading, more) in PAGES {
        let page = app.browser(role).await.get(path).await.is(200).page();
        assert_eq!(page.text("h1"), heading, "{role:?} {path}");
        assert!(page.has(more), "{role:?} {path}: {more}");
        well_formed(&page, path);
    }
});

on_each_db!(the_sheet_of_an_open_call_has_all_its_parts_and_an_ended_one_is_for_reading, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("03-5550-0006").await;
    let browser = app.browser(Role::Operator).await;
    let page = browser.get(&format!("/calls/{call}")).await.is(200).page();
    well_formed(&page, "/calls/{id}");
    for part in ["#part-open", "#part-verdict", "#part-cards", "#part-log", "#end-form"] {
        assert!(page.has(part), "{part}");
    }
    assert_eq!(page.attribute("[data-field=phone] input", "value"), "03-5550-0006");
    assert_eq!(page.attribute("[data-field=phone]", "data-version"), "1");
    assert_eq!(page.count("[name=disposition]"), 12);
    assert_eq!(page.count("[name=standing]"), 5);
    app.end(call, json!({ "disposition": "wrong" })).await.unwrap();
    let ended = browser.get(&format!("/calls/{call}")).await.is(200).page();
    assert!(!ended.has("#end-form") && !ended.has("textarea"));
});

on_each_db!(the_sheet_never_shows_what_the_directory_holds_before_it_was_said, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("").await;
    let browser = app.browser(Role::Operator).await;
    let path = format!("/calls/{call}/sheet");
    let saved = browser
        .post(&path, &[("f.number", "234567"), ("v.number", "0"), ("f.facility", "榎本"), ("v.facility", "0")])
        .await
        .is(200);
    let shown = browser.get(&format!("/calls/{call}")).await.is(200);
    for stored in ["蓮太郎", "レンタロウ", "みどり", "本駒込", "1301000017", "0000-1111"] {
        assert!(!saved.text().contains(stored) && !shown.text().contains(stored), "{stored}");
    }
});

on_each_db!(the_claims_office_sees_no_narrative, async |app: TestApp| {
    let pointed = json!({ "disposition": "claims_office", "next": "keep", "narrative": "院内の秘密の話", "caller_name": "山吹 さん" });
    app.case(pointed).await;
    let text = app.browser(Role::Clerk).await.get("/").await.is(200).text();
    assert!(text.contains("2026-000001") && !text.contains("秘密") && !text.contains("山吹"));
});

on_each_db!(the_sign_in_page_names_its_fields, async |app: TestApp| {
    let page = app.stranger().get("/session/new").await.is(200).page();
    well_formed(&page, "/session/new");
    assert!(page.has("form[action='/session'][method=post] [name=login][autocomplete=username]"));
    assert!(page.has("[name=password][type=password][autocomplete=current-password]"));
});

on_each_db!(an_import_by_page_shows_first_what_would_happen, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    let file = crate::support::directory::csv(&crate::support::directory::dozen());
    let preview = upload(&browser, "/directory/imports/preview", &file).await;
    assert_eq!(preview.is(200).page().text("h1"), "会員名簿");
    assert_eq!(app.count("members").await, 0);
    upload(&browser, "/directory/imports", &file).await.is(200);
    assert_eq!((app.count("members").await, app.services.index.get().unwrap().version()), (12, 1));
    let refused = upload(&browser, "/directory/imports", b"PK\x03\x04").await.is(422);
    assert!(refused.text().contains("CSV"));
});

async fn upload(browser: &crate::support::Client, path: &str, file: &[u8]) -> crate::support::Answer {
    let mut body = Vec::new();
    body.extend(b"--part\r\nContent-Disposition: form-data; name=\"exported_on\"\r\n\r\n2026-11-01\r\n");
    body.extend("--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"名簿.csv\"\r\n\r\n".as_bytes());
    body.extend(file);
    body.extend(b"\r\n--part--\r\n");
    let request =
        browser.request(axum::http::Method::POST, path).header("content-type", "multipart/form-data; boundary=part");
    browser.send(request.body(axum::body::Body::from(body)).unwrap()).await
}

on_each_db!(a_secretariats_number_is_named_on_the_sheet_and_verifies_nobody, async |mut app: TestApp| {
    let known = Secretariat { name: "例市医師会".into(), numbers: vec!["03-5550-0101".into()] };
    std::sync::Arc::make_mut(&mut app.app.services.scheme).secretariats.secretariat.push(known);
    app.router = app.app.web().router;
    let browser = app.browser(Role::Operator).await;
    for (number, named) in [("03-5550-0101", true), ("03-5550-0102", false)] {
        let call = app.ring(number).await;
        let page = browser.get(&format!("/calls/{call}")).await.is(200).page();
        assert_eq!(page.text("#part-open").contains("医師会事務局の番号: 例市医師会"), named, "{number}");
    }
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM verifications").await, 0);
});
