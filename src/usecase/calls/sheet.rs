//! The sheet while the call lasts: saving, verifying as it's typed, cards, recording who is calling.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::{Intake, said as items};
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::sheet::{Merge, Sheet, SheetField, merge};
use crate::domain::calls::{Call, Standing};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, VerificationId};
use crate::domain::matching::Answer;
use crate::domain::refusal::{FieldFault, Refusal};
use crate::domain::scheme::codes;
use crate::domain::telephone::Telephone;
use crate::domain::text;
use crate::domain::tickets::{EntryKind, Event, Place};
use crate::domain::verification::record::VerificationOutcome;
use crate::domain::verification::tries::may_be_repeated;
use crate::store::verification::tries;
use crate::store::{Tx, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::open::attach;
use crate::usecase::tickets::{follow, timeline};
use crate::usecase::verification::look_up;
use crate::usecase::verification::look_up::{Asking, OfNumber};
use crate::usecase::verification::record::{Recording, decide, put};
use crate::usecase::{Error, Services, me};

pub use crate::usecase::calls::field_change::FieldChange;
pub use crate::usecase::calls::sheet_view::{Asked, SheetView, candidates, is_in_a_campaign, panel, view};

/// A field that somebody else changed meanwhile.
#[derive(Debug, Clone)]
pub struct FieldConflict {
    /// The field's name.
    pub name: String,
    /// What the server holds.
    pub theirs: String,
    /// Its version there.
    pub version: i64,
}

/// What came of saving.
#[derive(Debug)]
pub struct Saved {
    /// When.
    pub at: DateTime<Utc>,
    /// The versions of the fields that were taken.
    pub versions: Vec<(String, i64)>,
    /// Fields that somebody else changed meanwhile.
    pub conflicts: Vec<FieldConflict>,
    /// Fields that can't be taken as they are.
    pub faults: Vec<FieldFault>,
    /// Whether one of the four items was among the changes.
    pub items_touched: bool,
    /// What the directory says to them then.
    pub answer: Option<Answer>,
    /// How it stands with the number.
    pub number: OfNumber,
}

impl Saved {
    fn nothing_yet(at: DateTime<Utc>) -> Self {
        Self {
            at,
            versions: Vec::new(),
            conflicts: Vec::new(),
            faults: Vec::new(),
            items_touched: false,
            answer: None,
            number: OfNumber::default(),
        }
    }
}

/// Saves what was typed. Fields that can't be taken don't keep the others from being saved.
pub async fn save(services: &Services, ctx: &Ctx, id: CallId, changes: &[FieldChange]) -> Result<Saved, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let held = calls::sheet(&tx, id).await?;
    let mut saved = Saved::nothing_yet(ctx.now);
    let (mut typing, mut told) = (false, Intake::default());
    for change in changes {
        let Some(field) = SheetField::parse(&change.name) else { continue };
        match field.accept(
            &change.value,
            &codes(&services.scheme.lists.incident),
            &codes(&services.scheme.lists.severity),
        ) {
            Err(refusal) => saved.faults.extend(refusal.fields),
            Ok(value) => {
                saved.items_touched |= SheetField::ITEMS.contains(&field);
                typing |= change.typing && SheetField::ITEMS.contains(&field);
                if take(&by, &tx, ctx, id, field, &value, change.version, &held, &mut saved).await? {
                    told.tell(field, &value);
                }
            }
        }
    }
    let now = calls::sheet(&tx, id).await?;
    put_on_call(&by, &tx, &call, &now).await?;
    follow::changed(&by, services, &tx, ctx, id, &told).await?;
    let said = items(&now);
    let verify = authorise::<may::Verify>(ctx).ok().filter(|_| saved.items_touched && now.has_items());
    let tries = verify.as_ref().filter(|_| !typing && look_up::tries_number(&said));
    let mut reply = None;
    if let Some(verify) = verify.as_ref().filter(|_| tries.is_none()) {
        reply = look_up::ask_within(verify, services, ctx, &tx, &call, &said).await?;
    }
    tx.commit().await?;
    if let Some(verify) = tries {
        reply = look_up::on_sheet(verify, services, ctx, &call, &said).await?;
    }
    if let Some(reply) = reply {
        (saved.answer, saved.number) = (Some(reply.answer), reply.number);
    }
    Ok(saved)
}

/// Takes a field as it was typed; false when it was so already or somebody else changed it meanwhile.
#[expect(clippy::too_many_arguments, reason = "one step of save, split out to be read")]
async fn take(
    _: &Granted<may::CallWork>,
    tx: &Tx,
    ctx: &Ctx,
    id: CallId,
    field: SheetField,
    value: &str,
    seen: i64,
    held: &Sheet,
    saved: &mut Saved,
) -> Result<bool, Error> {
    let current = held.field(field);
    let version = current.map_or(0, |v| v.version);
    match merge(current, seen, value) {
        Merge::Same => saved.versions.push((field.name().into(), version)),
        Merge::Take if calls::save_field(tx, id, field, version, value, ctx.now, me(ctx)).await? => {
            saved.versions.push((field.name().into(), version + 1));
            return Ok(true);
        }
        _ => {
            let theirs = calls::sheet(tx, id).await?;
            saved.conflicts.push(FieldConflict {
                name: field.name().into(),
                theirs: theirs.text(field).into(),
                version: theirs.version(field),
            });
        }
    }
    Ok(false)
}

