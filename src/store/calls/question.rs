//! What is asked of whoever is on a call.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::calls::question::Question;
use crate::domain::id::{AccountId, CallId, QuestionId};
use crate::store::entity::questions;
use crate::store::{Access, StoreError, Tx};

fn question(row: questions::Model) -> Question {
    Question {
        id: QuestionId(row.id),
        call_id: CallId(row.call_id),
        words: row.words,
        asked_at: row.asked_at,
        asked_by: AccountId(row.asked_by),
        answer: row.answer,
        answered: row.answered_at.zip(row.answered_by.map(AccountId)),
    }
}

/// Pins one.
pub async fn add(tx: &Tx, new: &Question) -> Result<(), StoreError> {
    let row = questions::ActiveModel {
        id: Set(new.id.0),
        call_id: Set(new.call_id.0),
        words: Set(new.words.clone()),
        asked_at: Set(new.asked_at),
        asked_by: Set(new.asked_by.0),
        answer: Set(String::new()),
        answered_at: Set(None),
        answered_by: Set(None),
    };
    questions::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A call's, the first first.
pub async fn of(on: &impl Access, call: CallId) -> Result<Vec<Question>, StoreError> {
    use questions::Column as C;
    let query = questions::Entity::find().filter(C::CallId.eq(call.0)).order_by_asc(C::Id);
    Ok(query.all(on.conn()).await?.into_iter().map(question).collect())
}

/// Writes the answer down; false when there is one already.
pub async fn answer(
    tx: &Tx,
    id: QuestionId,
    words: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    use questions::Column as C;
    let done = questions::Entity::update_many()
        .col_expr(C::Answer, Expr::value(words))
        .col_expr(C::AnsweredAt, Expr::value(Some(at)))
        .col_expr(C::AnsweredBy, Expr::value(Some(by.0)))
        .filter(C::Id.eq(id.0))
        .filter(C::AnsweredAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes people's words out.
pub(in crate::store) async fn erase(tx: &Tx, calls: &[Uuid]) -> Result<(), StoreError> {
    use questions::Column as C;
    let all = questions::Entity::update_many()
        .col_expr(C::Words, Expr::value(""))
        .col_expr(C::Answer, Expr::value(""))
        .filter(C::CallId.is_in(calls.iter().copied()));
    all.exec(tx.conn()).await?;
    Ok(())
}
