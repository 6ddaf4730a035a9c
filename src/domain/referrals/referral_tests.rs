//! Whatever is tried, in whatever order: no step is skipped.

use chrono::{Duration, TimeZone, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::firm::FirmKind;
use super::referral::{Referral, Taken};
use super::stage::Stage;
use super::step::{Answer, AskedBy, Attempt, Item, Step};
use crate::domain::id::{AccountId, FirmId, ReferralId, TicketId};

fn firm(nth: u128) -> FirmId {
    FirmId(Uuid::from_u128(nth))
}

fn any_step() -> impl Strategy<Value = Step> {
    let day = chrono::NaiveDate::from_ymd_opt(2022, 6, 1).unwrap();
    prop_oneof![
        Just(Step::MemberReached),
        Just(Step::Vouched),
        Just(Step::Seconded),
        Just(Step::FeesTold { told: day }),
        prop::collection::vec(0_u128..3, 0..3)
            .prop_map(|firms| Step::Proposed { firms: firms.into_iter().map(firm).collect() }),
        (0_u128..3, any::<bool>()).prop_map(|(nth, as_agreed)| Step::Chosen { firm: firm(nth), as_agreed }),
        any::<bool>().prop_map(|some| Step::Agreed { items: if some { vec![Item::Contact] } else { Vec::new() } }),
        prop::sample::select(Attempt::ALL).prop_map(|how| Step::Contacted { how }),
        prop::sample::select(Answer::ALL).prop_map(|answer| Step::Answered { answer }),
        any::<bool>().prop_map(|contracted| Step::Settled { contracted }),
        prop::sample::select(&[7_u32, 30, 8][..]).prop_map(|after_days| Step::OutcomeAsked { after_days }),
        Just(Step::Finished),
        Just(Step::Withdrawn),
    ]
}

/// Whether somebody took a step of this kind.
fn had(referral: &Referral, code: &str) -> bool {
    referral.steps.iter().any(|taken| taken.step.code() == code)
}

fn holds(referral: &Referral, by_staff: bool) {
    let past = |stage| referral.stage > stage && referral.stage != Stage::Withdrawn;
    if by_staff && past(Stage::ToSecond) {
        let two = referral.steps.iter().filter(|t| matches!(t.step, Step::Vouched | Step::Seconded)).map(|t| t.by);
        let two: std::collections::BTreeSet<_> = two.collect();
        assert!(had(referral, "member_reached") || two.len() >= 2, "{referral:?}");
    }
    for (stage, code) in [
        (Stage::ToTell, "fees_told"),
        (Stage::ToPropose, "proposed"),
        (Stage::ToAgree, "agreed"),
        (Stage::ToContact, "contacted"),
        (Stage::ToAnswer, "answered"),
    ] {
        assert!(!past(stage) || had(referral, code), "{code} was skipped: {referral:?}");
    }
    // Nothing goes to a firm that nobody chose, nor before what may be passed on was agreed.
    for (place, taken) in referral.steps.iter().enumerate() {
        if matches!(taken.step, Step::Contacted { .. }) {
            let before = &referral.steps[..place];
            assert!(before.iter().any(|t| matches!(t.step, Step::Agreed { .. })), "{referral:?}");
            let last = before.iter().rev().find(|t| matches!(t.step, Step::Chosen { .. } | Step::Agreed { .. }));
            let agreed =
                matches!(last.map(|t| &t.step), Some(Step::Agreed { .. } | Step::Chosen { as_agreed: true, .. }));
            assert!(agreed, "{referral:?}");
        }
    }
    if referral.stage == Stage::Finished {
        assert_eq!(referral.outcomes_asked, 2, "the questions after 7 and 30 days were passed over: {referral:?}");
        assert!(referral.contracted.is_some(), "{referral:?}");
    }
    if referral.stage == Stage::Introduced || referral.stage == Stage::Finished {
        assert!(referral.introduced_at.is_some() && referral.firm.is_some());
    }
    assert!(
        !referral.refused.iter().any(|refused| referral.firm == Some(*refused) && referral.introduced_at.is_none())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_consent_is_skipped_and_the_steps_tell_the_state(
        staff in any::<bool>(), tried in prop::collection::vec((any_step(), 0_i64..20, 1_u128..3), 0..60),
    ) {
        let mut now = Utc.with_ymd_and_hms(2026, 11, 22, 1, 0, 0).unwrap();
        let who = |nth: u128| AccountId(Uuid::from_u128(nth));
        let by = if staff { AskedBy::Staff } else { AskedBy::Member };
        let asked = Step::Asked { kind: FirmKind::Lawyer, by, urgent: false };
        let taken = |step, at, by| Taken { step, words: String::new(), at, by };
        let begin = |asked| {
            Referral::begin(ReferralId(Uuid::nil()), TicketId(Uuid::nil()), String::new(), asked).unwrap()
        };
        let mut referral = begin(taken(asked, now, who(1)));
        for (step, days, by) in tried {
            now += Duration::days(days);
            let before = referral.clone();
            referral = match referral.take(taken(step.clone(), now, who(by))) {
                Ok(after) => {
                    prop_assert!(before.next().contains(&step.code()), "what is offered is what is allowed");
                    after
                }
                Err(_) => before,
            };
            holds(&referral, staff);
        }
        // The steps alone tell what it is.
        let mut steps = referral.steps.clone().into_iter();
        let asked = begin(steps.next().unwrap());
        let again = steps.try_fold(asked, Referral::take);
        prop_assert_eq!(again.unwrap(), referral);
    }
}
