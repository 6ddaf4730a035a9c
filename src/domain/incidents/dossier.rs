//! The dossier of one incident, as it's handed to the clinic, or to the firm that took the case on: what is known of it,
//! nothing of other clinics, and no patient's name. What was handed over stays as it was.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::case::{Case, Filed, Known, Source};
use super::deadline::DutyEnd;
use super::event::IncidentEvent;
use super::fact::Fact;
use super::handing::{Means, Recipient};
use crate::domain::id::{AccountId, DossierId, FirmId, TicketId};
use crate::domain::referrals::step::Item;
use crate::domain::scheme::incidents::IncidentRules;

/// A dossier that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its id.
    pub id: DossierId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// For whom.
    pub recipient: Recipient,
    /// The firm, where it's for one.
    pub firm_id: Option<FirmId>,
    /// Who receives it, by name.
    pub to: String,
    /// How it's passed on.
    pub means: Means,
    /// Who at the clinic consented.
    pub consent_by: String,
    /// What it says.
    pub content: Content,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// By whom.
    pub made_by: AccountId,
    /// When its password was told, to whom and how.
    pub told: Option<(DateTime<Utc>, String)>,
}

/// What a dossier says, part by part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is, or when it was.
    pub what: String,
    /// What is said of it.
    pub says: String,
}

/// The place of a line: part and row, both from 0.
pub type At = (usize, usize);

/// What the clinic agreed may be passed to a firm, with the words for whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// What.
    pub items: Vec<Item>,
    /// Whom to ask for, and the number.
    pub contact: String,
}

