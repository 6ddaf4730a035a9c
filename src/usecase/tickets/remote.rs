//! Remote support: begun with consent, ended with what came of it.

use super::timeline::write_down;
use super::{evidence_gate, open_ticket};
use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::{RemoteId, TicketId};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::evidence_gate::{Purpose, asked_anew_since};
use crate::domain::tickets::remote::{Remote, RemoteOutcome, may_begin};
use crate::domain::tickets::{Event, TicketNo};
use crate::store::tickets;
use crate::store::tickets::remote;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::{Error, Services, me};

/// Consent to a remote session, and how it's connected.
#[derive(Debug, Clone, Default)]
pub struct RemoteStart {
    /// Who consented.
    pub consent_by: String,
    /// They heard what will be seen and done, and said yes.
    pub consented: bool,
    /// On which machine, and what for.
    pub scope: String,
    /// Code of the tool.
    pub tool: String,
    /// The session's code.
    pub session_code: String,
}

/// What came of a remote session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteEnd {
    /// What was run and done.
    pub done: String,
    /// What was removed; needs the questions before cleaning.
    pub removed: String,
    /// What was found.
    pub found: String,
    /// Code of how it ended.
    pub ended_as: String,
    /// What else is to be said of its end.
    pub outcome: String,
}

/// Begins remote support: only once the caller is verified or provisionally taken, with consent (Q2-3), as far as what
/// was heard allows it, and one at a time.
pub async fn start(services: &Services, ctx: &Ctx, no: TicketNo, new: RemoteStart) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = open_ticket(&by, &tx, no).await?;
    let session = begun(&by, services, ctx, ticket.id, &new)?;
    if !ticket.verification.opens_remote() {
        return Err(Refusal::conflict(
            "remote.not_verified",
            "会員確認が「確認済み」または「仮受付」になるまでリモート支援は開始できません",
        )
        .into());
    }
    // Two who begin at one moment come after each other here.
    tickets::locked(&tx, ticket.id).await?;
    let sessions = remote::of(&tx, ticket.id).await?;
    may_begin(&sessions)?;
    let since = asked_anew_since(&sessions);
    evidence_gate::hold_to(&by, services, &tx, ctx, &ticket, Purpose::Connect, since).await?;
    remote::add(&tx, &session).await?;
    let event = Event::RemoteStarted {
        remote: session.id,
        tool: session.tool,
        consent_by: session.consent_by,
        consent: session.consent_version,
        scope: session.scope,
    };
    write_down(&by, services, &tx, ctx, &ticket, event, "remote.start").await?;
    Ok(tx.commit().await?)
}

/// The session as it begins, from what was typed.
fn begun(
    _: &Granted<may::TicketWork>,
    services: &Services,
    ctx: &Ctx,
    ticket_id: TicketId,
    new: &RemoteStart,
) -> Result<Remote, Refusal> {
    let support = &services.scheme.remote;
    let mut faults = Faults::default();
    let consent_by = faults.take(text::required_line("consent_by", &new.consent_by, 80));
    let scope = faults.take(text::line("scope", &new.scope, text::LINE));
    let tool = support.tools_on(ctx.today()).into_iter().find(|tool| tool.code == new.tool);
    let unknown = || Refusal::field("tool", "choice.unknown", "使用ツールを一覧から選んでください");
    let tool = faults.take(tool.map(|tool| tool.label.clone()).ok_or_else(unknown));
    let session_code = faults.take(text::line("session_code", &new.session_code, 80));
    if !new.consented {
        let unsaid = "画面を見ながら操作することへの同意を確認してください";
        faults.take::<()>(Err(Refusal::field("consented", "remote.consent", unsaid)));
    }
    faults.check()?;
    Ok(Remote {
        id: RemoteId(ctx.new_id()),
        ticket_id,
        consent_by,
        consent_at: ctx.now,
        consent_version: support.consent_on(ctx.today()).map(|consent| consent.from),
        scope,
        tool,
        session_code,
        started_at: ctx.now,
        ended_at: None,
        done: String::new(),
        removed: String::new(),
        found: String::new(),
        ended_as: None,
        outcome: None,
        operator_id: me(ctx),
    })
}

/// Ends remote support. What was removed is taken only where the questions before cleaning were asked in this session.
pub async fn end(services: &Services, ctx: &Ctx, no: TicketNo, id: RemoteId, end: RemoteEnd) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = open_ticket(&by, &tx, no).await?;
    let gone = || Refusal::conflict("remote.ended", "このリモート支援は終了しています。画面を読み直してください");
    let sessions = remote::of(&tx, ticket.id).await?;
    let session = sessions.into_iter().find(|session| session.id == id).ok_or_else(gone)?;
    let session = ended(&by, ctx, session, &end)?;
    if !session.removed.is_empty() {
        let since = Some(session.started_at);
        let heard = evidence_gate::hold_to(&by, services, &tx, ctx, &ticket, Purpose::Clean, since).await;
        heard.map_err(|error| match error {
            Error::Refused(refusal) => Refusal::field("removed", refusal.code, refusal.message).into(),
            other => other,
        })?;
    }
    if !remote::end(&tx, &session).await? {
        return Err(gone().into());
    }
    let event = Event::RemoteEnded {
        remote: id,
        ended_as: session.ended_as,
        outcome: session.outcome.unwrap_or_default(),
        done: session.done,
        removed: session.removed,
        found: session.found,
    };
    write_down(&by, services, &tx, ctx, &ticket, event, "remote.end").await?;
    Ok(tx.commit().await?)
}

/// The session as it ends, from what was typed.
fn ended(_: &Granted<may::TicketWork>, ctx: &Ctx, session: Remote, end: &RemoteEnd) -> Result<Remote, Refusal> {
    let mut faults = Faults::default();
    let unknown = || Refusal::field("ended_as", "choice.unknown", "結果を一覧から選んでください");
    let ended_as = faults.take(RemoteOutcome::parse(&end.ended_as).ok_or_else(unknown).map(Some));
    // Where nothing was connected nothing was done.
    let done = faults.take(match ended_as {
        Some(RemoteOutcome::NotConnected) => text::note("done", &end.done, text::NOTE),
        _ => text::required_note("done", &end.done, text::NOTE),
    });
    let removed = faults.take(text::note("removed", &end.removed, text::NOTE));
    if ended_as == Some(RemoteOutcome::NotConnected) && !removed.is_empty() {
        let odd = "「接続できず」のときは何も駆除・削除できません。結果か、この欄を直してください";
        faults.take::<()>(Err(Refusal::field("removed", "remote.not_connected", odd)));
    }
    let found = faults.take(text::note("found", &end.found, text::NOTE));
    let outcome = faults.take(text::line("outcome", &end.outcome, text::LINE));
    faults.check()?;
    Ok(Remote { ended_at: Some(ctx.now), done, removed, found, ended_as, outcome: Some(outcome), ..session })
}
