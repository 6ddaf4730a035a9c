//! Papers are dictated from one set of facts; dossiers leave the house locked, with consent and nobody's patient; what
//! authorities ask for goes through the clinic, or to a supervisor.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::DossierId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::incidents::{authority, dossier};
use madoguchi::usecase::desks::supervision;
use madoguchi::usecase::incidents::authorities::{self, NewRequest};
use madoguchi::usecase::incidents::dossiers::{self, NewDossier};
use madoguchi::usecase::incidents::{dossier_file, indicators, papers};
use madoguchi::usecase::tickets::{NewEntry, add_entry};
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

/// The dossier for the clinic as a page would send it: every line that isn't doubted.
async fn wanted(app: &TestApp, no: TicketNo, recipient: &str) -> NewDossier {
    let ctx = app.ctx(Role::Specialist);
    let shown = dossiers::preview(&app.services, &ctx, no, recipient).await.expect("a preview");
    let doubtful = shown.content.doubtful();
    let keep =
        shown.content.lines().filter(|(at, _)| !doubtful.contains(at)).map(|(at, _)| format!("{}.{}", at.0, at.1));
    NewDossier {
        recipient: recipient.into(),
        to: "院長 榎本".into(),
        means: "media".into(),
        consent_by: "院長 榎本".into(),
        looked: true,
        keep: keep.collect(),
        seen: shown.seen,
    }
}

async fn made(app: &TestApp, no: TicketNo, new: &NewDossier) -> DossierId {
    dossiers::make(&app.services, &app.ctx(Role::Specialist), no, new, &None).await.expect("a dossier")
}

/// What a dossier says, in one text.
async fn says(app: &TestApp, no: TicketNo, id: DossierId) -> String {
    let ticket = app.ticket(no).await.id;
    let dossier = dossier::find(&app.services.store, ticket, id).await.expect("a store").expect("a dossier");
    json!(dossier.content).to_string()
}

on_each_db!(a_paper_is_dictated_item_by_item_and_says_when_the_facts_moved_on, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let operator = app.browser(Role::Operator).await;
    app.tells(
        no,
        &[("persons", "count"), ("persons_from", "120"), ("leak", "possible"), ("aware_at", "2026-11-22T09:00")],
    )
    .await;
    let at = format!("/tickets/{no}/papers/ppc");
    let page = operator.get(&at).await.is(200).page().text("main");
    assert!(page.contains("3. ご本人の数") && page.contains("120人") && page.contains("公表の状況"), "{page}");
    assert!(page.contains("空欄") && page.contains("読み上げていない項目 9件"), "{page}");
    let press = async |item: &str, back: &str| {
        app.clock.advance(Duration::minutes(1));
        operator.post(&format!("{at}/{item}"), &[("back", back)]).await.is(303);
    };
    press("persons", "").await;
    press("persons", "").await;
    let told = app.timeline(no).await.iter().filter(|line| line.contains("「ご本人の数」")).count();
    assert_eq!(told, 1, "pressed twice it was dictated once");
    let page = operator.get(&at).await.is(200).page().text("main");
    assert!(page.contains("読み上げ済み") && page.contains("読み上げていない項目 8件"), "{page}");
    app.clock.advance(Duration::minutes(1));
    app.tells(no, &[("persons_from", "1200")]).await;
    let page = operator.get(&at).await.is(200).page().text("main");
    assert!(page.contains("読み上げた後に変わりました") && page.contains("1200人"), "{page}");
    press("persons", "").await;
    assert!(!operator.get(&at).await.is(200).page().text("main").contains("変わりました"), "it was said anew");
    press("persons", "yes").await;
    let page = operator.get(&at).await.is(200).page().text("main");
    assert!(page.contains("読み上げていない項目 9件"), "{page}");
    operator.post(&format!("{at}/persons"), &[("back", "yes")]).await.is(409);
    // What isn't there is absent.
    for absent in ["nothing", "ppc/nothing"] {
        operator.post(&format!("/tickets/{no}/papers/{absent}"), &[]).await.is(if absent == "nothing" {
            405
        } else {
            404
        });
    }
    let small = app.case(json!({ "incident": "lost_media" })).await;
    let paper = papers::show(&app.services, &app.ctx(Role::Operator), small, "ransomware").await;
    assert!(paper.is_err(), "a lost bag has no paper for ransomware");
});

