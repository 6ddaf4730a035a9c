//! Remote support: begun with consent, ended with what came of it.

use super::timeline::write_down;
use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::RemoteId;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::remote::{Remote, may_begin};
use crate::domain::tickets::{Event, Ticket, TicketNo};
use crate::store::tickets::remote;
use crate::store::{Tx, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::{Error, Services, me};

/// Consent to a remote session, and how it's connected.
#[derive(Debug, Clone, Default)]
pub struct RemoteStart {
    /// Who consented.
    pub consent_by: String,
    /// They heard what will be seen and done, and said yes.
    pub consented: bool,
    /// With which tool.
    pub tool: String,
    /// The session's code.
    pub session_code: String,
}

/// What came of a remote session.
#[derive(Debug, Clone, Default)]
pub struct RemoteEnd {
    /// What was done.
    pub done: String,
    /// What was found.
    pub found: String,
    /// How it ended.
    pub outcome: String,
}

/// Begins remote support: only once the caller is verified or provisionally taken, with consent (Q2-3), and one at a time.
pub async fn start(services: &Services, ctx: &Ctx, no: TicketNo, new: RemoteStart) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let mut faults = Faults::default();
    let consent_by = faults.take(text::required_line("consent_by", &new.consent_by, 80));
    let tool = faults.take(text::required_line("tool", &new.tool, 80));
    let session_code = faults.take(text::line("session_code", &new.session_code, 80));
    if !new.consented {
        faults.take::<()>(Err(Refusal::field(
            "consented",
            "remote.consent",
            "画面を見ながら操作することへの同意を確認してください",
        )));
    }
    faults.check()?;
    let tx = services.store.begin().await?;
    let ticket = open_ticket(&by, &tx, no).await?;
    if !ticket.verification.opens_remote() {
        return Err(Refusal::conflict(
            "remote.not_verified",
            "会員確認が「確認済み」または「仮受付」になるまでリモート支援は開始できません",
        )
        .into());
    }
    // Two who begin at one moment come after each other here.
    tickets::locked(&tx, ticket.id).await?;
    may_begin(&remote::of(&tx, ticket.id).await?)?;
    let remote = Remote {
        id: RemoteId(ctx.new_id()),
        ticket_id: ticket.id,
        consent_by,
        consent_at: ctx.now,
        tool,
        session_code,
        started_at: ctx.now,
        ended_at: None,
        done: String::new(),
        found: String::new(),
        outcome: None,
        operator_id: me(ctx),
    };
    remote::add(&tx, &remote).await?;
    let event = Event::RemoteStarted { remote: remote.id, tool: remote.tool, consent_by: remote.consent_by };
    write_down(&by, services, &tx, ctx, &ticket, event, "remote.start").await?;
    Ok(tx.commit().await?)
}

/// Ends remote support.
pub async fn end(services: &Services, ctx: &Ctx, no: TicketNo, id: RemoteId, end: RemoteEnd) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let mut faults = Faults::default();
    let done = faults.take(text::required_note("done", &end.done, text::NOTE));
    let found = faults.take(text::note("found", &end.found, text::NOTE));
    let outcome = faults.take(text::required_line("outcome", &end.outcome, 80));
    faults.check()?;
    let tx = services.store.begin().await?;
    let ticket = open_ticket(&by, &tx, no).await?;
    if !remote::end(&tx, ticket.id, id, ctx.now, &done, &found, &outcome).await? {
        return Err(
            Refusal::conflict("remote.ended", "このリモート支援は終了しています。画面を読み直してください").into()
        );
    }
    let event = Event::RemoteEnded { remote: id, outcome, done, found };
    write_down(&by, services, &tx, ctx, &ticket, event, "remote.end").await?;
    Ok(tx.commit().await?)
}

async fn open_ticket(_: &Granted<may::TicketWork>, tx: &Tx, no: TicketNo) -> Result<Ticket, Error> {
    let ticket = tickets::find(tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    if ticket.state.is_end() {
        return Err(Refusal::conflict(
            "ticket.already_closed",
            "この相談票は終了しています。続けるには再開してください",
        )
        .into());
    }
    Ok(ticket)
}
