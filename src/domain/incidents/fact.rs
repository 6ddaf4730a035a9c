//! The facts of an incident: each has a code, words, and a form in which it's kept as text.

use chrono::{DateTime, NaiveDate, Utc};

use super::past_time;
use super::said::Said;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::incidents::IncidentRules;
use crate::domain::text;
use crate::domain::time::tokyo_day;

/// Codes and their words, in the order in which they are offered.
pub type Choices = &'static [(&'static str, &'static str)];

/// Yes, no, or not known.
const HEARD: Choices = &[("yes", "はい"), ("no", "いいえ"), ("unknown", "わからない")];
/// How certain a time is.
const CERTAINTY: Choices = &[("exact", "確か"), ("about", "このころ"), ("before", "これより前")];
const LEAK: Choices =
    &[("none", "ない"), ("possible", "おそれがある"), ("confirmed", "確認した"), ("unknown", "わからない")];
const CARE: Choices =
    &[("none", "影響なし"), ("slowed", "時間がかかる"), ("new_refused", "初診の受付を中止"), ("closed", "休診")];
const PERSONS: Choices =
    &[("none", "いない"), ("count", "人数がわかる"), ("range", "おおよそ"), ("unknown", "わからない")];
const SERVER: Choices = &[("own", "院内"), ("vendor", "業者が管理"), ("cloud", "クラウド"), ("unknown", "わからない")];
const PROCESSOR: Choices =
    &[("not_yet", "まだ"), ("notified", "貴院へ通知した"), ("reported", "委員会へ報告した"), ("unknown", "わからない")];
const RANSOM: Choices = &[
    ("none", "ない"),
    ("seen", "要求を見た"),
    ("contacted", "相手に連絡した"),
    ("paid", "支払った"),
    ("unknown", "わからない"),
];

/// In which form a fact is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A line of words.
    Line,
    /// A Tokyo date and time to the minute, `2026-11-22T10:44`, or the date alone.
    Time,
    /// A Tokyo date, `2026-11-22`.
    Day,
    /// A number of persons.
    Number,
    /// One of a few codes.
    One(Choices),
    /// Codes of the scheme's systems, with commas between them.
    Systems,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $label:literal, $form:expr),+ $(,)?) => {
        /// Something that is asked of an incident.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact { $($(#[$doc])* $name),+ }

        impl Fact {
            /// All of them, in the order in which they are asked.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its code in the database and the form.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The words on the screens.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }

            /// In which form it's kept.
            pub fn form(self) -> Form {
                match self { $(Self::$name => $form),+ }
            }
        }
    };
}

facts! {
    /// What showed first that something is wrong.
    FirstSign = "first_sign", "最初の兆候", Form::Line,
    /// When it showed.
    FirstSignAt = "first_sign_at", "兆候の日時", Form::Time,
    /// How certain that is.
    FirstSignCertainty = "first_sign_certainty", "兆候の日時の確かさ", Form::One(CERTAINTY),
    /// When the clinic came to know: the clocks run from there.
    AwareAt = "aware_at", "知った日時", Form::Time,
    /// How certain that is.
    AwareCertainty = "aware_certainty", "知った日時の確かさ", Form::One(CERTAINTY),
    /// Who knew, and from what.
    AwareBy = "aware_by", "知った人・きっかけ", Form::Line,
    /// What is affected.
    Systems = "systems", "影響のあるもの", Form::Systems,
    /// Who looks after the electronic chart.
    VendorChart = "vendor_chart", "電子カルテの業者", Form::Line,
    /// Who looks after the receipt computer.
    VendorReceipt = "vendor_receipt", "レセプトコンピュータの業者", Form::Line,
    /// Who looks after images.
    VendorImaging = "vendor_imaging", "画像の業者", Form::Line,
    /// Who looks after the PCs.
    VendorPcs = "vendor_pcs", "業務用パソコンの業者", Form::Line,
    /// Who looks after the website.
    VendorWebsite = "vendor_website", "ホームページの業者", Form::Line,
    /// Who looks after mail.
    VendorMail = "vendor_mail", "メールの業者", Form::Line,
    /// Who looks after anything else.
    VendorOther = "vendor_other", "その他の業者", Form::Line,
    /// How care is affected.
    Care = "care", "診療への影響", Form::One(CARE),
    /// Since which day.
    CareSince = "care_since", "影響の始まった日", Form::Day,
    /// Whether personal data were leaked, lost or damaged.
    Leak = "leak", "個人情報の漏えい・滅失・毀損", Form::One(LEAK),
    /// Whether a wrongful purpose is suspected.
    Wrongful = "wrongful", "不正の目的のおそれ（盗難・攻撃）", Form::One(HEARD),
    /// How many persons may be affected.
    Persons = "persons", "影響を受けるご本人", Form::One(PERSONS),
    /// At least, or exactly.
    PersonsFrom = "persons_from", "人数（から）", Form::Number,
    /// At most.
    PersonsTo = "persons_to", "人数（まで）", Form::Number,
    /// Whose server holds the data.
    Server = "server", "サーバーの管理", Form::One(SERVER),
    /// Who was entrusted with them.
    EntrustedTo = "entrusted_to", "委託先", Form::Line,
    /// Whether whoever was entrusted has told the clinic or reported.
    Processor = "processor", "委託先からの通知・報告", Form::One(PROCESSOR),
    /// Whether there is a backup.
    Backup = "backup", "バックアップがある", Form::One(HEARD),
    /// Whether it's apart from the network.
    BackupOffline = "backup_offline", "バックアップは切り離されている", Form::One(HEARD),
    /// Whether it was reached.
    BackupReached = "backup_reached", "バックアップも被害を受けた", Form::One(HEARD),
    /// Whether a ransom is demanded.
    Ransom = "ransom", "身代金の要求", Form::One(RANSOM),
    /// Where and what is demanded.
    RansomNote = "ransom_note", "要求の内容・表示された場所", Form::Line,
    /// Whether the clinic has a cyber insurance.
    Insured = "insured", "サイバー保険", Form::One(HEARD),
}

