//! What runs beside the desk: which jobs there are, when each runs again after a success or a fault, and what is kept of
//! its runs for whoever looks after the servers.

mod fault;
mod run;

use std::time::Duration;

pub use fault::Fault;
pub use run::{Health, Run};

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// Ties the audit's entries into its chain.
    SealAudit,
    /// Hands the audit's head out into the log once a day, where somebody else keeps it.
    HandOutHead,
    /// Notes that the file in which readings wait is there.
    NoteJournal,
    /// Serves the newest directory.
    KeepIndex,
    /// Looks again at callers who were taken provisionally.
    RecheckCallers,
    /// Removes failures, tries and keys that no longer count.
    ForgetOld,
    /// Erases at night what is kept no longer.
    EraseExpired,
    /// Draws the report of the month that is over.
    DrawReports,
    /// Writes anew what an older version folded otherwise.
    FoldAnew,
}

/// Whose work a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Each server does it for itself.
    EachServer,
    /// One server does it for all, whichever comes first when it is due.
    OneServer,
}

/// The wait after a first fault; doubled with each more.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// No fault keeps a job waiting longer.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Nor, for what runs often, longer than so many of its own pauses.
const PAUSES: u32 = 16;

impl Job {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::SealAudit,
        Self::HandOutHead,
        Self::NoteJournal,
        Self::KeepIndex,
        Self::RecheckCallers,
        Self::ForgetOld,
        Self::EraseExpired,
        Self::DrawReports,
        Self::FoldAnew,
    ];

    /// The code in the database and the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::SealAudit => "seal_audit",
            Self::HandOutHead => "hand_out_head",
            Self::NoteJournal => "note_journal",
            Self::KeepIndex => "keep_index",
            Self::RecheckCallers => "recheck_callers",
            Self::ForgetOld => "forget_old",
            Self::EraseExpired => "erase_expired",
            Self::DrawReports => "draw_reports",
            Self::FoldAnew => "fold_anew",
        }
    }

    /// The job of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.code() == code)
    }

    /// The words on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::SealAudit => "監査記録の改ざん検知の更新",
            Self::HandOutHead => "監査記録の検証値のログへの出力",
            Self::NoteJournal => "閲覧記録の控えの確認",
            Self::KeepIndex => "会員名簿の検索索引の更新",
            Self::RecheckCallers => "会員確認の再照合（名簿の更新後）",
            Self::ForgetOld => "期限が過ぎた認証の記録の削除",
            Self::EraseExpired => "保存期間が終わった記録の消去（夜間）",
            Self::DrawReports => "月次報告の作成",
            Self::FoldAnew => "検索の語と番号の書き直し（更新後）",
        }
    }

    /// Whose work it is.
    pub fn whose(self) -> Whose {
        match self {
            // The chain's lock and the night's lease, which a command at the console takes too, stand in the steps.
            Self::SealAudit | Self::HandOutHead | Self::NoteJournal | Self::KeepIndex | Self::EraseExpired => {
                Whose::EachServer
            }
            Self::RecheckCallers | Self::ForgetOld | Self::DrawReports | Self::FoldAnew => Whose::OneServer,
        }
    }
}

/// How long a job waits before it runs again: its own pause when all was well; after faults one second, two, four, …,
/// at most five minutes or sixteen of its pauses, and never more often than it would run anyway when it runs often.
pub fn wait(pause: Duration, faults: u32) -> Duration {
    if faults == 0 {
        return pause;
    }
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(faults - 1));
    doubled.min(LONGEST_WAIT).min(pause.saturating_mul(PAUSES))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_job_has_its_own_code_and_words_and_is_found_by_its_code() {
        for job in Job::ALL {
            assert_eq!(Job::parse(job.code()), Some(job));
            assert_eq!(Job::ALL.iter().filter(|other| other.label() == job.label()).count(), 1);
        }
        assert_eq!(Job::parse("retention"), None);
        for fault in Fault::ALL {
            assert_eq!(Fault::parse(fault.code()), Some(fault));
        }
    }

    #[test]
    fn the_wait_doubles_with_each_fault_up_to_five_minutes_and_ends_with_a_success() {
        let hour = Duration::from_secs(3_600);
        for (faults, seconds) in [(0, 3_600), (1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (u32::MAX, 300)] {
            assert_eq!(wait(hour, faults), Duration::from_secs(seconds), "{faults}");
        }
        assert_eq!(wait(Duration::from_millis(700), 10), Duration::from_millis(11_200));
    }

    proptest! {
        #[test]
        fn more_faults_never_shorten_the_wait_and_none_stops_a_job_for_ever(millis in 1u64..100_000_000, faults in 1u32..60) {
            let pause = Duration::from_millis(millis);
            let (one, more) = (wait(pause, faults), wait(pause, faults + 1));
            prop_assert!(one <= more && more <= LONGEST_WAIT && !one.is_zero());
        }
    }
}
