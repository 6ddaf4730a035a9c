//! What a made-up past can't make up, because it's sealed or a person's judgement: the newest attack that clinics have in
//! common is held for one, and the dossier of an introduced member's incident is handed over, by the steps that people take.

use std::collections::HashSet;

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::page::PAGE_SIZE;
use crate::domain::referrals::Stage;
use crate::domain::tickets::line::TicketFilter;
use crate::domain::tickets::{StatusKind, TicketNo};
use crate::store::referrals::referral;
use crate::store::tickets;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::campaigns::{self, Which, Words};
use crate::usecase::incidents::dossiers::{self, NewDossier, Preview};
use crate::usecase::incidents::{indicators, radar};
use crate::usecase::{Error, Services};

/// Does so as a specialist, as far as the past has such cases; gives the ticket whose dossier was handed over.
///
/// # Errors
/// As the steps that it takes.
pub async fn tell(services: &Services, ctx: &Ctx) -> Result<Option<TicketNo>, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    authorise::<may::TicketWork>(ctx)?;
    authorise::<may::DossierHand>(ctx)?;
    if radar::show(services, ctx).await?.waves.is_empty() {
        say_the_same(&by, services, ctx).await?;
    }
    if let Some(seen) = radar::show(services, ctx).await?.waves.into_iter().next() {
        let mark = seen.wave.mark;
        let which = Which { kind: mark.kind.code().into(), key: mark.key, incident: mark.incident };
        let words = Words {
            name: "ファイル名の末尾が変わる攻撃".into(),
            advice: "電源は切らず、LANケーブルを抜いてください。\n画面の文は写真に撮り、相手には連絡しないでください。"
                .into(),
        };
        campaigns::open(services, ctx, &which, &words, &None).await?;
    }
    let Some(no) = introduced(&by, services).await? else { return Ok(None) };
    let shown = dossiers::preview(services, ctx, no, "clinic").await?;
    let made = dossiers::make(services, ctx, no, &for_the_clinic(shown), &None).await?;
    dossiers::told(services, ctx, no, made, "院長へお電話で").await?;
    Ok(Some(no))
}

/// The clinic's own dossier, with all that the preview shows.
pub fn for_the_clinic(shown: Preview) -> NewDossier {
    NewDossier {
        recipient: "clinic".into(),
        to: "院長".into(),
        means: "mail".into(),
        consent_by: "院長".into(),
        looked: true,
        keep: shown.content.lines().map(|((part, row), _)| format!("{part}.{row}")).collect(),
        seen: shown.seen,
    }
}

/// The newest two clinics with ransomware say the same of it.
async fn say_the_same(_: &Granted<may::Tier2>, services: &Services, ctx: &Ctx) -> Result<(), Error> {
    let filter = TicketFilter {
        incident: Some("ransomware".into()),
        states: StatusKind::open().collect(),
        ..TicketFilter::default()
    };
    let mut told = HashSet::new();
    for line in tickets::list(&services.store, &filter, PAGE_SIZE).await?.rows {
        if told.len() < 2 && line.merged_into.is_none() && line.facility_id.is_some_and(|id| told.insert(id)) {
            indicators::tell(services, ctx, line.number, "extension", ".locked-mihon", &None).await?;
        }
    }
    Ok(())
}

/// The newest ticket whose member a firm has taken on.
async fn introduced(_: &Granted<may::Tier2>, services: &Services) -> Result<Option<TicketNo>, Error> {
    let store = &services.store;
    let open = referral::open(store).await?.into_iter().filter(|r| r.stage == Stage::Introduced);
    let lines = tickets::of_ids(store, open.map(|r| r.ticket_id).collect()).await?;
    Ok(lines.into_iter().filter(|line| line.merged_into.is_none()).map(|line| line.number).max())
}
