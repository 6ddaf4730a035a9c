//! How associations' exports are read: kept under names, in versions.

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::mapping::Mapping;
use crate::domain::members::propose::{self as domain, Proposal, Said};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::store::members::KeptMapping;
use crate::store::{audit, members};
use crate::usecase::authorise::authorise;
use crate::usecase::members::Read;
use crate::usecase::{Error, Services};

/// Characters of a mapping's name.
const NAME: usize = 60;

/// The mapping of a name, in its latest version.
///
/// # Errors
/// Refused when there's none, with the names that there are.
pub async fn mapping(services: &Services, ctx: &Ctx, name: &str) -> Result<Read, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    let Some(kept) = members::mapping_named(&services.store, name).await? else {
        let names = members::mappings(&services.store).await?;
        let names: Vec<&str> = names.iter().map(|kept| kept.name.as_str()).collect();
        let there = if names.is_empty() { "まだありません".to_owned() } else { names.join("、") };
        let message = format!("「{name}」という対応表はありません。あるもの: {there}");
        return Err(Refusal::field("mapping", "mapping.unknown", message).into());
    };
    read(&kept)
}

fn read(kept: &KeptMapping) -> Result<Read, Error> {
    let mapping = Mapping::of_toml(&kept.toml)
        .map_err(|problem| Refusal::field("mapping", "mapping.format", problem.to_string()))?;
    Ok(Read { name: kept.name.clone(), version: kept.version, mapping })
}

/// What a file that isn't understood may mean, with what a person says of it.
///
/// # Errors
/// Refused when nothing can be read.
pub async fn propose(
    services: &Services,
    ctx: &Ctx,
    (bytes, sheet): (&[u8], &str),
    said: Option<&Said>,
) -> Result<Proposal, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    // Examples of a file's rows are shown.
    services.store.journal().write(ctx, AuditEntry::done("directory.preview", Object::kind("directory"))).await?;
    let proposed = domain::propose(bytes, sheet, said);
    Ok(proposed.map_err(|problem| Refusal::field("file", problem.code(), problem.to_string()))?)
}

/// Keeps a mapping under a name, as a new version if it says something else than the latest.
///
/// # Errors
/// Refused without a name.
pub async fn save_mapping(services: &Services, ctx: &Ctx, name: &str, mapping: &Mapping) -> Result<Read, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    let name = text::line("mapping_name", name, NAME)?;
    if name.is_empty() {
        let message = "対応表の名前を入力してください（例: ○○県医師会）";
        return Err(Refusal::field("mapping_name", "mapping.name", message).into());
    }
    let tx = services.store.begin().await?;
    let latest = members::mapping_named(&tx, &name).await?;
    let toml = mapping.to_toml();
    if let Some(latest) = latest.as_ref().filter(|latest| latest.toml == toml) {
        return read(latest);
    }
    let version = latest.map_or(1, |latest| latest.version + 1);
    let kept = KeptMapping { name, version, toml, saved_at: ctx.now };
    members::add_mapping(&tx, &kept, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    let entry =
        AuditEntry::done("directory.mapping", Object::kind("directory")).detail(json!({ "version": kept.version }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    read(&kept)
}
