//! What somebody is typing into the boxes of a ticket's page: their own, until its form is taken.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, TicketId};
use crate::domain::tickets::draft::Draft;
use crate::store::entity::drafts;
use crate::store::{Access, StoreError, Tx};

fn draft(row: drafts::Model) -> Draft {
    Draft { form: row.form, field: row.field, words: row.words }
}

/// Keeps what stands in a box; nothing in it is nothing kept.
pub async fn put(
    tx: &Tx,
    ticket: TicketId,
    who: AccountId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use drafts::Column as C;
    if draft.words.is_empty() {
        let key = (who.0, draft.form.clone(), draft.field.clone());
        drafts::Entity::delete_by_id(key).exec(tx.conn()).await?;
        return Ok(());
    }
    let row = drafts::ActiveModel {
        account_id: Set(who.0),
        form: Set(draft.form.clone()),
        field: Set(draft.field.clone()),
        ticket_id: Set(ticket.0),
        words: Set(draft.words.clone()),
        saved_at: Set(now),
    };
    let there =
        OnConflict::columns([C::AccountId, C::Form, C::Field]).update_columns([C::Words, C::SavedAt]).to_owned();
    drafts::Entity::insert(row).on_conflict(there).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What somebody has begun to type on a ticket.
pub async fn of(on: &impl Access, ticket: TicketId, who: AccountId) -> Result<Vec<Draft>, StoreError> {
    use drafts::Column as C;
    let query = drafts::Entity::find().filter(C::TicketId.eq(ticket.0)).filter(C::AccountId.eq(who.0));
    let rows = query.order_by_asc(C::Form).order_by_asc(C::Field).all(on.conn()).await?;
    Ok(rows.into_iter().map(draft).collect())
}

/// What somebody has begun to type into the boxes of a form.
pub async fn in_form(on: &impl Access, who: AccountId, form: &str) -> Result<Vec<Draft>, StoreError> {
    use drafts::Column as C;
    let rows = drafts::Entity::find().filter(C::AccountId.eq(who.0)).filter(C::Form.eq(form)).all(on.conn()).await?;
    Ok(rows.into_iter().map(draft).collect())
}

/// Forgets what somebody had typed into a box, unless they have gone on since.
pub async fn forget(tx: &Tx, who: AccountId, draft: &Draft) -> Result<(), StoreError> {
    let its = drafts::Entity::delete_by_id((who.0, draft.form.clone(), draft.field.clone()));
    its.filter(drafts::Column::Words.eq(draft.words.as_str())).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets what nobody has gone on with since.
pub async fn forget_older(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = drafts::Entity::delete_many().filter(drafts::Column::SavedAt.lt(before)).exec(tx.conn()).await?;
    Ok(gone.rows_affected)
}

/// Forgets what was being typed on a ticket.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    drafts::Entity::delete_many().filter(drafts::Column::TicketId.eq(ticket)).exec(tx.conn()).await?;
    Ok(())
}
