//! The sheet: what is typed during a call. Each field carries its own version, so that two desks can
//! fill different fields at once, and the same field typed twice is never lost in silence.

use chrono::{DateTime, Utc};

use super::Standing;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::telephone::Telephone;
use crate::domain::text;

/// A field of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SheetField {
    /// The other side's number.
    Phone,
    /// お名前
    CallerName,
    /// 折返し
    Callback,
    /// お立場
    Standing,
    /// A①会員名
    MemberName,
    /// 医療機関・事業所名
    Facility,
    /// 所在地
    Address,
    /// 医籍番号または会員番号
    Number,
    /// 種別
    Incident,
    /// 重大度
    Severity,
    /// ご相談内容
    Narrative,
    /// 時間外対応の理由
    OutOfHoursReason,
}

impl SheetField {
    /// All fields, in the order of the screen.
    pub const ALL: [SheetField; 12] = [
        Self::Phone,
        Self::CallerName,
        Self::Callback,
        Self::Standing,
        Self::MemberName,
        Self::Facility,
        Self::Address,
        Self::Number,
        Self::Incident,
        Self::Severity,
        Self::Narrative,
        Self::OutOfHoursReason,
    ];
    /// The four items of a verification.
    pub const ITEMS: [SheetField; 4] = [Self::MemberName, Self::Facility, Self::Address, Self::Number];

    /// The name in forms and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::CallerName => "caller_name",
            Self::Callback => "callback",
            Self::Standing => "standing",
            Self::MemberName => "member_name",
            Self::Facility => "facility",
            Self::Address => "address",
            Self::Number => "number",
            Self::Incident => "incident",
            Self::Severity => "severity",
            Self::Narrative => "narrative",
            Self::OutOfHoursReason => "out_of_hours_reason",
        }
    }

    /// The field of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// What is kept of an input. `incidents` and `severities` are the codes the scheme knows.
    /// A half-typed telephone number is kept as it is: it's judged when the call ends.
    pub fn accept(self, input: &str, incidents: &[&str], severities: &[&str]) -> Result<String, Refusal> {
        let name = self.name();
        let known = |code: &str, codes: &[&str]| {
            if code.is_empty() || codes.contains(&code) {
                Ok(code.to_owned())
            } else {
                Err(Refusal::field(name, "choice.unknown", "一覧から選び直してください"))
            }
        };
        match self {
            Self::Narrative | Self::OutOfHoursReason => text::note(name, input, text::NOTE),
            Self::Incident => known(input, incidents),
            Self::Severity => known(input, severities),
            Self::Standing => known(input, &Standing::ALL.map(Standing::code)),
            Self::Phone | Self::Callback => Telephone::of_field(name, input).map(|read| read.typed().to_owned()),
            // A pasted number is what is seen of it, as it's judged.
            Self::Number => text::line(name, &text::visible(input), text::LINE),
            _ => text::line(name, input, text::LINE),
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The text.
    pub value: String,
    /// Its version; 0 has never been saved.
    pub version: i64,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
    /// By whom.
    pub saved_by: AccountId,
}

/// A sheet as it stands.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    fields: Vec<(SheetField, FieldValue)>,
}

impl Sheet {
    /// A sheet of saved fields.
    pub fn new(fields: Vec<(SheetField, FieldValue)>) -> Self {
        Self { fields }
    }

    /// What a field holds, if it was ever saved.
    pub fn field(&self, field: SheetField) -> Option<&FieldValue> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, v)| v)
    }

    /// The text of a field; empty if it was never saved.
    pub fn text(&self, field: SheetField) -> &str {
        self.field(field).map_or("", |v| v.value.as_str())
    }

    /// The version of a field; 0 if it was never saved.
    pub fn version(&self, field: SheetField) -> i64 {
        self.field(field).map_or(0, |v| v.version)
    }

    /// When anything was last saved.
    pub fn saved_at(&self) -> Option<DateTime<Utc>> {
        self.fields.iter().map(|(_, v)| v.saved_at).max()
    }

    /// Whether any of the four items has been typed.
    pub fn has_items(&self) -> bool {
        SheetField::ITEMS.iter().any(|f| !self.text(*f).is_empty())
    }
}

/// What is to be done with a change that was typed against `seen`, when the server holds `current`.
#[derive(Debug, PartialEq, Eq)]
pub enum Merge {
    /// Nobody else changed it, or both typed the same.
    Take,
    /// It already holds this text.
    Same,
    /// Somebody else changed it since: both texts are shown.
    Conflict,
}

/// Decides one field. The author's own newer version is never a conflict with an older tab of a text that
/// the newer one merely extends: typing goes on where it was.
pub fn merge(current: Option<&FieldValue>, seen: i64, value: &str) -> Merge {
    match current {
        None => Merge::Take,
        Some(now) if now.value == value => Merge::Same,
        Some(now) if now.version == seen => Merge::Take,
        Some(_) => Merge::Conflict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(value: &str, version: i64) -> FieldValue {
        let saved_at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        FieldValue { value: value.into(), version, saved_at, saved_by: AccountId(uuid::Uuid::nil()) }
    }

    #[test]
    fn a_field_nobody_else_touched_is_taken_and_a_stale_one_is_shown_with_both_texts() {
        assert_eq!(merge(None, 0, "a"), Merge::Take);
        assert_eq!(merge(Some(&held("a", 3)), 3, "ab"), Merge::Take);
        assert_eq!(merge(Some(&held("ab", 4)), 3, "ab"), Merge::Same);
        assert_eq!(merge(Some(&held("x", 4)), 3, "ab"), Merge::Conflict);
    }

    #[test]
    fn an_unknown_choice_is_refused_and_a_half_typed_number_is_kept() {
        assert!(SheetField::Incident.accept("nonsense", &["ransomware"], &[]).is_err());
        assert_eq!(SheetField::Phone.accept("03-", &[], &[]).expect("kept"), "03-");
    }
}
