//! The register of firms.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::domain::id::FirmId;
use crate::domain::members::clinic_hours::ClinicHours;
use crate::domain::referrals::firm::{Channel, FirmHours};
use crate::domain::referrals::{Firm, FirmKind};
use crate::store::entity::firms;
use crate::store::{Access, StoreError, Tx};

/// A firm, with when it was named to somebody last.
pub type Named = (Firm, Option<DateTime<Utc>>);

fn firm(row: firms::Model) -> Result<Named, StoreError> {
    let regions = row.regions.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    // Hours that a later version reads otherwise are those of nobody, not of day and night.
    let hours = FirmHours::read(&row.hours).unwrap_or(FirmHours::Week(ClinicHours::default()));
    let firm = Firm {
        id: FirmId(row.id),
        kind: FirmKind::parse(&row.kind).ok_or(StoreError::Corrupt("firms.kind"))?,
        name: row.name,
        channel: Channel::parse(&row.channel).ok_or(StoreError::Corrupt("firms.channel"))?,
        regions,
        skills: row.skills,
        hours,
        languages: row.languages,
        first_response: row.first_response,
        fees: row.fees,
        phone: row.phone,
        contact: row.contact,
        email: row.email,
        conflicts: row.conflicts,
        verified_on: row.verified_on,
        active: row.active,
        version: row.version,
    };
    Ok((firm, row.named_at))
}

/// A row for it; when it was named last stays.
pub(in crate::store) fn row(firm: &Firm) -> firms::ActiveModel {
    firms::ActiveModel {
        id: Set(firm.id.0),
        kind: Set(firm.kind.code().into()),
        name: Set(firm.name.clone()),
        channel: Set(firm.channel.code().into()),
        regions: Set(firm.regions.join(",")),
        skills: Set(firm.skills.clone()),
        hours: Set(firm.hours.to_string()),
        languages: Set(firm.languages.clone()),
        first_response: Set(firm.first_response.clone()),
        fees: Set(firm.fees.clone()),
        phone: Set(firm.phone.clone()),
        contact: Set(firm.contact.clone()),
        email: Set(firm.email.clone()),
        conflicts: Set(firm.conflicts.clone()),
        verified_on: Set(firm.verified_on),
        active: Set(firm.active),
        version: Set(firm.version),
        ..Default::default()
    }
}

/// The whole register, by kind and name: a handful is usual.
pub async fn all(on: &impl Access) -> Result<Vec<Named>, StoreError> {
    use firms::Column as C;
    let rows = firms::Entity::find().order_by_asc(C::Kind).order_by_asc(C::Name).all(on.conn()).await?;
    rows.into_iter().map(firm).collect()
}

/// A firm by its id.
pub async fn find(on: &impl Access, id: FirmId) -> Result<Option<Firm>, StoreError> {
    let row = firms::Entity::find_by_id(id.0).one(on.conn()).await?;
    Ok(row.map(firm).transpose()?.map(|(firm, _)| firm))
}

/// Adds a firm; false where one of this kind and name is there.
pub async fn add(tx: &Tx, new: &Firm) -> Result<bool, StoreError> {
    use firms::Column as C;
    let there = sea_orm::sea_query::OnConflict::columns([C::Kind, C::Name]).do_nothing().to_owned();
    let added =
        firms::Entity::insert(row(new)).on_conflict(there).exec_without_returning(tx.conn()).await.map(|rows| rows > 0);
    Ok(added?)
}

/// Saves a firm that was read at the version before; false when somebody else changed it meanwhile.
pub async fn save(tx: &Tx, now: &Firm) -> Result<bool, StoreError> {
    use firms::Column as C;
    let update = firms::Entity::update_many().set(row(now)).filter(C::Id.eq(now.id.0));
    let done = update.filter(C::Version.eq(now.version - 1)).exec(tx.conn()).await?;
    Ok(done.rows_affected == 1)
}

/// Firms were named to somebody.
pub async fn named(tx: &Tx, firms: &[FirmId], at: DateTime<Utc>) -> Result<(), StoreError> {
    use firms::Column as C;
    let of = firms::Entity::update_many().filter(C::Id.is_in(firms.iter().map(|id| id.0)));
    of.col_expr(C::NamedAt, Expr::value(at)).exec(tx.conn()).await?;
    Ok(())
}
