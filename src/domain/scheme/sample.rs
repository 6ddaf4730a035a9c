//! A small scheme for the tests of rules.

use super::claims::{Amounts, Claims};
use super::hours::{Days, Line, Period};
use super::incidents::IncidentRules;
use super::referrals::{ReferralRules, ReferralSay};
use super::remote::{Consent, RemoteSupport};
use super::reports::{Example, ReportTexts};
use super::{Card, Cards, Hours, Lists, Scheme, Term};
use crate::domain::claims::Yen;
use crate::domain::desks::DeskCode;

/// The scheme's amounts.
pub(crate) fn claims() -> Claims {
    let period = |from: &str, closure: &[i64], care| Amounts {
        from: from.parse().expect("a day"),
        closure: closure.iter().copied().map(Yen).collect(),
        no_closure: Yen(100_000),
        leak: Yen(50_000),
        care,
    };
    let later = period("2023-06-01", &[200_000, 300_000, 400_000], true);
    Claims { year_begins: 6, period: vec![period("2022-06-01", &[150_000], false), later] }
}

/// As much of a scheme as rules need.
pub(crate) fn scheme() -> Scheme {
    let line = |code: DeskCode, open, close, days| {
        let hour = |h| chrono::NaiveTime::from_hms_opt(h, 0, 0).expect("a time");
        let period =
            vec![Period { from: "2022-06-01".parse().expect("a day"), open: hour(open), close: hour(close), days }];
        Line { code, number: String::new(), period }
    };
    let terms =
        |codes: &[&str]| codes.iter().map(|c| Term { code: (*c).into(), label: (*c).into() }).collect::<Vec<_>>();
    let card = |code: &str, incidents: &[&str]| Card {
        code: code.into(),
        incidents: incidents.iter().map(|i| (*i).to_owned()).collect(),
        say: "言う".into(),
        short: code.into(),
        cuts_off: code == "unplug",
        answers: terms(&["told"]),
    };
    Scheme {
        hours: Hours {
            holidays: Vec::new(),
            line: vec![
                line(DeskCode::Helpline, 6, 21, Days::Every),
                line(DeskCode::Guideline, 9, 18, Days::BusinessDays),
            ],
            target: Vec::new(),
        },
        lists: Lists {
            incident: terms(&["ransomware"]),
            severity: terms(&["urgent"]),
            desk: terms(&["helpline"]),
            result: terms(&["solved"]),
            tier2_at_once: vec!["ransomware".into()],
            severity_at_once: "urgent".into(),
            severity_usual: "urgent".into(),
            provisional_reason: terms(&["procedure", "no_number"]),
            override_reason: terms(&["asked_association"]),
            exit: Vec::new(),
        },
        remote: RemoteSupport {
            keep_apart: "つながない".into(),
            consent: vec![Consent { from: "2022-06-01".parse().expect("a day"), say: "よいですか".into() }],
            tool: Vec::new(),
        },
        reports: ReportTexts { example: vec![example()], change: Vec::new() },
        referrals: ReferralRules { say: vec![referral_say()] },
        incidents: IncidentRules {
            attacks: vec!["ransomware".into()],
            leak_suspected: Vec::new(),
            damages: vec!["ransomware".into()],
            system: Vec::new(),
            say: Vec::new(),
            duty: Vec::new(),
        },
        papers: toml::from_str(include_str!("../../../config/scheme/papers.toml")).expect("the papers"),
        claims: claims(),
        retention: crate::domain::retention::tests::retention(),
        secretariats: Default::default(),
        cards: Cards { card: vec![card("sharing", &[]), card("unplug", &["ransomware"])] },
    }
}

fn referral_say() -> ReferralSay {
    let said = || "言う".to_owned();
    let from = chrono::NaiveDate::from_ymd_opt(2022, 6, 1).expect("a day");
    ReferralSay { from, reach: said(), fees: said(), neutral: said(), agree: said(), outcome: said() }
}

fn example() -> Example {
    Example {
        incidents: Vec::new(),
        title: "架空".into(),
        told: "ある診療所".into(),
        advice: vec!["一".into(), "二".into(), "三".into()],
        source: "公開資料".into(),
        verified: "2022-06-01".parse().expect("a day"),
    }
}
