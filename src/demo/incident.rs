//! What tier 2 hears of a made-up incident, and how the clinic's duties are seen to.

use chrono::{DateTime, Duration, Utc};

use crate::demo::desk::Desk;
use crate::domain::id::{AccountId, EvidenceItemId, IndicatorId};
use crate::domain::incidents::deadline::{Clock, DutyEnd, Ended, first_day, to_begin};
use crate::domain::incidents::evidence::{EvidenceItem, ItemState};
use crate::domain::incidents::fact::Told;
use crate::domain::incidents::indicator::{Indicator, IndicatorKind, key};
use crate::domain::incidents::{Fact, IncidentEvent, Record};
use crate::domain::tickets::{Event, Place};
use crate::domain::time::{tokyo_day, tokyo_time};

/// Who at the clinic reports or decides.
const CLINICS: [&str; 4] = ["院長", "事務長", "医療安全担当", "副院長"];
/// What showed first.
const SIGNS: [&str; 4] =
    ["共有フォルダが開けない", "見慣れない画面が出た", "電子カルテが起動しない", "取引先から不審なメールの連絡"];
/// Who knew, and from what.
const KNOWN_BY: [&str; 3] =
    ["受付が朝の立ち上げで気づき、院長へ", "院長が診療前に画面を見て", "保守業者からの連絡で事務長が"];

/// What a clinic keeps, and where.
const KEPT: [(&str, &str); 3] =
    [("受付のパソコン", "受付"), ("電子カルテのサーバー", "事務室"), ("脅迫文を撮った写真", "院長のスマートフォン")];

