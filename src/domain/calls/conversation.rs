//! A conversation about several clinics: a secretariat rings once for three of them. Each clinic has a record of its own
//! (its sheet, what was said and done, its verification, its ticket and its result), so that nothing of one ever stands
//! with another.

use std::collections::HashMap;

use super::sheet::{Sheet, SheetField};
use super::{Call, CallState};
use crate::domain::id::CallId;
use crate::domain::refusal::Refusal;

/// How many clinics one conversation may be about: a secretariat's whole list belongs into several.
const MOST: usize = 20;

/// Whether another clinic may follow the one of this sheet, the last of `parts`.
///
/// # Errors
/// A refusal when nothing was typed about this one yet, so that a key held down begins no row of blanks; or when the
/// conversation is about as many as it may be.
pub fn may_follow(sheet: &Sheet, parts: usize) -> Result<(), Refusal> {
    let of_the_clinic = [SheetField::Incident, SheetField::Narrative];
    if !sheet.has_items() && of_the_clinic.iter().all(|field| sheet.text(*field).is_empty()) {
        return Err(Refusal::conflict(
            "call.blank",
            "この施設についてまだ何も入力されていません。施設名などを入力してから、次の施設へ進んでください",
        ));
    }
    if parts >= MOST {
        return Err(Refusal::conflict(
            "call.too_many_parts",
            format!(
                "1回の通話に記録できる施設は{MOST}件までです。この通話を終了し、続きは新しい入電として記録してください"
            ),
        ));
    }
    Ok(())
}

impl Call {
    /// What all records of a conversation have in common: the id of its first.
    pub fn conversation(&self) -> CallId {
        self.part_of.unwrap_or(self.id)
    }

    /// The record of the conversation's next clinic, the `part`-th: the same caller on the same line, nothing of the
    /// clinic before.
    pub fn next_part(&self, id: CallId, part: i64) -> Self {
        Self {
            id,
            part_of: Some(self.conversation()),
            part,
            keeps: None,
            state: CallState::Open,
            ended_at: None,
            disposition: None,
            complaint: false,
            lacking: Vec::new(),
            reviewed_at: None,
            erased_on: None,
            ..self.clone()
        }
    }

    /// Of each conversation the record that was begun last, in the order given.
    pub fn one_of_each(mut calls: Vec<Self>) -> Vec<Self> {
        let last: HashMap<CallId, i64> = calls.iter().fold(HashMap::new(), |mut last, call| {
            let held = last.entry(call.conversation()).or_insert(call.part);
            *held = call.part.max(*held);
            last
        });
        calls.retain(|call| last.get(&call.conversation()) == Some(&call.part));
        calls
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::calls::Direction;
    use crate::domain::desks::DeskCode;
    use crate::domain::id::AccountId;

    fn call() -> Call {
        Call {
            id: CallId(Uuid::from_u128(1)),
            part_of: None,
            part: 1,
            keeps: None,
            direction: Direction::Inbound,
            desk: DeskCode::Helpline,
            state: CallState::Open,
            number: "03-0000-0000".into(),
            number_key: "0300000000".into(),
            arrived_at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
            answered_at: None,
            ended_at: None,
            operator_id: AccountId(Uuid::nil()),
            caller_name: "事務局".into(),
            standing: None,
            callback_number: String::new(),
            disposition: None,
            complaint: false,
            out_of_hours: false,
            out_of_hours_reason: String::new(),
            lacking: Vec::new(),
            reviewed_at: None,
            arrived_on: NaiveDate::default(),
            erased_on: None,
        }
    }

    proptest! {
        #[test]
        fn of_each_conversation_the_last_record_stays_in_its_place(parts in prop::collection::vec((0u128..4, 1i64..5), 0..12)) {
            let calls: Vec<Call> = parts.iter().map(|(conversation, part)| Call {
                part_of: Some(CallId(Uuid::from_u128(*conversation))),
                part: *part,
                ..call()
            }).collect();
            let kept = Call::one_of_each(calls.clone());
            for call in &calls {
                let last = calls.iter().filter(|c| c.part_of == call.part_of).map(|c| c.part).max();
                prop_assert!(kept.iter().any(|k| k.part_of == call.part_of && Some(k.part) == last));
            }
            prop_assert!(kept.iter().all(|k| calls.iter().all(|c| c.part_of != k.part_of || c.part <= k.part)));
        }
    }

    #[test]
    fn the_next_clinics_record_knows_the_caller_and_nothing_of_the_clinic_before() {
        let first = Call { complaint: true, state: CallState::Ended, ended_at: Some(call().arrived_at), ..call() };
        let (second, third) = (Uuid::from_u128(2), Uuid::from_u128(3));
        let next = first.next_part(CallId(second), 2);
        assert_eq!((next.conversation(), next.part, next.state), (first.id, 2, CallState::Open));
        assert_eq!((next.arrived_at, &next.caller_name), (first.arrived_at, &first.caller_name));
        assert_eq!((next.complaint, next.ended_at, next.disposition), (false, None, None));
        assert_eq!(next.next_part(CallId(third), 3).conversation(), first.id);
    }
}
