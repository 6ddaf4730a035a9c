//! What callers say of their attacks is held against each other; what to make of it is a person's judgement.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::usecase::incidents::campaigns::{self, Which, Words};
use madoguchi::usecase::incidents::radar::{self, Radar};
use madoguchi::usecase::incidents::{indicators, record};
use madoguchi::usecase::tickets::move_on;
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

async fn says(app: &TestApp, no: TicketNo, kind: &str, said: &str) {
    indicators::tell(&app.services, &app.ctx(Role::Operator), no, kind, said, &None).await.expect("told");
}

async fn seen(app: &TestApp) -> Radar {
    radar::show(&app.services, &app.ctx(Role::Specialist)).await.expect("a radar")
}

fn words() -> Words {
    Words {
        name: "偽の更新画面".into(), advice: "表示された番号には電話しないでください".into()
    }
}

fn which(kind: &str, key: &str) -> Which {
    Which { kind: kind.into(), key: key.into(), ..Which::default() }
}

on_each_db!(two_clinics_that_say_the_same_are_seen_and_joined_by_a_person, async |app: TestApp| {
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    says(&app, one, "phone", "０５０－１２３４－５６７８").await;
    assert!(seen(&app).await.waves.is_empty(), "one clinic is none");
    app.clock.advance(Duration::hours(71));
    says(&app, other, "phone", "+81 50 1234 5678").await;
    let found = seen(&app).await.waves;
    assert_eq!((found.len(), found[0].wave.clinics, found[0].lines.len()), (1, 2, 2));
    let of_other = record::show(&app.services, &app.ctx(Role::Specialist), other).await.expect("a record");
    assert_eq!(of_other.others.values().copied().collect::<Vec<_>>(), [1], "another clinic said so too");
    let home = app.browser(Role::Supervisor).await.get("/").await.is(200).page().text("main");
    assert!(home.contains("同じ手がかりの相談"), "who supervises sees it: {home}");
    let ctx = app.ctx(Role::Specialist);
    let mark = which("phone", "05012345678");
    let blank = refused(campaigns::open(&app.services, &ctx, &mark, &Words::default(), &None).await);
    assert_eq!(blank.fields.len(), 2, "name and advice");
    let id = campaigns::open(&app.services, &ctx, &mark, &words(), &None).await.expect("a campaign");
    assert!(seen(&app).await.waves.is_empty(), "judged");
    assert_eq!(code(campaigns::open(&app.services, &ctx, &mark, &words(), &None).await), "wave.gone");
    assert!(app.timeline(one).await.iter().any(|line| line == "同じ攻撃としてまとめた：偽の更新画面"));
    // A third clinic with the same: new matches of the campaign.
    let third = app.case(json!({})).await;
    says(&app, third, "phone", "05012345678").await;
    let found = seen(&app).await.waves.remove(0);
    assert_eq!((found.campaign.map(|c| c.name).as_deref(), found.lines[0].number), (Some("偽の更新画面"), third));
    campaigns::join(&app.services, &ctx, &mark, None).await.expect("joined");
    assert_eq!(seen(&app).await.campaigns[0].lines.len(), 3);
    // Leaving it again is one step.
    campaigns::leave(&app.services, &ctx, id, third).await.expect("left");
    assert_eq!(code(campaigns::leave(&app.services, &ctx, id, third).await), "campaign.left");
    campaigns::add(&app.services, &ctx, id, &third.to_string()).await.expect("by its number");
    assert_eq!(code(campaigns::add(&app.services, &ctx, id, &third.to_string()).await), "campaign.there");
    assert_eq!(code(campaigns::add(&app.services, &ctx, id, "2026-999999").await), "ticket.unknown");
});

