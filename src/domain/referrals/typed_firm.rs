//! A firm as it's typed, or as a row of the CSV has it.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::firm::{Channel, Firm, FirmHours, FirmKind};
use crate::domain::id::FirmId;
use crate::domain::matching::prefecture;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::telephone::Telephone;
use crate::domain::text;

/// The longest that a firm says of itself in one field, in characters.
const LONG: usize = 500;

/// A firm as typed, or as a row of the CSV has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedFirm {
    /// Kind, code or words.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Who answers, code or words.
    pub channel: String,
    /// Prefectures with 、 between them, or 全国.
    pub regions: String,
    /// What it does well.
    pub skills: String,
    /// Hours.
    pub hours: String,
    /// Languages.
    pub languages: String,
    /// How soon it answers.
    pub first_response: String,
    /// How its fees work.
    pub fees: String,
    /// Telephone number.
    pub phone: String,
    /// Whom to ask for.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Conflicts.
    pub conflicts: String,
    /// `2026-11-22`.
    pub verified_on: String,
    /// `yes` or 有効; `no` or 停止.
    pub active: String,
}

impl TypedFirm {
    /// Each field by its name.
    fn fields(&self) -> [(&'static str, &str); 15] {
        [
            ("kind", &self.kind),
            ("name", &self.name),
            ("channel", &self.channel),
            ("regions", &self.regions),
            ("skills", &self.skills),
            ("hours", &self.hours),
            ("languages", &self.languages),
            ("first_response", &self.first_response),
            ("fees", &self.fees),
            ("phone", &self.phone),
            ("contact", &self.contact),
            ("email", &self.email),
            ("conflicts", &self.conflicts),
            ("verified_on", &self.verified_on),
            ("active", &self.active),
        ]
    }
}

impl Firm {
    /// Where it says something else than another: the field's name, and what it says.
    pub fn differs_from(&self, other: &Self) -> Vec<(&'static str, String)> {
        let (own, others) = (self.typed(), other.typed());
        let both = own.fields().into_iter().zip(others.fields());
        both.filter(|((_, a), (_, b))| a != b).map(|((name, said), _)| (name, said.to_owned())).collect()
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// A fault beside each field.
    pub fn read(id: FirmId, typed: &TypedFirm, today: NaiveDate) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let unknown = |name| Refusal::field(name, "choice.unknown", "一覧から選んでください");
        let kind = faults.take(FirmKind::parse(typed.kind.trim()).ok_or_else(|| unknown("kind")).map(Some));
        let channel = faults.take(Channel::parse(typed.channel.trim()).ok_or_else(|| unknown("channel")).map(Some));
        let name =
            faults.take(text::required_line("name", &typed.name, text::LINE).and_then(|name| visible("name", name)));
        let regions = faults.take(regions(&typed.regions));
        let hours = faults.take(hours(&typed.hours).map(Some));
        let phone = faults.take(phone(typed));
        let email = faults.take(email(&typed.email));
        let verified_on = faults.take(verified(&typed.verified_on, today).map(Some));
        let active = faults.take(active(&typed.active));
        let mut line =
            |name: &str, typed: &str| faults.take(text::line(name, typed, LONG).and_then(|text| visible(name, text)));
        let (skills, languages) = (line("skills", &typed.skills), line("languages", &typed.languages));
        let (first_response, fees) = (line("first_response", &typed.first_response), line("fees", &typed.fees));
        let (contact, conflicts) = (line("contact", &typed.contact), line("conflicts", &typed.conflicts));
        faults.check()?;
        Ok(Self {
            id,
            kind: kind.ok_or_else(|| unknown("kind"))?,
            name,
            channel: channel.ok_or_else(|| unknown("channel"))?,
            regions,
            skills,
            hours: hours.unwrap_or(FirmHours::Always),
            languages,
            first_response,
            fees,
            phone,
            contact,
            email,
            conflicts,
            verified_on: verified_on.unwrap_or(today),
            active,
            version: 1,
        })
    }

    /// As it's typed again, and as the CSV has it.
    pub fn typed(&self) -> TypedFirm {
        TypedFirm {
            kind: self.kind.label().to_owned(),
            name: self.name.clone(),
            channel: self.channel.label().to_owned(),
            regions: self.regions_said(),
            skills: self.skills.clone(),
            hours: self.hours.to_string(),
            languages: self.languages.clone(),
            first_response: self.first_response.clone(),
            fees: self.fees.clone(),
            phone: self.phone.clone(),
            contact: self.contact.clone(),
            email: self.email.clone(),
            conflicts: self.conflicts.clone(),
            verified_on: self.verified_on.to_string(),
            active: if self.active { "有効" } else { "停止" }.to_owned(),
        }
    }

    /// Whether two have one name, in whatever width and spacing, and are of one kind.
    pub fn is_called_like(&self, other: &Self) -> bool {
        self.kind == other.kind && text::fold(&self.name) == text::fold(&other.name)
    }

