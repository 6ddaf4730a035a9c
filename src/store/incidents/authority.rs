//! Authorities that asked for what the desk holds.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use uuid::Uuid;

use crate::domain::id::{AccountId, AuthorityRequestId, TicketId};
use crate::domain::incidents::authority::{Answered, AuthorityAnswer, AuthorityRequest};
use crate::domain::tickets::TicketNo;
use crate::store::entity::{authority_requests, tickets};
use crate::store::{Access, StoreError, Tx};

/// The most that are listed as open.
const MOST: u64 = 50;

fn request(row: authority_requests::Model) -> Result<AuthorityRequest, StoreError> {
    let answered = match (row.answered_at, row.answered_by) {
        (Some(at), Some(by)) => Some(Answered {
            answer: AuthorityAnswer::parse(&row.answer).ok_or(StoreError::Corrupt("authority_requests.answer"))?,
            why: row.why,
            at,
            by: AccountId(by),
        }),
        _ => None,
    };
    Ok(AuthorityRequest {
        id: AuthorityRequestId(row.id),
        ticket_id: TicketId(row.ticket_id),
        asks: row.asks,
        document: row.document,
        wants: row.wants,
        agreed_by: row.agreed_by,
        asked_at: row.asked_at,
        asked_to: AccountId(row.asked_to),
        answered,
    })
}

/// Adds one.
pub async fn add(tx: &Tx, new: &AuthorityRequest) -> Result<(), StoreError> {
    let row = authority_requests::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        asks: Set(new.asks.clone()),
        document: Set(new.document.clone()),
        wants: Set(new.wants.clone()),
        agreed_by: Set(new.agreed_by.clone()),
        asked_at: Set(new.asked_at),
        asked_to: Set(new.asked_to.0),
        answer: Set(String::new()),
        why: Set(String::new()),
        answered_at: Set(None),
        answered_by: Set(None),
    };
    authority_requests::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A ticket's, the newest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<AuthorityRequest>, StoreError> {
    let query = authority_requests::Entity::find().filter(authority_requests::Column::TicketId.eq(ticket.0));
    query.order_by_desc(authority_requests::Column::Id).all(on.conn()).await?.into_iter().map(request).collect()
}

/// Those nobody answered yet, the oldest first, with the number of their ticket.
pub async fn open(on: &impl Access) -> Result<Vec<(AuthorityRequest, TicketNo)>, StoreError> {
    use authority_requests::Column as C;
    let ticket = authority_requests::Entity::belongs_to(tickets::Entity);
    let ticket: RelationDef = ticket.from(C::TicketId).to(tickets::Column::Id).into();
    let query = authority_requests::Entity::find()
        .join(JoinType::InnerJoin, ticket)
        .filter(C::AnsweredAt.is_null())
        .filter(tickets::Column::ErasedOn.is_null())
        .order_by_asc(C::Id)
        .limit(MOST);
    let rows = query.all(on.conn()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.ticket_id).collect();
    let of = tickets::Entity::find().select_only().columns([tickets::Column::Id, tickets::Column::Number]);
    let numbers: Vec<(Uuid, i64)> = of.filter(tickets::Column::Id.is_in(ids)).into_tuple().all(on.conn()).await?;
    let number = |id: Uuid| numbers.iter().find(|(of, _)| *of == id).map(|(_, key)| TicketNo::from_key(*key));
    rows.into_iter()
        .filter_map(|row| Some((number(row.ticket_id)?, row)))
        .map(|(no, row)| Ok((request(row)?, no)))
        .collect()
}

/// Answers one; false when that was done already.
pub async fn answer(tx: &Tx, id: AuthorityRequestId, with: &Answered) -> Result<bool, StoreError> {
    use authority_requests::Column as C;
    let done = authority_requests::Entity::update_many()
        .col_expr(C::Answer, Expr::value(with.answer.code()))
        .col_expr(C::Why, Expr::value(with.why.clone()))
        .col_expr(C::AnsweredAt, Expr::value(Some(with.at)))
        .col_expr(C::AnsweredBy, Expr::value(Some(with.by.0)))
        .filter(C::Id.eq(id.0))
        .filter(C::AnsweredAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes people's words out.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use authority_requests::Column as C;
    let mut all = authority_requests::Entity::update_many().filter(C::TicketId.eq(ticket));
    for column in [C::Asks, C::Document, C::Wants, C::AgreedBy, C::Why] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}
