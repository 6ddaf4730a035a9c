//! Introducing a member to a firm: one step after the other, each with who said it (domain section 5).

use unicode_normalization::UnicodeNormalization;

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::{FirmId, ReferralId};
use crate::domain::incidents::case::Case;
use crate::domain::matching::prefecture;
use crate::domain::referrals::referral::{Taken, must_be_active};
use crate::domain::referrals::step::Item;
use crate::domain::referrals::{Firm, Referral, ReferralEvent, Stage, Step};
use crate::domain::refusal::Refusal;
use crate::domain::telephone::Telephone;
use crate::domain::text;
use crate::domain::tickets::{Event, StatusKind, Ticket, TicketNo, Transition};
use crate::store::referrals::{firm, referral};
use crate::store::verification::record;
use crate::store::{Tx, members, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::case::known_of;
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::referrals::read::{NewStep, Read, read};
use crate::usecase::referrals::show::content;
use crate::usecase::tickets::timeline;
use crate::usecase::tickets::transition::{Allowed, advance};
use crate::usecase::{Error, Services, me};

/// Begins a referral: only of a verified or provisional caller's ticket that tier 2 has, and one of a kind at a time.
/// With the first the ticket goes on to 専門事業者紹介中.
///
/// # Errors
/// A fault beside each field; a refusal where the ticket doesn't allow it.
pub async fn begin(services: &Services, ctx: &Ctx, no: TicketNo, new: &NewStep, once: &Once) -> Result<(), Error> {
    let by = authorise::<may::ReferralWork>(ctx)?;
    authorise::<may::TicketWork>(ctx)?;
    let Read { step, said_by, note } = read(&NewStep { step: "asked".into(), ..new.clone() }, None)?;
    let Step::Asked { kind, .. } = step else { return Err(Error::NotFound("referral")) };
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    may_begin(&ticket)?;
    tickets::locked(&tx, ticket.id).await?;
    let others = referral::of(&tx, ticket.id).await?;
    if others.iter().any(|other| other.kind == kind && other.stage < Stage::Introduced) {
        let there = format!("{}の紹介が進行中です。続きはその紹介に記録してください", kind.label());
        return Err(Refusal::conflict("referral.running", there).into());
    }
    let taken = Taken { step, words: joined(&[&said_by, &note]), at: ctx.now, by: me(ctx) };
    let where_to = match ticket.prefecture.as_str() {
        // Before the member is confirmed the clinic is where the caller said.
        "" => prefecture_said(&by, &tx, &ticket).await?,
        known => known.to_owned(),
    };
    let begun = Referral::begin(ReferralId(ctx.new_id()), ticket.id, where_to, taken)?;
    let ticket = match ticket.state.kind() {
        StatusKind::Tier2 => advance(services, &tx, ctx, ticket, Allowed::ask(ctx, Transition::Refer)?).await?,
        _ => ticket,
    };
    keep(&by, services, &tx, ctx, &ticket, &begun).await?;
    tx.finish(ctx, ()).await
}

/// The prefecture of the address that the caller said; empty where none is told.
async fn prefecture_said(_: &Granted<may::ReferralWork>, tx: &Tx, ticket: &Ticket) -> Result<String, Error> {
    let newest = record::of_ticket(tx, ticket.id).await?.into_iter().next();
    let said = newest.map(|newest| newest.said.address.nfkc().collect::<String>()).unwrap_or_default();
    Ok(prefecture::name(prefecture::split(said.trim()).0).to_owned())
}

/// Whether a ticket allows that a referral begins.
fn may_begin(ticket: &Ticket) -> Result<(), Refusal> {
    if !ticket.verification.opens_remote() {
        let locked = "会員確認が「確認済み」または「仮受付」になるまで、専門事業者は紹介できません";
        return Err(Refusal::conflict("referral.not_verified", locked));
    }
    let follows = ticket.state.kind() == StatusKind::FollowUp && ticket.tier == 2;
    if !follows && !matches!(ticket.state.kind(), StatusKind::Tier2 | StatusKind::Referring) {
        let not_there = "専門事業者の紹介は、2次対応中の相談票で始められます。先に引き受けてください";
        return Err(Refusal::conflict("referral.not_tier2", not_there));
    }
    Ok(())
}

/// Takes the next step of a referral. `seen` is how many steps the page showed.
///
/// # Errors
/// A fault beside each field; a refusal when it isn't this step's turn, or somebody else took one meanwhile.
pub async fn take(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    id: ReferralId,
    seen: usize,
    new: &NewStep,
    once: &Once,
) -> Result<(), Error> {
    let by = authorise::<may::ReferralWork>(ctx)?;
    let reads = authorise::<may::TicketWork>(ctx)?;
    let said = read(new, services.scheme.referrals.say_on(ctx.today()))?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    // Two who take a step at one moment come after each other here.
    tickets::locked(&tx, ticket.id).await?;
    let stands = referral::of(&tx, ticket.id).await?.into_iter().find(|other| other.id == id);
    let stands = stands.ok_or(Error::NotFound("referral"))?;
    if stands.steps.len() != seen {
        let words =
            "この紹介は先に進んでいます（ほかの人が記録したか、二重に送信されました）。いまの内容を見て続けてください";
        return Err(Refusal::conflict("referral.overtaken", words).into());
    }
    let case = known_of(&reads, services, &tx, &ticket).await?;
    let words = words(&by, services, &tx, &About { ticket: &ticket, case: &case, stands: &stands }, &said, new).await?;
    if let Step::Proposed { firms } = &said.step {
        firm::named(&tx, firms, ctx.now).await?;
    }
    let now = stands.take(Taken { step: said.step, words, at: ctx.now, by: me(ctx) })?;
    keep(&by, services, &tx, ctx, &ticket, &now).await?;
    tx.finish(ctx, ()).await
}

/// Keeps the step that was taken last, with its line on the timeline.
async fn keep(
    _: &Granted<may::ReferralWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    referral: &Referral,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    referral::keep(tx, ctx.new_id(), referral).await?;
    let Some(Taken { step, words, .. }) = referral.steps.last().cloned() else { return Ok(()) };
    let event = Event::Referral(ReferralEvent { referral: referral.id, step, words });
    timeline::write_down(&by, services, tx, ctx, ticket, event, "referral.step").await
}

/// What a step is about.
struct About<'a> {
    ticket: &'a Ticket,
    case: &'a Case,
    stands: &'a Referral,
}

