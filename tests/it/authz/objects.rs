//! Things to knock at: another's, made for the trial; none at all; and what is no id.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::domain::verification::tries::Subject;
use madoguchi::store::tickets::{callback, remote, task};
use madoguchi::store::verification::tries;
use madoguchi::store::{self, accounts};
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::desks::handover;
use madoguchi::usecase::incidents::evidence::{self, NewItem};
use madoguchi::usecase::reports::{draft, draw};
use madoguchi::usecase::tickets as steps;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::remote::consented;

/// What stands for the variable parts of a path.
pub(crate) struct Objects {
    call: String,
    ticket: String,
    remote: String,
    item: String,
    referral: String,
    indicator: String,
    campaign: String,
    dossier: String,
    request: String,
    firm: String,
    handover: String,
    callback: String,
    task: String,
    verification: String,
    account: String,
    token: String,
    stopped: String,
    period: &'static str,
    draft: &'static str,
    queue: &'static str,
}

impl Objects {
    /// Ids that are ids, of nothing.
    pub(crate) fn nothing() -> Self {
        Self::all(&uuid::Uuid::from_u128(7).to_string(), "2026-999999", "2019-01")
    }

    /// What nobody would take for an id.
    pub(crate) fn nonsense() -> Self {
        Self::all("%27%3B--", "%E7%95%AA%E5%8F%B7", "%3Cb%3E")
    }

    fn all(id: &str, ticket: &str, period: &'static str) -> Self {
        let id = || id.to_owned();
        Self {
            call: id(),
            remote: id(),
            item: id(),
            referral: id(),
            indicator: id(),
            campaign: id(),
            dossier: id(),
            request: id(),
            firm: id(),
            handover: id(),
            callback: id(),
            task: id(),
            verification: id(),
            account: id(),
            token: id(),
            stopped: id(),
            ticket: ticket.to_owned(),
            period,
            draft: period,
            queue: "nothing",
        }
    }

    /// The first operator's things, and an account and a token nobody uses.
    pub(crate) async fn made(app: &TestApp) -> Self {
        let ctx = app.ctx(Role::Operator);
        let case = json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00" });
        let ticket = app.case(case).await;
        app.denies(ticket, Purpose::Connect).await;
        app.tells(ticket, &[("first_sign", "画面が開かない")]).await;
        let piece = NewItem { item: "受付のパソコン".into(), state: "unplugged".into(), ..NewItem::default() };
        evidence::add(&app.services, &ctx, ticket, &piece).await.expect("a piece");
        let pieces = store::incidents::evidence::of(&app.services.store, app.ticket(ticket).await.id).await;
        let call = app.ring("03-5550-9999").await;
        let mut made = Self::nothing();
        if app.services.index.get().is_some_and(|index| index.version() > 0) {
            app.fill(call, &ENOMOTO_SAID[..3]).await;
            let recorded = sheet::record_verification(
                &app.services,
                &ctx,
                call,
                VerificationOutcome::Provisional,
                "番号が手元にない",
            )
            .await;
            made.verification = recorded.expect("a verification").to_string();
            made.task = task::all_open(&app.services.store, None).await.expect("tasks")[0].id.to_string();
            let solved = app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.expect("ended");
            let number = solved.ticket.and_then(|n| madoguchi::domain::tickets::TicketNo::parse(&n)).expect("a number");
            app.denies(number, Purpose::Connect).await;
            steps::remote::start(&app.services, &ctx, number, consented()).await.expect("a session");
            let id = app.ticket(number).await.id;
            made.remote = remote::of(&app.services.store, id).await.expect("sessions")[0].id.to_string();
        }
        let callbacks =
            callback::of(&app.services.store, vec![app.ticket(ticket).await.id.0]).await.expect("callbacks");
        handover::sign(&app.services, &app.ctx(Role::Supervisor), "申し送り").await.expect("signed");
        let signed = store::desks::handover::last(&app.services.store).await.expect("a store").expect("one");
        made.handover = signed.id.to_string();
        made.item = pieces.expect("pieces")[0].id.to_string();
        made.callback = callbacks[0].id.to_string();
        (made.referral, made.firm) = app.begun_referral(ticket).await;
        (made.indicator, made.campaign) = app.begun_campaign(ticket).await;
        (made.dossier, made.request) = app.handed_dossier(ticket).await;
        made.ticket = ticket.to_string();
        made.call = app.ring("").await.to_string();
        made.account = app.id("ueno").to_string();
        made.stop(app).await;
        app.script(Role::Integration).await;
        made.token = accounts::all_tokens(&app.services.store).await.expect("tokens")[0].id.to_string();
        made.period = "2026-10";
        // A draft that can be approved; last month's report may be published beside it.
        let supervisor = app.ctx(Role::Supervisor);
        let earlier = draw::asked(&app.services, &supervisor, "2026-09").await.expect("a draft");
        draft::comment(&app.services, &supervisor, earlier, 1, "前の月と同じ傾向です。", &[]).await.expect("written");
        made.draft = "2026-09";
        made.queue = "mine";
        made
    }

