//! The membership directory: read whole for the engine, written only by an import.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entity::{category_periods, directory_imports, facilities, members, tenures};
use super::{Access, StoreError, Tx, dialect};
use crate::domain::matching::DirectoryEntry;
use crate::domain::members::category::Category;
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Procedure, ProcedureKind, Tenure};

/// Rows a statement inserts at once: SQLite takes 32,766 values a statement.
const CHUNK: usize = 1_000;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// The directory's version from then on.
    pub version: i64,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: [u8; 32],
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// `UTF-8` or `CP932`.
    pub encoding: String,
    /// Data rows in the file.
    pub rows: i64,
    /// Member–facility pairs that are new.
    pub added: i64,
    /// Pairs whose member, facility or role changed.
    pub changed: i64,
    /// Pairs no longer in the file.
    pub gone: i64,
    /// Pairs as before.
    pub unchanged: i64,
    /// Values repaired.
    pub repaired: i64,
    /// Rows kept out.
    pub rejected: i64,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
}

fn import(row: directory_imports::Model) -> ImportRecord {
    ImportRecord {
        version: row.version,
        file_name: row.file_name,
        file_hash: row.file_hash.try_into().unwrap_or_default(),
        exported_on: row.exported_on,
        encoding: row.encoding,
        rows: row.rows,
        added: row.added,
        changed: row.changed,
        gone: row.gone,
        unchanged: row.unchanged,
        repaired: row.repaired,
        rejected: row.rejected,
        imported_at: row.imported_at,
    }
}

/// Keeps other imports out until the transaction ends.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    Ok(dialect::lock_import(tx.conn()).await?)
}

/// The latest import, if there ever was one.
pub async fn latest_import(on: &impl Access) -> Result<Option<ImportRecord>, StoreError> {
    let row =
        directory_imports::Entity::find().order_by_desc(directory_imports::Column::Version).one(on.conn()).await?;
    Ok(row.map(import))
}

/// All imports, newest first.
pub async fn imports(on: &impl Access) -> Result<Vec<ImportRecord>, StoreError> {
    let query = directory_imports::Entity::find().order_by_desc(directory_imports::Column::Version);
    Ok(query.all(on.conn()).await?.into_iter().map(import).collect())
}