on_each_db!(whoever_says_why_a_wave_is_none_sees_it_again_when_more_say_the_same, async |app: TestApp| {
    for _ in 0..2 {
        let no = app.case(json!({})).await;
        says(&app, no, "extension", ".LockBit").await;
    }
    let ctx = app.ctx(Role::Specialist);
    let mark = which("extension", "lockbit");
    assert_eq!(refused(campaigns::set_aside(&app.services, &ctx, &mark, "").await).fields[0].name, "why");
    campaigns::set_aside(&app.services, &ctx, &mark, "同じ法人の2施設").await.expect("set aside");
    assert!(seen(&app).await.waves.is_empty());
    let no = app.case(json!({})).await;
    says(&app, no, "extension", "ｌｏｃｋｂｉｔ").await;
    assert_eq!(seen(&app).await.waves[0].wave.clinics, 3, "one more");
});

on_each_db!(a_campaigns_advice_stands_on_the_sheet_whose_caller_says_the_same, async |app: TestApp| {
    for facility in ["水無瀬ゆず内科", "水無瀬第二医院"] {
        let no = app.case(json!({ "facility": facility })).await;
        says(&app, no, "phone", "050-1234-5678").await;
    }
    let ctx = app.ctx(Role::Specialist);
    let mark = which("phone", "05012345678");
    let id = campaigns::open(&app.services, &ctx, &mark, &words(), &None).await.expect("a campaign");
    let call = app.ring("03-5550-4444").await;
    let operator = app.browser(Role::Operator).await;
    let sheet = async || operator.get(&format!("/calls/{call}")).await.is(200).page().text("#part-open");
    app.fill(call, &[("narrative", "０５０－１２３４－５６７８に電話するよう画面に出ている")]).await;
    let said = sheet().await;
    assert!(said.contains("偽の更新画面") && said.contains("電話しないでください"), "{said}");
    assert!(!said.contains("水無瀬"), "of other clinics nothing is told");
    campaigns::change(&app.services, &ctx, id, 1, &words(), true).await.expect("ended");
    assert_eq!(code(campaigns::change(&app.services, &ctx, id, 1, &words(), true).await), "campaign.overtaken");
    assert!(!sheet().await.contains("偽の更新画面"), "nobody is told any more");
});

on_each_db!(what_a_caller_says_is_written_down_shown_harmless_and_taken_back, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    let (page, at) = (format!("/tickets/{no}/incident"), format!("/tickets/{no}/indicators"));
    let form = [("indicator_kind", "page"), ("said", "https://www.evil.example/pay")];
    browser.post(&at, &form).await.is(303);
    let shown = browser.get(&page).await.page();
    assert!(shown.text("main").contains("hxxps://www[.]evil[.]example/pay"), "{}", shown.text("main"));
    let again = browser.post(&at, &[("indicator_kind", "page"), ("said", "evil[.]example/pay/")]).await.is(422).page();
    assert!(again.text("main").contains("同じ手がかりが、この相談票に記録されています"));
    for (kind, said, words) in [
        ("", "lockbit", "何についての手がかりか"),
        ("extension", "..", "短すぎて"),
        ("words", &"長".repeat(10_000), "500文字以内"),
    ] {
        let refused = browser.post(&at, &[("indicator_kind", kind), ("said", said)]).await.is(422).page();
        assert!(refused.text("main").contains(words), "{words}");
    }
    let of = madoguchi::store::incidents::indicator::of(&app.services.store, app.ticket(no).await.id).await;
    let id = of.expect("indicators")[0].id;
    browser.post(&format!("{at}/{id}/back"), &[]).await.is(303);
    assert_eq!(app.count("indicators").await, 0);
    let told = app.timeline(no).await;
    assert!(told.iter().any(|line| line.starts_with("手がかりを取消：ページのアドレス hxxps://")), "{told:?}");
    for role in [Role::Clerk, Role::JmaReader, Role::Operator] {
        app.browser(role).await.get("/waves").await.is(404);
    }
});

