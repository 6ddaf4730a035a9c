//! Referrals: what they are is told by their steps; a row beside them is what lists and figures ask.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, ReferralId, TicketId};
use crate::domain::referrals::referral::Taken;
use crate::domain::referrals::{FirmKind, Referral, Stage, Step};
use crate::store::entity::{referral_steps, referrals};
use crate::store::{Access, StoreError, Tx};

/// The most referrals that a page lists: a handful of firms takes no more.
const MOST: u64 = 500;

/// What is listed of a referral.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The referral.
    pub id: ReferralId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// What kind of help.
    pub kind: FirmKind,
    /// It can't wait for a firm's hours.
    pub urgent: bool,
    /// How far it is.
    pub stage: Stage,
    /// When the member is to be asked next.
    pub due_on: Option<NaiveDate>,
}

fn taken(row: referral_steps::Model) -> Result<Taken, StoreError> {
    let step: Step = serde_json::from_value(row.data).map_err(|_| StoreError::Corrupt("referral_steps.data"))?;
    Ok(Taken { step, words: row.words, at: row.taken_at, by: AccountId(row.taken_by) })
}

/// A ticket's referrals, the first first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Referral>, StoreError> {
    use referrals::Column as C;
    let rows = referrals::Entity::find().filter(C::TicketId.eq(ticket.0)).order_by_asc(C::Id).all(on.conn()).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    use referral_steps::Column as S;
    let ids = rows.iter().map(|row| row.id);
    let steps = referral_steps::Entity::find().filter(S::ReferralId.is_in(ids)).order_by_asc(S::Place);
    let mut each: HashMap<Uuid, Vec<Taken>> = HashMap::new();
    for row in steps.all(on.conn()).await? {
        each.entry(row.referral_id).or_default().push(taken(row)?);
    }
    rows.into_iter().map(|row| replayed(&row, each.remove(&row.id).unwrap_or_default())).collect()
}

fn replayed(row: &referrals::Model, steps: Vec<Taken>) -> Result<Referral, StoreError> {
    let broken = || StoreError::Corrupt("referral_steps");
    let mut steps = steps.into_iter();
    let asked = steps.next().ok_or_else(broken)?;
    let begun = Referral::begin(ReferralId(row.id), TicketId(row.ticket_id), row.prefecture.clone(), asked);
    steps.try_fold(begun.map_err(|_| broken())?, |referral, step| referral.take(step).map_err(|_| broken()))
}

/// A row for it.
pub(in crate::store) fn row(referral: &Referral) -> referrals::ActiveModel {
    referrals::ActiveModel {
        id: Set(referral.id.0),
        ticket_id: Set(referral.ticket_id.0),
        kind: Set(referral.kind.code().into()),
        prefecture: Set(referral.prefecture.clone()),
        stage: Set(referral.stage.code().into()),
        urgent: Set(referral.urgent),
        firm_id: Set(referral.firm.map(|firm| firm.0)),
        due_on: Set(referral.due().map(|(_, day)| day)),
        steps: Set(i64::try_from(referral.steps.len()).unwrap_or(i64::MAX)),
        begun_at: Set(referral.steps.first().map(|step| step.at).unwrap_or_default()),
        contacted_at: Set(referral.contacted_at),
        introduced_at: Set(referral.introduced_at),
        refused: Set(i64::try_from(referral.refused.len()).unwrap_or(i64::MAX)),
        contracted: Set(referral.contracted),
    }
}

/// A row for a step, at its place.
pub(in crate::store) fn step_row(
    id: Uuid,
    referral: ReferralId,
    place: usize,
    taken: &Taken,
) -> Result<referral_steps::ActiveModel, StoreError> {
    Ok(referral_steps::ActiveModel {
        id: Set(id),
        referral_id: Set(referral.0),
        place: Set(i64::try_from(place).unwrap_or(i64::MAX)),
        data: Set(serde_json::to_value(&taken.step).map_err(|_| StoreError::Corrupt("referral_steps.data"))?),
        words: Set(taken.words.clone()),
        taken_at: Set(taken.at),
        taken_by: Set(taken.by.0),
    })
}

/// Keeps the step that a referral took last, under an id of its own.
pub async fn keep(tx: &Tx, step: Uuid, referral: &Referral) -> Result<(), StoreError> {
    let place = referral.steps.len();
    let Some(last) = referral.steps.last() else { return Ok(()) };
    if place == 1 {
        referrals::Entity::insert(row(referral)).exec_without_returning(tx.conn()).await?;
    } else {
        use referrals::Column as C;
        let update = referrals::Entity::update_many().set(row(referral)).filter(C::Id.eq(referral.id.0));
        update.exec(tx.conn()).await?;
    }
    let step = step_row(step, referral.id, place, last)?;
    referral_steps::Entity::insert(step).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Referrals that go on: those whose member is to be asked by a day, and all that haven't been introduced yet; the one
/// that is due first first, then the oldest.
pub async fn open(on: &impl Access) -> Result<Vec<Listed>, StoreError> {
    use referrals::Column as C;
    let ends = [Stage::Finished, Stage::Withdrawn].map(Stage::code);
    let query = referrals::Entity::find().filter(C::Stage.is_not_in(ends));
    let rows = query.order_by_asc(C::DueOn).order_by_asc(C::Id).limit(MOST).all(on.conn()).await?;
    let listed = |row: referrals::Model| {
        Ok(Listed {
            id: ReferralId(row.id),
            ticket_id: TicketId(row.ticket_id),
            kind: FirmKind::parse(&row.kind).ok_or(StoreError::Corrupt("referrals.kind"))?,
            urgent: row.urgent,
            stage: Stage::parse(&row.stage).ok_or(StoreError::Corrupt("referrals.stage"))?,
            due_on: row.due_on,
        })
    };
    rows.into_iter().map(listed).collect()
}

/// Takes people's words out of a ticket's referrals.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use referral_steps::Column as S;
    use referrals::Column as C;
    let of = referrals::Entity::find().select_only().column(C::Id).filter(C::TicketId.eq(ticket));
    let ids: Vec<Uuid> = of.into_tuple().all(tx.conn()).await?;
    let steps = referral_steps::Entity::update_many().filter(S::ReferralId.is_in(ids));
    steps.col_expr(S::Words, Expr::value("")).exec(tx.conn()).await?;
    Ok(())
}
