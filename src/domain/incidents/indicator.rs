//! What callers can say of an attack: who sent it, what stood on the screen, which number was shown. Kept as it was said,
//! matched by a key, shown so that nobody can click it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::id::{AccountId, IndicatorId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::telephone::{TELLING, Telephone};
use crate::domain::text;

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// Who sent a mail.
    Sender,
    /// Its subject.
    Subject,
    /// A file.
    FileName,
    /// What files end with now.
    Extension,
    /// Words on the screen.
    Words,
    /// A telephone number that was shown.
    Phone,
    /// The address of a page.
    Page,
    /// Who looks after what is affected.
    Vendor,
    /// What is affected, by its name.
    Product,
}

impl IndicatorKind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Extension,
        Self::Words,
        Self::FileName,
        Self::Sender,
        Self::Subject,
        Self::Phone,
        Self::Page,
        Self::Vendor,
        Self::Product,
    ];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Subject => "subject",
            Self::FileName => "file_name",
            Self::Extension => "extension",
            Self::Words => "words",
            Self::Phone => "phone",
            Self::Page => "page",
            Self::Vendor => "vendor",
            Self::Product => "product",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sender => "メールの差出人",
            Self::Subject => "メールの件名",
            Self::FileName => "ファイル名",
            Self::Extension => "拡張子",
            Self::Words => "画面の文言",
            Self::Phone => "表示された電話番号",
            Self::Page => "ページのアドレス",
            Self::Vendor => "保守業者",
            Self::Product => "製品名",
        }
    }

    /// The kind of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it's said of many clinics that have nothing to do with each other.
    pub fn is_common(self) -> bool {
        matches!(self, Self::Vendor | Self::Product)
    }
}

/// Something that a caller said of an attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its id.
    pub id: IndicatorId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// What kind of thing.
    pub kind: IndicatorKind,
    /// As it was said.
    pub said: String,
    /// By which it's found on other tickets.
    pub key: String,
    /// When it was told.
    pub told_at: DateTime<Utc>,
    /// To whom.
    pub told_to: AccountId,
}

impl Indicator {
    /// As it's shown: nothing of it can be clicked, or called by mistake.
    pub fn shown(&self) -> String {
        match self.kind {
            IndicatorKind::Sender | IndicatorKind::Page => defanged(&self.said),
            _ => self.said.clone(),
        }
    }
}

/// The key of what was said: whoever says it, in whatever width, case and spacing, or already defanged.
///
/// # Errors
/// Beside `said`, when nothing is left to be found by.
pub fn key(kind: IndicatorKind, said: &str) -> Result<String, Refusal> {
    let said = text::required_line("said", said, 500)?;
    let folded = text::fold(&armed(&said));
    let key: String = match kind {
        IndicatorKind::Phone => return phone(&said),
        IndicatorKind::Extension => folded.trim_matches(['.', '*']).to_owned(),
        IndicatorKind::Page => page(&folded),
        IndicatorKind::Sender => folded.trim_start_matches("mailto:").trim_matches(['<', '>']).to_owned(),
        IndicatorKind::Vendor | IndicatorKind::Product => company(&folded),
        IndicatorKind::Subject => subject(&folded),
        IndicatorKind::Words | IndicatorKind::FileName => unquoted(&folded),
    };
    if key.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        let short = "短すぎて、ほかの相談と照らし合わせられません。2文字以上入力してください";
        return Err(Refusal::field("said", "indicator.short", short));
    }
    Ok(key)
}

/// A key that an older version folded, as this one folds it.
pub fn refolded(kind: IndicatorKind, key: &str) -> String {
    match kind {
        IndicatorKind::Phone => phone(key).unwrap_or_else(|_| key.to_owned()),
        _ => text::fold(key),
    }
}

/// Without the marks that somebody who reads a screen aloud leaves out.
pub(super) fn unquoted(folded: &str) -> String {
    folded.chars().filter(|c| !"「」『』\"'“”‘’。、.,!！?？".contains(*c)).collect()
}

/// The number by its key, long enough to tell one line.
fn phone(said: &str) -> Result<String, Refusal> {
    match Telephone::read(said).key() {
        key if key.len() >= TELLING => Ok(key.to_owned()),
        _ => Err(Refusal::field("said", "phone.format", "電話番号は数字で入力してください（例 050-1234-5678）")),
    }
}

