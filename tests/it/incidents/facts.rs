//! Facts as they are typed and kept.

use chrono::{DateTime, Utc};
use madoguchi::config::scheme;
use madoguchi::domain::incidents::Fact;
use madoguchi::domain::time::from_tokyo;
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    from_tokyo("2026-11-22T10:42:00".parse().expect("a time"))
}

#[test]
fn every_fact_has_a_code_of_its_own_that_is_found_again() {
    for fact in Fact::ALL {
        assert_eq!(Fact::parse(fact.code()), Some(*fact));
        assert!(!fact.label().is_empty());
    }
    let codes: std::collections::HashSet<_> = Fact::ALL.iter().map(|fact| fact.code()).collect();
    assert_eq!(codes.len(), Fact::ALL.len());
}

#[test]
fn what_is_kept_is_read_by_people_in_their_words() {
    let rules = scheme().expect("the scheme").incidents;
    for (fact, kept, shown) in [
        (Fact::AwareAt, "2026-11-22T09:00", "2026年11月22日 09:00"),
        (Fact::AwareAt, "2026-11-22", "2026年11月22日"),
        (Fact::CareSince, "2025-11-20", "2025年11月20日"),
        (Fact::Systems, "chart,mail", "電子カルテ・メール"),
        (Fact::Persons, "count", "人数がわかる"),
        (Fact::PersonsFrom, "1200", "1200人"),
        (Fact::EntrustedTo, "青空システム", "青空システム"),
        (Fact::Care, "", ""),
    ] {
        assert_eq!(fact.shown(kept, &rules), shown, "{}", fact.code());
    }
}

proptest! {
    /// Whatever is typed is refused beside its own field, or kept in a form that is read again as the same.
    #[test]
    fn what_is_kept_is_kept_again_as_it_is(typed in "\\PC{0,24}|[0-9０-９/:日時月昨今 ]{0,12}|yes|no|unknown|chart,mail|mail,chart") {
        let rules = scheme().expect("the scheme").incidents;
        for fact in Fact::ALL {
            match fact.read(&typed, &rules, now()) {
                Ok(kept) => prop_assert_eq!(fact.read(&kept, &rules, now()).expect("kept"), kept, "{}", fact.code()),
                Err(refusal) => prop_assert_eq!(refusal.fields[0].name.as_str(), fact.code()),
            }
        }
    }
}