/// Facts that are told together: one of them says little without the others.
const TOGETHER: [&[Fact]; 5] = [
    &[Fact::FirstSign, Fact::FirstSignAt, Fact::FirstSignCertainty],
    &[Fact::AwareAt, Fact::AwareCertainty, Fact::AwareBy],
    &[Fact::Care, Fact::CareSince],
    &[Fact::Persons, Fact::PersonsFrom, Fact::PersonsTo],
    &[Fact::Ransom, Fact::RansomNote],
];

/// A fact with who was told it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The fact.
    pub fact: Fact,
    /// In the form in which it's kept.
    pub value: String,
    /// When it was told.
    pub at: DateTime<Utc>,
    /// To whom.
    pub to: AccountId,
}

/// The most persons that a clinic's record may name.
const PERSONS_MOST: u64 = 10_000_000;

impl Fact {
    /// The fact of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.code() == code)
    }

    /// The facts that it's told with, itself among them; none where it stands by itself.
    pub fn told_with(self) -> &'static [Self] {
        TOGETHER.iter().copied().find(|facts| facts.contains(&self)).unwrap_or_default()
    }

    /// The facts that name a vendor, each with the code of the system that is theirs; none: of any other.
    pub const VENDORS: [(Self, Option<&'static str>); 7] = [
        (Self::VendorChart, Some("chart")),
        (Self::VendorReceipt, Some("receipt")),
        (Self::VendorImaging, Some("imaging")),
        (Self::VendorPcs, Some("pcs")),
        (Self::VendorWebsite, Some("website")),
        (Self::VendorMail, Some("mail")),
        (Self::VendorOther, None),
    ];

    /// The fact that says how certain it is, of those that have one.
    pub fn certainty(self) -> Option<Self> {
        match self {
            Self::AwareAt => Some(Self::AwareCertainty),
            Self::FirstSignAt => Some(Self::FirstSignCertainty),
            _ => None,
        }
    }

    /// What was typed, in the form in which it's kept; empty where nothing was.
    ///
    /// # Errors
    /// A fault beside the field, named by the fact's code.
    pub fn read(self, typed: &str, rules: &IncidentRules, now: DateTime<Utc>) -> Result<String, Refusal> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(String::new());
        }
        let name = self.code();
        match self.form() {
            Form::Line => text::line(name, typed, text::LINE),
            Form::Time => Ok(past_time::read(name, typed, now)?.kept()),
            Form::Day => a_day(name, typed, now),
            Form::Number => a_number(name, typed),
            Form::One(choices) => match choices.iter().any(|(code, _)| *code == typed) {
                true => Ok(typed.to_owned()),
                false => Err(not_offered(name)),
            },
            Form::Systems => {
                let chosen: Vec<&str> = typed.split(',').collect();
                if chosen.iter().any(|code| rules.system.iter().all(|system| system.code != *code)) {
                    return Err(not_offered(name));
                }
                // As the scheme orders them, each once.
                let kept = rules.system.iter().map(|s| s.code.as_str()).filter(|code| chosen.contains(code));
                Ok(kept.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// What is kept, as it's read by people.
    pub fn shown(self, kept: &str, rules: &IncidentRules) -> String {
        match self.form() {
            Form::One(choices) => {
                choices.iter().find(|(code, _)| *code == kept).map_or(kept, |(_, label)| label).to_owned()
            }
            Form::Systems => {
                kept.split(',').filter(|c| !c.is_empty()).map(|c| rules.system_label(c)).collect::<Vec<_>>().join("・")
            }
            Form::Number if !kept.is_empty() => format!("{kept}人"),
            Form::Time | Form::Day => Said::parse(kept).map_or_else(|| kept.to_owned(), Said::words),
            Form::Line | Form::Number => kept.to_owned(),
        }
    }
}

fn a_day(name: &str, typed: &str, now: DateTime<Utc>) -> Result<String, Refusal> {
    let day: NaiveDate =
        typed.parse().map_err(|_| Refusal::field(name, "day.format", "日付は 2026-11-22 の形で入力してください"))?;
    if day > tokyo_day(now) {
        return Err(Refusal::field(name, "time.future", "未来の日付です。実際に始まった日を入力してください"));
    }
    if day < NaiveDate::from_ymd_opt(2022, 1, 1).unwrap_or_default() {
        return Err(Refusal::field(name, "time.too_early", "2022年より前の日付は入力できません。年をご確認ください"));
    }
    Ok(day.to_string())
}

fn a_number(name: &str, typed: &str) -> Result<String, Refusal> {
    let digits: String = text::seen(typed).chars().filter(|c| !matches!(c, ',' | '人' | '名' | ' ')).collect();
    let number = digits.parse::<u64>().ok().filter(|number| *number <= PERSONS_MOST);
    let odd = || Refusal::field(name, "number.format", "人数は数字で入力してください（例 1200）");
    number.map(|number| number.to_string()).ok_or_else(odd)
}

fn not_offered(name: &str) -> Refusal {
    Refusal::field(name, "choice.unknown", "一覧から選び直してください")
}
