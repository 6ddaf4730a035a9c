//! The rules of the gate, as a table and as properties.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::id::RemoteId;
use crate::domain::tickets::remote::RemoteOutcome;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + minute * 60, 0).expect("a time")
}

fn check(purpose: Purpose, heard: [Heard; 3], reason: &str, minute: i64) -> EvidenceCheck {
    EvidenceCheck {
        id: EvidenceCheckId(Uuid::from_u128(minute.unsigned_abs().into())),
        ticket_id: TicketId(Uuid::nil()),
        purpose,
        server: heard[0],
        locked: heard[1],
        cut_off: heard[2],
        reason: reason.into(),
        asked_at: at(minute),
        asked_by: AccountId(Uuid::nil()),
    }
}

fn session(ended_as: Option<RemoteOutcome>, ended: Option<i64>) -> Remote {
    Remote { ended_as, ended_at: ended.map(at), ..Remote::sample(RemoteId(Uuid::nil()), at(0)) }
}

const NO: [Heard; 3] = [Heard::No; 3];

#[test]
fn who_may_connect_is_decided_by_what_was_heard() {
    use Heard::{No, Unknown, Yes};
    // Heard, told to cut off, reason, by a specialist: the code of the refusal.
    for (heard, told, reason, specialist, refused) in [
        (NO, false, "", false, None),
        (NO, false, "", true, None),
        ([Yes, No, No], false, "", false, Some("evidence.tier2_first")),
        ([No, Unknown, No], false, "", false, Some("evidence.tier2_first")),
        ([No, No, Unknown], false, "", false, Some("evidence.tier2_first")),
        ([Unknown, No, No], false, "検査だけ行う", false, None),
        ([Unknown, No, No], false, "", true, None),
        ([No, No, Yes], false, "検査だけ行う", false, Some("evidence.specialist_only")),
        (NO, true, "検査だけ行う", false, Some("evidence.specialist_only")),
        (NO, true, "", true, Some("evidence.reason")),
        ([No, No, Yes], false, "", true, Some("evidence.reason")),
        ([No, No, Yes], true, "隔離した回線でつなぐ", true, None),
    ] {
        let asked = [check(Purpose::Connect, heard, reason, 1)];
        let may = may_go_on(&asked, Purpose::Connect, None, told, specialist);
        assert_eq!(may.err().map(|r| r.code), refused, "{heard:?} {told} {reason} {specialist}");
    }
}

#[test]
fn before_cleaning_it_is_asked_anew_and_a_machine_that_is_apart_is_no_bar_of_its_own() {
    let connected = check(Purpose::Connect, NO, "", 1);
    let asked = [connected.clone()];
    let code = |may: Result<(), Refusal>| may.err().map(|refusal| refusal.code);
    assert_eq!(code(may_go_on(&asked, Purpose::Clean, Some(at(2)), false, true)), Some("evidence.not_asked"));
    let before = [connected.clone(), check(Purpose::Clean, NO, "", 1)];
    assert_eq!(code(may_go_on(&before, Purpose::Clean, Some(at(2)), false, true)), Some("evidence.not_asked"));
    let asked = [connected, check(Purpose::Clean, NO, "", 3)];
    assert_eq!(code(may_go_on(&asked, Purpose::Clean, Some(at(2)), true, false)), None);
}

#[test]
fn a_connection_that_broke_off_goes_on_by_what_was_heard_before_it() {
    assert_eq!(asked_anew_since(&[]), None);
    assert_eq!(asked_anew_since(&[session(None, None)]), None, "one that runs");
    for gone_on in [RemoteOutcome::NotConnected, RemoteOutcome::BrokenOff] {
        assert_eq!(asked_anew_since(&[session(Some(gone_on), Some(5))]), None, "{gone_on:?}");
    }
    assert_eq!(asked_anew_since(&[session(Some(RemoteOutcome::Solved), Some(5))]), Some(at(5)));
    assert_eq!(asked_anew_since(&[session(None, Some(5))]), Some(at(5)), "one of before there were outcomes");
}

#[test]
fn somebody_went_on_by_what_was_asked_last_before_they_did() {
    let reasoned = |purpose, minute| check(purpose, NO, "急ぎ", minute);
    let connects = |minute| Remote { started_at: at(minute), ..session(None, None) };
    let used = |checks: Vec<EvidenceCheck>, sessions: &[Remote]| {
        gone_on_by(checks, sessions).iter().map(|check| check.asked_at).collect::<Vec<_>>()
    };
    let both = || vec![reasoned(Purpose::Connect, 1), reasoned(Purpose::Connect, 3)];
    assert!(used(both(), &[]).is_empty(), "nobody went on");
    assert_eq!(used(both(), &[connects(4)]), [at(3)], "not by the one that was asked again");
    assert_eq!(used(both(), &[connects(2)]), [at(1)]);
    let cleaned = Remote { removed: "1件".into(), ..session(Some(RemoteOutcome::Solved), Some(5)) };
    assert_eq!(used(vec![reasoned(Purpose::Clean, 4)], std::slice::from_ref(&cleaned)), [at(4)]);
    let nothing = Remote { removed: String::new(), ..cleaned };
    assert!(used(vec![reasoned(Purpose::Clean, 4)], &[nothing]).is_empty(), "nothing was removed");
}

fn heard() -> impl Strategy<Value = [Heard; 3]> {
    let one = || proptest::sample::select(Heard::ALL.to_vec());
    [one(), one(), one()]
}

proptest! {
    #[test]
    fn nobody_but_a_specialist_ever_connects_to_a_machine_that_was_cut_off(
        heard in heard(), told in any::<bool>(), reason in "[あ-ん]{0,3}",
    ) {
        let asked = [check(Purpose::Connect, heard, &reason, 1)];
        if told || heard[2] == Heard::Yes {
            prop_assert!(may_go_on(&asked, Purpose::Connect, None, told, false).is_err());
            let specialist = may_go_on(&asked, Purpose::Connect, None, told, true);
            prop_assert_eq!(specialist.is_ok(), !reason.is_empty());
        }
    }

    #[test]
    fn what_was_asked_last_counts_and_nothing_before_it(first in heard(), last in heard(), specialist in any::<bool>()) {
        for purpose in Purpose::ALL {
            let both = [check(purpose, last, "変わった", 2), check(purpose, first, "", 1)];
            let alone = [check(purpose, last, "変わった", 2)];
            let may = |asked: &[EvidenceCheck]| may_go_on(asked, purpose, None, false, specialist).map_err(|r| r.code);
            prop_assert_eq!(may(&both), may(&alone));
            let silent = [check(purpose, last, "", 2), check(purpose, first, "", 1)];
            if first != NO && last == NO && !specialist {
                prop_assert_eq!(may(&silent), Err("evidence.changed"), "a yes isn't undone by pressing no");
            }
            prop_assert_eq!(
                may_go_on(&both, purpose, Some(at(3)), false, specialist).map_err(|r| r.code),
                Err("evidence.not_asked")
            );
        }
    }
}
