//! Builders: a call on the sheet, a case logged in one go. Only what matters is said.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::{Direction, Disposition};
use madoguchi::domain::id::CallId;
use madoguchi::domain::refusal::Refusal;
use madoguchi::domain::reports::Period;
use madoguchi::domain::tickets::{Ticket, TicketNo};
use madoguchi::store;
use madoguchi::usecase::calls::lacking::Asked;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::calls::sheet::{FieldChange, Saved};
use madoguchi::usecase::calls::wrap_up::WrapUp;
use madoguchi::usecase::reports::{draft, draw};
use madoguchi::usecase::tickets::merge::{self, NewMerge};
use madoguchi::usecase::{Error, Services, calls};
use madoguchi::web::api::wire;
use serde_json::{Value, json};

use super::TestApp;

/// A finished call of the desk, whose ticket stays with tier 1; `with` says otherwise.
pub(crate) fn logged(with: Value) -> Value {
    let mut body = json!({
        "number": "03-5550-1234", "arrived_at": "2026-11-22T01:30:00Z", "ended_at": "2026-11-22T01:40:00Z",
        "caller_name": "受付 かりん", "standing": "staff", "disposition": "solved", "next": "keep",
        "incident": "ransomware", "severity": "high", "narrative": "画面に英語の脅迫文が出ている",
    });
    let Value::Object(with) = with else { panic!("an object") };
    body.as_object_mut().expect("an object").extend(with);
    body
}

/// A conclusion from its parts in JSON, by somebody who has seen what the record lacks.
pub(crate) fn conclusion(parts: Value) -> WrapUp {
    let over_the_wire: wire::WrapUp = serde_json::from_value(parts).expect("a conclusion");
    over_the_wire.into()
}

/// The refusal a step ended with.
pub(crate) fn refused<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(other) => panic!("refused was expected, not: {other:?}"),
        Ok(_) => panic!("refused was expected, and it was done"),
    }
}

/// The code of the refusal: of its first field where there is one.
pub(crate) fn code<T>(result: Result<T, Error>) -> String {
    let refusal = refused(result);
    refusal.fields.first().map_or(refusal.code.to_owned(), |f| f.code.clone())
}

/// Changes typed against fields that were never saved.
pub(crate) fn typed(fields: &[(&str, &str)]) -> Vec<FieldChange> {
    fields.iter().map(|(name, value)| change(name, value, 0)).collect()
}

/// One change typed against a version.
pub(crate) fn change(name: &str, value: &str, version: i64) -> FieldChange {
    FieldChange { name: name.into(), value: value.into(), version, typing: false }
}

impl TestApp {
    /// Logs a call as the operator; the number of the ticket it ended in.
    pub(crate) async fn case(&self, with: Value) -> TicketNo {
        let ended = self.log(with).await.expect("a case");
        TicketNo::parse(&ended.ticket.expect("a ticket")).expect("a number")
    }

    /// Logs a call as the operator.
    pub(crate) async fn log(&self, with: Value) -> Result<calls::Ended, Error> {
        let new: wire::CallLog = serde_json::from_value(logged(with)).expect("a call");
        calls::log(&self.services, &self.ctx(Role::Operator), new.into(), &None).await
    }

    /// Draws the reports of what is over, as the job does.
    pub(crate) async fn draw_report(&self) -> Vec<Period> {
        draw::due(&self.services, &self.app.console()).await.expect("reports")
    }

    /// Draws them, and two supervisors publish last month's.
    pub(crate) async fn publish_report(&self) -> Period {
        self.draw_report().await;
        let period = Period::last_over(self.ctx(Role::Supervisor).today());
        self.publishes(period, "前の月と同じ傾向です。").await;
        period
    }

    /// One supervisor writes beside a report that was drawn and approves it, the other publishes it.
    pub(crate) async fn publishes(&self, period: Period, comment: &str) {
        let (one, other) = (self.ctx_of("tabata"), self.ctx_of("komagome"));
        let version = async || draft::show(&self.services, &one, period).await.expect("a draft").issue.version;
        let jumps = draft::show(&self.services, &one, period).await.expect("a draft").jumps;
        let why: Vec<(String, String)> =
            jumps.iter().map(|jump| (jump.code(), "注意を呼びかけたため".into())).collect();
        draft::comment(&self.services, &one, period, version().await, comment, &why).await.expect("written");
        draft::approve(&self.services, &one, period, version().await).await.expect("approved");
        draft::publish(&self.services, &other, period, version().await).await.expect("published");
    }

    /// The phone rings and the operator answers.
    pub(crate) async fn ring(&self, number: &str) -> CallId {
        let ctx = self.ctx(Role::Operator);
        calls::start(&self.services, &ctx, Direction::Inbound, number, &None).await.expect("a call").call
    }

    /// The operator types into fresh fields.
    pub(crate) async fn fill(&self, call: CallId, fields: &[(&str, &str)]) -> Saved {
        sheet::save(&self.services, &self.ctx(Role::Operator), call, &typed(fields)).await.expect("saved")
    }

    /// The operator ends the call.
    pub(crate) async fn end(&self, call: CallId, parts: Value) -> Result<calls::Ended, Error> {
        calls::end(&self.services, &self.ctx(Role::Operator), call, conclusion(parts), &None).await
    }

    /// The number of the ticket that a call ended in.
    pub(crate) async fn ended_in(&self, call: CallId) -> TicketNo {
        let lines = store::tickets::of_call(&self.services.store, call).await.expect("a store");
        lines.last().expect("a ticket").number
    }

    /// A ticket as it stands.
    pub(crate) async fn ticket(&self, no: TicketNo) -> Ticket {
        ticket(&self.services, no).await
    }

    /// The operator lets a ticket go into another.
    pub(crate) async fn merges(&self, from: TicketNo, into: TicketNo) -> Result<TicketNo, Error> {
        let (ctx, version) = (self.ctx(Role::Operator), self.ticket(from).await.version);
        let new =
            NewMerge { into: into.to_string(), why: "同じ件の二度目のお電話".into(), same_clinic: true };
        merge::merge(&self.services, &ctx, from, version, &new).await
    }

    /// The texts of a ticket's timeline, in its order.
    pub(crate) async fn timeline(&self, no: TicketNo) -> Vec<String> {
        let view = madoguchi::usecase::tickets::page::show(&self.services, &self.ctx(Role::Operator), no)
            .await
            .expect("a ticket");
        view.entries.into_iter().map(|e| e.body).collect()
    }
}

async fn ticket(services: &Services, no: TicketNo) -> Ticket {
    store::tickets::find(&services.store, no).await.expect("a store").expect("a ticket")
}

/// The strip of a call's end as far as it is filled in.
pub(crate) fn asked<'a>(ends: Disposition, callback_at: &'a str, ticket: &'a str) -> Asked<'a> {
    Asked { ends, callback_at, clinic_hours: "", ticket }
}
