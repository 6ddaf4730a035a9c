//! The membership directory: read whole for the engine, written only by an import.

pub mod erase;
mod find;
mod hours;
mod import;
mod mappings;
mod pages;
mod undos;

use std::borrow::Borrow;

use chrono::NaiveDate;
use futures::TryStreamExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Iterable, QueryFilter, QueryOrder, Value};
use uuid::Uuid;

use crate::domain::members::category::Category;
use crate::domain::members::periods::{CategoryPeriod, RecordedPeriod};
use crate::domain::members::record::{FacilityRecord, MemberRecord, Procedure, ProcedureKind, Tenure};
use crate::store::entity::{category_periods, facilities, members, tenures};
use crate::store::{Access, StoreError, Tx, dialect};

pub use find::{facilities_by_ids, facility_by_id, facility_by_key, member_by_id, members_by_ids};
pub use hours::{hours_of, keep_hours};
pub use import::{ImportLock, add_import, clear_unseen, imports, latest_import, lock};

pub use mappings::{KeptMapping, add_mapping, mapping_named, mappings};
pub use pages::{each_ended_period, each_facility, each_member, each_tenure};
pub use undos::{Preview, keep_preview, keep_undo, last_undo, preview, undo, undone};

/// Ids a statement names at once: SQLite takes 32,766 values a statement.
const CHUNK: usize = 1_000;

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
#[derive(Debug, Clone, Copy)]
pub struct KeptPeriod {
    /// The member.
    pub member_id: Uuid,
    /// The stretch, and the export that showed it.
    pub recorded: RecordedPeriod,
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

/// In the order of the table's columns; seen since an import.
fn member_row(kept: &KeptMember, since: i64) -> Vec<Value> {
    let r = &kept.record;
    let code = |c: Option<Category>| Value::from(c.map(Category::code));
    vec![
        kept.id.into(),
        r.person_key.as_str().into(),
        r.member_no.as_deref().into(),
        r.registry_no.as_deref().into(),
        code(r.category),
        r.name.as_str().into(),
        r.kana.as_str().into(),
        r.enrolled_on.into(),
        r.moved_on.into(),
        code(r.category_before),
        r.left_on.into(),
        r.procedure.as_ref().map(|p| p.kind.code()).into(),
        r.procedure.as_ref().and_then(|p| p.applied_on).into(),
        code(r.procedure.as_ref().and_then(|p| p.applied_category)),
        r.pref_association.as_str().into(),
        r.district_association.as_str().into(),
        kept.gone_on.into(),
        since.into(),
    ]
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

/// In the order of the table's columns; seen since an import.
fn facility_row(kept: &KeptFacility, since: i64) -> Vec<Value> {
    let r = &kept.record;
    vec![
        kept.id.into(),
        r.facility_key.as_str().into(),
        r.kind.as_str().into(),
        r.name.as_str().into(),
        r.kana.as_str().into(),
        r.postal_code.as_str().into(),
        r.address.as_str().into(),
        r.phone.as_str().into(),
        r.phone.chars().filter(char::is_ascii_digit).collect::<String>().into(),
        kept.gone_on.into(),
        since.into(),
    ]
}

/// All members, those gone included.
pub async fn all_members(on: &impl Access) -> Result<Vec<KeptMember>, StoreError> {
    each_member(on).try_collect().await
}

/// All facilities, those gone included.
pub async fn all_facilities(on: &impl Access) -> Result<Vec<KeptFacility>, StoreError> {
    each_facility(on).try_collect().await
}

/// All tenures, those ended included.
pub async fn all_tenures(on: &impl Access) -> Result<Vec<KeptTenure>, StoreError> {
    each_tenure(on).try_collect().await
}

/// Writes rows of one table, a value a column; those whose id is there already anew when `anew`.
async fn put<E: EntityTrait>(
    tx: &Tx,
    anew: bool,
    rows: impl Iterator<Item = Vec<Value>> + Send,
) -> Result<(), StoreError> {
    let columns: Vec<&str> = E::Column::iter().map(|c| c.as_str()).collect();
    Ok(dialect::insert_bulk(tx.conn(), E::default().as_str(), &columns, anew, rows).await?)
}

/// Adds members.
pub async fn add_members<I>(tx: &Tx, since: i64, new: I) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptMember>, IntoIter: Send>,
{
    put::<members::Entity>(tx, false, new.into_iter().map(move |m| member_row(m.borrow(), since))).await
}

/// Writes members anew.
pub async fn save_members<I>(tx: &Tx, since: i64, changed: I) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptMember>, IntoIter: Send>,
{
    put::<members::Entity>(tx, true, changed.into_iter().map(move |m| member_row(m.borrow(), since))).await
}

/// Adds facilities.
pub async fn add_facilities<I>(tx: &Tx, since: i64, new: I) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptFacility>, IntoIter: Send>,
{
    put::<facilities::Entity>(tx, false, new.into_iter().map(move |f| facility_row(f.borrow(), since))).await
}

/// Writes facilities anew.
pub async fn save_facilities<I>(tx: &Tx, since: i64, changed: I) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptFacility>, IntoIter: Send>,
{
    put::<facilities::Entity>(tx, true, changed.into_iter().map(move |f| facility_row(f.borrow(), since))).await
}

/// Adds tenures.
pub async fn add_tenures<I>(tx: &Tx, since: i64, new: I) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptTenure>, IntoIter: Send>,
{
    let row = move |t: &KeptTenure| {
        let Tenure { role, from_on, until_on } = t.tenure;
        let ids = [t.id, t.member_id, t.facility_id].map(Value::from);
        let rest = [role.code().into(), from_on.into(), until_on.into(), since.into()];
        ids.into_iter().chain(rest).collect()
    };
    put::<tenures::Entity>(tx, false, new.into_iter().map(move |t| row(t.borrow()))).await
}

/// Notes since which export members are gone; `None`: they aren't.
pub async fn members_gone(tx: &Tx, ids: &[Uuid], on_day: Option<NaiveDate>) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        members::Entity::update_many()
            .col_expr(members::Column::GoneOn, Expr::value(on_day))
            .filter(members::Column::Id.is_in(chunk.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// The same of facilities.
pub async fn facilities_gone(tx: &Tx, ids: &[Uuid], on_day: Option<NaiveDate>) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        facilities::Entity::update_many()
            .col_expr(facilities::Column::GoneOn, Expr::value(on_day))
            .filter(facilities::Column::Id.is_in(chunk.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Ends tenures on a day; `None`: they go on.
pub async fn end_tenures(tx: &Tx, ids: &[Uuid], on_day: Option<NaiveDate>) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        tenures::Entity::update_many()
            .col_expr(tenures::Column::UntilOn, Expr::value(on_day))
            .filter(tenures::Column::Id.is_in(chunk.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Takes tenures away that an import began and that never were.
pub async fn remove_tenures(tx: &Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let these = tenures::Column::Id.is_in(chunk.iter().copied());
        tenures::Entity::delete_many().filter(these).exec(tx.conn()).await?;
    }
    Ok(())
}

/// What imports showed of some members' categories, oldest first.
pub async fn periods_of(on: &impl Access, members: &[Uuid]) -> Result<Vec<KeptPeriod>, StoreError> {
    use category_periods::Column as C;
    let mut found = Vec::new();
    for chunk in members.chunks(CHUNK) {
        let query = category_periods::Entity::find().filter(C::MemberId.is_in(chunk.iter().copied()));
        let rows = query.order_by_asc(C::MemberId).order_by_asc(C::SeenOn).order_by_asc(C::Id).all(on.conn()).await?;
        found.extend(rows.into_iter().map(period));
    }
    Ok(found)
}

fn period(row: category_periods::Model) -> KeptPeriod {
    let category = row.category.as_deref().and_then(Category::parse);
    let period = CategoryPeriod { category, from_on: row.from_on, until_on: row.until_on };
    KeptPeriod { member_id: row.member_id, recorded: RecordedPeriod { period, seen_on: row.seen_on } }
}

/// Adds category periods, after taking away those that some members had: the new ones hold what still stands of them.
pub async fn put_periods<I>(
    tx: &Tx,
    since: i64,
    mut ids: impl FnMut() -> Uuid + Send,
    new: I,
    replacing: &[Uuid],
) -> Result<(), StoreError>
where
    I: IntoIterator<Item: Borrow<KeptPeriod>, IntoIter: Send>,
{
    for chunk in replacing.chunks(CHUNK) {
        let of_them = category_periods::Column::MemberId.is_in(chunk.iter().copied());
        category_periods::Entity::delete_many().filter(of_them).exec(tx.conn()).await?;
    }
    let row = move |p: &KeptPeriod, id: Uuid| {
        let RecordedPeriod { period, seen_on } = p.recorded;
        let category = period.category.map(Category::code);
        vec![
            id.into(),
            p.member_id.into(),
            category.into(),
            period.from_on.into(),
            period.until_on.into(),
            seen_on.into(),
            since.into(),
        ]
    };
    put::<category_periods::Entity>(tx, false, new.into_iter().map(|p| row(p.borrow(), ids()))).await
}
