//! One conversation about several clinics: each has its own sheet, verification, ticket and result.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store;
use madoguchi::usecase::calls;
use madoguchi::usecase::calls::{conversation, sheet};
use madoguchi::usecase::desks::supervision;
use serde_json::json;

use crate::support::cases::{change, code};
use crate::support::directory::{ENOMOTO_SAID, MINASE_SAID};
use crate::support::{TestApp, on_each_db};

const SHARING: &str = "sharing";

impl TestApp {
    /// The caller goes on to their next clinic.
    async fn next_clinic(&self, call: CallId) -> CallId {
        conversation::next(&self.services, &self.ctx(Role::Operator), call).await.expect("the next clinic").call
    }

    async fn recorded(&self, call: CallId, outcome: VerificationOutcome, why: &str) {
        let ctx = self.ctx(Role::Operator);
        sheet::record_verification(&self.services, &ctx, call, outcome, why).await.expect("recorded");
    }

    async fn typed_text(&self, call: CallId, field: &str) -> String {
        let field = madoguchi::domain::calls::sheet::SheetField::parse(field).expect("a field");
        store::calls::sheet(&self.services.store, call).await.expect("a sheet").text(field).to_owned()
    }
}

on_each_db!(a_secretariat_rings_for_three_clinics_and_nothing_of_one_stands_with_another, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let first = app.ring("03-0000-9999").await;
    app.fill(first, &[("caller_name", "事務局 はな"), ("standing", "district_association")]).await;
    sheet::stamp(&app.services, &ctx, first, SHARING, "told").await.expect("said");
    app.fill(first, &ENOMOTO_SAID).await;
    app.fill(first, &[("incident", "ransomware"), ("narrative", "全台で暗号化")]).await;
    app.recorded(first, VerificationOutcome::Verified, "").await;
    sheet::jot(&app.services, &ctx, first, "電源を切らずLANを抜くよう案内", &None).await.expect("noted");

    let second = app.next_clinic(first).await;
    assert_eq!(app.typed_text(second, "caller_name").await, "事務局 はな");
    assert_eq!(app.typed_text(second, "standing").await, "district_association");
    for of_the_clinic in ["member_name", "facility", "address", "number", "incident", "narrative"] {
        assert_eq!(app.typed_text(second, of_the_clinic).await, "", "{of_the_clinic}");
    }
    let shown = sheet::view(&app.services, &ctx, second).await.unwrap();
    assert!(shown.asked.verification.is_none());
    assert_eq!(
        shown.entries.len(),
        1,
        "that matters are shared was said to the caller; the rest was the first clinic's"
    );
    app.fill(second, &MINASE_SAID).await;
    app.fill(second, &[("incident", "phishing"), ("narrative", "添付を開いた")]).await;
    app.recorded(second, VerificationOutcome::Provisional, "入会・異動の手続き中").await;

    let third = app.next_clinic(second).await;
    app.fill(third, &[("facility", "名前だけの医院"), ("narrative", "一般的な質問")]).await;

    let mut numbers = Vec::new();
    for (call, how) in [(first, "escalated"), (second, "solved"), (third, "scheme_info")] {
        let reason = if how == "escalated" { "全台停止" } else { "" };
        let ended = app.end(call, json!({ "disposition": how, "next_reason": reason })).await.expect("ended");
        numbers.push(ended.ticket.and_then(|no| TicketNo::parse(&no)));
    }
    assert_eq!(numbers[2], None);
    let (one, two) = (app.ticket(numbers[0].unwrap()).await, app.ticket(numbers[1].unwrap()).await);
    assert_eq!((one.facility_name.as_str(), one.verification), ("榎本みどり医院", VerificationOutcome::Verified));
    assert_eq!((one.state.code(), one.summary.as_str()), ("escalated", "全台で暗号化"));
    assert_eq!((two.facility_name.as_str(), two.verification), ("水無瀬ゆず内科", VerificationOutcome::Provisional));
    assert_eq!((two.state.code(), two.summary.as_str()), ("done", "添付を開いた"));
    let said = store::tickets::said_on(&app.services.store, second).await.unwrap();
    assert!(said.iter().all(|entry| !entry.body.contains("LANを抜く")), "{said:?}");

    let ended = calls::just_ended(&app.services, &ctx, third).await.unwrap();
    assert_eq!(
        ended.iter().map(|(how, no)| (how.code(), *no)).collect::<Vec<_>>(),
        [("escalated", numbers[0]), ("solved", numbers[1]), ("scheme_info", None)]
    );
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert_eq!(day.calls, 1, "the phone rang once");
    assert_eq!(day.dispositions.iter().map(|(_, n)| n).sum::<u64>(), 3, "and had three results");
});

