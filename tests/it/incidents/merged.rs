//! A matter that stands on several tickets: papers and dossiers say what all of them know.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::referrals::step::Item;
use madoguchi::usecase::incidents::{dossiers, indicators, papers};
use madoguchi::usecase::referrals::show;
use madoguchi::usecase::tickets::merge;
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

on_each_db!(papers_and_dossiers_say_what_every_ticket_of_the_matter_knows, async |app: TestApp| {
    let app = app.with_directory().await;
    let (into, part) = (app.at_tier2().await, app.case(json!({ "narrative": "二度目のお電話" })).await);
    let specialist = || app.ctx(Role::Specialist);
    app.tells(into, &[("persons", "range"), ("persons_from", "100"), ("persons_to", "200")]).await;
    app.tells(part, &[("persons", "count"), ("persons_from", "120"), ("ransom", "seen"), ("ransom_note", "受付")])
        .await;
    indicators::tell(&app.services, &specialist(), part, "extension", ".lock", &None).await.expect("told");
    let browser = app.browser(Role::Specialist).await;
    let paper = format!("/tickets/{into}/papers/ppc");
    papers::dictated(&app.services, &specialist(), into, "ppc", "persons", false).await.expect("dictated");
    app.clock.advance(Duration::minutes(5));
    app.merges(part, into).await.expect("merged");

    // What one alone knows stands there; where they differ, both stand there, and it's not certain.
    let draft = browser.get(&paper).await.is(200).page();
    let persons = draft.text("section[aria-labelledby=item-persons]");
    for words in ["おおよそ", "100人", "200人", &format!("相談票 {part} では：120人"), "未確定"] {
        assert!(persons.contains(words), "{words}: {persons}");
    }
    assert!(persons.contains("読み上げた後に変わりました"), "the other ticket knew something else: {persons}");
    assert!(draft.text("main").contains("要求を見た"), "{}", draft.text("main"));
    let dossier = dossiers::preview(&app.services, &specialist(), into, "clinic").await.expect("a preview");
    let says = json!(dossier.content).to_string();
    for words in ["要求を見た", "受付", ".lock", "二度目のお電話", "120人", "200人"] {
        assert!(says.contains(words), "{words}: {says}");
    }

    let referrals = show::show(&app.services, &specialist(), into).await.expect("its referrals");
    let facts = referrals.known.iter().find(|(item, _)| *item == Item::Facts).expect("the facts").1.clone();
    assert!(facts.contains("要求を見た"), "a firm is told what all of them know: {facts}");

    // Each record says where the other is.
    let at = |no| format!("/tickets/{no}/incident");
    let page = browser.get(&at(into)).await.is(200).page();
    let list = page.text("main");
    assert!(list.contains("統合した相談票の記録") && list.contains("項目 6・手がかり 1・証拠 0"), "{list}");
    assert!(page.attributes("main a", "href").contains(&at(part)));
    let page = browser.get(&at(part)).await.is(200).page();
    assert!(page.text("main").contains("記録の続きは統合先に入力してください"));
    assert!(page.attributes("main a", "href").contains(&at(into)));
    // Every page beside it says so too, and nothing new is written there.
    for beside in ["referrals", "owner", "papers/ppc"] {
        let page = browser.get(&format!("/tickets/{part}/{beside}")).await.is(200).page().text("main");
        assert!(page.contains("新しい記録は統合先に入力してください"), "{beside}: {page}");
    }
    let dictated = papers::dictated(&app.services, &specialist(), part, "ppc", "persons", false).await;
    assert_eq!(code(dictated), "ticket.merged");
    let refused = app.tries_to_tell(part, &[("care", "closed")]).await;
    assert_eq!(code(refused.map(|()| String::new())), "ticket.merged");

    // Apart again, each says its own, and what was read out of both has changed.
    papers::dictated(&app.services, &specialist(), into, "ppc", "persons", false).await.expect("dictated");
    app.clock.advance(Duration::minutes(5));
    merge::unmerge(&app.services, &specialist(), part, Some(into)).await.expect("two again");
    let persons = browser.get(&paper).await.is(200).page().text("section[aria-labelledby=item-persons]");
    assert!(persons.contains("200人") && !persons.contains("120人"), "{persons}");
    assert!(persons.contains("読み上げた後に変わりました"), "{persons}");
    let says = json!(dossiers::preview(&app.services, &specialist(), into, "clinic").await.expect("a preview").content);
    assert!(!says.to_string().contains("二度目のお電話"), "{says}");
});