impl Desk<'_> {
    /// What is known of the incident so far.
    fn record(&self) -> Record {
        Record::of(self.case.facts.iter().map(|told| (told.fact, told.value.clone())))
    }

    /// The clocks of what may apply are set running.
    pub(super) fn begin_clocks(&mut self, by: AccountId) {
        let Some(ticket) = self.case.ticket.clone() else { return };
        let rules = &self.scheme.incidents;
        let new = to_begin(rules, &self.record(), &ticket.incident, ticket.opened_at, &self.case.clocks);
        let duties: Vec<String> = new.iter().map(|duty| duty.code.clone()).collect();
        if duties.is_empty() {
            return;
        }
        let began = |duty: &String| Clock { ticket_id: ticket.id, duty: duty.clone(), began_at: self.now, ended: None };
        let clocks: Vec<Clock> = duties.iter().map(began).collect();
        self.case.clocks.extend(clocks);
        self.write(Place::Ticket(ticket.id), by, &Event::Incident(IncidentEvent::ClocksBegan { duties }));
    }

    /// The specialist asks, the clinic tells. Of what has no clocks nothing is asked.
    pub(super) fn tell_incident(&mut self) {
        let Some(ticket) = self.case.ticket.clone().filter(|_| !self.case.clocks.is_empty()) else { return };
        let ransomware = ticket.incident == "ransomware";
        let aware = ticket.opened_at - Duration::minutes(self.rng.between(20, 300));
        let pick = |desk: &mut Self, choices: &[&str]| (*desk.rng.pick(choices)).to_owned();
        let mut facts = vec![
            (Fact::AwareAt, tokyo_time(aware).format("%Y-%m-%dT%H:%M").to_string()),
            (Fact::AwareCertainty, pick(self, &["exact", "about"])),
            (Fact::AwareBy, pick(self, &KNOWN_BY)),
            (Fact::FirstSign, pick(self, &SIGNS)),
            (Fact::Systems, pick(self, &["chart,receipt", "pcs", "chart", "pcs,mail", "receipt"])),
            (Fact::Care, pick(self, &["none", "slowed", "slowed", "new_refused", "closed"])),
            (Fact::Leak, pick(self, &["possible", "unknown", "possible"])),
            (Fact::Persons, "unknown".to_owned()),
            (Fact::Server, pick(self, &["own", "vendor", "cloud"])),
            (Fact::Backup, pick(self, &["yes", "no", "unknown"])),
        ];
        if ransomware {
            facts.push((Fact::Ransom, pick(self, &["seen", "none", "unknown"])));
        }
        let (at, to) = (self.now, self.specialist);
        let rules = &self.scheme.incidents;
        let words = facts.iter().map(|(fact, value)| format!("{}：{}", fact.label(), fact.shown(value, rules)));
        let words = words.collect::<Vec<_>>().join("\n");
        let codes = facts.iter().map(|(fact, _)| fact.code().to_owned()).collect();
        self.case.found_by.add(&words);
        self.write(Place::Ticket(ticket.id), to, &Event::Incident(IncidentEvent::Recorded { facts: codes, words }));
        self.case.facts = facts.into_iter().map(|(fact, value)| Told { fact, value, at, to }).collect();
        self.begin_clocks(to);
        if ransomware {
            self.tell_signs(to);
        }
    }

    /// What the clinic saw, and what it keeps.
    fn tell_signs(&mut self, to: AccountId) {
        let Some(ticket_id) = self.ticket_id() else { return };
        // Of late there goes one attack about; before that each had its own.
        let late = self.now > self.horizon - Duration::hours(60);
        let said = if late { ".lockmihon".to_owned() } else { format!(".mihon{}", self.rng.below(100_000)) };
        let kind = IndicatorKind::Extension;
        let Ok(key) = key(kind, &said) else { return };
        let (id, at) = (IndicatorId(self.rng.id(self.now, self.case.entries.len())), self.now);
        let one = Indicator { id, ticket_id, kind, said, key, told_at: at, told_to: to };
        let told = IncidentEvent::IndicatorTold { indicator: id.0, kind, words: one.shown() };
        self.case.indicators.push(one);
        self.write(Place::Ticket(ticket_id), to, &Event::Incident(told));
        let (item, place) = *self.rng.pick(&KEPT);
        let (state, id) = (ItemState::Unplugged, EvidenceItemId(self.rng.id(self.now, self.case.entries.len())));
        let none = String::new;
        let piece = EvidenceItem {
            id,
            ticket_id,
            item: item.to_owned(),
            label: none(),
            place: place.to_owned(),
            holder: "事務長".to_owned(),
            state,
            handed_to: none(),
            handed_at: None,
            version: 1,
            told_at: at,
            told_to: to,
        };
        let told = IncidentEvent::EvidenceTold { item: id.0, state, words: piece.line() };
        self.case.evidence.push(piece);
        self.write(Place::Ticket(ticket_id), to, &Event::Incident(told));
    }

    /// What is due within some days is filed, or the clinic decides that it doesn't apply.
    pub(super) fn see_to_duties(&mut self, within_days: i64) {
        let Some(ticket) = self.case.ticket.clone() else { return };
        let record = self.record();
        let (rules, hours) = (&self.scheme.incidents, &self.scheme.hours);
        let first = first_day(&record, ticket.opened_at);
        let until = tokyo_day(self.now) + Duration::days(within_days);
        let due = |clock: &&Clock| {
            let duty = rules.duty_on(&clock.duty, first)?;
            let days = duty.days(first, record.wrongful(&ticket.incident, rules), hours);
            Some(days.aim.or(days.limit)? <= until)
        };
        let running = self.case.clocks.iter().filter(|clock| clock.ended.is_none());
        let duties: Vec<String> = running.filter(|clock| due(clock) == Some(true)).map(|c| c.duty.clone()).collect();
        for duty in duties {
            self.end_clock(&duty, self.now);
        }
    }

    fn end_clock(&mut self, code: &str, at: DateTime<Utc>) {
        let Some(ticket) = self.ticket_id() else { return };
        let filed = code != "insurance" || self.rng.permille(400);
        let ended_as = if filed { DutyEnd::Filed } else { DutyEnd::NotApplicable };
        let by = (*self.rng.pick(&CLINICS)).to_owned();
        let receipt = if filed && code.starts_with("ppc") {
            format!("{:08}", self.rng.below(100_000_000))
        } else {
            String::new()
        };
        let told = self.scheme.incidents.say_on(tokyo_day(at)).filter(|_| !filed).map(|say| say.from);
        let number = if receipt.is_empty() { String::new() } else { format!("\n受付番号：{receipt}") };
        let who = if filed { "対応した方" } else { "判断した方" };
        let words = format!("{who}：{by}{number}");
        let event = IncidentEvent::ClockEnded { duty: code.to_owned(), ended_as, at, told, words };
        self.write(Place::Ticket(ticket), self.specialist, &Event::Incident(event));
        let (recorded_at, recorded_by) = (at, self.specialist);
        if let Some(clock) = self.case.clocks.iter_mut().find(|clock| clock.duty == code) {
            clock.ended = Some(Ended { ended_as, at, by, receipt, told, recorded_at, recorded_by });
        }
    }
}