on_each_db!(what_is_new_of_a_campaign_is_written_on_each_ticket_that_goes_on, async |app: TestApp| {
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    for no in [one, other] {
        says(&app, no, "extension", ".locked").await;
    }
    let ctx = app.ctx(Role::Specialist);
    let id =
        campaigns::open(&app.services, &ctx, &which("extension", "locked"), &words(), &None).await.expect("a campaign");
    assert_eq!(code(campaigns::follow_up(&app.services, &ctx, id, " ", &None).await), "text.missing");
    let closed = app.ticket(other).await.version;
    let close = Transition::Close { result: "solved".into() };
    move_on(&app.services, &app.ctx(Role::Operator), other, closed, close, "", &None).await.expect("closed");
    let told = campaigns::follow_up(&app.services, &ctx, id, "復号ツールが公開されました", &None).await.expect("told");
    assert_eq!(told, 1, "what has ended isn't rung again");
    let line = "同じ攻撃の続報（先方へお伝えください）：復号ツールが公開されました";
    assert!(app.timeline(one).await.iter().any(|l| l == line));
    assert!(!app.timeline(other).await.iter().any(|l| l == line));
    // A ticket that went into another is told of where work goes on.
    let into = app.case(json!({})).await;
    app.merges(one, into).await.expect("merged");
    campaigns::follow_up(&app.services, &ctx, id, "鍵が見つかりました", &None).await.expect("told");
    let lines =
        app.select("SELECT t.number FROM entries e JOIN tickets t ON t.id = e.ticket_id WHERE e.body LIKE '%鍵が%'");
    assert_eq!(lines.await, [json!({ "number": app.ticket(into).await.number.as_key() })]);
});

on_each_db!(two_tickets_of_one_matter_are_one_clinic, async |app: TestApp| {
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    for no in [one, other] {
        says(&app, no, "extension", ".locked").await;
    }
    assert_eq!(seen(&app).await.waves.len(), 1, "nobody knows whether they are one clinic");
    app.merges(other, one).await.expect("merged");
    assert!(seen(&app).await.waves.is_empty());
});

/// A grave case whose chart is affected and looked after by a vendor.
async fn looked_after(app: &TestApp, facility: &str, vendor: &str) -> TicketNo {
    let no = app
        .case(json!({ "facility": facility, "disposition": "escalated", "next": "usual", "next_reason": "全台停止" }))
        .await;
    app.tells(no, &[("systems", "chart"), ("vendor_chart", vendor)]).await;
    no
}

