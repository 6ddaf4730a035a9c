//! Remote support in a real browser: what is asked before it, how it begins, what it needs before anything is removed,
//! and how it ends; by keyboard, and looked at on the way.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::usecase::calls::sheet;
use serde_json::json;

use super::accessible::none;
use super::server::Desk;
use super::window::Browser;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_one_db;

/// A verified caller's ticket; on the call a machine was told to be cut off, or wasn't.
async fn ticket(desk: &Desk, cut_off: bool) -> TicketNo {
    let ctx = desk.app.ctx(Role::Operator);
    let call = desk.app.ring("03-5550-1234").await;
    desk.app.fill(call, &ENOMOTO_SAID).await;
    desk.app.fill(call, &[("incident", "malware"), ("severity", "medium"), ("narrative", "警告が止まらない")]).await;
    sheet::record_verification(&desk.app.services, &ctx, call, VerificationOutcome::Verified, "")
        .await
        .expect("recorded");
    sheet::stamp(&desk.app.services, &ctx, call, "sharing", "told").await.expect("said");
    if cut_off {
        sheet::stamp(&desk.app.services, &ctx, call, "unplug", "unplugged").await.expect("said");
    }
    desk.app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.expect("ended");
    desk.app.ended_in(call).await
}

impl Browser {
    /// Chooses an answer by keyboard.
    async fn answers(&self, name: &str, code: &str) {
        self.focus(&format!("#remote [name={name}][value={code}]")).await;
        self.press("Space").await;
    }

    /// What can't be used of the card, with a picture of it.
    async fn looked_at(&self, what: &str) -> Vec<String> {
        self.run("document.querySelector('#remote').scrollIntoView()").await;
        self.faults_of(what).await
    }

    async fn asks(&self, server: &str, locked: &str, cut_off: &str) {
        for (name, code) in [("server", server), ("locked", locked), ("cut_off", cut_off)] {
            self.answers(name, code).await;
        }
    }
}

on_one_db!(remote_support_is_given_by_keyboard_from_the_questions_to_its_outcome, async |desk: Desk| {
    let no = ticket(&desk, false).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let mut faults = Vec::new();
    browser.goto(&format!("/tickets/{no}")).await;
    browser.focus("#remote > summary").await;
    browser.press("Enter").await;
    browser.shows("the questions", "document.querySelector('#remote [name=server]')?.checkVisibility()").await;
    browser.asks("unknown", "no", "no").await;
    faults.extend(browser.looked_at("remote, questions").await);
    browser.press("Enter").await;
    browser.reads("#remote[open]", "先に2次対応を依頼してください").await;
    faults.extend(browser.looked_at("remote, tier 2 first").await);
    browser.shows("what it says is in view", "(({ top, bottom }) => top > 0 && bottom < innerHeight)(document.activeElement.getBoundingClientRect()) && document.activeElement.matches('#remote .field-error')").await;
    desk.app.clock.advance(Duration::minutes(1));
    browser.asks("no", "no", "no").await;
    browser.focus("#remote [name=reason]").await;
    browser.types("院内で確認し、関係なしと判明").await;
    browser.press("Enter").await;
    browser.shows("the reading", "document.querySelector('#remote .say-aloud')").await;
    browser.run("document.querySelectorAll('#remote, #remote details').forEach((d) => { d.open = true })").await;
    faults.extend(browser.looked_at("remote, beginning").await);
    browser.focus("#remote [name=consented]").await;
    browser.press("Space").await;
    browser.focus("#remote [name=consent_by]").await;
    browser.types("院長").await;
    browser.focus("#remote [name=scope]").await;
    browser.types("受付のパソコン").await;
    browser.press("Enter").await;
    browser.reads("#remote", "支援中").await;
    faults.extend(browser.looked_at("remote, running").await);

    desk.app.clock.advance(Duration::minutes(5));
    browser.focus("#remote [name=done]").await;
    browser.types("完全スキャン").await;
    browser.focus("#remote [name=removed]").await;
    browser.types("広告プログラム1件").await;
    browser.run("document.querySelector('#remote [name=ended_as]').value = 'solved'").await;
    browser.focus("#remote [name=outcome]").await;
    browser.press("Enter").await;
    browser.reads("#remote .field-error", "駆除・削除の前に").await;
    let kept = browser.run("return document.querySelector('#remote [name=removed]').value").await;
    assert_eq!(kept, "広告プログラム1件", "nothing that was typed is lost");
    faults.extend(browser.looked_at("remote, removed unasked").await);
    browser.run("document.querySelector('#remote details.one-of').open = true").await;
    desk.app.clock.advance(Duration::minutes(1));
    browser.asks("no", "no", "no").await;
    browser.press("Enter").await;
    browser.reads("#remote", "駆除・削除の前の確認済み").await;
    let kept = browser.run("return document.querySelector('#remote [name=removed]').value").await;
    assert_eq!(kept, "広告プログラム1件", "nor while the questions are sent");
    let day = desk.browser().await;
    day.sign_in_as(Role::Supervisor).await;
    day.goto("/day").await;
    day.reads("main", "実施中のリモート支援").await;
    faults.extend(day.faults_of("/day, a session runs").await);
    day.leave().await;
    browser.focus("#remote [name=outcome]").await;
    browser.press("Enter").await;
    browser.reads("main", "リモート支援を終了：解決").await;
    browser.shows("no session runs", "!document.body.innerText.includes('リモート支援中')").await;
    browser.leave().await;
    none(&faults);
});

on_one_db!(a_machine_that_was_cut_off_is_left_to_a_specialist, async |desk: Desk| {
    let no = ticket(&desk, true).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.run("document.querySelector('#remote').open = true").await;
    browser.reads("#remote", "つなぎ直さないでください").await;
    browser
        .shows(
            "what the desk advised is the answer already",
            "document.querySelector('#remote [name=cut_off][value=yes]').checked",
        )
        .await;
    let mut faults = browser.looked_at("remote, told to cut off").await;
    browser.answers("server", "no").await;
    browser.answers("locked", "no").await;
    browser.press("Enter").await;
    browser.reads("#remote[open]", "2次対応の担当者だけが始められます").await;
    faults.extend(browser.looked_at("remote, a specialist's").await);
    browser.leave().await;
    none(&faults);
});
