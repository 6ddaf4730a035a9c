//! Kinds of noise, other than the sample's: what is heard, typed and left out.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use madoguchi::demo::rng::Rng;
use wana_kana::ConvertJapanese;

use super::cast::{Cast, StatedItems};

macro_rules! kinds {
    ($($name:ident),+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($name),+ }
        const ALL: &[Kind] = &[$(Kind::$name),+];
    };
}

kinds!(
    Katakana,
    Hiragana,
    HalfWidthKana,
    Romaji,
    FamilyNameOnly,
    Title,
    OldCharacters,
    Homophone,
    KanaLetterLost,
    KanaLetterDoubled,
    VoicingSlip,
    SpacedLetters,
    NoLegalForm,
    ShortLegalForm,
    OtherSuffix,
    FacilityLetterLost,
    FacilityWithTown,
    FacilityDash,
    NoPrefecture,
    CityOnly,
    KanjiNumerals,
    ChomeWords,
    FullWidth,
    TownOnly,
    AddressInKana,
    GridShort,
    OtherBlock,
    Building,
    PrefectureOnlyShort,
    NumberSpaced,
    NumberFullWidth,
    MemberNumber,
    OneDigitWrong,
    DigitsSwapped,
    DigitLost,
    NumberWithWord
);

/// Letters with older forms.
const OLD: [(char, char); 14] = [
    ('斎', '齋'),
    ('高', '髙'),
    ('崎', '﨑'),
    ('沢', '澤'),
    ('辺', '邊'),
    ('島', '嶋'),
    ('浜', '濱'),
    ('桜', '櫻'),
    ('広', '廣'),
    ('国', '國'),
    ('真', '眞'),
    ('恵', '惠'),
    ('竜', '龍'),
    ('栄', '榮'),
];
const VOICED: [(char, char); 10] = [
    ('カ', 'ガ'),
    ('キ', 'ギ'),
    ('ク', 'グ'),
    ('サ', 'ザ'),
    ('シ', 'ジ'),
    ('タ', 'ダ'),
    ('ハ', 'バ'),
    ('ヒ', 'ビ'),
    ('ホ', 'ボ'),
    ('ツ', 'ヅ'),
];
const CLINICS: [(&str, &str); 4] =
    [("クリニック", "医院"), ("医院", "クリニック"), ("診療所", "クリニック"), ("内科クリニック", "内科医院")];

/// One kind mostly, sometimes two or three; none sometimes.
pub fn some(rng: &mut Rng, with_number: bool) -> Vec<Kind> {
    let count = [0, 1, 1, 1, 1, 1, 2, 2, 3][usize::try_from(rng.below(9)).unwrap()];
    let mut kinds: Vec<Kind> = Vec::new();
    for _ in 0..count {
        let kind = *rng.pick(ALL);
        // A number slips once: twice is another class.
        let slips = kind.touches_number() && (!with_number || kinds.iter().any(|k| k.touches_number()));
        if !slips && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

pub fn two_wrong(rng: &mut Rng, number: &str) -> String {
    let mut digits: Vec<u8> = number.bytes().collect();
    let (a, b) = (rng.below(2) as usize, 3 + rng.below(3) as usize);
    for at in [a, b] {
        digits[at] = b'0' + (digits[at] - b'0' + 1 + rng.below(9) as u8) % 10;
    }
    String::from_utf8(digits).unwrap()
}

/// An address up to its municipality.
pub fn city(address: &str) -> String {
    let list = madoguchi::gateway::postal::shipped().unwrap();
    let parsed = list.parse(address);
    format!("{}{}", parsed.pref, parsed.city)
}

/// Municipality and town by their readings, as they are typed before the input method turned them into kanji.
fn in_kana(address: &str) -> Option<String> {
    let parsed = madoguchi::gateway::postal::shipped().unwrap().parse(address);
    let town = parsed.town.trim_end_matches("丁目").trim_end_matches(|c| "一二三四五六七八九十".contains(c));
    let reading = READINGS.get(&format!("{}{town}", parsed.city))?;
    Some(format!("{reading}{}", &address[self::town(address)?..]))
}

static READINGS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let packed = std::fs::read("assets/postal/towns.tsv.gz").unwrap();
    let mut table = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut table).unwrap();
    let (mut readings, mut of) = (HashMap::new(), (String::new(), String::new()));
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            [_, name, reading] if line.starts_with('=') => of = (name.to_owned(), reading.to_hiragana()),
            [name, _, _, reading] if !reading.is_empty() => {
                readings.insert(format!("{}{name}", of.0), format!("{}{}", of.1, reading.to_hiragana()));
            }
            _ => {}
        }
    }
    readings
});

fn town(address: &str) -> Option<usize> {
    address.find(|c: char| c.is_ascii_digit())
}

fn replaced(text: &mut String, pairs: &[(char, char)]) -> bool {
    let found = pairs.iter().find(|(from, _)| text.contains(*from));
    found.is_some_and(|(from, to)| {
        *text = text.replacen(*from, &to.to_string(), 1);
        true
    })
}