on_each_db!(a_vendor_of_the_same_affected_system_is_seen_and_never_named_to_callers, async |app: TestApp| {
    let one = looked_after(&app, "水無瀬ゆず内科", "株式会社青空システム").await;
    app.clock.advance(Duration::minutes(1));
    let other = app.case(json!({ "facility": "水無瀬第二医院", "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    app.tells(other, &[("systems", "imaging"), ("vendor_imaging", "青空システム")]).await;
    assert!(seen(&app).await.waves.is_empty(), "another system");
    app.tells(other, &[("systems", "imaging,chart"), ("vendor_chart", "青空ｼｽﾃﾑ（株）")]).await;
    let found = seen(&app).await.waves;
    let numbers: Vec<TicketNo> = found[0].lines.iter().map(|line| line.number).collect();
    assert_eq!((found.len(), numbers), (1, vec![one, other]));
    let mark = &found[0].wave.mark;
    let which = Which { kind: "vendor".into(), key: mark.key.clone(), incident: mark.incident.clone() };
    let ctx = app.ctx(Role::Specialist);
    let open = async |words: &Words| campaigns::open(&app.services, &ctx, &which, words, &None).await;
    for (name, advice, field) in [
        ("青空システムの保守", "保守用の接続を切ってください", "name"),
        ("保守用の接続", "青空ｼｽﾃﾑの保守用の接続を切ってください", "advice"),
        ("保守用の接続", "水無瀬第二医院でも起きています", "advice"),
    ] {
        let refused = refused(open(&Words { name: name.into(), advice: advice.into() }).await);
        assert_eq!((refused.fields[0].name.as_str(), refused.fields[0].code.as_str()), (field, "campaign.names"));
    }
    let words =
        Words { name: "保守用の接続".into(), advice: "保守用の接続を切ってください".into() };
    let id = open(&words).await.expect("a campaign");
    let named = Words { advice: "青空システムに電話してください".into(), ..words.clone() };
    assert_eq!(code(campaigns::change(&app.services, &ctx, id, 1, &named, false).await), "campaign.names");
    // Who tells of the same vendor hears of it where the incident is the same, and no name.
    let call = app.ring("03-5550-4444").await;
    let operator = app.browser(Role::Operator).await;
    let sheet = async || operator.get(&format!("/calls/{call}")).await.is(200).page().text("#part-open");
    app.fill(call, &[("narrative", "電子カルテが開かない。青空システムに頼んでいる")]).await;
    assert!(!sheet().await.contains("保守用の接続"), "nothing is known of the incident");
    app.fill(call, &[("incident", "ransomware")]).await;
    let said = sheet().await;
    assert!(said.contains("保守用の接続を切ってください") && !said.contains("青空"), "{said}");
});

on_each_db!(another_wave_of_an_attack_joins_its_campaign_which_is_known_by_both, async |app: TestApp| {
    let ctx = app.ctx(Role::Specialist);
    let mut cases = Vec::new();
    for facility in ["水無瀬ゆず内科", "水無瀬第二医院", "桜台こども医院"] {
        cases.push(app.case(json!({ "facility": facility })).await);
    }
    for no in &cases[..2] {
        says(&app, *no, "extension", ".lk").await;
    }
    let id =
        campaigns::open(&app.services, &ctx, &which("extension", "lk"), &words(), &None).await.expect("a campaign");
    for no in &cases[1..] {
        says(&app, *no, "words", "あなたのファイルは預かりました").await;
    }
    let mark = seen(&app).await.waves.remove(0).wave.mark;
    let browser = app.browser(Role::Specialist).await;
    let page = browser.get("/waves").await.is(200).page();
    assert_eq!(page.attributes("[name=into] option", "value"), [id.0.to_string()], "it's offered");
    let into = id.0.to_string();
    let form = [("kind", "words"), ("key", mark.key.as_str()), ("incident", ""), ("into", into.as_str())];
    browser.post("/waves/joined", &form).await.is(303);
    let held = seen(&app).await.campaigns.remove(0);
    assert_eq!((held.lines.len(), held.matters, held.campaign.marks.len()), (3, 3, 2));
    // A short extension is known behind its dot; and a call about a ticket of it hears the advice whatever is told.
    let operator = app.browser(Role::Operator).await;
    let call = app.ring("03-5550-4444").await;
    let sheet = async || operator.get(&format!("/calls/{call}")).await.is(200).page().text("#part-open");
    app.fill(call, &[("narrative", "いけない、ファイル名の最後が全部 .ｌｋ になっています")]).await;
    assert!(sheet().await.contains("偽の更新画面"));
    // A second call of a clinic is the same matter.
    let again = app.case(json!({ "facility": "桜台こども医院" })).await;
    campaigns::add(&app.services, &ctx, id, &again.to_string()).await.expect("added");
    app.merges(again, cases[2]).await.expect("merged");
    let held = seen(&app).await.campaigns.remove(0);
    assert_eq!((held.lines.len(), held.matters), (4, 3));
});

on_each_db!(a_second_press_opens_one_campaign, async |app: TestApp| {
    for facility in ["水無瀬ゆず内科", "水無瀬第二医院"] {
        let no = app.case(json!({ "facility": facility })).await;
        says(&app, no, "extension", "lockbit").await;
    }
    let browser = app.browser(Role::Specialist).await;
    let page = browser.get("/waves").await.is(200).page();
    let once = page.attribute("form[action='/waves/campaigns'] [name=once]", "value");
    let form =
        [("kind", "extension"), ("key", "lockbit"), ("name", "拡張子"), ("advice", "電源を切らない"), ("once", &once)];
    for _ in 0..2 {
        browser.post("/waves/campaigns", &form).await.is(303);
    }
    assert_eq!(seen(&app).await.campaigns.len(), 1);
});
