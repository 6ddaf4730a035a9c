//! Every page of every role and its states, looked at by axe-core (the API's page excepted). A page looks the same
//! on both engines: one is enough.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::Transition;
use madoguchi::domain::tickets::state::Exit;
use madoguchi::usecase::calls::{conversation, outbound};
use madoguchi::usecase::tickets::move_on;
use serde_json::json;

use super::server::Desk;
use super::window::Browser;
use crate::retention::runs::tonight;
use crate::support::app::tokyo;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_one_db;
use crate::support::people;

/// What must be scrolled to be seen whole.
const HIDDEN: &str = "return ['html', '#main', '#sheet'].map((s) => document.querySelector(s)) \
    .filter((e) => e.scrollHeight > e.clientHeight + 1).map((e) => `${e.id || e.localName} ${e.scrollHeight} in ${e.clientHeight}`)";

pub(super) fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} findings:\n{}", faults.len(), faults.join("\n"));
}

on_one_db!(strangers_find_pages_that_everybody_can_use, async |desk: Desk| {
    let browser = desk.browser().await;
    let mut faults = Vec::new();
    browser.goto("/session/new").await;
    faults.extend(browser.faults_of("sign-in").await);
    browser.types("nobody").await;
    browser.press("Enter").await;
    browser.reads("main", "違います").await;
    faults.extend(browser.faults_of("sign-in refused").await);
    browser.goto("/nowhere").await;
    faults.extend(browser.faults_of("an absent page").await);
    browser.half_in(people::of(Role::Operator).login, people::PASSWORD).await;
    faults.extend(browser.faults_of("second factor").await);
    browser.types("000000").await;
    browser.press("Enter").await;
    browser.reads("main", "コードが違う").await;
    faults.extend(browser.faults_of("second factor refused").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(the_sheet_can_be_used_by_everybody_in_all_its_states, async |desk: Desk| {
    desk.app.clock.set(tokyo("2026-11-22 05:30:00"));
    desk.app.case(json!({ "number": "03-1234-5678", "arrived_at": "2026-11-21T01:30:00Z", "ended_at": null, "narrative": "先日の件" })).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let mut faults = Vec::new();
    let call = browser.starts_call().await;
    faults.extend(browser.faults_of("sheet, empty").await);
    browser.fills("phone", "03-1234-5678").await;
    browser.reads("#part-open", "進行中の相談票 ").await;
    for (name, said) in
        ENOMOTO_SAID.into_iter().chain([("caller_name", "受付 さくら"), ("narrative", "画面に脅迫文が出た")])
    {
        browser.fills(name, said).await;
    }
    browser.reads("#part-verdict", "4項目とも一致").await;
    faults.extend(browser.faults_of("sheet, candidates").await);
    browser.run("const a = document.querySelector('[name=number]'); a.value = '234568'; a.dispatchEvent(new Event('input', { bubbles: true }))").await;
    browser.reads("#part-verdict", "同じ番号").await;
    faults.extend(browser.faults_of("sheet, a number to be asked for again").await);
    browser.press("Alt+r").await;
    browser.reads("#part-verdict", "4項目とも一致").await;
    browser.press("Alt+6").await;
    browser.reads("#verdict-provisional", "仮受付の理由").await;
    faults.extend(browser.faults_of("sheet, a reason asked for").await);
    browser.press("Esc").await;
    browser.press("Alt+4").await;
    browser.reads("#part-verdict", "に記録しました").await;
    browser.press("Alt+0").await;
    faults.extend(browser.faults_of("sheet, incidents by key").await);
    browser.press("1").await;
    browser.reads("#part-cards", "LANケーブル").await;
    faults.extend(browser.faults_of("sheet, what to say").await);
    browser.press("Alt+k").await;
    browser.reads("#part-log", "伝えた").await;
    faults.extend(browser.faults_of("sheet, verified").await);
    browser.run("const a = document.querySelector('[name=number]'); a.value = '1'.repeat(5000); a.dispatchEvent(new Event('input', { bubbles: true }))").await;
    browser.reads("#saved-state", "保存できない欄があります").await;
    faults.extend(browser.faults_of("sheet, a field refused").await);
    browser.run("const a = document.querySelector('[name=number]'); a.value = '234567'; a.dispatchEvent(new Event('input', { bubbles: true }))").await;
    browser.says_saved().await;
    browser.press("Alt+9").await;
    faults.extend(browser.faults_of("sheet, how it ends").await);
    browser.press("4").await;
    browser.fills("callback_at", "明日10時").await;
    browser.reads("#part-foreseen", "11月23日(月) 10:00").await;
    faults.extend(browser.faults_of("sheet, what the end needs").await);
    browser.press("Ctrl+Enter").await;
    browser.reads("#part-alert", "時間外").await;
    faults.extend(browser.faults_of("sheet, the end refused").await);
    browser.fills("out_of_hours_reason", "患者対応が止まっているため").await;
    browser.press("Alt+m").await;
    browser.reads("#part-clinics [aria-current]", "2件目").await;
    faults.extend(browser.faults_of("sheet, two clinics").await);
    browser.ends("w").await;
    browser.reads("#part-clinics [aria-current]", "1件目").await;
    faults.extend(browser.faults_of("sheet, back at the first clinic").await);
    browser.ends("8").await;
    browser.at("!location.pathname.startsWith('/calls/')").await;
    browser.goto(&format!("/calls/{call}")).await;
    faults.extend(browser.faults_of("sheet, ended").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(the_whole_sheet_is_in_view_at_1280_by_800, async |desk: Desk| {
    desk.app.case(json!({ "number": "03-1234-5678", "narrative": "先日の件" })).await;
    desk.app.clock.set(tokyo("2026-11-22 20:59:00"));
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    is_in_view(&browser, "in hours").await;
    desk.app.db.execute("UPDATE calls SET state = 'ended'").await;
    desk.app.clock.set(tokyo("2026-11-22 21:01:00"));
    is_in_view(&browser, "outside hours").await;
    browser.leave().await;
});

/// Whatever moves on the page from now on, also right after a key, with where it stood and stands. A mark is the answer
/// itself: it stands at the right end of its field, and its word is longer or shorter.
pub(super) const WATCH_SHIFTS: &str = "window.shifts = []; new PerformanceObserver((list) => { \
    for (const e of list.getEntries()) window.shifts.push(...e.sources.filter((s) => !s.node?.id?.startsWith('mark-')).map((s) => `${s.node?.id || s.node?.className || s.node?.nodeName} ${s.previousRect.y}>${s.currentRect.y} ${s.previousRect.x}>${s.currentRect.x}`)); \
    }).observe({ type: 'layout-shift' })";

// Typing moves nothing: not the fields, not the buttons, not the end of the call.
on_one_db!(nothing_moves_while_somebody_types, async |desk: Desk| {
    desk.app.case(json!({ "number": "03-1234-5678", "narrative": "先日の件" })).await;
    for (width, height) in [(1280, 800), (1366, 650)] {
        let browser = desk.browser().await;
        browser.sign_in_as(Role::Operator).await;
        browser.starts_call().await;
        browser.look_at(width, height, "light").await;
        browser.run(WATCH_SHIFTS).await;
        let unmoved = async |state: &str| {
            assert_eq!(browser.run("return window.shifts").await, json!([]), "{state}, {width}×{height}");
        };
        let still = async |state: &str| {
            browser.says_saved().await;
            unmoved(state).await;
        };
        for (name, said) in
            [("caller_name", "受付 さくら"), ("callback", "090-1234-5678"), ("narrative", "脅迫文が出た")]
        {
            browser.fills(name, said).await;
        }
        still("caller and narrative").await;
        let [name, facility, address, number] = ENOMOTO_SAID;
        for (name, said) in [name, facility, address] {
            browser.fills(name, said).await;
        }
        // A number is read out in groups: what is judged between them takes the most room.
        let (first, rest) = number.1.split_at(4);
        browser.fills(number.0, first).await;
        browser.reads("#part-verdict", "もう一度、一桁ずつ").await;
        still("half a number").await;
        browser.types(rest).await;
        browser.reads("#part-verdict", "4項目とも一致").await;
        still("the four items").await;
        browser.picture(&format!("typed {width}x{height}")).await;
        browser.press("Alt+4").await;
        browser.reads("#part-verdict", "に記録しました").await;
        browser.press("Alt+0").await;
        browser.press("1").await;
        browser.reads("#part-cards", "LANケーブル").await;
        still("verified, and what to say").await;
        browser.press("Alt+9").await;
        browser.press("4").await;
        browser.types("明日10時").await;
        browser.reads("#part-foreseen", "11月23日").await;
        still("the end").await;
        browser.picture(&format!("the end {width}x{height}")).await;
        desk.app.db.execute("UPDATE calls SET state = 'ended'").await;
        browser.goto("/").await;
        // Nor does it on a record with nothing on it, of which the end says the most.
        browser.starts_call().await;
        browser.look_at(width, height, "light").await;
        browser.press("Alt+9").await;
        browser.press("4").await;
        browser.run(WATCH_SHIFTS).await;
        browser.types("明日10時").await;
        browser.reads("#part-foreseen", "11月23日").await;
        unmoved("an empty record, called back").await;
        browser.press("Tab").await;
        browser.press("Tab").await;
        browser.types("平日9時から18時、水曜午後休み").await;
        browser.reads("#part-foreseen", "診療時間").await;
        unmoved("an empty record, and the clinic's hours").await;
        let height_of_end =
            browser.run("return document.querySelector('.sheet-end').getBoundingClientRect().height").await;
        assert!(height_of_end.as_f64().unwrap() <= 96.0, "{height_of_end}");
        browser.shows("what is missing, whole", "(({ scrollWidth, clientWidth, innerText }) => innerText.endsWith('共有') && scrollWidth <= clientWidth)(document.querySelector('span.end-lacking'))").await;
        browser.picture(&format!("the empty end {width}x{height}")).await;
        // An end that is refused says so where it was pressed, and pushes nothing.
        let top = "document.querySelector('.sheet-caller').getBoundingClientRect().top + scrollY";
        let before = browser.run(&format!("return {top}")).await;
        browser.press("Ctrl+Enter").await;
        browser.shows("a refused end", "!!document.querySelector('.end-refused')").await;
        assert_eq!(browser.run(&format!("return {top}")).await, before, "{width}x{height}");
        browser.leave().await;
        desk.app.db.execute("UPDATE calls SET state = 'ended'").await;
    }
});

async fn is_in_view(browser: &Browser, when: &str) {
    browser.goto("/").await;
    browser.starts_call().await;
    browser.look(1280, "light").await;
    let whole = async |state: &str| assert_eq!(browser.run(HIDDEN).await, json!([]), "{state}, {when}");
    whole("empty").await;
    browser.fills("phone", "03-1234-5678").await;
    browser.reads("#part-open", "進行中の相談票 ").await;
    let (first, rest) = ENOMOTO_SAID.split_at(2);
    for (name, said) in first.iter().chain(&[("caller_name", "受付 さくら"), ("narrative", "脅迫文が出た")])
    {
        browser.fills(name, said).await;
    }
    if when == "outside hours" {
        browser.fills("out_of_hours_reason", "患者対応が止まっているため").await;
    }
    browser.reads("#part-verdict", "お尋ねください").await;
    whole("half typed").await;
    for (name, said) in rest {
        browser.fills(name, said).await;
    }
    browser.reads("#part-verdict", "4項目とも一致").await;
    whole("typed").await;
    browser.press("Alt+4").await;
    browser.reads("#part-verdict", "に記録しました").await;
    browser.press("Alt+k").await;
    browser.reads("#part-log", "伝えた").await;
    whole("verified").await;
    browser.press("Alt+0").await;
    browser.press("1").await;
    browser.reads("#part-cards", "LANケーブル").await;
    whole("what to say").await;
    browser.press("Alt+9").await;
    whole("how it ends").await;
    browser.press("3").await;
    browser.reads("#end-form", "依頼理由").await;
    whole("what the end needs").await;
    browser.press("Alt+m").await;
    browser.reads("#part-clinics [aria-current]", "2件目").await;
    browser.picture(&format!("two clinics {when}")).await;
    whole("the next clinic").await;
}

/// The last line of a ticket's timeline and the box beneath it stand on the screen as it opens.
const IN_VIEW: &str = "[[...document.querySelectorAll('.timeline-entry')].at(-1), document.querySelector('[name=body]')].every((e) => e.getBoundingClientRect().bottom <= innerHeight - 36) && document.querySelector('.timeline-lines').scrollTop > 0";

on_one_db!(an_operators_pages_can_be_used_by_everybody, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let mut faults = Vec::new();
    for page in ["/", "/calls", "/tickets", "/tickets/search", "/account/password", "/guide"] {
        browser.goto(page).await;
        faults.extend(browser.faults_of(&format!("{page}, empty")).await);
    }
    for page in ["/session/confirm", "/account/factor", "/account"] {
        browser.goto(page).await;
        faults.extend(browser.faults_of(page).await);
    }
    browser.goto("/account/factor").await;
    browser.click_on("登録を始める").await;
    browser.reads("main", "6桁のコード").await;
    faults.extend(browser.faults_of("an app being set up").await);
    browser.goto("/account").await;
    browser.click_on("回復コードを作り直す").await;
    browser.reads("main", "二度と表示されません").await;
    faults.extend(browser.faults_of("recovery codes").await);
    let promised = json!({ "disposition": "call_back", "next": "usual", "callback_at": "2026-11-22T10:43", "callback_note": "復旧の確認" });
    let no = desk.app.case(promised).await;
    desk.app.clock.set(tokyo("2026-11-22 10:50:00"));
    desk.app.case(json!({ "severity": "urgent", "disposition": "escalated", "next": "usual", "next_reason": "駆除を試みたい" })).await;
    desk.app.ring("03-5550-0000").await;
    for page in ["/", "/calls", "/tickets", "/tickets?state=all&incident=leak"] {
        browser.goto(page).await;
        faults.extend(browser.faults_of(&format!("{page}, filled")).await);
    }
    for (word, shown) in [("脅迫", "ランサムウェア"), ("見当たらぬ", "見つかりませんでした"), ("", "")]
    {
        browser.goto("/tickets/search").await;
        browser.fills("q", word).await;
        browser.press("Enter").await;
        browser.reads("main", shown).await;
        faults.extend(browser.faults_of(&format!("search for {word:?}")).await);
    }
    browser.goto(&format!("/tickets/{no}")).await;
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true })").await;
    faults.extend(browser.faults_of("ticket").await);
    for line in 1..=12 {
        desk.app.clock.advance(chrono::Duration::minutes(7));
        let form = [
            ("body", format!("{line}回目の確認。端末は動いており、追加の被害はありません")),
            ("kind", "note".to_owned()),
        ];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let writes = desk.app.browser(Role::Operator).await;
        writes.post(&format!("/tickets/{no}/entries"), &form).await.is(303);
    }
    browser.goto(&format!("/tickets/{no}")).await;
    browser.shows("the newest line is in view", IN_VIEW).await;
    faults.extend(browser.faults_of("ticket, long").await);
    browser.run("document.querySelector('[name=timeline-shows][value=calls]').click()").await;
    browser.shows("calls and promises alone", "[...document.querySelectorAll('.timeline-entry')].filter((e) => e.checkVisibility()).every((e) => e.dataset.group === 'calls')").await;
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true })").await;
    browser.run("[...document.querySelectorAll('main button')].find((b) => b.innerText.includes('対応を完了する')).scrollIntoView({ block: 'center' })").await;
    browser.click_on("対応を完了する").await;
    browser.reads("main .field-error", "").await;
    faults.extend(browser.faults_of("ticket, refused").await);
    let words = "折り返しを待つあいだに聞いた長い経過。電子カルテは動いており、受付の端末だけが開けない";
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true })").await;
    browser.run(&format!("document.querySelector('form[action$=transitions] [name=reason]').value = '{words}'")).await;
    let away = Transition::Leave { exit: Exit::Directed, reason: "メーカへ".into() };
    let version = desk.app.ticket(no).await.version;
    move_on(&desk.app.services, &desk.app.ctx(Role::Supervisor), no, version, away, "wanted", &None)
        .await
        .expect("gone");
    browser.run("document.querySelector('form[action$=transitions] [name=reason]').form.requestSubmit()").await;
    browser.reads("main", words).await;
    faults.extend(browser.faults_of("ticket, refused form gone").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(what_follows_a_first_call_can_be_used_by_everybody, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let (app, mut faults) = (&desk.app, Vec::new());
    let by = app.ctx(Role::Operator);
    let promised = json!({ "disposition": "call_back", "next": "usual", "callback_at": "2026-11-22T15:00", "callback_note": "復旧の確認" });
    let no = app.case(promised).await;
    let called = outbound::about(&app.services, &by, no, None, &None).await.expect("a call").call;
    browser.goto(&format!("/calls/{called}")).await;
    browser.reads("main", "架電先").await;
    faults.extend(browser.faults_of("sheet, ringing back").await);
    app.fill(called, &[("facility", "名のり医院"), ("narrative", "ほかの施設でも同じ画面が出ている")]).await;
    let second = conversation::next(&app.services, &by, called).await.expect("the next clinic").call;
    app.fill(second, &[("facility", "となりの医院"), ("incident", "ransomware"), ("narrative", "同じ画面が出た")])
        .await;
    app.end(second, json!({ "disposition": "escalated", "next_reason": "全台停止" })).await.expect("ended");
    browser.goto("/calls").await;
    browser.reads("main", "2件目の施設").await;
    faults.extend(browser.faults_of("/calls, two clinics").await);
    let escalated = app.ended_in(second).await;
    app.clock.advance(chrono::Duration::seconds(20));
    browser.goto(&format!("/tickets/{escalated}")).await;
    faults.extend(browser.faults_of("ticket, a move just made").await);
    browser.press("Alt+z").await;
    browser.reads("main", "操作の取り消し").await;
    faults.extend(browser.faults_of("ticket, a move taken back").await);
    browser.press("Alt+z").await;
    browser.reads("body", "取り消せる操作はありません").await;
    browser.leave().await;
    none(&faults);
});

on_one_db!(the_other_roles_pages_can_be_used_by_everybody, async |desk: Desk| {
    let mut faults = Vec::new();
    for round in ["empty", "filled"] {
        let pages = [
            (Role::Operator, vec!["/handover"]),
            (Role::Specialist, vec!["/", "/queue"]),
            (Role::Supervisor, vec!["/", "/day", "/queue", "/claims"]),
            (Role::Clerk, vec!["/", "/claims"]),
            (Role::JmaReader, vec!["/"]),
            (Role::Administrator, vec!["/", "/accounts", "/tokens", "/audit", "/jobs", "/rights"]),
        ];
        for (role, pages) in pages {
            let browser = desk.browser().await;
            browser.sign_in_as(role).await;
            for page in pages {
                browser.goto(page).await;
                faults.extend(browser.faults_of(&format!("{} of {}, {round}", page, role.code())).await);
            }
            browser.leave().await;
        }
        desk.app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "駆除を試みたい" })).await;
        let taken = desk.app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "復旧" })).await;
        let specialist = desk.app.ctx(Role::Specialist);
        move_on(&desk.app.services, &specialist, taken, 2, Transition::Take, "", &None).await.expect("taken");
        let again = json!({ "ticket": taken.to_string(), "disposition": "escalated", "next": "usual", "next_reason": "再び暗号化" });
        desk.app.log(again).await.expect("asked again");
        desk.app
            .log(json!({ "disposition": "claims_office", "next": "usual", "complaint": true }))
            .await
            .expect("a call");
        desk.app.case(json!({ "recorded": "provisional", "reason": "緊急のため確認を後にする" })).await;
        desk.app.ring("03-5550-0000").await;
    }
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    browser.goto("/tickets/2026-000002").await;
    browser.reads("main", "通話から2次対応への依頼").await;
    faults.extend(browser.faults_of("ticket asked about again").await);
    browser.leave().await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Supervisor).await;
    browser.goto("/tickets/2026-000001").await;
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true })").await;
    faults.extend(browser.faults_of("ticket of a supervisor").await);
    browser.run("document.querySelector('#holds').scrollIntoView({ block: 'center' })").await;
    browser.click_on("保全する").await;
    browser.reads("#holds .field-error", "").await;
    faults.extend(browser.faults_of("hold, refused").await);
    desk.app.db.execute("UPDATE tickets SET closed_at = opened_at, erased_on = '2026-11-22'").await;
    browser.goto("/tickets/2026-000001").await;
    browser.reads(".flash", "消去されています").await;
    faults.extend(browser.faults_of("erased ticket").await);
    browser.leave().await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Administrator).await;
    browser.goto("/accounts").await;
    browser.click_on("作成").await;
    browser.reads("main .field-error", "").await;
    faults.extend(browser.faults_of("account refused").await);
    browser.fills("login", "nippori").await;
    browser.fills("name", "日暮 里子").await;
    browser.click_on("作成").await;
    browser.reads("main", "二度と表示されません").await;
    faults.extend(browser.faults_of("account made").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(what_waits_for_a_person_can_be_read_by_everybody, async |desk: Desk| {
    let app = &desk.app;
    let mut faults = Vec::new();
    app.stop("kanda").await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    for (name, said) in ENOMOTO_SAID {
        browser.fills(name, said).await;
    }
    browser.reads("#part-verdict", "照合を停止中").await;
    faults.extend(browser.faults_of("sheet of somebody stopped").await);
    browser.leave().await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Supervisor).await;
    browser.goto("/day").await;
    browser.reads("main", "照合を再開").await;
    faults.extend(browser.faults_of("day with somebody stopped").await);
    browser.leave().await;
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2032-11-22 14:00:00"));
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    for (role, page) in [(Role::Supervisor, "/day"), (Role::Administrator, "/")] {
        let browser = desk.browser().await;
        browser.sign_in_as(role).await;
        browser.goto(page).await;
        browser.reads(".flash", "2032年").await;
        faults.extend(browser.faults_of(&format!("clock doubted, {}", role.code())).await);
        browser.leave().await;
    }
    none(&faults);
});

on_one_db!(what_an_administrator_is_shown_once_can_be_used_by_everybody, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Administrator).await;
    let mut faults = Vec::new();
    browser.chooses_file("tests/data/membership-sample/directory.cp932.csv").await;
    browser.run("document.querySelector('[name=exported_on]').value = '2026-10-31'").await;
    browser.click_on("内容を確認する").await;
    browser.reads("#import-result", "より古い名簿です").await;
    faults.extend(browser.faults_of("import refused").await);
    browser.run("document.querySelector('[name=exported_on]').value = '2026-11-22'").await;
    browser.click_on("内容を確認する").await;
    browser.reads("#import-result", "まだ何も変わっていません").await;
    faults.extend(browser.faults_of("import, a preview").await);
    browser.goto("/tokens").await;
    browser.fills("name", "電話システム").await;
    browser.click_on("作成").await;
    browser.reads("main", "いま写し取ってください").await;
    faults.extend(browser.faults_of("token made").await);
    browser.leave().await;
    none(&faults);
});
