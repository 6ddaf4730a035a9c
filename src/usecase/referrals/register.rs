//! The register of firms: read, changed by hand, taken in from a CSV and given out as one (contracts section 8).

use std::collections::{BTreeMap, HashSet};

use chrono::Days;
use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::FirmId;
use crate::domain::referrals::figures::{Line, count};
use crate::domain::referrals::typed_firm::TypedFirm;
use crate::domain::referrals::{Firm, FirmKind, firm_csv};
use crate::domain::refusal::{FieldFault, Refusal};
use crate::domain::text;
use crate::domain::time::span;
use crate::store::audit;
use crate::store::referrals::figures;
use crate::store::referrals::firm::{self, Named};
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

/// The register, and what became of the referrals of a year.
pub struct Register {
    /// The firms, by kind and name.
    pub firms: Vec<Named>,
    /// Figures of the last 365 days: all of a kind under an empty prefecture, then by prefecture.
    pub figures: BTreeMap<(FirmKind, String), Line>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows below the header.
    pub rows: usize,
    /// Firms that weren't there.
    pub added: usize,
    /// Firms that say something else now.
    pub changed: usize,
    /// Firms that say the same.
    pub unchanged: usize,
    /// Rows kept out: the line in the file, and why.
    pub rejected: Vec<(u64, String)>,
}

/// Opens the register; audited.
pub async fn show(services: &Services, ctx: &Ctx) -> Result<Register, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    let store = &services.store;
    store.journal().write(ctx, AuditEntry::done("firm.list", Object::kind("firm"))).await?;
    let today = ctx.today();
    let year = span((today - Days::new(364), today + Days::new(1)));
    let (firms, counted) = tokio::try_join!(firm::all(store), figures::counted(store, year))?;
    Ok(Register { firms, figures: count(&counted) })
}

/// One of the firms.
pub async fn one(services: &Services, ctx: &Ctx, id: FirmId) -> Result<Firm, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    firm::find(&services.store, id).await?.ok_or(Error::NotFound("firm"))
}

/// The register as a CSV; audited.
pub async fn export(services: &Services, ctx: &Ctx) -> Result<Vec<u8>, Error> {
    authorise::<may::FirmExport>(ctx)?;
    let store = &services.store;
    store.journal().write(ctx, AuditEntry::done("firm.export", Object::kind("firm"))).await?;
    let firms: Vec<Firm> = firm::all(store).await?.into_iter().map(|(firm, _)| firm).collect();
    Ok(firm_csv::write(&firms))
}

/// Adds a firm, or changes the one that the page showed at a version.
///
/// # Errors
/// A fault beside each field; a conflict when the name is taken, or somebody else changed it meanwhile.
pub async fn save(
    services: &Services,
    ctx: &Ctx,
    shown: Option<(FirmId, i64)>,
    typed: &TypedFirm,
) -> Result<FirmId, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    let tx = services.store.begin().await?;
    let id = shown.map_or_else(|| FirmId(ctx.new_id()), |(id, _)| id);
    let now = Firm::read(id, typed, ctx.today())?;
    let taken = || Refusal::field("name", "firm.taken", "同じ種類・同じ名称の事業者が登録されています");
    let others = firm::all(&tx).await?;
    if others.iter().any(|(other, _)| other.id != id && other.is_called_like(&now)) {
        return Err(taken().into());
    }
    match shown {
        None if firm::add(&tx, &now).await? => {}
        None => return Err(taken().into()),
        Some((id, version)) => {
            let stands = others.iter().map(|(other, _)| other).find(|other| other.id == id);
            let stands = stands.ok_or(Error::NotFound("firm"))?;
            if !firm::save(&tx, &Firm { version: version + 1, ..now.clone() }).await? {
                return Err(overtaken(stands, &now).into());
            }
        }
    }
    audit::record(&tx, ctx, AuditEntry::done("firm.save", Object::new("firm", id.0))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Somebody else changed it meanwhile: what stands now is said beside each field that would be overwritten.
fn overtaken(stands: &Firm, typed: &Firm) -> Refusal {
    let beside = |(name, said): (&str, String)| FieldFault {
        name: name.into(),
        code: "firm.overtaken".into(),
        message: format!(
            "ほかの人が変えました：いまの登録は「{said}」です。このまま保存すると、あなたの入力に置き換わります"
        ),
    };
    let words = "ほかの人がこの事業者の登録を変えました。いまの内容を見て、もう一度保存してください。あなたの入力は残っています";
    Refusal {
        fields: stands.differs_from(typed).into_iter().map(beside).collect(),
        ..Refusal::conflict("firm.overtaken", words)
    }
}

/// Takes in a CSV: each row that can be read is added or changes the firm of its kind and name. Firms that aren't in it
/// stay as they are. A dry run only says what it would do.
///
/// # Errors
/// In words when the file can't be read as a whole.
pub async fn import(services: &Services, ctx: &Ctx, bytes: &[u8], dry_run: bool) -> Result<Imported, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    let rows = firm_csv::read(bytes).map_err(|why| Refusal::invalid("firms.unreadable", why))?;
    let tx = services.store.begin().await?;
    let there = firm::all(&tx).await?;
    let mut done = Imported { rows: rows.len(), ..Imported::default() };
    let mut seen = HashSet::new();
    for (line, typed) in rows {
        let new = match Firm::read(FirmId(ctx.new_id()), &typed, ctx.today()) {
            Ok(new) => new,
            Err(refusal) => {
                let faults: Vec<String> = refusal.fields.into_iter().map(|fault| fault.message).collect();
                done.rejected.push((line, faults.join("／")));
                continue;
            }
        };
        if !seen.insert((new.kind, text::fold(&new.name))) {
            done.rejected.push((line, format!("「{}」はこのファイルの前の行にあります", new.name)));
            continue;
        }
        match there.iter().map(|(firm, _)| firm).find(|firm| firm.is_called_like(&new)) {
            None => {
                firm::add(&tx, &new).await?;
                done.added += 1;
            }
            Some(stands) if stands.says_what(&new) => done.unchanged += 1,
            Some(stands) => {
                firm::save(&tx, &Firm { id: stands.id, version: stands.version + 1, ..new }).await?;
                done.changed += 1;
            }
        }
    }
    if dry_run {
        return Ok(done);
    }
    let counts = json!({ "added": done.added, "changed": done.changed, "rejected": done.rejected.len() });
    audit::record(&tx, ctx, AuditEntry::done("firm.import", Object::kind("firm")).detail(counts)).await?;
    tx.commit().await?;
    Ok(done)
}
