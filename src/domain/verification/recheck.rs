//! A caller was taken provisionally: what a newer directory says to it (domain section 3: enrolments and moves under
//! way are usable until completed; a later "no" closes the future, never the help already given).

use crate::domain::matching::{Answer, Decision};

/// What becomes of the question put to the association.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The directory says it now: the question is answered.
    Confirmed,
    /// Nothing new.
    Waits,
    /// Somebody has to ask now, and why.
    Raised(&'static str),
}

/// Judges by what was decided on the call, and by what the directory says now for the day of the call and for today.
/// `long_ago`: the call is longer ago than a procedure takes.
pub fn again(decided: Decision, then: &Answer, today: &Answer, long_ago: bool) -> Again {
    match (then.decision, today.decision) {
        (Decision::Eligible, _) | (_, Decision::Eligible) => Again::Confirmed,
        (_, Decision::Pending) if today.pending_overdue => {
            Again::Raised("手続きの申請から3か月を過ぎています。医師会にご確認ください")
        }
        (_, Decision::Pending) => Again::Waits,
        (_, Decision::NotEligible) => Again::Raised("新しい名簿ではA①会員になっていません。医師会にご確認ください"),
        (_, Decision::NeedsCheck) if decided == Decision::Pending => {
            Again::Raised("新しい名簿には入会・異動の手続きが見当たりません。医師会にご確認ください")
        }
        (_, Decision::NeedsCheck) if long_ago => {
            Again::Raised("3か月を過ぎても名簿で確認できません。医師会にご確認ください")
        }
        (_, Decision::NeedsCheck) => Again::Waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matching::{ItemMark, Items, Reason};

    fn answer(decision: Decision, reason: Reason, pending_overdue: bool) -> Answer {
        let agrees = ItemMark::Agrees;
        Answer {
            candidates: Vec::new(),
            decision,
            items: Items { name: agrees, facility: agrees, address: agrees, number: agrees },
            notes: Vec::new(),
            ask_next: None,
            reason,
            pending_overdue,
        }
    }

    #[test]
    fn the_question_is_answered_waits_or_is_raised() {
        let eligible = || answer(Decision::Eligible, Reason::AllAgree, false);
        let pending = |overdue| answer(Decision::Pending, Reason::ProcedureUnderWay, overdue);
        let not_yet = || answer(Decision::NotEligible, Reason::NotYetEnrolled, false);
        let left = || answer(Decision::NotEligible, Reason::Left, false);
        let check = |reason| answer(Decision::NeedsCheck, reason, false);
        let (under_way, unknown) = (Decision::Pending, Decision::NeedsCheck);
        let nobody = || check(Reason::NobodyFound);
        for (decided, then, today, long_ago, expected) in [
            (under_way, eligible(), eligible(), false, "confirmed"),
            (under_way, not_yet(), eligible(), false, "confirmed"),
            (unknown, eligible(), left(), true, "confirmed"),
            (under_way, pending(false), pending(false), true, "waits"),
            (under_way, pending(false), pending(true), false, "raised"),
            (under_way, pending(false), left(), false, "raised"),
            (under_way, nobody(), nobody(), false, "raised"),
            (unknown, nobody(), nobody(), false, "waits"),
            (unknown, nobody(), nobody(), true, "raised"),
        ] {
            let said = match again(decided, &then, &today, long_ago) {
                Again::Confirmed => "confirmed",
                Again::Waits => "waits",
                Again::Raised(_) => "raised",
            };
            assert_eq!(said, expected, "{:?} {:?}", then.reason, today.reason);
        }
    }
}
