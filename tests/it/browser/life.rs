//! The whole life of a grave case, by keyboard, on both engines: a call, tier 2, what was asked while it was told, the
//! record and its clocks, a second clinic with the same, evidence, a referral refused and taken on, its outcome after
//! thirty days, the paper that was dictated, the dossier, the end.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::{StatusKind, TicketNo};
use madoguchi::usecase::tickets::page;
use serde_json::json;

use super::server::Desk;
use super::window::Browser;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_each_db;
use crate::support::referrals::lawyer;

const TOLD: &str = "電子カルテの画面に英語の脅迫文が表示され、ファイルが開けない。";

/// Somebody at a desk of their own.
async fn at(desk: &Desk, role: Role) -> Browser {
    let browser = desk.browser().await;
    browser.sign_in_as(role).await;
    browser
}

/// How often a key is pressed before somebody gives up.
const PRESSES: usize = 20;

impl Browser {
    /// Chooses among radio buttons or boxes by keyboard.
    async fn ticks(&self, selector: &str) {
        self.focus(selector).await;
        self.press("Space").await;
    }

    /// Chooses in a list by keyboard: the nth below the first, looking at what is chosen, as people do. While the page
    /// is still being put in place a key may go elsewhere.
    async fn picks(&self, selector: &str, down: u64) {
        let chosen = format!("return document.querySelector('{selector}')?.selectedIndex ?? 0");
        for _ in 0..PRESSES {
            if self.run(&chosen).await.as_u64() == Some(down) {
                return;
            }
            self.focus(selector).await;
            self.press("Down").await;
        }
        panic!("{selector}: the line {down} was never chosen");
    }

    /// Types into a field and sends its form.
    async fn says(&self, selector: &str, words: &str) {
        self.focus(selector).await;
        self.types(words).await;
        self.press("Enter").await;
    }

    /// Opens what is folded.
    async fn unfolds(&self, selector: &str) {
        self.focus(selector).await;
        self.press("Enter").await;
    }
}

/// The call: told, verified, asked something by a specialist who reads along, handed to tier 2.
async fn rings(desk: &Desk, operator: &Browser, specialist: &Browser) -> TicketNo {
    operator.starts_call().await;
    operator.tab_to("caller_name").await;
    operator.types("受付 さくら").await;
    operator.press("F2").await;
    for (i, (name, said)) in ENOMOTO_SAID.into_iter().enumerate() {
        if i > 0 {
            operator.tab_to(name).await;
        }
        operator.types(said).await;
    }
    operator.reads("#part-verdict", "4項目とも一致").await;
    operator.press("Alt+4").await;
    operator.reads("#part-verdict", "記録しました").await;
    operator.press("Alt+0").await;
    operator.press("1").await;
    operator.press("Alt+n").await;
    operator.types(TOLD).await;
    operator.reads("#saved-state, .saved-state", "保存済み").await;

    specialist.goto("/").await;
    specialist.unfolds("main a[href$='/along']").await;
    specialist.reads("main", "脅迫文").await;
    specialist.press("F4").await;
    specialist.types("バックアップの装置はつながったままですか").await;
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "回答待ち").await;
    operator.reads("#part-asked", "バックアップの装置").await;
    operator.press("Alt+q").await;
    operator.types("外してある").await;
    operator.press("Enter").await;
    operator.reads("#part-log", "質問への回答").await;
    specialist.reads("main", "外してある").await;

    operator.press("Alt+9").await;
    operator.press("3").await;
    operator.shows("the reason", "document.querySelector('#next_reason').checkVisibility()").await;
    operator.focus("#next_reason").await;
    operator.types("全台で開けない").await;
    operator.press("Ctrl+Enter").await;
    operator.ends_all_the_same().await;
    operator.at("/").await;
    TicketNo::from_key(desk.app.number("SELECT number AS n FROM tickets").await)
}

