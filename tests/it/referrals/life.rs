//! A member is introduced to a firm: every step is somebody's word, and none is skipped.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::referrals::Stage;
use madoguchi::domain::referrals::typed_firm::TypedFirm;
use madoguchi::domain::tickets::{StatusKind, TicketNo, Transition};
use madoguchi::usecase::Error;
use madoguchi::usecase::referrals::{NewStep, introduce, register};
use madoguchi::usecase::tickets::move_on;
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::referrals::{asked, lawyer, step};
use crate::support::{TestApp, on_each_db};

async fn begins(app: &TestApp, no: TicketNo, new: &NewStep) -> Result<(), Error> {
    introduce::begin(&app.services, &app.ctx(Role::Specialist), no, new, &None).await
}

async fn stage(app: &TestApp, no: TicketNo) -> Stage {
    app.referrals(no).await.pop().expect("a referral").stage
}

/// Named, chosen, agreed, and the firm was told.
async fn told_a_firm(app: &TestApp, no: TicketNo, firms: &[&str]) {
    app.steps(no, step("fees_told", "榎本蓮太郎", "")).await.expect("fees");
    let named = firms.iter().map(|firm| (*firm).to_owned()).collect();
    app.steps(no, NewStep { firms: named, ..step("proposed", "", "") }).await.expect("named");
    app.steps(no, NewStep { firm: firms[0].into(), ..step("chosen", "榎本蓮太郎", "") }).await.expect("chosen");
    let items = ["contact", "facility", "address", "summary"].map(str::to_owned).to_vec();
    let agreed = NewStep { items, contact: "榎本 03-5550-1234".into(), ..step("agreed", "榎本蓮太郎", "") };
    app.steps(no, agreed).await.expect("agreed");
    app.steps(no, NewStep { how: "reached".into(), ..step("contacted", "受付", "") }).await.expect("told");
}