    /// Whether two say the same, whatever their ids and versions.
    pub fn says_what(&self, other: &Self) -> bool {
        self.typed() == other.typed()
    }
}

/// Prefectures as they are typed: 、 or commas or spaces between them, 都府県 may be missing.
fn regions(typed: &str) -> Result<Vec<String>, Refusal> {
    let folded: String = typed.nfkc().collect();
    let names: Vec<&str> =
        folded.split(['、', ',', '・', '，', ' ', '\n']).map(str::trim).filter(|n| !n.is_empty()).collect();
    if names.is_empty() || names == ["全国"] {
        return Ok(Vec::new());
    }
    let mut codes = Vec::new();
    for name in names {
        let suffixed = ["", "都", "府", "県"].iter().find_map(|end| prefecture::code(&format!("{name}{end}")));
        let Some(code) = suffixed else {
            let unknown = format!(
                "「{}」は都道府県ではありません。「東京都、神奈川県」または「全国」としてください",
                shortened(name)
            );
            return Err(Refusal::field("regions", "region.unknown", unknown));
        };
        codes.push(code);
    }
    codes.sort_unstable();
    codes.dedup();
    Ok(codes.into_iter().map(|code| prefecture::name(code).to_owned()).collect())
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(20).collect()
}

fn email(typed: &str) -> Result<String, Refusal> {
    let mail = text::line("email", typed, 254)?;
    let (name, host) = mail.split_once('@').unwrap_or_default();
    let odd = name.is_empty() || host.is_empty() || host.contains('@') || mail.contains(char::is_whitespace);
    if odd && !mail.is_empty() {
        return Err(Refusal::field(
            "email",
            "email.format",
            "メールアドレスの形をご確認ください（例 desk@example.jp）",
        ));
    }
    Ok(mail)
}

fn verified(typed: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let format = || Refusal::field("verified_on", "day.format", "確認日は 2026-11-22 の形で入力してください");
    let typed = typed.trim().replace('/', "-");
    let day: NaiveDate = typed.parse().map_err(|_| format())?;
    if day > today {
        return Err(Refusal::field("verified_on", "time.future", "確認日が未来の日付です"));
    }
    if day.year() < 2022 {
        return Err(Refusal::field("verified_on", "time.too_early", "2022年より前の日付は入力できません"));
    }
    Ok(day)
}

/// A firm is read aloud and clicked: nothing of it is invisible, or turns what follows around.
fn visible(name: &str, text: String) -> Result<String, Refusal> {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if text.contains(hidden) {
        let words = "目に見えない文字が含まれています。取り除いて入力し直してください";
        return Err(Refusal::field(name, "text.invisible", words));
    }
    Ok(text)
}

fn hours(typed: &str) -> Result<FirmHours, Refusal> {
    let odd = "受付時間は「平日9-18」「月〜土 9:00〜17:00」「24時間」のように入力してください";
    FirmHours::read(typed).ok_or_else(|| Refusal::field("hours", "hours.format", odd))
}

/// The number; a firm without one is written to.
fn phone(typed: &TypedFirm) -> Result<String, Refusal> {
    let number = Telephone::to_dial("phone", &typed.phone)?.typed().to_owned();
    if number.is_empty() && typed.email.trim().is_empty() {
        return Err(Refusal::field("phone", "text.missing", "電話かメールのどちらかを入力してください"));
    }
    Ok(number)
}

fn active(typed: &str) -> Result<bool, Refusal> {
    match typed.trim() {
        "" | "yes" | "有効" => Ok(true),
        "no" | "停止" => Ok(false),
        _ => Err(Refusal::field("active", "choice.unknown", "「有効」か「停止」にしてください")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn typed() -> TypedFirm {
        TypedFirm {
            kind: "弁護士".into(),
            name: "みなと法律事務所".into(),
            regions: "神奈川、東京都".into(),
            hours: "平日9-18".into(),
            phone: "03-0000-0000".into(),
            verified_on: "2026-11-01".into(),
            ..TypedFirm::default()
        }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn read(typed: &TypedFirm) -> Result<Firm, Vec<String>> {
        let named = |refusal: Refusal| refusal.fields.into_iter().map(|fault| fault.name).collect();
        Firm::read(FirmId(Uuid::nil()), typed, today()).map_err(named)
    }

    #[test]
    fn what_is_typed_is_read_and_written_again_the_same() {
        let firm = read(&typed()).unwrap();
        assert_eq!(firm.regions, ["東京都", "神奈川県"]);
        assert_eq!(firm.regions_said(), "東京都、神奈川県");
        assert!(firm.covers("東京都") && !firm.covers("大阪府") && firm.covers(""));
        assert!(read(&firm.typed()).unwrap().says_what(&firm));
        let night = read(&TypedFirm { hours: "２４時間".into(), regions: "全国".into(), ..typed() }).unwrap();
        assert_eq!((night.hours.to_string(), night.regions_said()), ("24時間".to_owned(), "全国".to_owned()));
        assert!(read(&night.typed()).unwrap().says_what(&night));
    }

    #[test]
    fn each_fault_stands_beside_its_field() {
        let odd = TypedFirm {
            kind: "税理士".into(),
            channel: "知人".into(),
            name: " ".into(),
            regions: "火星".into(),
            hours: "たぶん".into(),
            phone: "でんわ".into(),
            email: "宛先".into(),
            verified_on: "2027-01-01".into(),
            active: "たぶん".into(),
            skills: "長".repeat(501),
            ..TypedFirm::default()
        };
        let names = read(&odd).unwrap_err();
        let all = ["kind", "channel", "name", "regions", "hours", "phone", "email", "verified_on", "active", "skills"];
        assert_eq!(names, all);
        assert_eq!(read(&TypedFirm { phone: String::new(), ..typed() }).unwrap_err(), ["phone"]);
    }

    #[test]
    fn what_nobody_asked_for_180_days_is_stale() {
        let of = |day: &str| read(&TypedFirm { verified_on: day.into(), ..typed() }).unwrap().is_stale(today());
        assert!(!of("2026-05-27") && of("2026-05-26"));
    }
}
