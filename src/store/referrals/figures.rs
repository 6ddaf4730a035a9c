//! What is counted of referrals.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::referrals::FirmKind;
use crate::domain::referrals::figures::Counted;
use crate::domain::time::Span;
use crate::store::entity::referrals;
use crate::store::{Access, StoreError};

/// What counts of the referrals that were asked for in a stretch of time.
pub async fn counted(on: &impl Access, (from, until): Span) -> Result<Vec<Counted>, StoreError> {
    use referrals::Column as C;
    let rows =
        referrals::Entity::find().filter(C::BegunAt.gte(from)).filter(C::BegunAt.lt(until)).all(on.conn()).await?;
    let one = |row: referrals::Model| {
        Ok(Counted {
            kind: FirmKind::parse(&row.kind).ok_or(StoreError::Corrupt("referrals.kind"))?,
            prefecture: row.prefecture,
            begun_at: row.begun_at,
            contacted_at: row.contacted_at,
            introduced_at: row.introduced_at,
            refused: row.refused,
            contracted: row.contracted,
        })
    };
    rows.into_iter().map(one).collect()
}
