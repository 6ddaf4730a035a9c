//! How long each kind of data is kept, and what becomes of it then. Dated data from `retention.toml`; the rule itself
//! knows only days, periods and what holds a thing back. Beside it: whose clock is believed, how much a night may erase.

pub mod cap;
pub mod clock;
pub mod wait;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, Timelike};
use serde::Deserialize;

use crate::domain::scheme::term::Term;

/// A kind of data with a period of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A ticket with all that hangs on it, its calls included.
    Ticket,
    /// A call that led to no ticket.
    CallAlone,
    /// A claim for a support payment.
    Claim,
    /// A member or facility that is in the directory no more.
    DirectoryGone,
    /// An answer remembered for a repeated request.
    IdempotencyAnswer,
    /// A session that has ended.
    EndedSession,
    /// Failures of sign-ins.
    SignInDelay,
    /// The audit.
    Audit,
}

/// What becomes of a thing today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays as it is.
    Keep,
    /// What is personal in it goes, what statistics count stays.
    Pseudonymise,
    /// It goes.
    Remove,
}

impl Kind {
    /// All kinds, in the order in which a run takes them: tickets let go of the people that the directory holds.
    pub const ALL: [Kind; 8] = [
        Self::Ticket,
        Self::CallAlone,
        Self::Claim,
        Self::DirectoryGone,
        Self::IdempotencyAnswer,
        Self::EndedSession,
        Self::SignInDelay,
        Self::Audit,
    ];

    /// The code in the file, the audit and the output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::CallAlone => "call_alone",
            Self::Claim => "claim",
            Self::DirectoryGone => "directory_gone",
            Self::IdempotencyAnswer => "idempotency_answer",
            Self::EndedSession => "ended_session",
            Self::SignInDelay => "sign_in_delay",
            Self::Audit => "audit",
        }
    }

    /// The word at the console.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ticket => "相談票",
            Self::CallAlone => "相談票のない通話",
            Self::Claim => "一時支援金請求",
            Self::DirectoryGone => "名簿からなくなった会員・施設",
            Self::IdempotencyAnswer => "再送に備えた応答の控え",
            Self::EndedSession => "終わったセッション",
            Self::SignInDelay => "サインインの失敗",
            Self::Audit => "監査記録",
        }
    }

    /// Whether it tells of people and of what the desk did, and not only of requests: a night erases no more of it than
    /// the nights before, unless a person says so.
    pub fn is_record(self) -> bool {
        matches!(self, Self::Ticket | Self::CallAlone | Self::Claim | Self::DirectoryGone)
    }

    /// What becomes of it when its period has ended.
    fn end(self) -> Fate {
        match self {
            Self::Ticket | Self::CallAlone | Self::Claim => Fate::Pseudonymise,
            Self::DirectoryGone | Self::IdempotencyAnswer | Self::EndedSession | Self::SignInDelay => Fate::Remove,
            Self::Audit => Fate::Keep,
        }
    }

    /// The fewest days a file may say, and why.
    fn least(self) -> (u32, &'static str) {
        match self {
            Self::Ticket => (730, "年をまたぐ統計で同じ施設を数えるため、2年以上にしてください"),
            Self::Claim => (3_650, "会計帳簿の保存期間（10年）以上にしてください"),
            Self::CallAlone => (28, "1か月以上にしてください"),
            Self::DirectoryGone => (365, "1年以上にしてください"),
            Self::IdempotencyAnswer => (7, "再送に備えて7日以上にしてください"),
            Self::EndedSession | Self::SignInDelay | Self::Audit => (1, "1日以上にしてください"),
        }
    }
}

/// What holds a thing back though its period has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holds {
    /// Somebody placed a hold that hasn't been lifted.
    pub placed: bool,
    /// A claim that hasn't ended.
    pub open_claim: bool,
    /// Something that is kept still needs it: a call in progress, a ticket that names it.
    pub in_use: bool,
}

impl Holds {
    /// Whether anything does.
    pub fn any(self) -> bool {
        self.placed || self.open_claim || self.in_use
    }
}

/// `retention.toml`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// When the night's work may run.
    pub night: Night,
    /// Reasons for a hold.
    pub hold_reason: Vec<Term>,
    /// Periods, those of one kind oldest first.
    pub kind: Vec<Period>,
}

/// Tokyo hours, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Night {
    /// The first hour.
    pub from_hour: u32,
    /// The first hour no longer.
    pub until_hour: u32,
}

/// How long a kind is kept, for what started from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The kind.
    pub code: Kind,
    /// The first day of starts it holds for.
    pub from: NaiveDate,
    /// Years.
    #[serde(default)]
    pub years: u32,
    /// Months beyond the years.
    #[serde(default)]
    pub months: u32,
    /// Days beyond those.
    #[serde(default)]
    pub days: u32,
    /// Never erased.
    #[serde(default)]
    pub forever: bool,
}

