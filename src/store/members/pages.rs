//! Reading whole tables of the directory: page by page in the order of their ids.

use std::fmt;

use chrono::NaiveDate;
use futures::stream::{self, Stream, TryStreamExt};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::domain::members::category::Category;
use crate::domain::members::periods::{CategoryPeriod, RecordedPeriod};
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Procedure, ProcedureKind, Tenure};
use crate::store::members::{KeptFacility, KeptMember, KeptPeriod, KeptTenure};
use crate::store::{Access, StoreError, dialect};

/// The rows of imports that have come to their end: those of one under way, or of one that was killed, aren't seen.
const SEEN: &str = "since_version <= (SELECT coalesce(max(version), 0) FROM directory_imports)";
/// Rows a page.
const PAGE: u64 = 500;

/// A row as it stands in a page.
trait Paged: FromQueryResult + DeserializeOwned + fmt::Debug + Send {
    const TABLE: dialect::Paged;
    fn id(&self) -> Uuid;
}

#[derive(Debug, Deserialize, FromQueryResult)]
struct MemberRow {
    id: Uuid,
    person_key: String,
    member_no: Option<String>,
    registry_no: Option<String>,
    category: Option<String>,
    name: String,
    kana: String,
    enrolled_on: Option<NaiveDate>,
    moved_on: Option<NaiveDate>,
    category_before: Option<String>,
    left_on: Option<NaiveDate>,
    procedure: Option<String>,
    applied_on: Option<NaiveDate>,
    applied_category: Option<String>,
    pref_association: String,
    district_association: String,
    gone_on: Option<NaiveDate>,
}

impl Paged for MemberRow {
    const TABLE: dialect::Paged = dialect::Paged {
        name: "members",
        ids: &["id"],
        columns: &[
            "person_key",
            "member_no",
            "registry_no",
            "category",
            "name",
            "kana",
            "enrolled_on",
            "moved_on",
            "category_before",
            "left_on",
            "procedure",
            "applied_on",
            "applied_category",
            "pref_association",
            "district_association",
            "gone_on",
        ],
        only: SEEN,
    };

    fn id(&self) -> Uuid {
        self.id
    }
}

#[derive(Debug, Deserialize, FromQueryResult)]
struct FacilityRow {
    id: Uuid,
    facility_key: String,
    kind: String,
    name: String,
    kana: String,
    postal_code: String,
    address: String,
    phone: String,
    gone_on: Option<NaiveDate>,
}

impl Paged for FacilityRow {
    const TABLE: dialect::Paged = dialect::Paged {
        name: "facilities",
        ids: &["id"],
        columns: &["facility_key", "kind", "name", "kana", "postal_code", "address", "phone", "gone_on"],
        only: SEEN,
    };

    fn id(&self) -> Uuid {
        self.id
    }
}

#[derive(Debug, Deserialize, FromQueryResult)]
struct TenureRow {
    id: Uuid,
    member_id: Uuid,
    facility_id: Uuid,
    role: String,
    from_on: Option<NaiveDate>,
    until_on: Option<NaiveDate>,
}

impl Paged for TenureRow {
    const TABLE: dialect::Paged = dialect::Paged {
        name: "tenures",
        ids: &["id", "member_id", "facility_id"],
        columns: &["role", "from_on", "until_on"],
        only: SEEN,
    };

    fn id(&self) -> Uuid {
        self.id
    }
}

#[derive(Debug, Deserialize, FromQueryResult)]
struct PeriodRow {
    id: Uuid,
    member_id: Uuid,
    category: Option<String>,
    from_on: Option<NaiveDate>,
    until_on: Option<NaiveDate>,
    seen_on: NaiveDate,
}

impl Paged for PeriodRow {
    const TABLE: dialect::Paged = dialect::Paged {
        name: "category_periods",
        ids: &["id", "member_id"],
        columns: &["category", "from_on", "until_on", "seen_on"],
        only: "until_on > coalesce(from_on, seen_on) \
               AND since_version <= (SELECT coalesce(max(version), 0) FROM directory_imports)",
    };

    fn id(&self) -> Uuid {
        self.id
    }
}

/// All rows of a table, in the order of their ids.
fn each<R: Paged>(on: &impl Access) -> impl Stream<Item = Result<R, StoreError>> + Send {
    let page = async move |after: Option<Uuid>| {
        let Some(after) = after else { return Ok(None) };
        let rows: Vec<R> = dialect::page(on.conn(), &R::TABLE, after, PAGE).await?;
        let next = rows.last().filter(|_| rows.len() as u64 == PAGE).map(R::id);
        Ok::<_, StoreError>(Some((stream::iter(rows.into_iter().map(Ok)), next)))
    };
    stream::try_unfold(Some(Uuid::nil()), page).try_flatten()
}

/// All members, those gone included, one after another in the order of their ids.
pub fn each_member(on: &impl Access) -> impl Stream<Item = Result<KeptMember, StoreError>> + Send {
    each::<MemberRow>(on).map_ok(|row| {
        let procedure = row.procedure.as_deref().and_then(ProcedureKind::parse).map(|kind| Procedure {
            kind,
            applied_on: row.applied_on,
            applied_category: category(row.applied_category),
        });
        let record = MemberRecord {
            person_key: row.person_key,
            member_no: row.member_no,
            registry_no: row.registry_no,
            category: category(row.category),
            name: row.name,
            kana: row.kana,
            enrolled_on: row.enrolled_on,
            moved_on: row.moved_on,
            category_before: category(row.category_before),
            left_on: row.left_on,
            procedure,
            pref_association: row.pref_association,
            district_association: row.district_association,
        };
        KeptMember { id: row.id, record, gone_on: row.gone_on }
    })
}

/// All facilities, those gone included, one after another in the order of their ids.
pub fn each_facility(on: &impl Access) -> impl Stream<Item = Result<KeptFacility, StoreError>> + Send {
    each::<FacilityRow>(on).map_ok(|row| {
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
    })
}

/// All tenures, those ended included, one after another in the order of their ids.
pub fn each_tenure(on: &impl Access) -> impl Stream<Item = Result<KeptTenure, StoreError>> + Send {
    each::<TenureRow>(on).and_then(async |row| {
        let role = FacilityRole::parse(&row.role).ok_or(StoreError::Corrupt("tenures.role"))?;
        let tenure = Tenure { role, from_on: row.from_on, until_on: row.until_on };
        Ok(KeptTenure { id: row.id, member_id: row.member_id, facility_id: row.facility_id, tenure })
    })
}

/// Periods that have ended and hold at least a day for certain: what earlier imports knew.
pub fn each_ended_period(on: &impl Access) -> impl Stream<Item = Result<KeptPeriod, StoreError>> + Send {
    each::<PeriodRow>(on).map_ok(|row| {
        let period = CategoryPeriod { category: category(row.category), from_on: row.from_on, until_on: row.until_on };
        KeptPeriod { member_id: row.member_id, recorded: RecordedPeriod { period, seen_on: row.seen_on } }
    })
}

fn category(code: Option<String>) -> Option<Category> {
    Category::ALL.into_iter().find(|c| code.as_deref() == Some(c.code()))
}
