//! What the association reads: drawn once a period is over, withheld where it's small, approved by one and published by
//! another, never changed after.

mod attacker;
mod contents;
mod optimum;
mod protected;
mod world;

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::reports::Report;
use madoguchi::domain::reports::issue::Standing;
use madoguchi::usecase::Error;
use madoguchi::usecase::reports::{draft, draw, read};
use madoguchi::usecase::tickets::merge;
use serde_json::{Value, json};

use crate::support::app::tokyo;
use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

/// Tickets of an incident in October, each of a facility that is not known.
async fn october(app: &TestApp, incident: &str, cases: usize) {
    app.clock.set(tokyo("2026-10-15 10:00:00"));
    for _ in 0..cases {
        let on =
            json!({ "arrived_at": "2026-10-15T00:30:00Z", "ended_at": "2026-10-15T00:40:00Z", "incident": incident });
        app.case(on).await;
    }
    app.clock.set(tokyo("2026-11-22 10:42:00"));
}

/// Forty cases of November, each of a clinic of its own, and its report.
async fn november(app: &TestApp) {
    app.clock.set(tokyo("2026-11-25 10:00:00"));
    for _ in 0..40 {
        app.case(json!({ "arrived_at": "2026-11-25T00:30:00Z", "ended_at": "2026-11-25T00:40:00Z" })).await;
    }
    app.db.execute("UPDATE tickets SET facility_id = id").await;
    app.clock.set(tokyo("2026-12-01 07:00:00"));
    app.draw_report().await;
}

async fn drawn(app: &TestApp) -> Report {
    app.draw_report().await;
    draft::show(&app.services, &app.ctx(Role::Supervisor), month()).await.expect("a draft").issue.report
}

fn month() -> madoguchi::domain::reports::Period {
    "2026-10".parse().expect("a month")
}

/// The cells of a table of `report.json`, by their first word.
fn cells(file: &Value, table: &str) -> Vec<(String, Option<u64>)> {
    let tables = file["tables"].as_array().expect("tables");
    let found = tables.iter().find(|of| of["id"] == table).unwrap_or_else(|| panic!("{table}: {file}"));
    let cells = found["cells"].as_array().expect("cells").iter();
    cells.map(|cell| (cell["at"][0].as_str().unwrap_or_default().to_owned(), cell["v"].as_u64())).collect()
}

async fn published(app: &TestApp) -> Value {
    let script = app.script(Role::JmaReader).await;
    script.get("/api/v1/reports/2026-10").await.is(200).json()["report"].clone()
}

on_each_db!(cells_of_too_few_facilities_are_withheld_zeros_are_shown_and_all_sums_hold, async |app: TestApp| {
    october(&app, "ransomware", 12).await; // all of one unknown facility: too few facilities
    october(&app, "malware", 3).await;
    app.publish_report().await;
    let file = published(&app).await;
    let by = cells(&file, "cases-incident");
    let of = |word: &str| by.iter().find(|(at, _)| at == word).unwrap_or_else(|| panic!("{word}: {by:?}")).1;
    assert_eq!((of("ransomware"), of("malware"), of("leak"), of("計")), (None, None, Some(0), None));
    assert_eq!(cells(&file, "facilities"), [(String::new(), None)]);
    assert_eq!(by.len(), app.services.scheme.lists.incident.len() + 2, "every category, 不明 and 計");
});

on_each_db!(nothing_small_is_stored_with_the_report, async |app: TestApp| {
    october(&app, "malware", 7).await;
    app.publish_report().await;
    let stored = app.select("SELECT body, file FROM reports").await;
    let body = stored[0]["body"].as_str().map_or(stored[0]["body"].clone(), |text| serde_json::from_str(text).unwrap());
    let shown = body["cells"].as_array().expect("cells").iter().filter_map(|cell| cell[1].as_u64());
    assert!(shown.clone().all(|n| n == 0), "{body}");
    assert!(!stored[0]["file"].as_str().expect("a file").contains("\"v\":7"));
});