/// What a dossier may say: all of it to the clinic, to a firm what was agreed. `course` are the lines of what was done,
/// with what must be agreed beside the facts where one tells more than they do.
pub fn content(
    case: &Case,
    rules: &IncidentRules,
    course: Vec<(Option<Item>, Row)>,
    agreed: Option<&Agreed>,
) -> Content {
    let passes = |item: Item| agreed.is_none_or(|agreed| agreed.items.contains(&item));
    let known = |known: Known| {
        let line = case.line(Source::Known(known), rules);
        Row { what: line.what.to_owned(), says: line.words }
    };
    let contact = match agreed {
        Some(agreed) => Row { what: "折返し先".to_owned(), says: agreed.contact.clone() },
        None => known(Known::Phone),
    };
    let who = [
        (Item::Facility, known(Known::Facility)),
        (Item::Address, known(Known::Address)),
        (Item::Member, known(Known::Member)),
        (Item::Contact, contact),
    ];
    let who = who.into_iter().filter(|(item, _)| passes(*item)).map(|(_, row)| row).collect();
    let told = [(None, known(Known::Incident)), (Some(Item::Summary), known(Known::Summary))];
    let told = told.into_iter().filter(|(item, _)| item.is_none_or(passes)).map(|(_, row)| row).collect();
    let facts = |rows: Vec<Row>| if passes(Item::Facts) { rows } else { Vec::new() };
    let numbered = |lines: &[String]| {
        let row = |(nth, line): (usize, &String)| Row { what: (nth + 1).to_string(), says: line.clone() };
        lines.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    let evidence = if passes(Item::Evidence) { numbered(&case.evidence) } else { Vec::new() };
    let filed = filed(&case.filed, agreed.is_none());
    let course = course.into_iter().filter(|(item, _)| item.is_none_or(passes)).map(|(_, row)| row).collect();
    let parts = [
        ("医療機関", who),
        ("ご相談", told),
        ("インシデント記録", facts(record(case, rules))),
        ("手がかり", facts(numbered(&case.indicators))),
        ("証拠", evidence),
        ("済んだ報告・連絡", facts(numbered(&filed))),
        ("経過", facts(course)),
    ];
    let said = |row: &Row| !row.says.trim().is_empty();
    let part = |(title, rows): (&str, Vec<Row>)| Part {
        title: title.to_owned(),
        rows: rows.into_iter().filter(said).collect(),
    };
    Content { parts: parts.into_iter().map(part).filter(|part| !part.rows.is_empty()).collect() }
}

fn record(case: &Case, rules: &IncidentRules) -> Vec<Row> {
    let fact = |fact: &Fact| {
        let line = case.line(Source::Fact(*fact), rules);
        Row { what: line.what.to_owned(), says: line.words }
    };
    Fact::ALL.iter().map(fact).collect()
}

/// What was filed; who at the clinic filed it is nobody's but the clinic's.
fn filed(all: &[Filed], by: bool) -> Vec<String> {
    all.iter().map(|one| if by { one.line() } else { one.words.clone() }).collect()
}

/// Whether an event belongs into a dossier's course: nothing of a campaign, of another dossier, or of an authority's
/// request; and nothing that stands as a line of its own, so that what is left out there is left out.
pub fn tells(event: &IncidentEvent) -> bool {
    !matches!(
        event,
        IncidentEvent::Recorded { .. }
            | IncidentEvent::EvidenceTold { .. }
            | IncidentEvent::IndicatorTold { .. }
            | IncidentEvent::IndicatorTakenBack { .. }
            | IncidentEvent::CampaignJoined { .. }
            | IncidentEvent::CampaignLeft { .. }
            | IncidentEvent::CampaignFollowUp { .. }
            | IncidentEvent::Dictated { .. }
            | IncidentEvent::DictationTakenBack { .. }
            | IncidentEvent::DossierMade { .. }
            | IncidentEvent::PasswordTold { .. }
            | IncidentEvent::AuthorityAsked { .. }
            | IncidentEvent::AuthorityAnswered { .. }
            | IncidentEvent::ClockEnded { ended_as: DutyEnd::Filed, .. }
    )
}

impl Content {
    /// Lines in which a patient may be named: whoever hands it over looks at them one by one.
    pub fn doubtful(&self) -> Vec<At> {
        self.lines().filter(|(_, row)| may_name_a_patient(&row.says)).map(|(at, _)| at).collect()
    }

    /// Its lines with their places.
    pub fn lines(&self) -> impl Iterator<Item = (At, &Row)> {
        let of = |(p, part): (usize, &Part)| -> Vec<(usize, usize)> { (0..part.rows.len()).map(|r| (p, r)).collect() };
        self.parts.iter().enumerate().flat_map(of).map(|(p, r)| ((p, r), &self.parts[p].rows[r]))
    }

    /// The same with these lines alone.
    pub fn keeping(&self, kept: &[At]) -> Self {
        let part = |(p, part): (usize, &Part)| {
            let rows =
                part.rows.iter().enumerate().filter(|(r, _)| kept.contains(&(p, *r))).map(|(_, row)| row.clone());
            Part { title: part.title.clone(), rows: rows.collect() }
        };
        let parts = self.parts.iter().enumerate().map(part).filter(|part| !part.rows.is_empty());
        Self { parts: parts.collect() }
    }
}

/// Words that stand beside patients.
const BESIDE_PATIENTS: [&str; 8] = ["患者", "診察券", "カルテ番号", "生年月日", "病名", "保険証", "被保険者", "主訴"];

/// What follows 様 and さん where they are no title.
const NO_TITLE: [&str; 3] = ["ざん", "子", "式"];

/// Whether words may name a patient: they speak of one, or of somebody by name and 様 or さん. Too careful rather than
/// too careless.
fn may_name_a_patient(words: &str) -> bool {
    let plain = words.replace("患者さんの情報", "").replace("お客様", "");
    if BESIDE_PATIENTS.iter().any(|word| plain.contains(word)) {
        return true;
    }
    let named = |title: &str| {
        plain.match_indices(title).any(|(at, _)| {
            !NO_TITLE.iter().any(|rest| plain[at + title.len()..].starts_with(rest))
                && plain[..at].chars().next_back().is_some_and(is_of_a_name)
        })
    };
    ["様", "さん", "氏"].iter().any(|title| named(title))
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incidents::Record;
    use crate::domain::scheme::sample::scheme;

    fn case() -> Case {
        Case {
            facility: "青空医院".into(),
            address: "東京都".into(),
            phone: "0312345678".into(),
            member: "青空 太郎".into(),
            incident: "ランサムウェア".into(),
            summary: "画面に脅迫文".into(),
            evidence: vec!["受付のパソコン".into()],
            filed: vec![Filed { words: "警察：7月22日".into(), by: "院長".into() }],
            indicators: vec!["拡張子 .lock".into()],
            record: Record::of([(Fact::Ransom, "seen".to_owned())]),
            ..Case::default()
        }
    }

    fn titles(content: &Content) -> Vec<&str> {
        content.parts.iter().map(|part| part.title.as_str()).collect()
    }

    #[test]
    fn a_firm_reads_what_was_agreed_and_nothing_else() {
        let rules = scheme().incidents;
        let line = |says: &str| Row { what: "10:44".into(), says: says.into() };
        let course = vec![(None, line("案内")), (Some(Item::Summary), line("同意：院長"))];
        let all = content(&case(), &rules, course.clone(), None);
        assert_eq!(
            titles(&all),
            ["医療機関", "ご相談", "インシデント記録", "手がかり", "証拠", "済んだ報告・連絡", "経過"]
        );
        let facts = Agreed { items: vec![Item::Facts], contact: String::new() };
        let facts = serde_json::to_string(&content(&case(), &rules, course.clone(), Some(&facts))).expect("text");
        assert!(facts.contains("案内") && facts.contains("7月22日") && !facts.contains("院長"), "{facts}");
        let agreed = Agreed { items: vec![Item::Contact, Item::Evidence], contact: "院長 03-0000-0000".into() };
        let some = content(&case(), &rules, course, Some(&agreed));
        assert_eq!(titles(&some), ["医療機関", "ご相談", "証拠"]);
        let whole = serde_json::to_string(&some).expect("text");
        assert!(whole.contains("院長 03-0000-0000"));
        for held_back in ["青空医院", "東京都", "0312345678", "青空 太郎", "画面に脅迫文", ".lock"] {
            assert!(!whole.contains(held_back), "{held_back}");
        }
    }

    #[test]
    fn lines_in_which_a_patient_may_be_named_are_doubted() {
        for (words, doubted) in [
            ("患者 山田の予約が見えない", true),
            ("山田様から連絡", true),
            ("ヤマダさんの画面", true),
            ("診察券番号 123", true),
            ("たなかさんの画面", true),
            ("Tanaka様から", true),
            ("患者さんに山田がいる", true),
            ("患者さんの情報が映る画面は閉じてください", false),
            ("お客様番号を尋ねる電話", false),
            ("電源を切らないようご案内", false),
            ("どこにあるかさんざん探した", false),
        ] {
            assert_eq!(may_name_a_patient(words), doubted, "{words}");
        }
    }

    #[test]
    fn what_is_left_out_is_gone_with_its_heading() {
        let rules = scheme().incidents;
        let all = content(&case(), &rules, Vec::new(), None);
        let kept: Vec<At> = all.lines().filter(|(_, row)| row.says != "受付のパソコン").map(|(at, _)| at).collect();
        let less = all.keeping(&kept);
        assert!(!titles(&less).contains(&"証拠"));
        assert_eq!(less.lines().count(), all.lines().count() - 1);
    }

    #[test]
    fn nothing_of_a_campaign_is_told() {
        let campaign = uuid::Uuid::nil();
        assert!(!tells(&IncidentEvent::CampaignJoined { campaign, words: String::new() }));
        assert!(tells(&IncidentEvent::ClocksBegan { duties: Vec::new() }));
    }
}
