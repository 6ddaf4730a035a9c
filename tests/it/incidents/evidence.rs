//! What the clinic keeps as evidence: written down piece by piece, handed to somebody, overwritten by nobody unseen.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::incidents::evidence as kept;
use madoguchi::usecase::Error;
use madoguchi::usecase::incidents::evidence::{NewItem, add, change};
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

fn server() -> NewItem {
    NewItem {
        item: "受付のサーバー".into(),
        label: "A-1".into(),
        place: "受付奥".into(),
        holder: "事務長".into(),
        state: "unplugged".into(),
        ..NewItem::default()
    }
}

async fn pieces(app: &TestApp, no: TicketNo) -> Vec<madoguchi::domain::incidents::evidence::EvidenceItem> {
    kept::of(&app.services.store, app.ticket(no).await.id).await.expect("pieces")
}

on_each_db!(a_piece_is_written_down_and_handed_to_somebody, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    let form = [("item", "受付のサーバー"), ("label", "A-1"), ("place", "受付奥"), ("state", "unplugged")];
    browser.post(&format!("/tickets/{no}/items"), &form).await.is(303);
    let piece = pieces(&app, no).await.remove(0);
    let page = browser.get(&format!("/tickets/{no}/incident")).await.is(200).page();
    assert!(page.text("main").contains("電源を切らずに、LANケーブルを抜く"), "what to read out");
    assert!(page.text("main").contains("1. 受付のサーバー、ラベル A-1、場所 受付奥、稼働中（切り離し済み）"));
    app.clock.advance(chrono::Duration::minutes(12));
    let handed = [
        ("item", "受付のサーバー"),
        ("label", "A-1"),
        ("place", ""),
        ("state", "handed"),
        ("handed_to", "青空フォレンジック"),
        ("handed_at", "10分前"),
        ("version", "1"),
    ];
    let at = format!("/tickets/{no}/items/{}", piece.id);
    browser.post(&at, &handed).await.is(303);
    let now = pieces(&app, no).await.remove(0);
    assert_eq!((now.handed_to.as_str(), now.version), ("青空フォレンジック", 2));
    assert_eq!(now.handed_at, Some(app.ctx(Role::Operator).now - chrono::Duration::minutes(10)));
    let told = app.timeline(no).await;
    assert!(
        told.iter()
            .any(|line| line.starts_with("証拠：受付のサーバー") && line.contains("引渡し先 青空フォレンジック")),
        "{told:?}"
    );
    let again = browser.post(&at, &handed).await.is(409).page();
    assert!(again.text("main").contains("ほかの人が"), "it was changed since that page");
    assert!(
        again.has(&format!("#handed_to-{}[value=青空フォレンジック]", piece.id.0.simple())),
        "what was typed is there"
    );
});

on_each_db!(what_cannot_be_of_a_piece_is_told_beside_its_field, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.tells(no, &[("first_sign_at", "2026-11-21 9:00")]).await;
    let ctx = app.ctx(Role::Operator);
    for (new, field, fault) in [
        (NewItem { item: " ".into(), ..server() }, "item", "text.missing"),
        (NewItem { state: String::new(), ..server() }, "state", "choice.unknown"),
        (NewItem { state: "handed".into(), ..server() }, "handed_to", "text.missing"),
        (NewItem { handed_to: "警察".into(), ..server() }, "state", "evidence.handed"),
        (
            NewItem { state: "handed".into(), handed_to: "警察".into(), handed_at: "明日".into(), ..server() },
            "handed_at",
            "time.format",
        ),
        (
            NewItem {
                state: "handed".into(),
                handed_to: "警察".into(),
                handed_at: "2026-11-22 23:00".into(),
                ..server()
            },
            "handed_at",
            "time.future",
        ),
        (NewItem { place: "あ".repeat(201), ..server() }, "place", "text.too_long"),
        (
            NewItem { state: "handed".into(), handed_to: "警察".into(), handed_at: "11/20".into(), ..server() },
            "handed_at",
            "time.before_incident",
        ),
    ] {
        let refusal = refused(add(&app.services, &ctx, no, &new).await);
        let told: Vec<_> = refusal.fields.iter().map(|f| (f.name.as_str(), f.code.as_str())).collect();
        assert_eq!(told, [(field, fault)]);
    }
    assert_eq!(pieces(&app, no).await.len(), 0);
    let page =
        app.browser(Role::Operator).await.post(&format!("/tickets/{no}/items"), &[("item", "封筒")]).await.is(422);
    assert!(page.page().has("#state-new-error") && page.page().has("#item-new[value=封筒]"));
});

on_each_db!(what_was_written_down_by_mistake_stays_struck_and_is_told_to_nobody, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let ctx = app.ctx(Role::Specialist);
    app.tells(no, &[]).await;
    let handed = NewItem { state: "handed".into(), handed_to: "警察".into(), handed_at: "11/22".into(), ..server() };
    add(&app.services, &ctx, no, &handed).await.expect("added");
    let browser = app.browser(Role::Specialist).await;
    let paper = format!("/tickets/{no}/papers/police");
    let words = browser.get(&paper).await.is(200).page().text("main");
    assert!(words.contains("受付のサーバー") && words.contains("引渡し日時 2026年11月22日"), "{words}");
    assert!(!words.contains("2026年11月22日 00:00"), "the hour wasn't said: {words}");
    let piece = pieces(&app, no).await.remove(0);
    let struck = NewItem { state: "mistaken".into(), ..handed };
    change(&app.services, &ctx, no, piece.id, 1, &struck).await.expect("struck");
    assert!(!browser.get(&paper).await.is(200).page().text("main").contains("受付のサーバー"));
    let page = browser.get(&format!("/tickets/{no}/incident")).await.is(200).page();
    assert!(page.text("main s").contains("受付のサーバー、ラベル A-1"));
    assert!(!page.attributes("#state-new option", "value").contains(&"mistaken".to_owned()));
});

on_each_db!(of_two_who_change_one_piece_at_one_moment_one_does, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let (one, other) = (app.ctx(Role::Operator), app.ctx(Role::Specialist));
    add(&app.services, &one, no, &server()).await.expect("added");
    let id = pieces(&app, no).await[0].id;
    let (off, sealed) = (NewItem { state: "off".into(), ..server() }, NewItem { state: "sealed".into(), ..server() });
    let changed =
        tokio::join!(change(&app.services, &one, no, id, 1, &off), change(&app.services, &other, no, id, 1, &sealed),);
    assert_eq!([changed.0.is_ok(), changed.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{changed:?}");
    let lost = if changed.0.is_ok() { changed.1 } else { changed.0 };
    assert_eq!(code(lost), "evidence.overtaken");
    // A piece of another ticket isn't reached by its id.
    let elsewhere = app.case(json!({})).await;
    let strange = change(&app.services, &one, elsewhere, id, 2, &off).await;
    assert!(matches!(strange, Err(Error::NotFound(_))));
});