impl Period {
    /// The last day on which a thing that started on a day is kept; none when it is never erased.
    fn last_day(&self, started: NaiveDate) -> Option<NaiveDate> {
        if self.forever {
            return None;
        }
        let months = self.years.checked_mul(12)?.checked_add(self.months)?;
        started.checked_add_months(Months::new(months))?.checked_add_days(Days::new(u64::from(self.days)))
    }

    fn is_over(&self, started: NaiveDate, today: NaiveDate) -> bool {
        self.last_day(started).is_some_and(|last| last < today)
    }

    /// The first day of starts that isn't over today.
    fn not_over(&self, today: NaiveDate) -> Option<NaiveDate> {
        let months = self.years.checked_mul(12)?.checked_add(self.months)?;
        let about = today.checked_sub_months(Months::new(months))?.checked_sub_days(Days::new(u64::from(self.days)))?;
        let mut day = about.checked_sub_days(Days::new(5))?;
        while self.is_over(day, today) {
            day = day.succ_opt()?;
        }
        Some(day)
    }

    /// Days it lasts at least.
    fn at_least(&self) -> u32 {
        let (years, months) = (self.years.saturating_mul(365), self.months.saturating_mul(28));
        years.saturating_add(months).saturating_add(self.days)
    }
}

impl Retention {
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Period> {
        self.kind.iter().filter(move |period| period.code == kind)
    }

    /// The period of a thing that started on a day.
    fn period(&self, kind: Kind, started: NaiveDate) -> Option<&Period> {
        self.of(kind).filter(|p| p.from <= started).last().or_else(|| self.of(kind).next())
    }

    /// What becomes today of a thing whose clock started on a Tokyo day; one whose clock hasn't started stays.
    pub fn fate(&self, kind: Kind, started: Option<NaiveDate>, holds: Holds, today: NaiveDate) -> Fate {
        let over = started.is_some_and(|day| self.period(kind, day).is_some_and(|period| period.is_over(day, today)));
        if over && !holds.any() { kind.end() } else { Fate::Keep }
    }

    /// The days of starts, half-open stretches, whose period is over today.
    pub fn over(&self, kind: Kind, today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        if kind.end() == Fate::Keep {
            return Vec::new();
        }
        let periods: Vec<&Period> = self.of(kind).collect();
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN);
        let mut over = Vec::new();
        for (n, period) in periods.iter().enumerate().filter(|(_, period)| !period.forever) {
            let from = if n == 0 { first } else { period.from };
            let next = periods.get(n + 1).map_or(NaiveDate::MAX, |next| next.from);
            let until = period.not_over(today).map_or(from, |day| day.min(next));
            if from < until {
                over.push((from, until));
            }
        }
        over
    }

    /// The word of a hold's reason.
    pub fn reason_label<'a>(&'a self, code: &'a str) -> &'a str {
        self.hold_reason.iter().find(|t| t.code == code).map_or(code, |t| t.label.as_str())
    }

    /// Looks for contradictions. Each is `(key, what to do)`.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: String, why: &str| faults.push((key, why.to_owned()));
        if self.night.from_hour >= self.night.until_hour || self.night.until_hour > 24 {
            fault("night".into(), "from_hour は until_hour より前、until_hour は24以下にしてください");
        }
        if self.hold_reason.is_empty() {
            fault("hold_reason".into(), "一覧が空です");
        }
        for (i, term) in self.hold_reason.iter().enumerate() {
            if self.hold_reason.iter().take(i).any(|t| t.code == term.code) {
                fault(format!("hold_reason[{i}].code"), &format!("コード {} が重複しています", term.code));
            }
        }
        for kind in Kind::ALL {
            if self.of(kind).next().is_none() {
                fault("kind".into(), &format!("code = \"{}\" の期間がありません", kind.code()));
            }
        }
        for (i, period) in self.kind.iter().enumerate() {
            let before = self.kind.iter().take(i).rfind(|p| p.code == period.code);
            if before.is_some_and(|before| before.from >= period.from) {
                fault(format!("kind[{i}].from"), "同じ種類の期間は from の古い順に並べてください");
            }
            let (least, why) = period.code.least();
            match (period.code, period.forever) {
                (Kind::Audit, false) => {
                    fault(format!("kind[{i}].forever"), "監査記録は鎖が切れるため消去できません。true にしてください")
                }
                (_, false) if period.at_least() < least => fault(format!("kind[{i}].years"), why),
                (_, true) if period.at_least() > 0 => {
                    fault(format!("kind[{i}].forever"), "期間か forever の一方だけを書いてください")
                }
                _ => {}
            }
        }
        faults
    }
}

impl Night {
    /// Whether a Tokyo time lies in it.
    pub fn holds(self, at: NaiveDateTime) -> bool {
        (self.from_hour..self.until_hour).contains(&at.hour())
    }
}

#[cfg(test)]
pub(crate) mod tests;