on_each_db!(what_is_entered_or_changed_later_changes_nothing_that_was_drawn, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let first = drawn(&app).await;
    app.publishes(month(), "前の月と同じ傾向です。").await;
    let file = app.select("SELECT file, hash FROM reports").await;
    october(&app, "ransomware", 20).await;
    app.db.execute("UPDATE tickets SET incident = 'leak', last_event_at = '2026-11-25T00:00:00+00:00'").await;
    app.clock.set(tokyo("2026-11-30 10:00:00"));
    assert_eq!(drawn(&app).await, first);
    assert_eq!(app.select("SELECT file, hash FROM reports").await, file, "to the byte");
    // The next report counts with what was kept then.
    app.clock.set(tokyo("2026-12-01 07:00:00"));
    app.draw_report().await;
    let kept = app.select("SELECT incident FROM report_cases WHERE month = '2026-10'").await;
    assert_eq!(kept, vec![json!({ "incident": "ransomware" }); 2]);
    // What was written down after October was over counts in the month in which it was, once.
    let late = app.select("SELECT incident FROM report_cases WHERE month = '2026-11'").await;
    assert_eq!(late, vec![json!({ "incident": "leak" }); 20]);
});

on_each_db!(
    two_matters_that_were_taken_for_one_count_as_a_new_case_in_the_month_in_which_it_is_found,
    async |app: TestApp| {
        app.clock.set(tokyo("2026-10-15 10:00:00"));
        let on = json!({ "arrived_at": "2026-10-15T00:30:00Z", "ended_at": "2026-10-15T00:40:00Z" });
        let (into, part) = (app.case(on.clone()).await, app.case(on).await);
        app.merges(part, into).await.expect("merged");
        app.clock.set(tokyo("2026-11-22 10:42:00"));
        app.draw_report().await;
        merge::unmerge(&app.services, &app.ctx(Role::Operator), part, Some(into)).await.expect("two again");
        for (now, months) in [
            ("2026-12-01 07:00:00", &["2026-10", "2026-11"][..]),
            // Touched again: it was counted.
            ("2027-01-01 07:00:00", &["2026-10", "2026-11"]),
        ] {
            app.clock.set(tokyo(now));
            app.draw_report().await;
            let kept = app.select("SELECT month FROM report_cases ORDER BY month").await;
            assert_eq!(kept, months.iter().map(|month| json!({ "month": month })).collect::<Vec<_>>(), "{now}");
            app.db.execute("UPDATE tickets SET last_event_at = '2026-12-20T00:00:00+00:00'").await;
        }
    }
);

on_each_db!(how_far_a_matter_went_is_said_by_all_its_tickets, async |app: TestApp| {
    let app = app.with_directory().await;
    let (into, part) = (app.at_tier2().await, app.at_tier2().await);
    app.tells(part, &[("care", "closed"), ("care_since", "2026-11-22"), ("backup", "unknown")]).await;
    app.begun_referral(part).await;
    app.merges(part, into).await.expect("merged");
    app.db.execute("UPDATE referrals SET introduced_at = '2026-11-22T03:00:00+00:00'").await;
    app.clock.set(tokyo("2027-01-01 07:00:00"));
    app.draw_report().await;
    let kept = app.select("SELECT outcome, effect, backup, close_time FROM report_cases WHERE month = '2026-11'").await;
    let kept = &kept[0];
    assert!(kept["outcome"].as_str().expect("a code").starts_with("referred_"), "{kept}");
    assert_eq!(
        (&kept["effect"], &kept["backup"], &kept["close_time"]),
        (&json!("closed"), &json!("不明"), &json!("open"))
    );
});

on_each_db!(two_instances_that_draw_at_the_same_moment_draw_one_report, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let twin = app.twin().await;
    let (one, other) = (app.app.console(), twin.console());
    let (a, b) = tokio::join!(draw::due(&app.services, &one), draw::due(&twin.services, &other));
    assert_eq!(a.unwrap().len() + b.unwrap().len(), 1, "one of them drew it");
    assert_eq!((app.count("reports").await, app.count_of("report.draw").await), (1, 1));
    assert_eq!(app.count("report_cases").await, 2, "each case is kept once");
});

on_each_db!(a_period_that_is_not_over_or_was_never_published_is_not_found, async |app: TestApp| {
    app.draw_report().await;
    let reader = app.browser(Role::JmaReader).await;
    for period in ["2026-11", "2026-10", "2026-09", "2026-13", "x", "drafts", "drafts/2026-10"] {
        reader.get(&format!("/reports/{period}")).await.is(404);
    }
    for form in ["csv", "json"] {
        reader.get(&format!("/reports/2026-10/files/{form}")).await.is(404);
    }
    let read = read::of(&app.services, &app.ctx(Role::JmaReader), month()).await;
    assert!(matches!(read, Err(Error::NotFound("report"))));
});

