//! What a call's screen shows: gathered, and audited before it is shown.

use serde_json::json;

use crate::domain::access::actor::{Action, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::said;
use crate::domain::calls::question::Question;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::sheet::{Sheet, SheetField};
use crate::domain::calls::{Call, CallState};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::incidents::Campaign;
use crate::domain::matching::Answer;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::{Entry, TicketNo};
use crate::domain::verification::record::{StatedItems, Verification, VerificationOutcome};
use crate::store::tickets::{callback, remote};
use crate::store::verification::record as verifications;
use crate::store::{Access, accounts, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::along::waiting;
use crate::usecase::calls::conversation::{Clinic, clinics};
use crate::usecase::calls::field_change::FieldChange;
use crate::usecase::calls::outbound::{carried, said_so_far};
use crate::usecase::incidents::indicators::campaigns_of;
use crate::usecase::verification::look_up;
use crate::usecase::verification::look_up::OfNumber;
use crate::usecase::{Error, Services};

/// The whole screen was shown.
const VIEW: &str = "call.view";
/// Other tickets or calls than before were shown beside the sheet.
const RELATED: &str = "call.related";

/// What a call's screen shows.
pub struct SheetView {
    /// The call.
    pub call: Call,
    /// What was typed.
    pub sheet: Sheet,
    /// What is open for this number or facility.
    pub open: Vec<TicketLine>,
    /// Callbacks on those, and on the tickets that the call concerns.
    pub callbacks: Vec<Callback>,
    /// Earlier calls from the number.
    pub earlier: Vec<Call>,
    /// The tickets this call concerns already.
    pub tickets: Vec<TicketLine>,
    /// Remote support that runs on those.
    pub remotes: Vec<Remote>,
    /// The clinics of the conversation, where it is about several.
    pub clinics: Vec<Clinic>,
    /// What was said so far.
    pub entries: Vec<Entry>,
    /// Which sentences were said, on the ticket's earlier calls too where the desk rings back.
    pub said: Vec<String>,
    /// Campaigns that what the caller tells sounds like.
    pub campaigns: Vec<Campaign>,
    /// Who is calling, as far as is known.
    pub asked: Asked,
    /// What is asked of whoever takes it and waits for an answer, and who asks it.
    pub questions: Vec<(Question, String)>,
    /// Who takes it.
    pub operator: String,
}

/// What the directory says to the four items, and what was made of it.
pub struct Asked {
    /// The call.
    pub call: CallId,
    /// What the directory says, when anything was said.
    pub answer: Option<Answer>,
    /// How it stands with the number.
    pub number: OfNumber,
    /// The version of the number on the sheet.
    pub number_version: i64,
    /// What was recorded on this call last, whichever ticket it belongs to.
    pub verification: Option<Verification>,
    /// What was recorded on the ticket before, where the desk rings back and nothing is recorded on this call yet.
    pub carried: Option<Verification>,
    /// The four items as they stand on the screen.
    pub said: StatedItems,
    /// Whether who looks may decide otherwise than the rules.
    pub may_override: bool,
}

/// Opens a call's screen; audited with everybody it shows.
pub async fn view(services: &Services, ctx: &Ctx, id: CallId) -> Result<SheetView, Error> {
    let by = authorise::<may::CallRead>(ctx)?;
    let mut view = gather(&by, services, ctx, id).await?;
    if view.call.state == CallState::Open {
        view.questions = waiting(&by, services, id).await?;
    }
    if view.call.state == CallState::Open
        && view.sheet.has_items()
        && let Ok(verify) = authorise::<may::Verify>(ctx)
        && let Some(reply) = look_up::on_sheet(&verify, services, ctx, &view.call, &said(&view.sheet)).await?
    {
        (view.asked.answer, view.asked.number) = (Some(reply.answer), reply.number);
    }
    let entry = AuditEntry::done(VIEW, Object::new("call", id.0)).detail(view.names_related());
    services.store.journal().write(ctx, entry.subjects(view.related())).await?;
    Ok(view)
}

/// What the screen shows beside the sheet while it's typed. `told` is what the save that led to it was answered,
/// and audited with. Tickets and calls that weren't on this person's screen before are audited before they are.
pub async fn panel(
    services: &Services,
    ctx: &Ctx,
    id: CallId,
    told: Option<(Answer, OfNumber)>,
) -> Result<SheetView, Error> {
    let by = authorise::<may::CallRead>(ctx)?;
    let mut view = gather(&by, services, ctx, id).await?;
    if let Some((answer, number)) = told {
        (view.asked.answer, view.asked.number) = (Some(answer), number);
    }
    let (store, names) = (&services.store, view.names_related());
    let last = audit::latest_about(store, id.0, ctx.actor.id, &[VIEW, RELATED]).await?;
    let before = last.map_or_else(|| json!({ "related": [] }), |entry| entry.detail);
    if before != names {
        let entry = AuditEntry::done(RELATED, Object::new("call", id.0)).detail(names);
        store.journal().write(ctx, entry.subjects(view.related())).await?;
    }
    Ok(view)
}

/// Whether what the caller tells so far sounds like a campaign that goes on.
pub async fn is_in_a_campaign(services: &Services, ctx: &Ctx, id: CallId) -> Result<bool, Error> {
    let by = authorise::<may::CallRead>(ctx)?;
    let sheet = calls::sheet(&services.store, id).await?;
    Ok(!campaigns_of(&by, services, id, &sheet).await?.is_empty())
}

/// What the directory says to name, facility and address as they stand on the screen, before they are saved; audited
/// like every look-up. The number is left out: whoever tries one saves it, and the try is counted.
pub async fn candidates(services: &Services, ctx: &Ctx, id: CallId, typed: &[FieldChange]) -> Result<Asked, Error> {
    authorise::<may::CallWork>(ctx)?;
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let sheet = calls::sheet(store, id).await?;
    let mut said = said(&sheet);
    for change in typed {
        let Some(field) = SheetField::parse(&change.name) else { continue };
        // What can't be taken is left as it was; why, the save says.
        let Ok(text) = field.accept(&change.value, &[], &[]) else { continue };
        match field {
            SheetField::MemberName => said.name = text,
            SheetField::Facility => said.facility = text,
            SheetField::Address => said.address = text,
            _ => {}
        }
    }
    let verify = authorise::<may::Verify>(ctx).ok().filter(|_| said != StatedItems::default());
    let answer = match verify {
        Some(by) => look_up::ask_typing(&by, services, ctx, &call, &said).await?,
        None => None,
    };
    let verification = verifications::last_of(store, id).await?;
    let carried = if verification.is_none() { carried(store, &call).await? } else { None };
    Ok(Asked {
        carried,
        said,
        call: id,
        answer,
        number: OfNumber::default(),
        number_version: sheet.version(SheetField::Number),
        verification,
        may_override: ctx.actor.may(Action::Override),
    })
}

impl Asked {
    /// What was recorded about who is on the phone, on this call or before.
    pub fn recorded(&self) -> Option<&Verification> {
        self.verification.as_ref().or(self.carried.as_ref())
    }

    /// Whether who is rung back was verified before, and nothing else was typed.
    pub fn is_known(&self) -> bool {
        let carried = self.carried.as_ref().filter(|_| self.verification.is_none());
        carried.is_some_and(|v| v.recorded == VerificationOutcome::Verified) && self.said == StatedItems::default()
    }

    /// Whether what stands on the screen is what was recorded. Who was verified before isn't asked again when rung back.
    pub fn recorded_as_typed(&self) -> bool {
        if self.is_known() {
            return true;
        }
        self.verification.as_ref().is_some_and(|recorded| recorded.is_about(&self.said))
    }
}

impl SheetView {
    /// The earlier call that is shown: the last one, where no ticket says more.
    pub fn last_call(&self) -> Option<&Call> {
        self.earlier.first().filter(|_| self.open.is_empty())
    }

    /// The tickets beside the sheet with their facilities, the conversation's other clinics, and the earlier call.
    fn related(&self) -> Vec<Object> {
        let tickets = self.open.iter().chain(&self.tickets).flat_map(|t| {
            [Some(Object::new("ticket", t.id)), t.facility_id.map(|f| Object::new("facility", f))].into_iter().flatten()
        });
        let others = self.clinics.iter().map(|c| c.call).filter(|id| *id != self.call.id);
        let calls = others.chain(self.last_call().map(|c| c.id));
        tickets.chain(calls.map(|id| Object::new("call", id.0))).collect()
    }

    /// The same as it stands in the audit's detail, to be compared with what is shown next.
    fn names_related(&self) -> serde_json::Value {
        json!({ "related": self.related().iter().filter_map(|o| o.id).collect::<Vec<_>>() })
    }
}

async fn gather(by: &Granted<may::CallRead>, services: &Services, ctx: &Ctx, id: CallId) -> Result<SheetView, Error> {
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    let sheet = calls::sheet(store, id).await?;
    let verification = verifications::last_of(store, id).await?;
    let tickets = tickets::of_call(store, id).await?;
    let clinics = clinics(store, &call).await?;
    let own = tickets.iter().map(|t| t.number).chain(clinics.iter().filter_map(|c| c.ticket)).collect();
    let open = open_for(store, &call, verification.as_ref(), own).await?;
    let callbacks = callback::of(store, open.iter().chain(&tickets).map(|t| t.id.0).collect()).await?;
    let remotes = running_on(store, &tickets).await?;
    let earlier = calls::from_number(store, &call.number_key, call.conversation(), 3).await?;
    let entries = tickets::said_on(store, id).await?;
    let carried = if verification.is_none() { carried(store, &call).await? } else { None };
    let said_so_far = said_cards(&said_so_far(store, &call).await?);
    let names = accounts::names(store, vec![call.operator_id.0]).await?;
    let operator = names.into_iter().next().map_or(String::new(), |(_, name)| name);
    let campaigns = campaigns_of(by, services, id, &sheet).await?;
    let number_version = sheet.version(SheetField::Number);
    let may_override = ctx.actor.may(Action::Override);
    let asked = Asked {
        call: id,
        answer: None,
        number: OfNumber::default(),
        number_version,
        verification,
        carried,
        said: said(&sheet),
        may_override,
    };
    Ok(SheetView {
        questions: Vec::new(),
        call,
        sheet,
        open,
        callbacks,
        earlier,
        tickets,
        remotes,
        clinics,
        entries,
        said: said_so_far,
        campaigns,
        asked,
        operator,
    })
}

async fn running_on(on: &impl Access, tickets: &[TicketLine]) -> Result<Vec<Remote>, Error> {
    let mut all = Vec::new();
    for line in tickets {
        all.extend(remote::of(on, line.id).await?.into_iter().filter(|session| session.ended_at.is_none()));
    }
    Ok(all)
}

/// What is open for the call's number or the facility that was verified, other than what its conversation concerns
/// already.
pub(super) async fn open_for(
    on: &impl Access,
    call: &Call,
    verification: Option<&Verification>,
    own: Vec<TicketNo>,
) -> Result<Vec<TicketLine>, Error> {
    let facility = verification.and_then(|v| v.facility_id);
    let mut open = tickets::open_for(on, facility, &call.number_key).await?;
    open.retain(|line| !own.contains(&line.number));
    Ok(open)
}