/// Tier 2 takes it; the record, its evidence and what the caller can say of the attack.
async fn is_written_down(specialist: &Browser, no: TicketNo) {
    specialist.goto(&format!("/tickets/{no}")).await;
    specialist.focus("main form[action$='/transitions'] button").await;
    specialist.press("Enter").await;
    specialist.reads(".beside-title", "2次対応中").await;
    // The gate: before anybody connects.
    specialist.unfolds("#remote > summary").await;
    for name in ["server", "locked", "cut_off"] {
        specialist.ticks(&format!("#remote [name={name}][value=yes]")).await;
    }
    specialist.says("#remote [name=reason]", "院長の了承を得て画面だけを見る").await;
    specialist.reads("main", "証拠保全の確認").await;
    specialist.press("Alt+i").await;
    specialist.press("F4").await;
    specialist.types("今日9時").await;
    specialist.focus("#aware_by").await;
    specialist.types("院長が画面を見て").await;
    specialist.ticks("#incident-form [name=systems][value=chart]").await;
    specialist.ticks("#incident-form [name=leak][value=possible]").await;
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "項目を記録済み").await;
    specialist.picks("#indicator_kind", 1).await;
    specialist.says("[name=said]", ".lockbit").await;
    specialist.reads("main", "lockbit").await;
    specialist.unfolds("details:has(> .one-of-body #item-new) > summary").await;
    specialist.picks("#state-new", 2).await;
    specialist.says("#item-new", "受付のパソコン").await;
    specialist.reads("main", "1. 受付のパソコン").await;
    specialist.unfolds("[aria-labelledby=h-ppc_quick] summary").await;
    specialist.picks("#ended_as-ppc_quick", 1).await;
    specialist.focus("#by-ppc_quick").await;
    specialist.types("院長").await;
    specialist.focus("#receipt-ppc_quick").await;
    specialist.types("A-123").await;
    specialist.press("Enter").await;
    specialist.reads("[aria-labelledby=h-ppc_quick]", "受付番号 A-123").await;
}

/// A second clinic says the same: a person holds them for one attack.
async fn is_one_of_many(desk: &Desk, specialist: &Browser) {
    let other = desk.app.case(json!({ "narrative": "別の医院" })).await;
    specialist.goto(&format!("/tickets/{other}/incident")).await;
    specialist.picks("#indicator_kind", 1).await;
    specialist.says("[name=said]", "ＬｏｃｋＢｉｔ").await;
    specialist.reads("main", "72時間以内にほかの1施設でも").await;
    specialist.goto("/waves").await;
    specialist.unfolds("main .one-of summary").await;
    specialist.focus("[name=name]").await;
    specialist.types("拡張子が変わる攻撃").await;
    specialist.focus("[name=advice]").await;
    specialist.types("電源は切らないでください").await;
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "入電時にお伝え中").await;
}

/// The first firm refuses, the second takes it on; asked after seven and thirty days.
async fn is_referred(specialist: &Browser, no: TicketNo) {
    specialist.goto(&format!("/tickets/{no}/referrals")).await;
    specialist.picks("#kind-new", 2).await;
    specialist.picks("#asked_by-new", 1).await;
    specialist.says("[name=said_by]", "榎本蓮太郎").await;
    specialist.reads("main", "費用は、貴院のご負担").await;
    specialist.ticks(".card form [name=told]").await;
    specialist.says(".card form [name=said_by]", "榎本蓮太郎").await;
    specialist.reads("main", "候補をご案内した").await;
    for nth in [1, 2] {
        specialist.ticks(&format!(".candidate-firm:nth-of-type({nth}) [name=firms]")).await;
    }
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "会員が選んだ事業者").await;
    specialist.picks(".card form [name=firm]", 1).await;
    specialist.says(".card form [name=said_by]", "榎本蓮太郎").await;
    specialist.reads("main", "お伝えしてよいもの").await;
    for item in ["contact", "facility", "summary"] {
        specialist.ticks(&format!(".card form [name=items][value={item}]")).await;
    }
    specialist.focus(".card form [name=contact]").await;
    specialist.types("院長 03-5550-1234").await;
    specialist.says(".card form [name=said_by]", "榎本蓮太郎").await;
    for (answer, after) in [(2, "会員の選択待ち"), (1, "契約")] {
        specialist.reads("main", "お伝えしてよい内容").await;
        specialist.picks(".card form [name=how]", 1).await;
        specialist.focus(".card form button").await;
        specialist.press("Enter").await;
        specialist.reads("main", "事業者の回答待ち").await;
        specialist.picks(".card form [name=answer]", answer).await;
        specialist.says(".card form [name=said_by]", "受付").await;
        specialist.reads("main", after).await;
        if answer == 2 {
            specialist.picks(".card form [name=firm]", 1).await;
            specialist.ticks(".card form [name=as_agreed]").await;
            specialist.says(".card form [name=said_by]", "榎本蓮太郎").await;
        }
    }
    specialist.picks(&form_of("settled", "[name=contracted]"), 1).await;
    specialist.says(&form_of("settled", "[name=said_by]"), "榎本蓮太郎").await;
    specialist.reads("main", "会員と事業者が契約").await;
}