/// Adds the record of an import.
pub async fn add_import(tx: &Tx, new: &ImportRecord, by: Option<Uuid>) -> Result<(), StoreError> {
    let row = directory_imports::ActiveModel {
        version: Set(new.version),
        file_name: Set(new.file_name.clone()),
        file_hash: Set(new.file_hash.to_vec()),
        exported_on: Set(new.exported_on),
        encoding: Set(new.encoding.clone()),
        rows: Set(new.rows),
        added: Set(new.added),
        changed: Set(new.changed),
        gone: Set(new.gone),
        unchanged: Set(new.unchanged),
        repaired: Set(new.repaired),
        rejected: Set(new.rejected),
        imported_at: Set(new.imported_at),
        imported_by: Set(by),
    };
    directory_imports::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A member or a facility as kept.
#[derive(Debug, Clone)]
pub struct Kept<R> {
    /// The id.
    pub id: Uuid,
    /// The record.
    pub record: R,
    /// The export in which it was missing first.
    pub gone_on: Option<NaiveDate>,
}

/// A member as kept.
pub type KeptMember = Kept<MemberRecord>;
/// A facility as kept.
pub type KeptFacility = Kept<FacilityRecord>;

/// A tenure as kept.
#[derive(Debug, Clone)]
pub struct KeptTenure {
    /// The id.
    pub id: Uuid,
    /// The member.
    pub member_id: Uuid,
    /// The facility.
    pub facility_id: Uuid,
    /// Role and dates.
    pub tenure: Tenure,
}

/// A stretch of days with one category, as an import showed it.
#[derive(Debug, Clone)]
pub struct KeptPeriod {
    /// The member.
    pub member_id: Uuid,
    /// The category.
    pub category: Option<Category>,
    /// First day; `None`: not known.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds; `None`: open.
    pub until_on: Option<NaiveDate>,
    /// The export that showed it.
    pub seen_on: NaiveDate,
}

fn member(row: members::Model) -> KeptMember {
    let procedure = row.procedure.as_deref().and_then(ProcedureKind::parse).map(|kind| Procedure {
        kind,
        applied_on: row.applied_on,
        applied_category: row.applied_category.as_deref().and_then(Category::parse),
    });
    let record = MemberRecord {
        person_key: row.person_key,
        member_no: row.member_no,
        registry_no: row.registry_no,
        category: row.category.as_deref().and_then(Category::parse),
        name: row.name,
        kana: row.kana,
        enrolled_on: row.enrolled_on,
        moved_on: row.moved_on,
        category_before: row.category_before.as_deref().and_then(Category::parse),
        left_on: row.left_on,
        procedure,
        pref_association: row.pref_association,
        district_association: row.district_association,
    };
    KeptMember { id: row.id, record, gone_on: row.gone_on }
}

fn member_row(kept: &KeptMember) -> members::ActiveModel {
    let r = &kept.record;
    let code = |c: Option<Category>| c.map(|c| c.code().to_owned());
    members::ActiveModel {
        id: Set(kept.id),
        person_key: Set(r.person_key.clone()),
        member_no: Set(r.member_no.clone()),
        registry_no: Set(r.registry_no.clone()),
        category: Set(code(r.category)),
        name: Set(r.name.clone()),
        kana: Set(r.kana.clone()),
        enrolled_on: Set(r.enrolled_on),
        moved_on: Set(r.moved_on),
        category_before: Set(code(r.category_before)),
        left_on: Set(r.left_on),
        procedure: Set(r.procedure.as_ref().map(|p| p.kind.code().to_owned())),
        applied_on: Set(r.procedure.as_ref().and_then(|p| p.applied_on)),
        applied_category: Set(r.procedure.as_ref().and_then(|p| code(p.applied_category))),
        pref_association: Set(r.pref_association.clone()),
        district_association: Set(r.district_association.clone()),
        gone_on: Set(kept.gone_on),
    }
}

fn facility(row: facilities::Model) -> KeptFacility {
    let record = FacilityRecord {
        facility_key: row.facility_key,
        kind: row.kind,
        name: row.name,
        kana: row.kana,
        postal_code: row.postal_code,
        address: row.address,
        phone: row.phone,
    };
    KeptFacility { id: row.id, record, gone_on: row.gone_on }
}

fn facility_row(kept: &KeptFacility) -> facilities::ActiveModel {
    let r = &kept.record;
    facilities::ActiveModel {
        id: Set(kept.id),
        facility_key: Set(r.facility_key.clone()),
        kind: Set(r.kind.clone()),
        name: Set(r.name.clone()),
        kana: Set(r.kana.clone()),
        postal_code: Set(r.postal_code.clone()),
        address: Set(r.address.clone()),
        phone: Set(r.phone.clone()),
        phone_digits: Set(r.phone.chars().filter(char::is_ascii_digit).collect()),
        gone_on: Set(kept.gone_on),
    }
}

fn tenure(row: tenures::Model) -> Result<KeptTenure, StoreError> {
    let role = FacilityRole::parse(&row.role).ok_or(StoreError::Corrupt("tenures.role"))?;
    Ok(KeptTenure {
        id: row.id,
        member_id: row.member_id,
        facility_id: row.facility_id,
        tenure: Tenure { role, from_on: row.from_on, until_on: row.until_on },
    })
}

/// All members, those gone included.
pub async fn all_members(on: &impl Access) -> Result<Vec<KeptMember>, StoreError> {
    let rows = members::Entity::find().stream(on.conn()).await?;
    Ok(rows.map_ok(member).try_collect().await?)
}

/// All facilities, those gone included.
pub async fn all_facilities(on: &impl Access) -> Result<Vec<KeptFacility>, StoreError> {
    let rows = facilities::Entity::find().stream(on.conn()).await?;
    Ok(rows.map_ok(facility).try_collect().await?)
}

/// All tenures, those ended included.
pub async fn all_tenures(on: &impl Access) -> Result<Vec<KeptTenure>, StoreError> {
    let rows = tenures::Entity::find().all(on.conn()).await?;
    rows.into_iter().map(tenure).collect()
}

/// Every pair of member and facility with its tenure, as the engine wants them.
pub async fn entries(on: &impl Access) -> Result<Vec<DirectoryEntry>, StoreError> {
    let members: HashMap<Uuid, MemberRecord> = all_members(on).await?.into_iter().map(|m| (m.id, m.record)).collect();
    let facilities: HashMap<Uuid, FacilityRecord> =
        all_facilities(on).await?.into_iter().map(|f| (f.id, f.record)).collect();
    let ties = all_tenures(on).await?;
    Ok(ties
        .into_iter()
        .filter_map(|tie| {
            Some(DirectoryEntry {
                member: members.get(&tie.member_id)?.clone(),
                facility: facilities.get(&tie.facility_id)?.clone(),
                tenure: tie.tenure,
                member_ref: tie.member_id.as_u128(),
                facility_ref: tie.facility_id.as_u128(),
            })
        })
        .collect())
}

/// Adds members.
pub async fn add_members(tx: &Tx, new: &[KeptMember]) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        members::Entity::insert_many(chunk.iter().map(member_row)).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes a member anew.
pub async fn save_member(tx: &Tx, kept: &KeptMember) -> Result<(), StoreError> {
    let done = members::Entity::update_many().set(member_row(kept)).filter(members::Column::Id.eq(kept.id));
    done.exec(tx.conn()).await?;
    Ok(())
}

/// Adds facilities.
pub async fn add_facilities(tx: &Tx, new: &[KeptFacility]) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        facilities::Entity::insert_many(chunk.iter().map(facility_row)).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes a facility anew.
pub async fn save_facility(tx: &Tx, kept: &KeptFacility) -> Result<(), StoreError> {
    let done = facilities::Entity::update_many().set(facility_row(kept)).filter(facilities::Column::Id.eq(kept.id));
    done.exec(tx.conn()).await?;
    Ok(())
}

/// Adds tenures.
pub async fn add_tenures(tx: &Tx, new: &[KeptTenure]) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        let rows = chunk.iter().map(|t| tenures::ActiveModel {
            id: Set(t.id),
            member_id: Set(t.member_id),
            facility_id: Set(t.facility_id),
            role: Set(t.tenure.role.code().into()),
            from_on: Set(t.tenure.from_on),
            until_on: Set(t.tenure.until_on),
        });
        tenures::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Ends tenures on a day.
pub async fn end_tenures(tx: &Tx, ids: &[Uuid], on_day: NaiveDate) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        tenures::Entity::update_many()
            .col_expr(tenures::Column::UntilOn, Expr::value(Some(on_day)))
            .filter(tenures::Column::Id.is_in(chunk.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Adds category periods, after taking away those of the same member that they replace
/// (the ones that don't end before the first of the new ones begins).
pub async fn put_periods(
    tx: &Tx,
    ids: impl Fn() -> Uuid,
    new: &[KeptPeriod],
    replacing: &[Uuid],
) -> Result<(), StoreError> {
    use category_periods::Column as C;
    for member_id in replacing {
        let first = new.iter().filter(|p| p.member_id == *member_id).filter_map(|p| p.from_on).min();
        let mut old = category_periods::Entity::delete_many().filter(C::MemberId.eq(*member_id));
        if let Some(first) = first {
            old = old.filter(C::UntilOn.is_null().or(C::UntilOn.gt(first)));
        }
        old.exec(tx.conn()).await?;
    }
    for chunk in new.chunks(CHUNK) {
        let rows = chunk.iter().map(|p| category_periods::ActiveModel {
            id: Set(ids()),
            member_id: Set(p.member_id),
            category: Set(p.category.map(|c| c.code().to_owned())),
            from_on: Set(p.from_on),
            until_on: Set(p.until_on),
            seen_on: Set(p.seen_on),
        });
        category_periods::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// A facility by its id.
pub async fn facility_by_id(on: &impl Access, id: Uuid) -> Result<Option<FacilityRecord>, StoreError> {
    Ok(facilities::Entity::find_by_id(id).one(on.conn()).await?.map(|row| facility(row).record))
}

/// A member by its id.
pub async fn member_by_id(on: &impl Access, id: Uuid) -> Result<Option<MemberRecord>, StoreError> {
    Ok(members::Entity::find_by_id(id).one(on.conn()).await?.map(|row| member(row).record))
}