on_each_db!(reading_draws_nothing_and_says_when_a_report_comes, async |app: TestApp| {
    let reader = app.browser(Role::JmaReader).await;
    for path in ["/", "/reports"] {
        let page = reader.get(path).await.is(200).page();
        assert!(page.text("main").contains("公表した報告はまだありません"), "{path}");
    }
    assert_eq!(app.count("reports").await, 0);
    app.publish_report().await;
    assert!(reader.get("/").await.page().text("h1").contains("2026年10月"));
});

on_each_db!(a_report_takes_two_supervisors_and_a_comment_that_names_nobody, async |app: TestApp| {
    let app = app.with_directory().await;
    october(&app, "ransomware", 2).await;
    app.draw_report().await;
    let (one, other) = (app.browser_of("tabata").await, app.browser_of("komagome").await);
    let at = "/reports/drafts/2026-10";
    let page = one.get(at).await.is(200).page();
    assert!(page.text("main").contains("下書き"), "{}", page.text("main"));
    let refused = one.post(&format!("{at}/approve"), &[("version", "1")]).await.is(422).page();
    assert!(refused.text("main").contains("説明がまだありません"));
    for (words, why) in [
        ("榎本みどり医院で増えた", "名簿の医療機関名"),
        ("榎本蓮太郎先生から聞いた", "名簿の方のお名前"),
        ("文京区で続いた", "市区町村名"),
        ("11月3日に増えた", "日付"),
        ("ランサムウェアは37件", "この報告に載っていない数"),
        ("東京都で増えた", "件数を表示していない都道府県名"),
    ] {
        let refused = one.post(&format!("{at}/comment"), &[("version", "1"), ("comment", words)]).await.is(422).page();
        assert!(refused.text("main").contains(why), "{words}: {}", refused.text("main"));
        assert_eq!(refused.text("textarea[name=comment]"), words, "what was typed stays");
        assert_eq!(refused.count("form[action$=approve]"), 0, "what was refused isn't what would be approved");
    }
    let words = [("version", "1"), ("comment", "全国でランサムウェアの相談が続きました。")];
    one.post(&format!("{at}/comment"), &words).await.is(303);
    let stale = one.post(&format!("{at}/approve"), &[("version", "1")]).await.is(409).page();
    assert!(stale.text("main").contains("ほかの人がこの報告を更新しました"));
    one.post(&format!("{at}/approve"), &[("version", "2")]).await.is(303);
    let alone = one.post(&format!("{at}/publish"), &[("version", "3")]).await.is(409).page();
    assert!(alone.text("main").contains("確認した人と公表する人は別でなければなりません"));
    assert_eq!(one.get(at).await.page().count("form[action$=publish]"), 0, "nobody is offered what they may not");
    let reader = app.browser(Role::JmaReader).await;
    reader.get("/reports/2026-10").await.is(404);
    other.post(&format!("{at}/publish"), &[("version", "3")]).await.is(303);
    let read = reader.get("/reports/2026-10").await.is(200).page();
    assert!(read.text("main").contains("全国でランサムウェアの相談が続きました。"));
    one.post(&format!("{at}/comment"), &[("version", "4"), ("comment", "別の説明")]).await.is(409);
});