on_each_db!(the_next_clinic_is_begun_once_however_often_it_is_asked_for, async |app: TestApp| {
    let ctx = app.ctx(Role::Operator);
    let first = app.ring("03-0000-9999").await;
    assert_eq!(code(conversation::next(&app.services, &ctx, first).await), "call.blank");
    app.fill(first, &[("facility", "榎本みどり医院")]).await;
    let asked = (0..4).map(|_| conversation::next(&app.services, &ctx, first));
    let begun: Vec<_> = futures::future::join_all(asked).await.into_iter().map(|next| next.unwrap().call).collect();
    assert!(begun.iter().all(|call| *call == begun[0]), "{begun:?}");
    assert_eq!(app.count("calls").await, 2);
    assert_eq!(code(conversation::next(&app.services, &ctx, begun[0]).await), "call.blank");
    app.end(begun[0], json!({ "disposition": "wrong" })).await.expect("ended");
    assert_eq!(code(conversation::next(&app.services, &ctx, begun[0]).await), "call.already_ended");
    assert_ne!(app.next_clinic(first).await, begun[0], "one that has ended isn't gone back to");
    assert_eq!(app.number("SELECT MAX(part) AS n FROM calls").await, 3);
});

on_each_db!(a_conversation_has_an_end_and_counts_as_one_on_every_list, async |app: TestApp| {
    let ctx = app.ctx(Role::Operator);
    let mut call = app.ring("03-0000-9999").await;
    let first = call;
    for n in 2..=20 {
        app.fill(call, &[("facility", &format!("第{n}医院"))]).await;
        call = app.next_clinic(call).await;
    }
    app.fill(call, &[("facility", "最後の医院")]).await;
    assert_eq!(code(conversation::next(&app.services, &ctx, call).await), "call.too_many_parts");
    let open = calls::in_hand(&app.services, &ctx).await.unwrap().expect("a call");
    assert_eq!((open.call, open.others), (call, 0), "one conversation, where one is");
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert_eq!((day.on_call.len(), day.calls), (1, 1));
    let shown = sheet::view(&app.services, &ctx, first).await.unwrap();
    assert_eq!(shown.clinics.len(), 20);
    assert!(shown.earlier.is_empty(), "its own other clinics are no earlier calls");
});

on_each_db!(a_ticket_of_one_clinic_is_not_offered_to_the_next, async |app: TestApp| {
    let ctx = app.ctx(Role::Operator);
    let first = app.ring("03-0000-9999").await;
    app.fill(first, &[("facility", "榎本みどり医院"), ("narrative", "全台で暗号化")]).await;
    calls::open_ticket(&app.services, &ctx, first, &None).await.expect("a ticket");
    let second = app.next_clinic(first).await;
    let shown = sheet::view(&app.services, &ctx, second).await.unwrap();
    assert!(shown.open.is_empty() && shown.tickets.is_empty());
    assert!(shown.clinics[0].ticket.is_some());
    // A clinic that rings anew from that number is told of it.
    app.end(second, json!({ "disposition": "wrong" })).await.expect("ended");
    let again = app.ring("03-0000-9999").await;
    let shown = sheet::view(&app.services, &ctx, again).await.unwrap();
    assert_eq!((shown.open.len(), shown.earlier.len()), (1, 1));
});

on_each_db!(each_clinics_result_is_said_and_the_last_one_leads_home, async |app: TestApp| {
    let first = app.ring("03-0000-9999").await;
    app.fill(first, &[("facility", "榎本みどり医院")]).await;
    let browser = app.browser(Role::Operator).await;
    let next = browser.post(&format!("/calls/{first}/next"), &[]).await.is(303);
    let second = next.header("location").trim_start_matches("/calls/").parse::<CallId>().expect("its sheet");
    let page = browser.get(&format!("/calls/{second}")).await.is(200).page();
    assert!(page.text("#part-clinics").contains("1件目 榎本みどり医院"), "{}", page.text("#part-clinics"));
    assert!(page.text("#part-clinics [aria-current]").contains("2件目"));
    let end = [("disposition", "wrong"), ("anyway", "yes")];
    let then = browser.post(&format!("/calls/{second}/end"), &end).await.is(303);
    assert_eq!(then.header("location"), format!("/calls/{first}"), "the other's result isn't said yet");
    assert!(browser.get(&format!("/calls/{first}")).await.page().text("#part-clinics").contains("終了"));
    let then = browser.post(&format!("/calls/{first}/end"), &end).await.is(303);
    assert_eq!(then.header("location"), format!("/?ended={first}"));
    let home = browser.get(&format!("/?ended={first}")).await.is(200).page();
    assert_eq!(home.count(".flash.tone-good"), 2);
    let day = browser.get("/calls").await.is(200).page();
    assert!(day.text("table").contains("2件目の施設"));
    let read = browser.get(&format!("/calls/{second}")).await.is(200).page();
    assert!(read.text("#part-clinics a").contains("1件目 榎本みどり医院"), "an ended record leads to the others");
    let saved = sheet::save(&app.services, &app.ctx(Role::Operator), first, &[change("facility", "別", 1)]).await;
    assert_eq!(code(saved), "call.already_ended");
});
