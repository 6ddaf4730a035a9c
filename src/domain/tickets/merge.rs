//! Two tickets of one matter: one goes into the other, and comes out of it again as it was. Nothing is copied and nothing
//! lost: the one that went in stands still, and is read in the other's timeline.

use chrono::{DateTime, Utc};

use super::StatusKind;
use super::ticket::Ticket;
use crate::domain::id::{AccountId, MergeId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::text;

/// That a ticket went into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// The one that stands still.
    pub ticket_id: TicketId,
    /// The one in which work goes on.
    pub into_id: TicketId,
    /// Why they are one matter.
    pub why: String,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// By whom.
    pub merged_by: AccountId,
}

/// Whether a ticket may go into another.
///
/// # Errors
/// Beside `into`, when they are the same, another clinic's, at an end, or already part of a merge that way round; beside
/// `same_clinic` when they are called otherwise, and nobody said that it's one clinic.
pub fn may_merge(from: &Ticket, into: &Ticket, same_clinic: bool) -> Result<(), Refusal> {
    let no = |code: &'static str, words: &str| Err(Refusal::field("into", code, words));
    from.must_be_kept()?;
    from.must_stand_alone()?;
    if from.id == into.id {
        return no("merge.same", "同じ相談票です。統合先の番号を入力してください");
    }
    // Before anything that would send somebody to change another clinic's ticket.
    if let (Some(one), Some(other)) = (from.facility_id, into.facility_id)
        && one != other
    {
        let words = "施設が違います。別の施設の相談は、統合せずに「同じ手がかりの相談」でまとめてください";
        return no("merge.facility", words);
    }
    let names = [&from.facility_name, &into.facility_name];
    let known = from.facility_id.is_some() && into.facility_id.is_some();
    let other = names.iter().all(|name| !name.is_empty()) && text::fold(names[0]) != text::fold(names[1]);
    if !known && other && !same_clinic {
        let words = format!(
            "施設名が違います（この相談票は「{}」、統合先は「{}」）。同じ施設であることを確かめたときだけ、チェックを入れて統合してください",
            names[0], names[1]
        );
        return Err(Refusal::field("same_clinic", "merge.names", words));
    }
    if into.erased_on.is_some() || into.state.is_end() {
        return no("merge.ended", "統合先の相談票は終了しています。先に再開するか、別の番号を入力してください");
    }
    if from.state.is_end() {
        let words = "この相談票は終了しています。統合するには先に再開してください";
        return Err(Refusal::conflict("merge.ended", words));
    }
    if into.merged_into.is_some() {
        return no(
            "merge.chain",
            "統合先の相談票が、さらに別の相談票に統合されています。そちらの番号を入力してください",
        );
    }
    if tier2_has(from) && !tier2_has(into) {
        return no(
            "merge.tier2",
            "統合先は2次対応に入っていません。この相談票を統合先にするか、統合先を2次対応に依頼してください",
        );
    }
    Ok(())
}

/// Whether tier 2 is asked or at work: what it's to do isn't hidden behind a ticket that it doesn't see.
fn tier2_has(ticket: &Ticket) -> bool {
    matches!(ticket.state.kind(), StatusKind::Escalated | StatusKind::Tier2 | StatusKind::Referring)
}

impl Ticket {
    /// Refuses what is done in the ticket that this one went into.
    ///
    /// # Errors
    /// A conflict while it's merged.
    pub fn must_stand_alone(&self) -> Result<(), Refusal> {
        match self.merged_into {
            None => Ok(()),
            Some(_) => Err(Refusal::conflict(
                "ticket.merged",
                "この相談票は別の相談票に統合されています。統合先に記録するか、先に統合を取り消してください",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::FacilityId;
    use crate::domain::tickets::state::{State, Status};
    use crate::domain::tickets::ticket::tests::ticket;

    fn of(id: u128) -> Ticket {
        Ticket { id: TicketId(Uuid::from_u128(id)), ..ticket(StatusKind::Tier1) }
    }

    fn at_tier2(id: u128) -> Ticket {
        Ticket { id: TicketId(Uuid::from_u128(id)), ..ticket(StatusKind::Tier2) }
    }

    fn code(from: &Ticket, into: &Ticket) -> String {
        match may_merge(from, into, false) {
            Ok(()) => String::new(),
            Err(refusal) => refusal.fields.first().map_or(refusal.code.to_string(), |fault| fault.code.to_string()),
        }
    }

    #[test]
    fn one_matter_of_one_clinic_is_one_ticket() {
        let at = |id: u128| Some(FacilityId(Uuid::from_u128(id)));
        let ended = |ticket: Ticket| {
            let state = State { at: Status::Done { result: "solved".into() }, ..ticket.state.clone() };
            Ticket { state, ..ticket }
        };
        let called = |ticket: Ticket, name: &str| Ticket { facility_name: name.into(), ..ticket };
        let merged = Ticket { merged_into: Some(TicketId(Uuid::from_u128(9))), ..of(2) };
        let [here, there] = [at(1), at(2)].map(|facility_id| Ticket { facility_id, ..of(1) });
        for (from, into, expected) in [
            (of(1), of(2), ""),
            (here.clone(), of(2), ""),
            (here.clone(), Ticket { facility_id: at(1), ..of(2) }, ""),
            (here.clone(), Ticket { facility_id: there.facility_id, ..of(2) }, "merge.facility"),
            (here, ended(Ticket { facility_id: there.facility_id, ..of(2) }), "merge.facility"),
            (of(1), of(1), "merge.same"),
            (of(1), ended(of(2)), "merge.ended"),
            (ended(of(1)), of(2), "merge.ended"),
            (of(1), merged.clone(), "merge.chain"),
            (merged, of(3), "ticket.merged"),
            (called(of(1), "みどり医院"), called(of(2), "みどり　医院"), ""),
            (called(of(1), "みどり医院"), called(of(2), "あおぞら医院"), "merge.names"),
            (called(of(1), "みどり医院"), called(of(2), ""), ""),
            (at_tier2(1), of(2), "merge.tier2"),
            (at_tier2(1), at_tier2(2), ""),
            (of(1), at_tier2(2), ""),
        ] {
            assert_eq!(code(&from, &into), expected);
        }
    }
}