fn set(text: &mut String, new: Option<String>) -> bool {
    match new.filter(|new| new != text && !new.is_empty()) {
        Some(new) => {
            *text = new;
            true
        }
        None => false,
    }
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c })
        .collect()
}

/// Katakana as an old terminal writes them.
fn half_width(text: &str) -> String {
    const FULL: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ";
    use unicode_normalization::UnicodeNormalization;
    text.nfd()
        .map(|c| match c {
            '\u{3099}' => 'ﾞ',
            '\u{309a}' => 'ﾟ',
            c => FULL.chars().position(|f| f == c).and_then(|at| HALF.chars().nth(at)).unwrap_or(c),
        })
        .collect()
}

/// 北十六条西2-1 as 北16西2-1, 屯田七条5-22 as 屯田7-5-22.
fn short_grid(address: &str) -> Option<String> {
    const DIGITS: &str = "〇一二三四五六七八九";
    madoguchi::gateway::postal::shipped().ok().filter(|list| list.parse(address).pref == "北海道")?;
    let (front, behind) = address.split_once('条')?;
    let name = front.trim_end_matches(|c| c == '十' || DIGITS.contains(c));
    let (tens, ones) = front[name.len()..].split_once('十').map_or((None, &front[name.len()..]), |(t, o)| (Some(t), o));
    let value = |c: &str| c.chars().next().and_then(|c| DIGITS.chars().position(|d| d == c));
    let number = tens.map_or(0, |tens| value(tens).unwrap_or(1) * 10) + value(ones).unwrap_or(0);
    let next = behind.chars().next().filter(|_| number > 0)?;
    let parted = if next.is_ascii_digit() { "-" } else { "" };
    let street = parted == "-"
        || "東西南北".contains(next) && behind[next.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    street.then(|| format!("{name}{number}{parted}{behind}"))
}

fn kanji_digits(text: &str) -> String {
    text.chars()
        .map(|c| c.to_digit(10).and_then(|d| "〇一二三四五六七八九".chars().nth(d as usize)).unwrap_or(c))
        .collect()
}

impl Kind {
    fn touches_number(self) -> bool {
        use Kind::*;
        matches!(
            self,
            NumberSpaced | NumberFullWidth | MemberNumber | OneDigitWrong | DigitsSwapped | DigitLost | NumberWithWord
        )
    }

    /// Does it to what is said; false where there is nothing to do it to.
    pub fn apply(self, cast: &Cast, rng: &mut Rng, said: &mut StatedItems) -> bool {
        match self {
            Kind::Katakana
            | Kind::Hiragana
            | Kind::HalfWidthKana
            | Kind::Romaji
            | Kind::KanaLetterLost
            | Kind::KanaLetterDoubled
            | Kind::VoicingSlip => self.heard(cast, rng, said),
            Kind::FamilyNameOnly | Kind::Title | Kind::OldCharacters | Kind::Homophone | Kind::SpacedLetters => {
                self.name(cast, rng, &mut said.name)
            }
            Kind::NoLegalForm
            | Kind::ShortLegalForm
            | Kind::OtherSuffix
            | Kind::FacilityLetterLost
            | Kind::FacilityDash => self.facility(rng, &mut said.facility),
            Kind::FacilityWithTown => {
                let place = city(&said.address);
                let named = format!("{place}の{}", said.facility);
                set(&mut said.facility, Some(named))
            }
            _ if self.touches_number() => self.number(cast, rng, &mut said.number),
            _ => self.address(rng, &mut said.address),
        }
    }

    /// The name by ear.
    fn heard(self, cast: &Cast, rng: &mut Rng, said: &mut StatedItems) -> bool {
        let Some(person) = cast.named(&said.name, &said.number) else {
            return false;
        };
        let mut kana = person.record.kana.clone();
        let letters: Vec<char> = kana.chars().filter(|c| *c != '　').collect();
        match self {
            Kind::Hiragana => kana = kana.to_hiragana(),
            Kind::HalfWidthKana => kana = half_width(&kana).replace('　', " "),
            Kind::Romaji => kana = kana.to_romaji().replace('　', " "),
            Kind::KanaLetterLost | Kind::KanaLetterDoubled if letters.len() >= 6 => {
                let at = 1 + usize::try_from(rng.below(letters.len() as u64 - 2)).unwrap();
                let mut heard = letters.clone();
                if self == Kind::KanaLetterLost {
                    heard.remove(at);
                } else {
                    heard.insert(at, letters[at]);
                }
                kana = heard.into_iter().collect();
            }
            Kind::KanaLetterLost | Kind::KanaLetterDoubled => return false,
            Kind::VoicingSlip if !replaced(&mut kana, &VOICED) => return false,
            _ => {}
        }
        set(&mut said.name, Some(kana))
    }

    fn name(self, cast: &Cast, rng: &mut Rng, name: &mut String) -> bool {
        match self {
            Kind::FamilyNameOnly => set(name, name.split_once('　').map(|(family, _)| family.to_owned())),
            Kind::Title => {
                set(name, Some(format!("{}{}", name.replace('　', ""), rng.pick(&["先生", "院長", "理事長", "様"]))))
            }
            Kind::OldCharacters => replaced(name, &OLD),
            Kind::SpacedLetters => set(name, Some(name.chars().map(|c| format!("{c} ")).collect())),
            _ => {
                let Some((family, given)) = name.split_once('　') else { return false };
                let same_sound = cast.given.values().find(|names| names.iter().any(|n| n == given));
                let others: Vec<&String> = same_sound.into_iter().flatten().filter(|n| *n != given).collect();
                let other = if others.is_empty() { None } else { Some(format!("{family}{}", rng.pick(&others))) };
                set(name, other)
            }
        }
    }

    fn facility(self, rng: &mut Rng, facility: &mut String) -> bool {
        match self {
            Kind::NoLegalForm => {
                let bare = ["医療法人社団", "医療法人"].iter().find_map(|form| facility.strip_prefix(form));
                set(facility, bare.map(str::to_owned))
            }
            Kind::ShortLegalForm => {
                let short = ["(医)", "医）", "㊩", "医法社団 "];
                let bare = ["医療法人社団", "医療法人"].iter().find_map(|form| facility.strip_prefix(form));
                set(facility, bare.map(|bare| format!("{}{bare}", rng.pick(&short))))
            }
            Kind::OtherSuffix => {
                let other = CLINICS.iter().find_map(|(from, to)| facility.strip_suffix(from).map(|front| (front, to)));
                set(
                    facility,
                    other.filter(|(front, _)| front.chars().count() > 1).map(|(front, to)| format!("{front}{to}")),
                )
            }
            Kind::FacilityLetterLost => {
                let letters: Vec<char> = facility.chars().collect();
                if letters.len() < 8 {
                    return false;
                }
                let lost = letters.len() - 2;
                set(facility, Some(letters.iter().enumerate().filter(|(at, _)| *at != lost).map(|(_, c)| c).collect()))
            }
            _ => set(facility, Some(facility.replace('ー', "－"))),
        }
    }

    fn address(self, rng: &mut Rng, address: &mut String) -> bool {
        let pref_end = ["都", "道", "府", "県"].iter().filter_map(|end| address.find(end)).min();
        match self {
            Kind::NoPrefecture | Kind::PrefectureOnlyShort => {
                let parsed = madoguchi::gateway::postal::shipped().unwrap().parse(address);
                let Some(rest) = address.strip_prefix(parsed.pref.as_str()).map(str::to_owned) else { return false };
                let short = parsed.pref.trim_end_matches(['都', '府', '県']);
                let front = if self == Kind::NoPrefecture { "" } else { short };
                pref_end.is_some() && set(address, Some(format!("{front}{rest}")))
            }
            Kind::CityOnly => set(address, Some(city(address))),
            Kind::TownOnly => set(address, town(address).map(|at| address[..at].to_owned())),
            Kind::AddressInKana => set(address, in_kana(address)),
            Kind::GridShort => set(address, short_grid(address)),
            Kind::KanjiNumerals => match town(address) {
                Some(at) if address[at..].contains("丁目") => {
                    let (front, block) = address.split_at(at);
                    set(address, Some(format!("{front}{}", kanji_digits(block))))
                }
                _ => false,
            },
            Kind::ChomeWords => match town(address) {
                Some(at) if address[at..].split(['-', ' ']).filter(|p| p.parse::<u32>().is_ok()).count() == 3 => {
                    let (front, block) = address.split_at(at);
                    let block = block.replacen('-', "丁目", 1).replacen('-', "番", 1);
                    set(address, Some(format!("{front}{block}")))
                }
                _ => false,
            },
            Kind::FullWidth => set(address, Some(wide(address))),
            Kind::Building => set(address, Some(format!("{address}　第2メディカルビル 3F"))),
            _ => match town(address) {
                Some(at) => {
                    set(address, Some(format!("{}{}-{}", &address[..at], rng.below(9) + 1, rng.below(40) + 41)))
                }
                None => false,
            },
        }
    }

    fn number(self, cast: &Cast, rng: &mut Rng, number: &mut String) -> bool {
        if number.len() != 6 {
            return false;
        }
        let nobodys = |text: String| Some(text).filter(|n| !cast.numbers.contains_key(n));
        let at = 1 + usize::try_from(rng.below(4)).unwrap();
        let mut digits: Vec<char> = number.chars().collect();
        let new = match self {
            Kind::NumberSpaced => Some(format!("{}-{}", &number[..3], &number[3..])),
            Kind::NumberFullWidth => Some(wide(number)),
            Kind::NumberWithWord => Some(format!("医籍 {number} 番")),
            Kind::MemberNumber => {
                cast.numbers.get(number.as_str()).and_then(|nth| cast.people[*nth as usize].record.member_no.clone())
            }
            Kind::OneDigitWrong => {
                digits[at] =
                    char::from_digit((digits[at].to_digit(10).unwrap() + 1 + rng.below(9) as u32) % 10, 10).unwrap();
                nobodys(digits.iter().collect())
            }
            Kind::DigitsSwapped => {
                digits.swap(at, at + 1);
                nobodys(digits.iter().collect())
            }
            _ => {
                digits.remove(at);
                Some(digits.iter().collect())
            }
        };
        set(number, new)
    }
}
