//! What becomes of a report once it's drawn: somebody writes beside it, one supervisor approves it, another publishes it;
//! it's never changed after, and withdrawn only by a notice.

use chrono::{DateTime, Utc};

use super::jumps::{Explained, Jump};
use super::report::Report;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::text;

/// A report on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What was drawn.
    pub report: Report,
    /// Tables that couldn't be protected.
    pub dropped: u64,
    /// When.
    pub drawn_at: DateTime<Utc>,
    /// Counts what was done to it.
    pub version: i64,
    /// What a person wrote beside the figures.
    pub comment: String,
    /// Why numbers moved, each in a sentence.
    pub explained: Vec<Explained>,
    /// Who wrote it last.
    pub commented_by: Option<AccountId>,
    /// Who approved it, and when.
    pub approved: Option<(AccountId, DateTime<Utc>)>,
    /// That it's published.
    pub published: Option<Published>,
    /// That it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
}

/// A report that readers have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// By whom.
    pub by: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// `report.json`, as it was published.
    pub file: String,
    /// Its SHA-256, in hexadecimal digits.
    pub hash: String,
}

/// A report that doesn't hold any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// By whom.
    pub by: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, as readers are told.
    pub notice: String,
}

/// Whether a text says anything: marks and what nobody sees don't.
pub fn says_something(text: &str) -> bool {
    text::visible(text).chars().any(char::is_alphanumeric)
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody approved it yet.
    Draft,
    /// One supervisor approved it.
    Approved,
    /// Readers have it.
    Published,
    /// Readers have the notice.
    Withdrawn,
}

impl Standing {
    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "下書き",
            Self::Approved => "確認済み・公表待ち",
            Self::Published => "公表済み",
            Self::Withdrawn => "取り下げ",
        }
    }
}

impl Issue {
    /// Where it stands.
    pub fn standing(&self) -> Standing {
        match (&self.approved, &self.published, &self.withdrawn) {
            (_, _, Some(_)) => Standing::Withdrawn,
            (_, Some(_), None) => Standing::Published,
            (Some(_), None, None) => Standing::Approved,
            (None, None, None) => Standing::Draft,
        }
    }

    /// Writes beside the figures; whoever approved it approved something else.
    pub fn write(&mut self, comment: String, explained: Vec<Explained>, by: AccountId) -> Result<(), Refusal> {
        self.must_be_unpublished()?;
        (self.comment, self.explained) = (comment, explained);
        (self.commented_by, self.approved) = (Some(by), None);
        Ok(())
    }

    /// Approves it as it stands: its comment is written, and so is why each number moved that did so much.
    pub fn approve(&mut self, jumps: &[Jump], by: AccountId, at: DateTime<Utc>) -> Result<(), Refusal> {
        self.must_be_unpublished()?;
        if !says_something(&self.comment) {
            let words = "報告の説明がまだありません。数値の動きを一文で説明し、保存してから確認してください";
            return Err(Refusal::field("comment", "report.no_comment", words));
        }
        self.must_be_explained(jumps)?;
        self.approved = Some((by, at));
        Ok(())
    }

    /// Why each number moved that did so much is said.
    ///
    /// # Errors
    /// Beside the first of which it isn't.
    pub fn must_be_explained(&self, jumps: &[Jump]) -> Result<(), Refusal> {
        let is_explained = |jump: &&Jump| self.explained.iter().any(|explained| explained.jump == **jump);
        if let Some(open) = jumps.iter().find(|jump| !is_explained(jump)) {
            let words = "前の期間から大きく動いた値です。その理由を一文で入力し、保存してから確認してください";
            return Err(Refusal::field(&open.code(), "report.unexplained", words));
        }
        Ok(())
    }

