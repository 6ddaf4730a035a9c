//! Dossiers that were made.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::domain::id::{AccountId, DossierId, FirmId, TicketId};
use crate::domain::incidents::dossier::{Content, Dossier};
use crate::domain::incidents::handing::{Means, Recipient};
use crate::store::entity::dossiers;
use crate::store::{Access, StoreError, Tx};

fn dossier(row: dossiers::Model) -> Result<Dossier, StoreError> {
    Ok(Dossier {
        id: DossierId(row.id),
        ticket_id: TicketId(row.ticket_id),
        recipient: Recipient::parse(&row.recipient).ok_or(StoreError::Corrupt("dossiers.recipient"))?,
        firm_id: row.firm_id.map(FirmId),
        to: row.recipient_name,
        means: Means::parse(&row.means).ok_or(StoreError::Corrupt("dossiers.means"))?,
        consent_by: row.consent_by,
        content: serde_json::from_value(row.content).map_err(|_| StoreError::Corrupt("dossiers.content"))?,
        made_at: row.made_at,
        made_by: AccountId(row.made_by),
        told: row.told_at.map(|at| (at, row.told_words)),
    })
}

/// Adds one, with its password sealed.
pub async fn add(tx: &Tx, new: &Dossier, password: Vec<u8>) -> Result<(), StoreError> {
    let row = dossiers::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        recipient: Set(new.recipient.code().into()),
        firm_id: Set(new.firm_id.map(|firm| firm.0)),
        recipient_name: Set(new.to.clone()),
        means: Set(new.means.code().into()),
        consent_by: Set(new.consent_by.clone()),
        content: Set(json!(new.content)),
        password: Set(Some(password)),
        made_at: Set(new.made_at),
        made_by: Set(new.made_by.0),
        told_at: Set(None),
        told_words: Set(String::new()),
    };
    dossiers::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A ticket's, the newest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Dossier>, StoreError> {
    let query = dossiers::Entity::find().filter(dossiers::Column::TicketId.eq(ticket.0));
    query.order_by_desc(dossiers::Column::Id).all(on.conn()).await?.into_iter().map(dossier).collect()
}

/// One of a ticket's.
pub async fn find(on: &impl Access, ticket: TicketId, id: DossierId) -> Result<Option<Dossier>, StoreError> {
    let query = dossiers::Entity::find_by_id(id.0).filter(dossiers::Column::TicketId.eq(ticket.0));
    query.one(on.conn()).await?.map(dossier).transpose()
}

/// The sealed password of one; none once it's erased.
pub async fn password(on: &impl Access, id: DossierId) -> Result<Option<Vec<u8>>, StoreError> {
    let query = dossiers::Entity::find_by_id(id.0).select_only().column(dossiers::Column::Password);
    Ok(query.into_tuple::<Option<Vec<u8>>>().one(on.conn()).await?.flatten())
}

/// Notes that its password was told; false when that stands already.
pub async fn tell(tx: &Tx, id: DossierId, at: DateTime<Utc>, words: &str) -> Result<bool, StoreError> {
    let done = dossiers::Entity::update_many()
        .col_expr(dossiers::Column::ToldAt, Expr::value(Some(at)))
        .col_expr(dossiers::Column::ToldWords, Expr::value(words))
        .filter(dossiers::Column::Id.eq(id.0))
        .filter(dossiers::Column::ToldAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Every sealed password, by the row it's bound to.
pub async fn passwords(on: &impl Access) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
    use dossiers::Column as C;
    let query = dossiers::Entity::find().select_only().columns([C::Id, C::Password]).filter(C::Password.is_not_null());
    Ok(query.into_tuple().all(on.conn()).await?)
}

/// Puts a password sealed anew in the place of the old one, unless that has changed meanwhile.
pub async fn reseal(tx: &Tx, row: Uuid, old: Vec<u8>, anew: Vec<u8>) -> Result<(), StoreError> {
    use dossiers::Column as C;
    let update = dossiers::Entity::update_many().col_expr(C::Password, Expr::value(Some(anew)));
    update.filter(C::Id.eq(row)).filter(C::Password.eq(old)).exec(tx.conn()).await?;
    Ok(())
}

/// Takes people's words out, and what opens the files.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use dossiers::Column as C;
    let mut all = dossiers::Entity::update_many()
        .filter(C::TicketId.eq(ticket))
        .col_expr(C::Content, Expr::value(json!(Content::default())))
        .col_expr(C::Password, Expr::value(None::<Vec<u8>>));
    for column in [C::RecipientName, C::ConsentBy, C::ToldWords] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}
