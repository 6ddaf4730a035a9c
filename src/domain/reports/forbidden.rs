//! Kinds of words that nothing published beside a report may hold.

/// What a comment may not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Forbidden {
    /// A person of the directory.
    Person,
    /// A facility of the directory.
    Facility,
    /// Who looks after clinics' systems, a product, or a firm of the register.
    Business,
    /// A municipality.
    Municipality,
    /// A prefecture whose cell isn't shown.
    Prefecture,
    /// A day.
    Day,
    /// A number that isn't a published cell.
    Number,
    /// A telephone number, an address of a page or of mail.
    Contact,
}

impl Forbidden {
    /// What it's called where it's refused.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Person => "名簿の方のお名前",
            Self::Facility => "名簿の医療機関名",
            Self::Business => "業者・製品・事業者の名前",
            Self::Municipality => "市区町村名",
            Self::Prefecture => "件数を表示していない都道府県名",
            Self::Day => "日付",
            Self::Number => "この報告に載っていない数",
            Self::Contact => "連絡先・アドレス",
        }
    }
}