    /// Somebody who is stopped at trying numbers.
    async fn stop(&mut self, app: &TestApp) {
        let now = app.ctx(Role::Operator).now;
        let tx = app.services.store.begin().await.expect("a transaction");
        let mut missed = tries::take(&tx, Subject::Account, app.id("akiba").0, now).await.expect("a row");
        missed.tally.miss(Subject::Account.limits().most, Subject::Account.limits(), now);
        tries::put(&tx, &missed).await.expect("a row");
        tx.commit().await.expect("a commit");
        self.stopped = missed.subject.to_string();
    }

    /// A route's path with these.
    pub(crate) fn path(&self, route: &str) -> String {
        let id = match route.trim_start_matches('/').split('/').next() {
            Some("calls") => &self.call,
            Some("tickets") if route.contains("/items/") => &self.item,
            Some("tickets") if route.contains("/indicators/") => &self.indicator,
            Some("campaigns") => &self.campaign,
            Some("tickets") if route.contains("/dossiers/") => &self.dossier,
            Some("tickets") if route.contains("/authorities/") => &self.request,
            Some("tickets") if route.contains("/referrals/") => &self.referral,
            Some("api") if route.contains("/referrals/") => &self.referral,
            Some("tickets") => &self.remote,
            Some("firms") => &self.firm,
            Some("handover") => &self.handover,
            Some("callbacks") => &self.callback,
            Some("tasks") => &self.task,
            Some("verifications") => &self.verification,
            Some("accounts") => &self.account,
            Some("stops") => &self.stopped,
            _ => &self.token,
        };
        let period = if route.starts_with("/reports/drafts") { self.draft } else { self.period };
        route
            .replace("{id}", id)
            .replace("{no}", &self.ticket)
            .replace("{period}", period)
            .replace("{duty}", "police")
            .replace("{paper}", "ppc")
            .replace("{item}", "outline")
            .replace("{recipient}", "clinic")
            .replace("{queue}", self.queue)
            .replace("{form}", "csv")
            .replace("{version}", "0")
            .replace("{*path}", "nothing.css")
    }
}

/// A form that would be taken if the thing were there.
pub(crate) fn form_for(route: &str) -> &'static [(&'static str, &'static str)] {
    match route.rsplit('/').next().unwrap_or_default() {
        "transitions" => &[("transition", "watch"), ("reason", "様子を見る"), ("version", "1")],
        "change" => &[("severity", "low"), ("version", "1")],
        "entries" | "notes" => &[("body", "電話で確認した")],
        "incident" => &[("care", "slowed"), ("was_care", "")],
        "items" => &[("item", "受付のパソコン"), ("state", "unplugged")],
        "news" => &[("news", "続報")],
        "owner" => &[("owner", "nobody"), ("version", "1")],
        "merge" => &[("into", "2026-999998"), ("merge_why", "同じ件"), ("version", "1")],
        "told" => &[("told", "院長へ")],
        "drafts" => &[("period", "2026-10")],
        "comment" => &[("comment", "前の月と同じ傾向です。"), ("version", "1")],
        "approve" | "publish" => &[("version", "1")],
        "withdraw" => &[("notice", "集計の誤り"), ("version", "1")],
        "authorities" => &[("asks", "県警"), ("document", "12号"), ("wants", "記録")],
        "answer" => &[("answer", "refused"), ("why", "同意なし")],
        "questions" => &[("words", "質問")],
        "answers" => &[("question", "00000000-0000-0000-0000-000000000007"), ("answer", "はい")],
        "dossiers" => &[("recipient", "clinic")],
        "police" => &[("ended_as", "filed"), ("by", "院長")],
        "resume" => &[("why", "入力の誤り")],
        "evidence" => &[("purpose", "clean"), ("server", "no"), ("locked", "no"), ("cut_off", "no")],
        "remotes" => &[("consent_by", "受付"), ("consented", "yes"), ("tool", "quick_assist")],
        "foreseen" => &[("disposition", "scheme_info")],
        "back" => &[("card", "sharing")],
        "end" => &[("disposition", "scheme_info"), ("anyway", "yes"), ("done", "検査"), ("ended_as", "solved")],
        "number" => &[("version", "1")],
        "stamps" => &[("card", "sharing"), ("answer", "told")],
        "sheet" => &[("f.caller_name", "受付"), ("v.caller_name", "0")],
        "candidates" => &[("f.facility", "みどり医院")],
        "done" => &[("outcome", "確認不要")],
        "search" => &[("q", "脅迫文")],
        "holds" => &[("hold_reason", "police"), ("version", "1")],
        _ => &[],
    }
}

/// A body that would be taken if the thing were there.
pub(crate) fn json_for(route: &str) -> Value {
    match route.rsplit('/').next().unwrap_or_default() {
        "incident" => json!({ "facts": { "care": "slowed" } }),
        "indicators" => json!({ "kind": "words", "said": "脅迫文" }),
        "referrals" => json!({ "kind": "lawyer", "asked_by": "member", "said_by": "院長" }),
        "{id}" if route.contains("/referrals/") => {
            json!({ "step": "settled", "contracted": "yes", "said_by": "院長", "seen": 7 })
        }
        "transitions" => json!({ "transition": "watch", "reason": "様子を見る", "version": 1 }),
        "change" => json!({ "severity": "low", "version": 1 }),
        "entries" => json!({ "body": "電話で確認した" }),
        "search" => json!({ "q": "脅迫文" }),
        "calls" => crate::support::cases::logged(json!({})),
        _ => json!({}),
    }
}