on_each_db!(a_member_is_introduced_and_asked_how_it_goes, async |app: TestApp| {
    let app = app.with_directory().await;
    let (one, other) =
        (app.registers(&lawyer("あかり法律事務所")).await, app.registers(&lawyer("みなと法律事務所")).await);
    let no = app.at_tier2().await;
    begins(&app, no, &asked("member")).await.expect("asked");
    assert_eq!(app.ticket(no).await.state.kind(), StatusKind::Referring, "the ticket goes along");
    told_a_firm(&app, no, &[&one.to_string(), &other.to_string()]).await;
    // No: the next candidate in one step, with what was agreed.
    app.steps(no, NewStep { answer: "no_capacity".into(), ..step("answered", "受付", "") }).await.expect("answered");
    assert_eq!(stage(&app, no).await, Stage::ToChoose);
    let next = NewStep { firm: other.to_string(), as_agreed: true, ..step("chosen", "榎本蓮太郎", "") };
    app.steps(no, next).await.expect("the next");
    let late = NewStep { how: "no_answer".into(), ..step("contacted", "", "") };
    app.steps(no, late).await.expect("an attempt");
    let early = NewStep { answer: "accepted".into(), ..step("answered", "受付", "") };
    assert_eq!(code(app.steps(no, early.clone()).await), "referral.out_of_turn", "nobody was reached yet");
    app.steps(no, NewStep { how: "written".into(), ..step("contacted", "", "") }).await.expect("written");
    app.steps(no, early).await.expect("accepted");
    assert_eq!(code(app.steps(no, step("finished", "", "")).await), "referral.out_of_turn");
    let asks = |after: &str| NewStep {
        after_days: after.into(), ..step("outcome_asked", "院長", "契約したとのこと")
    };
    assert_eq!(code(app.steps(no, asks("7")).await), "referral.too_early");
    app.steps(no, NewStep { contracted: "yes".into(), ..step("settled", "院長", "") }).await.expect("settled");
    // The ticket may end meanwhile: the member is asked all the same.
    let version = app.ticket(no).await.version;
    let close = Transition::Close { result: "referred".into() };
    move_on(&app.services, &app.ctx(Role::Specialist), no, version, close, "", &None).await.expect("closed");
    app.clock.advance(Duration::days(7));
    let home = app.browser(Role::Specialist).await.get("/").await.is(200).page();
    assert!(home.text("main").contains("経過確認の日"), "it's due: {}", home.text("main"));
    app.steps(no, asks("7")).await.expect("after 7 days");
    assert_eq!(code(app.steps(no, step("finished", "", "")).await), "referral.out_of_turn");
    app.clock.advance(Duration::days(23));
    app.steps(no, asks("30")).await.expect("after 30 days");
    app.steps(no, step("finished", "", "")).await.expect("finished");
    let said = app.timeline(no).await.join("\n");
    for words in [
        "弁護士の紹介の依頼：会員ご本人から",
        "費用が医療機関のご負担となることをご案内（2022-06-01版）\n榎本蓮太郎",
        "同意：榎本蓮太郎\n折返し先の電話番号：榎本 03-5550-1234\n医療機関名：",
        "事業者の回答：対応できる余裕がない",
        "次の候補を選択（お伝えする内容は同じ）",
        "紹介から30日後の経過確認",
        "紹介の完了",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let year = register::show(&app.services, &app.ctx(Role::Supervisor)).await.expect("figures");
    let line = year.figures.values().next().expect("a line");
    assert_eq!((line.asked, line.introduced, line.refused, line.contracted), (1, 1, 1, 1));
});

on_each_db!(who_asks_for_the_member_doesnt_decide_for_them, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    begins(&app, no, &asked("staff")).await.expect("asked");
    assert_eq!(code(app.steps(no, step("fees_told", "事務長", "")).await), "referral.out_of_turn");
    let untold = NewStep { told: false, ..step("member_reached", "榎本蓮太郎", "") };
    assert_eq!(code(app.steps(no, untold).await), "referral.untold");
    // Nobody reaches the member: two people, and a reason.
    assert_eq!(refused(app.steps(no, step("vouched", "", "")).await).fields[0].name, "note");
    app.steps(no, step("vouched", "", "入院中でつながらない")).await.expect("vouched");
    assert_eq!(code(app.steps(no, step("seconded", "", "")).await), "referral.same_person");
    let day = app.browser(Role::Supervisor).await.get("/").await.is(200).page().text("main");
    assert!(day.contains("2人目の確認を待っている紹介"), "who supervises hears of it: {day}");
    let last = app.referrals(no).await.pop().expect("one");
    let other = app.ctx(Role::Supervisor);
    introduce::take(&app.services, &other, no, last.id, 2, &step("seconded", "", ""), &None).await.expect("the second");
    assert_eq!(stage(&app, no).await, Stage::ToTell);
    // Where the directory has a number the member is reached at it.
    let another = app.at_tier2().await;
    let by_staff = NewStep { said_by: "事務 受付".into(), ..asked("staff") };
    begins(&app, another, &by_staff).await.expect("asked");
    let themselves = app.steps(another, step("member_reached", "事務　受付", "")).await;
    assert_eq!(code(themselves), "referral.not_the_member", "who asked isn't the member");
    app.steps(another, step("member_reached", "榎本蓮太郎", "")).await.expect("reached");
    assert_eq!(stage(&app, another).await, Stage::ToTell);
});

on_each_db!(a_referral_is_locked_until_verified_and_until_tier_2_has_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let grave = json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
    let unverified = app.case(grave).await;
    assert_eq!(code(begins(&app, unverified, &asked("member")).await), "referral.not_verified");
    let no = app.at_tier2().await;
    let blank = refused(begins(&app, no, &NewStep::default()).await);
    let names: Vec<_> = blank.fields.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names, ["said_by", "kind", "asked_by"], "each beside its field");
    begins(&app, no, &asked("member")).await.expect("asked");
    assert_eq!(code(begins(&app, no, &asked("member")).await), "referral.running", "one of a kind at a time");
    // No ticket ends over it.
    let version = app.ticket(no).await.version;
    let close = Transition::Close { result: "referred".into() };
    let ended = move_on(&app.services, &app.ctx(Role::Specialist), no, version, close.clone(), "", &None).await;
    assert_eq!(code(ended), "referral.under_way");
    let blank = refused(app.steps(no, step("withdrawn", "", "")).await);
    assert_eq!(blank.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["said_by", "note"]);
    app.steps(no, step("withdrawn", "榎本蓮太郎", "自院の顧問に頼む")).await.expect("withdrawn");
    move_on(&app.services, &app.ctx(Role::Specialist), no, version, close, "", &None).await.expect("closed");
});