on_each_db!(a_dossier_is_frozen_locked_and_names_no_patient, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let ctx = app.ctx(Role::Specialist);
    for words in ["受付のパソコンを確認した", "患者 山本花子さんの予約が消えている"] {
        let entry = NewEntry { kind: "advice".into(), occurred_at: String::new(), body: words.into() };
        add_entry(&app.services, &ctx, no, entry, &None).await.expect("an entry");
    }
    app.begun_campaign(no).await;
    let new = wanted(&app, no, "clinic").await;
    let id = made(&app, no, &new).await;
    let says_now = says(&app, no, id).await;
    assert!(says_now.contains("受付のパソコンを確認した") && says_now.contains("榎本みどり医院"), "{says_now}");
    for held_back in ["山本花子", "同じ攻撃としてまとめた", "拡張子」"] {
        assert!(!says_now.contains(held_back), "{held_back}: {says_now}");
    }
    // What is told later isn't in it.
    indicators::tell(&app.services, &ctx, no, "words", "YOUR FILES ARE LOCKED", &None).await.expect("told");
    assert_eq!(says(&app, no, id).await, says_now);
    assert!(app.timeline(no).await.iter().any(|line| line.contains("YOUR FILES")));
    assert!(app.timeline(no).await.iter().any(|l| l.contains("引渡し資料を作成：医療機関") && l.contains("USBメモリ")));
    // The password is told apart, once.
    let revealed = dossiers::one(&app.services, &ctx, no, id, true).await.expect("a dossier").password;
    let password = revealed.expect("a password");
    assert_eq!(password.len(), 19);
    let stored = app.select("SELECT password FROM dossiers").await;
    assert!(!stored[0].to_string().contains(&password), "it's sealed");
    let told = async |words: &str| dossiers::told(&app.services, &ctx, no, id, words).await;
    assert_eq!(code(told("").await), "text.missing");
    told("院長へ電話で").await.expect("told");
    assert_eq!(code(told("もう一度").await), "dossier.told");
    // The file opens with it alone.
    if madoguchi::gateway::pdf::Press::MAKES {
        let file = dossier_file::file(&app.services, &ctx, no, id).await.expect("a file");
        assert!(
            file.starts_with(b"%PDF-") && !file.windows(4).any(|w| w == "榎本".as_bytes().get(..4).unwrap_or_default())
        );
        assert_eq!(app.count_of("dossier.export").await, 1);
    }
});

on_each_db!(what_is_agreed_to_is_what_was_read, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let ctx = app.ctx(Role::Specialist);
    let make = async |new: NewDossier| code(dossiers::make(&app.services, &ctx, no, &new, &None).await);
    let new = wanted(&app, no, "clinic").await;
    assert_eq!(make(NewDossier { consent_by: " ".into(), ..new.clone() }).await, "text.missing");
    assert_eq!(make(NewDossier { means: "pigeon".into(), ..new.clone() }).await, "choice.unknown");
    assert_eq!(make(NewDossier { looked: false, ..new.clone() }).await, "dossier.not_looked");
    assert_eq!(make(NewDossier { keep: vec!["99.1".into(), "x".into()], ..new.clone() }).await, "dossier.empty");
    indicators::tell(&app.services, &ctx, no, "extension", ".lock", &None).await.expect("told");
    assert_eq!(make(new).await, "dossier.moved_on");
    // For a firm that took nothing on there is none.
    let firm = app.registers(&crate::support::referrals::lawyer("つばさ法律事務所")).await;
    assert!(dossiers::preview(&app.services, &ctx, no, &firm.to_string()).await.is_err());
});

on_each_db!(a_firm_that_took_the_case_on_reads_what_was_agreed, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let (_, firm) = app.begun_referral(no).await;
    let new = wanted(&app, no, &firm).await;
    let id = made(&app, no, &new).await;
    let says = says(&app, no, id).await;
    assert!(says.contains("ランサムウェア") && !says.contains("榎本") && !says.contains("脅迫文"), "{says}");
});

