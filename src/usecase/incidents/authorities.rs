//! The police, or another authority, asking for what the desk holds.

use super::case::kept;
use crate::domain::access::actor::{Action, may};
use crate::domain::ctx::Ctx;
use crate::domain::id::AuthorityRequestId;
use crate::domain::incidents::IncidentEvent;
use crate::domain::incidents::authority::{Answered, AuthorityAnswer, AuthorityRequest};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::{Event, TicketNo};
use crate::store::incidents::authority;
use crate::usecase::authorise::authorise;
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// A request as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRequest {
    /// Who asks.
    pub asks: String,
    /// The document's number.
    pub document: String,
    /// What for.
    pub wants: String,
    /// Who at the clinic agreed.
    pub agreed_by: String,
}

/// Writes a request down.
///
/// # Errors
/// A fault beside each field; without the clinic's agreement the document's number is one of them.
pub async fn ask(services: &Services, ctx: &Ctx, no: TicketNo, new: &NewRequest, once: &Once) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    authorise::<may::DossierHand>(ctx)?;
    let mut faults = Faults::default();
    let asks = faults.take(text::required_line("asks", &new.asks, text::LINE));
    let wants = faults.take(text::required_line("wants", &new.wants, text::LINE));
    let document = faults.take(text::line("document", &new.document, text::LINE));
    let agreed_by = faults.take(text::line("agreed_by", &new.agreed_by, text::LINE));
    if document.is_empty() && agreed_by.is_empty() {
        let none = "医療機関の同意がないときは、照会書の番号を入力してください。口頭だけの照会には回答しません";
        faults.take::<()>(Err(Refusal::field("document", "authority.no_document", none)));
    }
    faults.check()?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = kept(&by, &tx, no).await?;
    ticket.must_stand_alone()?;
    let id = AuthorityRequestId(ctx.new_id());
    let said = [("照会元", &asks), ("文書番号", &document), ("内容", &wants), ("同意した方", &agreed_by)];
    let words: Vec<String> =
        said.iter().filter(|(_, words)| !words.is_empty()).map(|(what, words)| format!("{what}：{words}")).collect();
    let new = AuthorityRequest {
        id,
        ticket_id: ticket.id,
        asks,
        document,
        wants,
        agreed_by,
        asked_at: ctx.now,
        asked_to: me(ctx),
        answered: None,
    };
    authority::add(&tx, &new).await?;
    let event =
        IncidentEvent::AuthorityAsked { request: id.0, clinic_agrees: new.clinic_agrees(), words: words.join("\n") };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "authority.ask").await?;
    tx.finish(ctx, ()).await
}

/// Decides how a request is answered. Without the clinic's agreement that is a supervisor's.
///
/// # Errors
/// A fault beside each field; a refusal for whoever may not decide it, or when it's decided.
pub async fn answer(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    id: AuthorityRequestId,
    answer: &str,
    why: &str,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    authorise::<may::DossierHand>(ctx)?;
    let mut faults = Faults::default();
    let choose = || Refusal::field("answer", "choice.unknown", "回答のしかたを選んでください");
    let answer = faults.take(AuthorityAnswer::parse(answer).ok_or_else(choose).map(Some));
    let why = faults.take(text::required_line("why", why, text::LINE));
    faults.check()?;
    let answer = answer.ok_or_else(choose)?;
    let tx = services.store.begin().await?;
    let ticket = kept(&by, &tx, no).await?;
    let all = authority::of(&tx, ticket.id).await?;
    let request = all.into_iter().find(|request| request.id == id).ok_or(Error::NotFound("request"))?;
    if !request.clinic_agrees() && !ctx.actor.may(Action::Supervise) {
        let higher = "医療機関の同意がない照会は、スーパーバイザーが判断します";
        return Err(Refusal::conflict("authority.supervisor", higher).into());
    }
    if !request.clinic_agrees() && answer == AuthorityAnswer::ThroughClinic {
        let agree =
            "医療機関の同意がないときは、医療機関を通じて渡せません。文書で回答するか、回答しないかを選んでください";
        return Err(Refusal::field("answer", "authority.no_consent", agree).into());
    }
    let answered = Answered { answer, why: why.clone(), at: ctx.now, by: me(ctx) };
    if !authority::answer(&tx, id, &answered).await? {
        return Err(Refusal::conflict("authority.answered", "この照会への回答は、すでに記録されています").into());
    }
    let words = format!("照会元：{}\n理由：{why}", request.asks);
    let event = IncidentEvent::AuthorityAnswered { request: id.0, answer, words };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "authority.answer").await?;
    Ok(tx.commit().await?)
}