on_each_db!(who_is_switched_off_while_being_introduced_is_introduced_no_more, async |app: TestApp| {
    let app = app.with_directory().await;
    let one = app.registers(&lawyer("あかり法律事務所")).await;
    let other = app.registers(&lawyer("みなと法律事務所")).await;
    let no = app.at_tier2().await;
    begins(&app, no, &asked("member")).await.expect("asked");
    app.steps(no, step("fees_told", "榎本蓮太郎", "")).await.expect("fees");
    let single = NewStep { firms: vec![one.to_string()], ..step("proposed", "", "") };
    assert_eq!(code(app.steps(no, single).await), "referral.too_few", "two where there are two");
    let both = NewStep { firms: vec![one.to_string(), other.to_string()], ..step("proposed", "", "") };
    app.steps(no, both).await.expect("named");
    let ctx = app.ctx(Role::Specialist);
    let off = madoguchi::domain::referrals::typed_firm::TypedFirm {
        active: "no".into(), ..lawyer("あかり法律事務所")
    };
    register::save(&app.services, &ctx, Some((one, 1)), &off).await.expect("switched off");
    let chosen = NewStep { firm: one.to_string(), ..step("chosen", "榎本蓮太郎", "") };
    assert_eq!(code(app.steps(no, chosen).await), "referral.inactive");
    let chosen = NewStep { firm: other.to_string(), ..step("chosen", "榎本蓮太郎", "") };
    app.steps(no, chosen).await.expect("the other");
    let nothing = NewStep { items: vec!["facility".into()], ..step("agreed", "榎本蓮太郎", "") };
    assert_eq!(code(app.steps(no, nothing).await), "referral.no_contact", "the firm must be able to call");
});

on_each_db!(two_who_take_a_step_at_one_moment_come_after_each_other, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    begins(&app, no, &asked("member")).await.expect("asked");
    let id = app.referrals(no).await[0].id;
    let (one, other) = (app.ctx(Role::Specialist), app.ctx(Role::Supervisor));
    let (fees, withdrawn) = (step("fees_told", "榎本", ""), step("withdrawn", "榎本", "取りやめ"));
    let (first, second) = tokio::join!(
        introduce::take(&app.services, &one, no, id, 1, &fees, &None),
        introduce::take(&app.services, &other, no, id, 1, &withdrawn, &None),
    );
    assert!(first.is_ok() != second.is_ok(), "one of them");
    assert_eq!(app.count("referral_steps").await, 2);
    // The page of the one who came second has their words still.
    let browser = app.browser(Role::Specialist).await;
    let form = [("step", "fees_told"), ("seen", "1"), ("said_by", "榎本先生"), ("told", "yes")];
    let page = browser.post(&format!("/tickets/{no}/referrals/{id}"), &form).await.is(409).page();
    assert!(page.text("main").contains("この紹介は先に進んでいます"));
});