on_each_db!(what_moved_much_is_published_with_a_sentence_that_says_why, async |app: TestApp| {
    let app = app.with_directory().await;
    october(&app, "malware", 15).await;
    // Each of a clinic of its own.
    app.db.execute("UPDATE tickets SET facility_id = id").await;
    app.publish_report().await;
    november(&app).await;
    let (one, at) = (app.browser_of("tabata").await, "/reports/drafts/2026-11");
    let page = one.get(at).await.is(200).page();
    assert!(page.text("main").contains("相談件数：15件 → 40件"), "{}", page.text("main"));
    one.post(&format!("{at}/comment"), &[("version", "1"), ("comment", "ご相談が増えました。")]).await.is(303);
    let refused = one.post(&format!("{at}/approve"), &[("version", "2")]).await.is(422).page();
    assert!(refused.text("#why-total-error").contains("その理由を一文で入力し"), "{}", refused.text("main"));
    let words = |why: &'static str| [("version", "2"), ("comment", "ご相談が増えました。"), ("why-total", why)];
    let named = one.post(&format!("{at}/comment"), &words("榎本みどり医院が続けて連絡したため")).await.is(422).page();
    assert!(named.text("#why-total-error").contains("名簿の医療機関名"), "{}", named.text("main"));
    assert!(named.has("[name=why-total][value=榎本みどり医院が続けて連絡したため]"), "what was typed stays");
    let mut fields: Vec<(&str, String)> = vec![("version", "2".into()), ("comment", "ご相談が増えました。".into())];
    let codes: Vec<String> =
        draft::show(&app.services, &app.ctx(Role::Supervisor), "2026-11".parse().expect("a month"))
            .await
            .expect("a draft")
            .jumps
            .iter()
            .map(|jump| jump.code())
            .collect();
    fields.extend(codes.iter().map(|code| (code.as_str(), "注意を呼びかけたため、早めのご相談が増えました。".into())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, typed)| (*name, typed.as_str())).collect();
    one.post(&format!("{at}/comment"), &fields).await.is(303);
    one.post(&format!("{at}/approve"), &[("version", "3")]).await.is(303);
    app.browser_of("komagome").await.post(&format!("{at}/publish"), &[("version", "4")]).await.is(303);
    let reader = app.browser(Role::JmaReader).await;
    let read = reader.get("/reports/2026-11").await.is(200).page();
    assert!(read.text("main").contains("相談件数：15件 → 40件注意を呼びかけたため"), "{}", read.text("main"));
    // What October's report said isn't said by November's once it's withdrawn.
    let october = [("version", "4"), ("notice", "集計の誤りがありました。")];
    app.browser(Role::Supervisor).await.post("/reports/drafts/2026-10/withdraw", &october).await.is(303);
    let read = reader.get("/reports/2026-11").await.is(200).page();
    assert!(!read.text("main").contains("15件 →"), "{}", read.text("main"));
    assert!(read.text("main").contains("相談件数：40件（前の期間の報告は取り下げられています）注意を呼びかけたため"));
});

on_each_db!(what_moved_is_explained_though_the_report_before_was_published_after_the_approval, async |app: TestApp| {
    october(&app, "malware", 15).await;
    app.db.execute("UPDATE tickets SET facility_id = id").await;
    app.draw_report().await;
    november(&app).await;
    let (one, other, period) = (app.ctx_of("tabata"), app.ctx_of("komagome"), "2026-11".parse().expect("a month"));
    draft::comment(&app.services, &one, period, 1, "ご相談が増えました。", &[]).await.expect("written");
    draft::approve(&app.services, &one, period, 2).await.expect("nothing to compare with");
    app.publishes(month(), "前の月と同じ傾向です。").await;
    let refusal = refused(draft::publish(&app.services, &other, period, 3).await);
    assert_eq!(refusal.fields[0].code, "report.unexplained", "{refusal:?}");
});

on_each_db!(what_is_handed_out_is_what_was_published_to_the_byte, async |app: TestApp| {
    app.publish_report().await;
    let reader = app.browser(Role::JmaReader).await;
    for form in ["json", "csv", "xlsx", "pdf"] {
        let path = format!("/reports/2026-10/files/{form}");
        let first = reader.get(&path).await.is(200).body;
        // Whatever the product would make of it now.
        app.db.execute("UPDATE reports SET comment = 'x', file = '{}'").await;
        assert_eq!(reader.get(&path).await.is(200).body, first, "{form}");
    }
    let written = app.select("SELECT detail FROM audit_entries WHERE action = 'report.publish'").await;
    let written =
        written[0]["detail"].as_str().map_or(written[0]["detail"].clone(), |text| serde_json::from_str(text).unwrap());
    let hashes = written["files"].as_object().expect("hashes");
    assert!(["json", "csv", "xlsx", "pdf"].iter().all(|form| hashes[*form].as_str().is_some_and(|h| h.len() == 64)));
    assert_eq!(hashes["json"], written["hash"]);
});

