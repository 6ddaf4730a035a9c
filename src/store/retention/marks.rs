//! What stands for a facility in what was erased, so that figures still count it once.

use chrono::{Days, NaiveDate};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::store::entity::{claims, facility_marks, tickets};
use crate::store::{Access, StoreError, Tx};

/// Days within which tickets of one facility may stand in one figure: a year, and a day for leap years.
const COUNTED_TOGETHER: u64 = 366;

/// The shelves whose facilities are counted, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Tickets, by the day they were opened.
    Tickets,
    /// Claims, by the day they were received.
    Claims,
}

impl Shelf {
    pub(in crate::store) fn code(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Claims => "claims",
        }
    }
}

/// The meaningless mark that stands for a facility in what is erased of a shelf: the same as long as something with
/// its id may be counted together with it.
pub async fn mark(tx: &Tx, shelf: Shelf, facility: Uuid, counted_on: NaiveDate) -> Result<Uuid, StoreError> {
    use facility_marks::Column as C;
    let until = counted_on + Days::new(COUNTED_TOGETHER);
    let held = facility_marks::Entity::find_by_id((facility, shelf.code().to_owned())).one(tx.conn()).await?;
    let (mark, until_on) =
        held.map_or_else(|| (Uuid::new_v4(), until), |row| (row.mark, Ord::max(row.until_on, until)));
    let row = facility_marks::ActiveModel {
        facility_id: Set(facility),
        shelf: Set(shelf.code().to_owned()),
        mark: Set(mark),
        until_on: Set(until_on),
    };
    let later = OnConflict::columns([C::FacilityId, C::Shelf]).update_column(C::UntilOn).to_owned();
    facility_marks::Entity::insert(row).on_conflict(later).exec_without_returning(tx.conn()).await?;
    Ok(mark)
}

/// Forgets which facility a mark stands for, once nothing with its id can be counted together with it any more.
pub async fn forget_marks(tx: &Tx) -> Result<u64, StoreError> {
    use facility_marks::Column as C;
    let still = |mut rows: SelectStatement, facility: Expr, counted: Expr| {
        let same = Expr::col((facility_marks::Entity, C::FacilityId)).eq(facility);
        let together = Expr::col((facility_marks::Entity, C::UntilOn)).gte(counted);
        rows.expr(Expr::val(1)).and_where(same).and_where(together).to_owned()
    };
    let of_tickets = still(
        Query::select().from(tickets::Entity).to_owned(),
        Expr::col((tickets::Entity, tickets::Column::FacilityId)),
        Expr::col((tickets::Entity, tickets::Column::OpenedOn)),
    );
    let of_claims = still(
        Query::select().from(claims::Entity).to_owned(),
        Expr::col((claims::Entity, claims::Column::FacilityId)),
        Expr::col((claims::Entity, claims::Column::ReceivedOn)),
    );
    let mut forgotten = 0;
    for (shelf, rows) in [(Shelf::Tickets, of_tickets), (Shelf::Claims, of_claims)] {
        let done = facility_marks::Entity::delete_many()
            .filter(C::Shelf.eq(shelf.code()))
            .filter(Expr::exists(rows).not())
            .exec(tx.conn())
            .await?;
        forgotten += done.rows_affected;
    }
    Ok(forgotten)
}