/// The call itself knows its number, caller and standing, so that lists and look-ups by number see them.
async fn put_on_call(_: &Granted<may::CallWork>, tx: &Tx, call: &Call, sheet: &Sheet) -> Result<(), Error> {
    let number = Telephone::read(sheet.text(SheetField::Phone));
    let standing = Standing::parse(sheet.text(SheetField::Standing));
    let caller = sheet.text(SheetField::CallerName);
    calls::set_caller(tx, call.id, &number, caller, standing, sheet.text(SheetField::Callback)).await?;
    Ok(())
}

/// A card was said and something heard back: stamped on the timeline. Said twice, it stands there once.
pub async fn stamp(services: &Services, ctx: &Ctx, id: CallId, card: &str, answer: &str) -> Result<(), Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let card = services.scheme.cards.by_code(card).ok_or(Error::NotFound("card"))?;
    let heard = card.answers.iter().find(|a| a.code == answer).ok_or(Error::NotFound("card"))?;
    if said(services, id).await?.contains(&card.code) {
        return Ok(());
    }
    let event = Event::CardSaid { card: card.code.clone(), answer: heard.code.clone() };
    write_down(&by, services, ctx, id, event, &None).await
}

/// A card was pressed by mistake: it is to be said again, and what was stamped stands struck through.
pub async fn take_back(services: &Services, ctx: &Ctx, id: CallId, card: &str) -> Result<(), Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let card = services.scheme.cards.by_code(card).ok_or(Error::NotFound("card"))?;
    if !said(services, id).await?.contains(&card.code) {
        return Ok(());
    }
    write_down(&by, services, ctx, id, Event::CardTakenBack { card: card.code.clone() }, &None).await
}

async fn said(services: &Services, id: CallId) -> Result<Vec<String>, Error> {
    calls::find(&services.store, id).await?.ok_or(Error::NotFound("call"))?.must_be_open()?;
    Ok(said_cards(&tickets::said_on(&services.store, id).await?))
}

/// A line of the operator's own, during the call.
pub async fn jot(services: &Services, ctx: &Ctx, id: CallId, body: &str, once: &Once) -> Result<(), Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let body = text::required_note("body", body, text::NOTE)?;
    write_down(&by, services, ctx, id, Event::Written { kind: EntryKind::Advice, words: body }, once).await
}

async fn write_down(
    _: &Granted<may::CallWork>,
    services: &Services,
    ctx: &Ctx,
    id: CallId,
    event: Event,
    once: &Once,
) -> Result<(), Error> {
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    timeline::write(services, &tx, ctx, Place::Call(id), &event).await?;
    audit::record(
        &tx,
        ctx,
        AuditEntry::done("entry.add", Object::new("call", id.0)).detail(json!({ "kind": event.kind().code() })),
    )
    .await?;
    tx.finish(ctx, ()).await
}

/// Records what a person makes of the engine's answer.
pub async fn record_verification(
    services: &Services,
    ctx: &Ctx,
    id: CallId,
    recorded: VerificationOutcome,
    reason: &str,
) -> Result<VerificationId, Error> {
    let by = Recording::ask(ctx)?;
    let reason = text::line("reason", reason, text::LINE)?;
    let call = calls::find(&services.store, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let said = items(&calls::sheet(&services.store, id).await?);
    let reply = look_up::ask(by.verify(), services, ctx, Asking::Sheet(&call), &said, call.arrived_on).await?;
    let verification = decide(&by, &call, said, &reply, recorded, reason)?;
    let tx = services.store.begin().await?;
    calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?.must_be_open()?;
    put(&by, services, &tx, &verification).await?;
    if let Some(line) = tickets::of_call(&tx, id).await?.last()
        && let Some(ticket) = tickets::find(&tx, line.number).await?
    {
        attach(&by, &tx, ctx, ticket, &verification).await?;
    }
    tx.commit().await?;
    Ok(verification.id)
}

/// The caller was asked for the number again and said the same: stamped on the timeline, and from then on one slip in
/// it is forgiven on this sheet. `version` is that of the number as it stood on the screen.
///
/// # Errors
/// A refusal when the number has changed since, wasn't asked about yet, or two others were heard twice on this call.
pub async fn hear_again(services: &Services, ctx: &Ctx, id: CallId, version: i64) -> Result<(), Error> {
    authorise::<may::Verify>(ctx)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let sheet = calls::sheet(&tx, id).await?;
    let number = look_up::number_of(&items(&sheet));
    if sheet.version(SheetField::Number) != version {
        return Err(Refusal::conflict(
            "number.changed",
            "番号の入力が変わっています。いまの番号を照合してから、もう一度お尋ねください",
        )
        .into());
    }
    may_be_repeated(&tries::of_call(&tx, id).await?, &tries::heard_twice(&tx, id).await?, &number)?;
    if tries::hear(&tx, id, &number, ctx.now, ctx.actor.id).await? {
        timeline::write(services, &tx, ctx, Place::Call(id), &Event::NumberHeardAgain).await?;
        audit::record(&tx, ctx, AuditEntry::done("member.heard_twice", Object::new("call", id.0))).await?;
    }
    Ok(tx.commit().await?)
}