/// A field of the form of a referral's step.
fn form_of(step: &str, field: &str) -> String {
    format!("main form:has([name=step][value={step}]) {field}")
}

/// Asked after seven and after thirty days, and finished.
async fn is_followed_up(desk: &Desk, no: TicketNo) {
    for (days, after) in [(7, "7日後の経過確認"), (23, "30日後の経過確認")] {
        desk.app.clock.advance(Duration::days(days));
        let specialist = at(desk, Role::Specialist).await;
        specialist.reads("main", "経過確認の日").await;
        specialist.goto(&format!("/tickets/{no}/referrals")).await;
        specialist.focus(&form_of("outcome_asked", "[name=said_by]")).await;
        specialist.types("院長").await;
        specialist.focus(&form_of("outcome_asked", "[name=note]")).await;
        specialist.types("交渉が進んでいる").await;
        specialist.press("Ctrl+Enter").await;
        specialist.reads("main", after).await;
        if days == 23 {
            specialist.focus(&form_of("finished", "button")).await;
            specialist.press("Enter").await;
            specialist.reads("main", "紹介の完了").await;
        }
        specialist.leave().await;
    }
}

/// The paper is dictated item by item, the dossier handed to the clinic, the ticket closed.
async fn ends(specialist: &Browser, no: TicketNo) {
    specialist.goto(&format!("/tickets/{no}/papers/ppc")).await;
    for left in (0..9).rev() {
        specialist.press("Alt+1").await;
        let told = if left == 0 {
            "すべて読み上げ済みです".to_owned()
        } else {
            format!("読み上げていない項目 {left}件")
        };
        specialist.reads("main", &told).await;
    }
    specialist.goto(&format!("/tickets/{no}/dossiers")).await;
    specialist.unfolds("main .button-row a").await;
    specialist.reads("main", "載せる内容").await;
    for field in ["consent_by", "to"] {
        specialist.focus(&format!("main [name={field}]")).await;
        specialist.types("院長 榎本").await;
    }
    specialist.ticks("main [name=means][value=media]").await;
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "患者さんのお名前がないことを確かめてください").await;
    specialist.ticks("main [name=looked]").await;
    specialist.press("Ctrl+Enter").await;
    specialist.reads("main", "パスワードを表示する").await;
    specialist.focus("main form[action$='/password'] button").await;
    specialist.press("Enter").await;
    specialist.shows("the password", "document.querySelector('.password code')?.innerText.length === 19").await;
    specialist.says("main [name=told]", "院長へ、名簿の番号に電話").await;
    specialist.reads("main", "伝達済み").await;
    specialist.goto(&format!("/tickets/{no}")).await;
    specialist.run("document.querySelector('main select[name=result]').closest('details').open = true").await;
    specialist.picks("main select[name=result]", 1).await;
    specialist.press("Tab").await;
    specialist.press("Enter").await;
    specialist.reads(".beside-title", "対応完了").await;
}

on_each_db!(a_grave_case_lives_from_the_call_to_its_end_by_keyboard, async |desk: Desk| {
    desk.app.registers(&lawyer("あかり法律事務所")).await;
    desk.app.registers(&lawyer("みなと法律事務所")).await;
    let (operator, specialist) = (at(&desk, Role::Operator).await, at(&desk, Role::Specialist).await);
    let no = rings(&desk, &operator, &specialist).await;
    desk.app.clock.advance(Duration::minutes(1));
    is_written_down(&specialist, no).await;
    desk.app.clock.advance(Duration::minutes(1));
    is_one_of_many(&desk, &specialist).await;
    is_referred(&specialist, no).await;
    desk.app.clock.advance(Duration::minutes(1));
    operator.leave().await;
    specialist.leave().await;
    is_followed_up(&desk, no).await;
    let specialist = at(&desk, Role::Specialist).await;
    ends(&specialist, no).await;
    specialist.leave().await;
    let ticket = desk.app.ticket(no).await;
    assert_eq!(ticket.state.kind(), StatusKind::Done);
    let shown = page::show(&desk.app.services, &desk.app.ctx(Role::Supervisor), no).await.expect("a ticket");
    assert_eq!(replay(&shown.entries), Some(Replayed::of(&ticket)), "its timeline alone tells where it stands");
});