on_each_db!(what_was_published_is_withdrawn_by_a_notice_and_its_numbers_are_read_no_more, async |app: TestApp| {
    app.publish_report().await;
    let hash = app.select("SELECT hash, file FROM reports").await;
    let supervisor = app.browser(Role::Supervisor).await;
    let at = "/reports/drafts/2026-10/withdraw";
    for nothing in [" ", "\u{200b}", "-"] {
        let none = supervisor.post(at, &[("version", "4"), ("notice", nothing)]).await.is(422).page();
        assert!(none.text("main").contains("取り下げの理由を入力してください"), "{nothing:?}");
    }
    supervisor.post(at, &[("version", "4"), ("notice", "集計の誤りがありました。")]).await.is(303);
    let reader = app.browser(Role::JmaReader).await;
    let page = reader.get("/reports/2026-10").await.is(200).page();
    assert!(page.text("main").contains("集計の誤りがありました。") && !page.has("main table"), "{}", page.text("main"));
    reader.get("/reports/2026-10/files/json").await.is(404);
    let script = app.script(Role::JmaReader).await.get("/api/v1/reports/2026-10").await.is(200).json();
    assert_eq!(
        (&script["comment"], &script["report"]),
        (&json!(""), &Value::Null),
        "its words are read no more either"
    );
    assert_eq!(app.select("SELECT hash, file FROM reports").await, hash, "what was published stays as it was");
    let standing = draft::show(&app.services, &app.ctx(Role::Supervisor), month()).await.expect("one").issue.standing();
    assert_eq!(standing, Standing::Withdrawn);
});

on_each_db!(the_files_say_what_the_page_says, async |app: TestApp| {
    october(&app, "ransomware", 12).await;
    app.publish_report().await;
    let reader = app.browser(Role::JmaReader).await;
    let json = reader.get("/reports/2026-10/files/json").await.is(200).text();
    let csv = reader.get("/reports/2026-10/files/csv").await.is(200).text();
    let file: Value = serde_json::from_str(&json).expect("JSON");
    let rows = csv.trim_start_matches('\u{feff}').lines().skip(1).count();
    let cells: usize =
        file["tables"].as_array().expect("tables").iter().map(|t| t["cells"].as_array().expect("cells").len()).sum();
    assert_eq!(rows, cells);
    assert!(csv.contains("cases-incident,cases,2026-10,") && csv.contains("ransomware,*"), "{csv}");
    let console = app.app.console();
    let files = draw::files(&app.services, &console, month()).await.expect("files");
    app.clock.advance(chrono::Duration::days(3));
    assert_eq!(draw::files(&app.services, &console, month()).await.expect("files"), files, "always the same bytes");
    assert_eq!(files.iter().map(|(form, _)| *form).collect::<Vec<_>>(), ["json", "csv", "xlsx", "pdf"]);
    let reader = app.browser(Role::JmaReader).await;
    for (form, bytes) in &files {
        let read = reader.get(&format!("/reports/2026-10/files/{form}")).await.is(200);
        // On paper readers have the comment too.
        assert!(*form == "pdf" || &read.body == bytes, "{form}: the console writes what the page hands out");
    }
    reader.get("/reports/2026-10/files/docx").await.is(404);
    assert!(files[2].1.starts_with(b"PK") && files[3].1.starts_with(b"%PDF"));
});

on_each_db!(a_period_can_be_drawn_later_and_not_before_it_is_over, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let supervisor = app.browser(Role::Supervisor).await;
    for (typed, why) in
        [("2026Q4", "まだ終わっていません"), ("十月", "のように入力してください"), ("1999-01", "2022年6月")]
    {
        let refused = supervisor.post("/reports/drafts", &[("period", typed)]).await.is(422).page();
        assert!(refused.text("main").contains(why), "{typed}");
    }
    app.clock.set(tokyo("2027-01-05 09:00:00"));
    let supervisor = app.browser(Role::Supervisor).await;
    supervisor.post("/reports/drafts", &[("period", "2026Q4")]).await.is(303);
    supervisor.post("/reports/drafts", &[("period", "2026Q4")]).await.is(303);
    let q4 = "2026Q4".parse().expect("a quarter");
    let quarter = draft::show(&app.services, &app.ctx(Role::Supervisor), q4).await.expect("a draft").issue.report;
    assert_eq!((quarter.total(), app.count("reports").await), (None, 1), "two cases are withheld");
    assert_eq!(code(draw::asked(&app.services, &app.ctx(Role::Supervisor), "2031").await), "report.unfinished");
});

on_each_db!(the_month_is_that_of_tokyo_in_which_a_case_was_entered, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-01 07:00:00")); // still October in UTC
    let night = json!({ "arrived_at": "2026-10-31T21:30:00Z", "ended_at": "2026-10-31T21:40:00Z" });
    app.case(night).await;
    assert_eq!(drawn(&app).await.total(), Some(0));
});