on_each_db!(the_file_is_asked_for_by_whoever_proved_themselves_of_late, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let new = wanted(&app, no, "clinic").await;
    let id = made(&app, no, &new).await;
    let specialist = app.browser(Role::Specialist).await;
    let file = format!("/tickets/{no}/dossiers/{id}/export");
    if madoguchi::gateway::pdf::Press::MAKES {
        let got = specialist.get(&file).await.is(200);
        assert_eq!(got.header("content-type"), "application/pdf");
    }
    app.clock.advance(Duration::minutes(11));
    let asked = specialist.get(&file).await.is(303);
    assert!(asked.header("location").starts_with("/session/confirm"), "{}", asked.header("location"));
    for role in [Role::Operator, Role::Clerk, Role::JmaReader, Role::Administrator] {
        app.browser(role).await.get(&file).await.is(404);
    }
});

on_each_db!(without_the_clinics_consent_a_supervisor_answers_by_the_document, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let ctx = app.ctx(Role::Specialist);
    let asked = |document: &str, agreed_by: &str| NewRequest {
        asks: "県警サイバー犯罪対策課 係長".into(),
        document: document.into(),
        wants: "通信の記録".into(),
        agreed_by: agreed_by.into(),
    };
    let ask = async |new: NewRequest| authorities::ask(&app.services, &ctx, no, &new, &None).await;
    assert_eq!(code(ask(asked("", "")).await), "authority.no_document");
    assert_eq!(code(ask(NewRequest { asks: " ".into(), ..asked("照会 12号", "") }).await), "text.missing");
    ask(asked("照会 12号", "")).await.expect("asked");
    app.clock.advance(Duration::minutes(1));
    ask(asked("", "院長")).await.expect("asked");
    let day = async || supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.expect("a day").requests;
    assert_eq!(day().await.len(), 2);
    let all = authority::of(&app.services.store, app.ticket(no).await.id).await.expect("requests");
    let (agreed, without) = (&all[0], &all[1]);
    let answer = async |role, of: &madoguchi::domain::incidents::authority::AuthorityRequest, how: &str| {
        authorities::answer(&app.services, &app.ctx(role), no, of.id, how, "顧問弁護士に確認").await
    };
    assert_eq!(code(answer(Role::Specialist, without, "document").await), "authority.supervisor");
    assert_eq!(code(answer(Role::Supervisor, without, "through_clinic").await), "authority.no_consent");
    answer(Role::Supervisor, without, "document").await.expect("answered");
    assert_eq!(code(answer(Role::Supervisor, without, "refused").await), "authority.answered");
    answer(Role::Specialist, agreed, "through_clinic").await.expect("answered");
    assert!(day().await.is_empty());
    let page =
        app.browser(Role::Specialist).await.get(&format!("/tickets/{no}/dossiers")).await.is(200).page().text("main");
    assert!(
        page.contains("照会 12号") && page.contains("文書で回答する") && page.contains("医療機関を通じて渡す"),
        "{page}"
    );
});

on_each_db!(
    before_a_member_is_confirmed_papers_say_what_the_caller_said_and_that_nobody_confirmed_it,
    async |app: TestApp| {
        let app = app.with_directory().await;
        let no = app
        .case(json!({
            "recorded": "provisional", "reason": "番号が手元にない", "member_name": "榎本蓮太郎", "number": "03-5550-4321",
            "facility": "みどり坂クリニック", "address": "東京都文京区本駒込１－２－３", "incident": "ransomware",
            "disposition": "escalated", "next": "usual", "next_reason": "全台停止",
        }))
        .await;
        let page =
            app.browser(Role::Specialist).await.get(&format!("/tickets/{no}/papers/ministry")).await.is(200).page();
        let said = page.text("main");
        for words in ["東京都文京区本駒込", "03-5550-4321", "榎本蓮太郎"] {
            let marked = said
                .split(words)
                .nth(1)
                .is_some_and(|rest| rest.chars().take(40).collect::<String>().contains("名簿では未確認"));
            assert!(marked, "{words}: {said}");
        }
    }
);