    /// Publishes it: another person than who approved it.
    pub fn publish(&mut self, by: AccountId, at: DateTime<Utc>, file: String, hash: String) -> Result<(), Refusal> {
        self.must_be_unpublished()?;
        match self.approved {
            None => Err(Refusal::conflict(
                "report.not_approved",
                "まだ確認されていません。先に別のスーパーバイザーが確認してください",
            )),
            Some((approved_by, _)) if approved_by == by => Err(Refusal::conflict(
                "report.same_person",
                "確認した人と公表する人は別でなければなりません。ほかのスーパーバイザーに公表を依頼してください",
            )),
            Some(_) => {
                self.published = Some(Published { by, at, file, hash });
                Ok(())
            }
        }
    }

    /// Withdraws it: what was published isn't changed, and readers are told why it doesn't hold.
    pub fn withdraw(&mut self, by: AccountId, at: DateTime<Utc>, notice: &str) -> Result<(), Refusal> {
        let notice = notice.trim();
        if self.standing() != Standing::Published {
            return Err(Refusal::conflict("report.not_published", "公表している報告だけを取り下げられます"));
        }
        if !says_something(notice) {
            let words = "取り下げの理由を入力してください。閲覧者に表示されます";
            return Err(Refusal::field("notice", "report.no_notice", words));
        }
        self.withdrawn = Some(Withdrawn { by, at, notice: notice.to_owned() });
        Ok(())
    }

    fn must_be_unpublished(&self) -> Result<(), Refusal> {
        match self.published {
            Some(_) => Err(Refusal::conflict(
                "report.published",
                "公表した報告は変更できません。誤りがあるときは、理由を示して取り下げてください",
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::Key;
    use super::*;
    use uuid::Uuid;

    fn draft() -> Issue {
        let period = "2026-10".parse().expect("a month");
        Issue {
            report: Report {
                period,
                tables: Vec::new(),
                cells: Vec::new(),
                facilities: None,
                service: Vec::new(),
                directory: None,
                example: None,
                changes: Vec::new(),
            },
            dropped: 0,
            drawn_at: DateTime::UNIX_EPOCH,
            version: 1,
            comment: String::new(),
            explained: Vec::new(),
            commented_by: None,
            approved: None,
            published: None,
            withdrawn: None,
        }
    }

    #[test]
    fn it_takes_two_to_publish_and_a_comment_changed_meanwhile_is_approved_anew() {
        let (one, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let at = DateTime::UNIX_EPOCH;
        let mut issue = draft();
        let code = |result: Result<(), Refusal>| result.map_err(|refusal| refusal.code).err();
        let publish = |issue: &mut Issue, by| code(issue.publish(by, at, "{}".into(), "h".into()));
        assert!(code(issue.approve(&[], one, at)).is_some(), "nothing is explained");
        issue.write("前月並み".into(), Vec::new(), one).expect("written");
        assert_eq!(publish(&mut issue, other), Some("report.not_approved"));
        issue.approve(&[], one, at).expect("approved");
        assert_eq!(publish(&mut issue, one), Some("report.same_person"));
        let key = Key { period: issue.report.period, at: Vec::new() };
        let jump = Jump { key, from: 40, to: 80 };
        assert!(issue.approve(std::slice::from_ref(&jump), one, at).is_err_and(|r| r.about("why-total").is_some()));
        let explained = vec![Explained { jump: jump.clone(), why: "注意を呼びかけたため".into() }];
        issue.write("前月より多い".into(), explained, one).expect("written");
        assert_eq!(code(issue.approve(&[jump], one, at)), None);
        issue.write("前月より多い".into(), Vec::new(), one).expect("written");
        assert_eq!(issue.standing(), Standing::Draft);
        issue.approve(&[], one, at).expect("approved");
        assert_eq!(publish(&mut issue, other), None);
        assert_eq!(code(issue.write("別の説明".into(), Vec::new(), one)), Some("report.published"));
        assert!([" ", "\u{200b}", "-"].iter().all(|nothing| issue.withdraw(one, at, nothing).is_err()));
        issue.withdraw(one, at, "集計の誤り").expect("withdrawn");
        assert_eq!(issue.standing(), Standing::Withdrawn);
        assert_eq!(code(issue.withdraw(one, at, "再度")), Some("report.not_published"));
    }
}