/// Host and path, without what is said of one page now and not then.
fn page(folded: &str) -> String {
    let bare = folded.split_once("://").map_or(folded, |(_, rest)| rest);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.split(['?', '#']).next().unwrap_or(bare).trim_end_matches('/').to_owned()
}

fn subject(folded: &str) -> String {
    let mut rest = folded;
    while let Some(short) = ["re:", "fw:", "fwd:"].iter().find_map(|mark| rest.strip_prefix(mark)) {
        rest = short;
    }
    rest.to_owned()
}

/// The name of a firm without its form.
pub(super) fn company(folded: &str) -> String {
    ["株式会社", "有限会社", "合同会社", "(株)", "(有)"]
        .iter()
        .fold(folded.to_owned(), |name, form| name.replace(form, ""))
}

/// What somebody wrote so that it can't be clicked, as it is.
fn armed(said: &str) -> String {
    let folded: String = said.nfkc().collect();
    let plain =
        folded.replace("[.]", ".").replace("(.)", ".").replace("[@]", "@").replace("[at]", "@").replace("[:]", ":");
    match plain.get(..4).map(str::to_lowercase).as_deref() {
        Some("hxxp") => format!("http{}", &plain[4..]),
        _ => plain,
    }
}

/// So that nobody clicks it.
fn defanged(said: &str) -> String {
    let plain = armed(said);
    let plain = match plain.get(..4).map(str::to_lowercase).as_deref() {
        Some("http") => format!("hxxp{}", &plain[4..]),
        _ => plain,
    };
    plain.replace('.', "[.]").replace('@', "[@]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn of(kind: IndicatorKind, said: &str) -> String {
        key(kind, said).unwrap_or_else(|refusal| refusal.fields[0].code.clone())
    }

    #[test]
    fn what_is_one_thing_has_one_key() {
        use IndicatorKind::{Extension, Page, Phone, Sender, Subject, Vendor, Words};
        let alike: [(IndicatorKind, &[&str]); 7] = [
            (Extension, &[".lockbit", "LockBit", "＊．ｌｏｃｋｂｉｔ", " lockbit "]),
            (Sender, &["Info@Evil.example", "ｉｎｆｏ＠evil.example", "info[@]evil[.]example", "<info@evil.example>"]),
            (Page, &["https://www.Evil.example/pay/", "hxxps://evil[.]example/pay", "evil.example/pay?id=9"]),
            (Phone, &["050-1234-5678", "０５０ー１２３４ー５６７８", "+81 50 1234 5678"]),
            (Subject, &["Re: 請求書のご確認", "FW:請求書 のご確認", "請求書のご確認"]),
            (Vendor, &["株式会社青空システム", "青空システム", "青空ｼｽﾃﾑ（株）"]),
            (Words, &["「あなたのファイルは暗号化されました。」", "アナタのファイルは 暗号化されました"]),
        ];
        for (kind, said) in alike {
            let first = of(kind, said[0]);
            for other in said {
                assert_eq!(of(kind, other), first, "{other}");
            }
        }
    }

    #[test]
    fn what_nothing_can_be_found_by_is_refused() {
        for (kind, said, code) in [
            (IndicatorKind::Extension, "...", "indicator.short"),
            (IndicatorKind::Words, "", "text.missing"),
            (IndicatorKind::Phone, "110番", "phone.format"),
            (IndicatorKind::Words, &"長".repeat(501), "text.too_long"),
        ] {
            assert_eq!(of(kind, said), code, "{said}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_shown_can_be_clicked(said in "(https?://)?[a-z@.]{3,30}(/[a-z.]{0,8})?") {
            for kind in [IndicatorKind::Sender, IndicatorKind::Page] {
                let Ok(key) = key(kind, &said) else { continue };
                let at = DateTime::UNIX_EPOCH;
                let one = Indicator {
                    id: IndicatorId(Uuid::nil()), ticket_id: TicketId(Uuid::nil()), kind, said: said.clone(),
                    key: key.clone(), told_at: at, told_to: AccountId(Uuid::nil()),
                };
                let shown = one.shown();
                prop_assert!(!shown.to_lowercase().starts_with("http"));
                prop_assert!(!shown.replace("[.]", "").replace("[@]", "").contains(['.', '@']));
                // What was copied from a page is the same thing.
                prop_assert_eq!(super::key(kind, &shown).unwrap(), key);
            }
        }
    }
}