on_each_db!(the_page_goes_through_a_referral, async |app: TestApp| {
    let app = app.with_directory().await;
    let one = app.registers(&lawyer("あかり法律事務所")).await.to_string();
    app.registers(&lawyer("みなと法律事務所")).await;
    let no = app.at_tier2().await;
    let browser = app.browser(Role::Specialist).await;
    let (page, ticket) = (format!("/tickets/{no}/referrals"), format!("/tickets/{no}"));
    assert!(browser.get(&ticket).await.is(200).page().has(&format!("a[href='{page}']")), "from the ticket");
    let asked = [("kind", "lawyer"), ("asked_by", "member"), ("said_by", "榎本蓮太郎"), ("urgent", "yes")];
    browser.post(&page, &asked).await.is(303);
    let id = app.referrals(no).await[0].id;
    let at = format!("{page}/{id}");
    assert!(browser.get(&page).await.page().text("main").contains("費用は、貴院のご負担"), "what to read out");
    let untold = browser.post(&at, &[("step", "fees_told"), ("seen", "1"), ("said_by", "榎本")]).await.is(422).page();
    assert!(untold.text("main").contains("読み上げてから"), "beside the box");
    browser.post(&at, &[("step", "fees_told"), ("seen", "1"), ("said_by", "榎本"), ("told", "yes")]).await.is(303);
    let named = browser.get(&page).await.page().text("main");
    // 2026-11-22 is a Sunday.
    assert!(
        named.contains("みなと法律事務所") && named.contains("受付時間外") && named.contains("前回のご案内 なし"),
        "{named}"
    );
    let year = register::show(&app.services, &app.ctx(Role::Specialist)).await.expect("a register");
    let firms: Vec<String> = year.firms.iter().map(|(firm, _)| firm.id.to_string()).collect();
    let form: Vec<(&str, &str)> = [("step", "proposed"), ("seen", "2")]
        .into_iter()
        .chain(firms.iter().map(|id| ("firms", id.as_str())))
        .collect();
    browser.post(&at, &form).await.is(303);
    browser.post(&at, &[("step", "chosen"), ("seen", "3"), ("firm", &one), ("said_by", "榎本")]).await.is(303);
    let items = [
        ("step", "agreed"),
        ("seen", "4"),
        ("items", "contact"),
        ("contact", "榎本 03-5550-1234"),
        ("said_by", "榎本"),
    ];
    browser.post(&at, &items).await.is(303);
    let reach = browser.get(&page).await.page().text("main");
    assert!(reach.contains("至急のご依頼です。いま連絡できる候補はありません"), "{reach}");
    assert!(reach.contains("03-5550-7777") && reach.contains("お伝えしてよい内容"), "{reach}");
    assert!(browser.get(&ticket).await.page().text("main").contains("事業者への連絡待ち"));
    // An operator sees how far it is; nobody else sees anything of it.
    let operator = app.browser(Role::Operator).await;
    assert!(operator.get(&ticket).await.page().text("main").contains("事業者への連絡待ち"));
    operator.get(&page).await.is(404);
    for role in [Role::Clerk, Role::JmaReader, Role::Administrator] {
        app.browser(role).await.get(&page).await.is(404);
    }
});

on_each_db!(without_a_contract_nobody_passes_the_questions_over_but_the_member_may_end_them, async |app: TestApp| {
    let app = app.with_directory().await;
    let one = app.registers(&lawyer("あかり法律事務所")).await.to_string();
    let no = app.at_tier2().await;
    begins(&app, no, &asked("member")).await.expect("asked");
    told_a_firm(&app, no, &[&one]).await;
    app.steps(no, NewStep { answer: "accepted".into(), ..step("answered", "受付", "") }).await.expect("accepted");
    app.steps(no, NewStep { contracted: "no".into(), ..step("settled", "院長", "") }).await.expect("settled");
    assert_eq!(code(app.steps(no, step("finished", "", "")).await), "referral.out_of_turn", "7 and 30 days remain");
    assert_eq!(refused(app.steps(no, step("withdrawn", "", "不要")).await).fields[0].name, "said_by");
    app.steps(no, step("withdrawn", "院長", "顧問弁護士に頼んだ")).await.expect("the member says so");
});

on_each_db!(whose_conflict_it_is_is_named_last_and_says_so, async |app: TestApp| {
    let app = app.with_directory().await;
    let with = |name: &str, skills: &str, conflicts: &str| TypedFirm {
        skills: skills.into(),
        conflicts: conflicts.into(),
        ..lawyer(name)
    };
    for firm in [
        with("あかり法律事務所", "ランサムウェア対応", "青空ｼｽﾃﾑ株式会社の顧問"),
        with("いずみ法律事務所", "離婚・相続", ""),
        with("うみ法律事務所", "ランサムウェア、漏えい", ""),
    ] {
        app.registers(&firm).await;
    }
    let no = app.at_tier2().await;
    app.tells(no, &[("systems", "chart"), ("vendor_chart", "（株）青空システム")]).await;
    begins(&app, no, &asked("member")).await.expect("asked");
    app.steps(no, step("fees_told", "榎本蓮太郎", "")).await.expect("fees");
    let page = app.browser(Role::Specialist).await.get(&format!("/tickets/{no}/referrals")).await.is(200).page();
    let listed = page.texts(".candidate-firm");
    let order: Vec<_> =
        ["うみ", "いずみ", "あかり"].iter().zip(&listed).map(|(name, row)| row.contains(name)).collect();
    assert_eq!(order, [true, true, true], "{listed:?}");
    assert!(listed[0].contains("得意分野に該当") && !listed[1].contains("得意分野に該当"), "{listed:?}");
    assert!(listed[2].contains("利害関係の可能性：（株）青空システム"), "{listed:?}");
});
