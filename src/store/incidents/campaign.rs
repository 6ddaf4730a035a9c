//! Campaigns, and waves that somebody set aside.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, CampaignId, TicketId};
use crate::domain::incidents::campaign::{Campaign, Mark};
use crate::domain::incidents::{IndicatorKind, Wave};
use crate::store::entity::{campaign_marks, campaign_tickets, campaigns, waves_set_aside};
use crate::store::{Access, StoreError, Tx};

/// The most campaigns that are listed: those that go on, then the newest that ended.
const MOST: u64 = 100;

/// Campaigns: those that go on, the newest first; with `ended` those that ended after them.
pub async fn all(on: &impl Access, ended: bool) -> Result<Vec<Campaign>, StoreError> {
    use campaigns::Column as C;
    let mut query = campaigns::Entity::find();
    if !ended {
        query = query.filter(C::EndedAt.is_null());
    }
    let rows = query.order_by_desc(C::OpenedAt).limit(MOST).all(on.conn()).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut marks: HashMap<Uuid, Vec<Mark>> = HashMap::new();
    let of = campaign_marks::Entity::find().filter(campaign_marks::Column::CampaignId.is_in(ids.clone()));
    for row in of.all(on.conn()).await? {
        if let Some(kind) = IndicatorKind::parse(&row.kind) {
            marks.entry(row.campaign_id).or_default().push(Mark { kind, key: row.mark, incident: row.incident });
        }
    }
    let mut tickets: HashMap<Uuid, Vec<TicketId>> = HashMap::new();
    let of = campaign_tickets::Entity::find().filter(campaign_tickets::Column::CampaignId.is_in(ids));
    for row in of.order_by_asc(campaign_tickets::Column::Id).all(on.conn()).await? {
        tickets.entry(row.campaign_id).or_default().push(TicketId(row.ticket_id));
    }
    let campaign = |row: campaigns::Model| Campaign {
        id: CampaignId(row.id),
        name: row.name,
        advice: row.advice,
        version: row.version,
        opened_at: row.opened_at,
        ended_at: row.ended_at,
        marks: marks.remove(&row.id).unwrap_or_default(),
        tickets: tickets.remove(&row.id).unwrap_or_default(),
    };
    let mut all: Vec<Campaign> = rows.into_iter().map(campaign).collect();
    all.sort_by_key(|campaign| campaign.ended_at.is_some());
    Ok(all)
}

/// Opens one, without tickets.
pub async fn open(tx: &Tx, new: &Campaign, by: AccountId) -> Result<(), StoreError> {
    let row = campaigns::ActiveModel {
        id: Set(new.id.0),
        name: Set(new.name.clone()),
        advice: Set(new.advice.clone()),
        version: Set(new.version),
        opened_at: Set(new.opened_at),
        opened_by: Set(by.0),
        ended_at: Set(None),
    };
    campaigns::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Saves name, advice and end of one that was read at the version before; false when somebody else changed it meanwhile.
pub async fn save(tx: &Tx, now: &Campaign) -> Result<bool, StoreError> {
    use campaigns::Column as C;
    let update = campaigns::Entity::update_many()
        .col_expr(C::Name, Expr::value(now.name.clone()))
        .col_expr(C::Advice, Expr::value(now.advice.clone()))
        .col_expr(C::EndedAt, Expr::value(now.ended_at))
        .col_expr(C::Version, Expr::value(now.version))
        .filter(C::Id.eq(now.id.0))
        .filter(C::Version.eq(now.version - 1));
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

/// It's known by one thing more.
pub async fn mark(tx: &Tx, id: Uuid, campaign: CampaignId, mark: &Mark) -> Result<(), StoreError> {
    use campaign_marks::Column as C;
    let there = OnConflict::columns([C::CampaignId, C::Kind, C::Mark, C::Incident]).do_nothing().to_owned();
    let row = campaign_marks::ActiveModel {
        id: Set(id),
        campaign_id: Set(campaign.0),
        kind: Set(mark.kind.code().into()),
        mark: Set(mark.key.clone()),
        incident: Set(mark.incident.clone()),
    };
    campaign_marks::Entity::insert(row).on_conflict(there).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A ticket joins; false where it's there already.
pub async fn join(
    tx: &Tx,
    id: Uuid,
    campaign: CampaignId,
    ticket: TicketId,
    (at, by): (DateTime<Utc>, AccountId),
) -> Result<bool, StoreError> {
    use campaign_tickets::Column as C;
    let there = OnConflict::columns([C::CampaignId, C::TicketId]).do_nothing().to_owned();
    let row = campaign_tickets::ActiveModel {
        id: Set(id),
        campaign_id: Set(campaign.0),
        ticket_id: Set(ticket.0),
        joined_at: Set(at),
        joined_by: Set(by.0),
    };
    Ok(campaign_tickets::Entity::insert(row).on_conflict(there).exec_without_returning(tx.conn()).await? > 0)
}

/// A ticket leaves again; false where it isn't there.
pub async fn leave(tx: &Tx, campaign: CampaignId, ticket: TicketId) -> Result<bool, StoreError> {
    use campaign_tickets::Column as C;
    let of = campaign_tickets::Entity::delete_many().filter(C::CampaignId.eq(campaign.0));
    Ok(of.filter(C::TicketId.eq(ticket.0)).exec(tx.conn()).await?.rows_affected > 0)
}

/// Somebody said why a wave is none: it's raised again when more clinics say the same.
pub async fn set_aside(
    tx: &Tx,
    id: Uuid,
    wave: &Wave,
    words: &str,
    (at, by): (DateTime<Utc>, AccountId),
) -> Result<(), StoreError> {
    use waves_set_aside::Column as C;
    let again = OnConflict::columns([C::Kind, C::Mark, C::Incident])
        .update_columns([C::Clinics, C::Words, C::DecidedAt, C::DecidedBy])
        .to_owned();
    let row = waves_set_aside::ActiveModel {
        id: Set(id),
        kind: Set(wave.mark.kind.code().into()),
        mark: Set(wave.mark.key.clone()),
        incident: Set(wave.mark.incident.clone()),
        clinics: Set(i64::try_from(wave.clinics).unwrap_or(i64::MAX)),
        words: Set(words.to_owned()),
        decided_at: Set(at),
        decided_by: Set(by.0),
    };
    waves_set_aside::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Waves that were set aside since, with how many clinics said the same then.
pub async fn aside(on: &impl Access, since: DateTime<Utc>) -> Result<HashMap<Mark, i64>, StoreError> {
    let of = waves_set_aside::Entity::find().filter(waves_set_aside::Column::DecidedAt.gte(since));
    let rows = of.all(on.conn()).await?;
    let aside = |row: waves_set_aside::Model| {
        let mark = Mark { kind: IndicatorKind::parse(&row.kind)?, key: row.mark, incident: row.incident };
        Some((mark, row.clinics))
    };
    Ok(rows.into_iter().filter_map(aside).collect())
}