/// What is written down with a step, once what it's about is looked at.
async fn words(
    by: &Granted<may::ReferralWork>,
    services: &Services,
    tx: &Tx,
    about: &About<'_>,
    said: &Read,
    new: &NewStep,
) -> Result<String, Error> {
    let About { ticket, case, stands } = *about;
    let plain = joined(&[&said.said_by, &said.note]);
    Ok(match &said.step {
        Step::MemberReached => {
            let known = match ticket.facility_id {
                Some(id) => members::facility_by_id(tx, id.0).await?,
                None => None,
            };
            if known.is_none_or(|facility| facility.phone.is_empty()) {
                let none = "名簿に電話番号がありません。別の担当者と2人で確認し、理由を記録してください";
                return Err(Refusal::conflict("referral.no_number", none).into());
            }
            let asked = stands.steps.first().and_then(|asked| asked.words.lines().next()).unwrap_or_default();
            if text::fold(asked) == text::fold(&said.said_by) {
                let same = "依頼された職員の方と同じお名前です。会員ご本人とお話しして、そのお名前を入力してください";
                return Err(Refusal::field("said_by", "referral.not_the_member", same).into());
            }
            plain
        }
        Step::Proposed { firms } => {
            let register: Vec<Firm> = firm::all(tx).await?.into_iter().map(|(firm, _)| firm).collect();
            stands.may_name(firms, &register)?;
            let names = register.iter().filter(|firm| firms.contains(&firm.id)).map(|firm| firm.name.as_str());
            joined(&[&names.collect::<Vec<_>>().join("、"), &said.note])
        }
        Step::Chosen { firm, .. } => joined(&[&active(by, tx, Some(*firm)).await?, &plain]),
        Step::Agreed { items } => {
            active(by, tx, stands.firm).await?;
            frozen(by, services, case, items, &said.said_by, new)?
        }
        Step::Contacted { .. } => joined(&[&active(by, tx, stands.firm).await?, &plain]),
        Step::Answered { .. } => {
            // A firm that was told before it was switched off may still answer: that is a fact.
            let firm = match stands.firm {
                Some(id) => firm::find(tx, id).await?,
                None => None,
            };
            joined(&[&firm.map(|firm| firm.name).unwrap_or_default(), &plain])
        }
        _ => plain,
    })
}

/// The name of a firm that may be introduced still.
async fn active(_: &Granted<may::ReferralWork>, tx: &Tx, id: Option<FirmId>) -> Result<String, Error> {
    let gone = || Refusal::conflict("referral.inactive", "この事業者は登録簿にありません。ほかの候補を選んでください");
    let firm = match id {
        Some(id) => firm::find(tx, id).await?,
        None => None,
    };
    let firm = firm.ok_or_else(gone)?;
    must_be_active(&firm)?;
    Ok(firm.name)
}

/// What may be passed on, as it stands now: written down with the agreement, and never changed after it.
fn frozen(
    _: &Granted<may::ReferralWork>,
    services: &Services,
    case: &Case,
    items: &[Item],
    said_by: &str,
    new: &NewStep,
) -> Result<String, Error> {
    let mut lines = vec![format!("同意：{said_by}")];
    for item in items {
        let words = match item {
            Item::Contact => reachable(&new.contact)?,
            other => content(services, case, *other),
        };
        if words.trim().is_empty() {
            let none = format!("「{}」は記録がありません。選択から外してください", item.label());
            return Err(Refusal::field("items", "referral.nothing_there", none).into());
        }
        lines.push(format!("{}：{words}", item.label()));
    }
    Ok(lines.join("\n"))
}

/// Whom the firm asks for: without a number it can't.
fn reachable(contact: &str) -> Result<String, Refusal> {
    let contact = text::required_line("contact", contact, text::LINE)?;
    if Telephone::read(&contact).key().len() < 9 {
        let none = "折返し先の電話番号を入力してください（例 院長 03-1234-5678）";
        return Err(Refusal::field("contact", "phone.format", none));
    }
    Ok(contact)
}

/// Lines that say something, one under the other.
fn joined(lines: &[&str]) -> String {
    lines.iter().filter(|line| !line.trim().is_empty()).copied().collect::<Vec<_>>().join("\n")
}
