//! Telephone numbers, as telephone systems send them, people write them and files hold them: one parser, one key a line.

use super::refusal::Refusal;
use super::text;

/// The shortest key that tells one line from others: emergency and service numbers are shorter.
pub const TELLING: usize = 6;
/// The fewest digits that are a number at all.
const FEWEST: usize = 3;
/// The most that a number of any country has (E.164).
const MOST: usize = 15;
/// The fewest digits that are a number among words.
const AMONG_WORDS: usize = 9;
/// So many digits in a text may be a number.
const WITHIN: usize = 9;
/// The longest extension.
const EXTENSION: usize = 6;

/// A telephone number as it was typed, and what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telephone {
    typed: String,
    line: Line,
    alone: bool,
}

/// What a telephone number says of the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Line {
    /// Nothing, or nothing that can be read.
    #[default]
    Unknown,
    /// A number.
    Number {
        /// By which it is found: digits in the national form (`0312345678`), `+` before the country's code of others'.
        key: String,
        /// The extension behind it; empty: none.
        extension: String,
    },
    /// The caller withholds it.
    Withheld,
    /// A public telephone.
    Public,
}

impl Telephone {
    /// Reads whatever was typed or sent: nothing is refused, since a call is there whatever its number is.
    pub fn read(typed: &str) -> Self {
        let seen = text::seen(typed);
        let folded = seen.to_lowercase();
        let (line, alone) = number(&folded).unwrap_or_else(|| (words(&folded), seen.is_ascii()));
        // Full-width digits are the keyboard's; words beside a number stay to the letter.
        let typed = if alone { seen } else { text::visible(typed).trim().to_owned() };
        Self { typed, line, alone }
    }

    /// What stands in a field, whatever it says.
    ///
    /// # Errors
    /// A fault beside the field when no text is so long, or holds the character 0.
    pub fn of_field(name: &str, input: &str) -> Result<Self, Refusal> {
        Ok(Self::read(&text::line(name, input, text::LINE)?))
    }

    /// A number to be dialled: nothing, or one that can be.
    ///
    /// # Errors
    /// A fault beside the field when something else stands there.
    pub fn to_dial(name: &str, input: &str) -> Result<Self, Refusal> {
        let read = Self::of_field(name, input)?;
        if read.typed.is_empty() || read.is_number() {
            return Ok(read);
        }
        let words = "電話番号は数字とハイフンで入力してください（例 03-1234-5678）";
        Err(Refusal::field(name, "phone.format", words))
    }

    /// The keys of the numbers that stand in a text, each once: of those that can be dialled here, and of others' with their
    /// country.
    pub fn within(line: &str) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let seen = text::seen(line);
        let part = |c: char| c.is_ascii_digit() || "+()-‐‑‒–—―−ー~〜～・･_./ ".contains(c);
        // What stands between digits of one number stands between numbers too.
        let apart = |c: char| c.is_whitespace() || "~〜・_/".contains(c);
        for run in seen.split(|c: char| !part(c)) {
            for piece in std::iter::once(run).chain(run.split_whitespace()).chain(run.split(apart)) {
                let digits = piece.bytes().filter(u8::is_ascii_digit).count();
                let key = if digits >= WITHIN { Self::read(piece.trim()).key().to_owned() } else { continue };
                let whole = is_whole(&key) || key.starts_with('+');
                if whole && !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// As it was typed, without what nobody sees; a number alone in half width.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// What it says of the line.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// By which it is found; empty when there is no number.
    pub fn key(&self) -> &str {
        match &self.line {
            Line::Number { key, .. } => key,
            _ => "",
        }
    }

    /// Whether what was typed says no more than [`Self::line`]: no words beside it, no second number, no name.
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Whether it can be dialled.
    pub fn is_number(&self) -> bool {
        !self.key().is_empty()
    }
}

/// The words in a number's place. Telephone systems send some, public networks a letter for why there is no number.
fn words(folded: &str) -> Line {
    const WITHHELD: [&str; 7] = ["非通知", "ひつうち", "ヒツウチ", "anonymous", "private", "withheld", "restricted"];
    const PUBLIC: [&str; 4] = ["公衆", "payphone", "pay phone", "coin"];
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match folded {
        "p" => Line::Withheld,
        "c" => Line::Public,
        _ if says(&PUBLIC) => Line::Public,
        _ if says(&WITHHELD) => Line::Withheld,
        _ => Line::Unknown,
    }
}

/// The number in what was typed, if there is one, and whether nothing else stands there.
fn number(folded: &str) -> Option<(Line, bool)> {
    let (address, by_itself) = dialled(folded);
    let (main, behind, nothing_else) = extension_apart(address);
    let among_words = main.chars().any(|c| c.is_alphabetic() && c != 'ー');
    let runs = runs(main);
    let all: String = runs.concat();
    let fewest = if among_words { AMONG_WORDS } else { FEWEST };
    if all.len() < fewest {
        return None;
    }
    let abroad = main.contains('+');
    let whole = national(abroad, &all);
    // Two numbers in one field, or an extension without a word before it: the first whole number counts.
    let (key, rest) = match (1..runs.len()).map(|n| (national(abroad, &runs[..n].concat()), runs[n..].concat())) {
        mut cuts if !is_whole(&whole) && !abroad_key(&whole) => {
            cuts.find(|(key, _)| is_whole(key)).unwrap_or((whole, String::new()))
        }
        _ => (whole, String::new()),
    };
    if !(FEWEST..=MOST + 1).contains(&key.len()) {
        return None;
    }
    let alone =
        by_itself && !among_words && nothing_else && rest.len() <= EXTENSION && (rest.is_empty() || behind.is_empty());
    let extension = if behind.is_empty() && rest.len() <= EXTENSION { rest } else { behind };
    Some((Line::Number { key, extension }, alone && !main.contains('<')))
}

/// Of an address of a telephone (`"医院" <sip:0312345678@host>`, `tel:+81-3-…;ext=12`) what is dialled, and whether no
/// name stands before it and no words behind.
fn dialled(folded: &str) -> (&str, bool) {
    let inside = ["sip:", "sips:", "tel:"].iter().find_map(|scheme| folded.split_once(scheme));
    let (before, address) = inside.unwrap_or(("", folded));
    let (number, host) = address.split_at(address.find(['@', '>']).unwrap_or(address.len()));
    let by_itself = ["", "<"].contains(&before.trim()) && !host.trim().contains(char::is_whitespace);
    match (inside, number.split_once(';')) {
        (Some(_), Some((number, behind))) if !behind.starts_with("ext=") => (number, by_itself),
        _ => (number, by_itself),
    }
}

/// The number, the extension that a mark parts from it, and whether behind the mark nothing else stands.
fn extension_apart(folded: &str) -> (&str, String, bool) {
    const MARKS: [&str; 7] = ["内線", "内", "ext", "ex.", "x", "#", "*"];
    let behind_digits = |at: &usize| folded[..*at].chars().filter(char::is_ascii_digit).count() >= FEWEST;
    let marks = MARKS.iter().filter_map(|mark| folded.match_indices(mark).map(|(at, _)| at).find(behind_digits));
    let alone = MARKS.iter().any(|mark| folded.starts_with(mark));
    match marks.min() {
        Some(at) => {
            let behind = &folded[at..];
            let first = runs(behind).first().map_or(String::new(), |run| (*run).to_owned());
            let words = MARKS.iter().fold(behind.replace('番', ""), |words, mark| words.replace(mark, ""));
            let nothing_else = runs(behind).len() <= 1 && !words.chars().any(char::is_alphabetic);
            (&folded[..at], if first.len() <= EXTENSION { first } else { String::new() }, nothing_else)
        }
        None if alone => ("", String::new(), true),
        None => (folded, String::new(), true),
    }
}

fn runs(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
}

/// The form in which a number is dialled in Japan: 184 and 186 before it say only whether the own number is shown, a 0 that
/// a private exchange puts before it nothing; +81, 81, 0081 and 010 81 are the country itself.
fn national(abroad: bool, digits: &str) -> String {
    let unmarked = ["184", "186"].iter().find_map(|mark| digits.strip_prefix(mark));
    let digits = unmarked.filter(|rest| rest.len() >= AMONG_WORDS).unwrap_or(digits);
    if let Some(outside) = digits.strip_prefix('0').filter(|rest| is_whole(rest)) {
        return outside.to_owned();
    }
    let after = |prefix: &&str| digits.strip_prefix(*prefix).filter(|rest| rest.len() >= AMONG_WORDS - 1);
    let country = match abroad {
        true => Some(digits),
        false => ["0033010", "0061010", "001010", "010", "00"].iter().find_map(after),
    };
    let inland = |rest: &str| format!("0{}", rest.trim_start_matches('0'));
    match (country, digits.strip_prefix("81")) {
        (Some(number), _) => number.strip_prefix("81").map_or_else(|| format!("+{number}"), inland),
        (None, Some(rest)) if (11..=13).contains(&digits.len()) => inland(rest),
        (None, _) => digits.to_owned(),
    }
}

/// Whether it is a number of another country, as long as one may be.
fn abroad_key(key: &str) -> bool {
    key.starts_with('+') && key.len() <= MOST + 1
}

/// Whether these are all digits of a number within Japan.
fn is_whole(digits: &str) -> bool {
    const ELEVEN: [&str; 7] = ["020", "050", "060", "070", "080", "090", "0800"];
    let long = ELEVEN.iter().any(|prefix| digits.starts_with(prefix));
    digits.starts_with('0')
        && !digits.starts_with("00")
        && !digits.starts_with("010")
        && digits.len() == if long { 11 } else { 10 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(typed: &str) -> String {
        Telephone::read(typed).key().to_owned()
    }

    #[test]
    fn a_line_has_one_key_however_its_number_is_written() {
        for typed in [
            "03-7000-1234",
            "０３－７０００－１２３４",
            "03(7000)1234",
            "03ー7000ー1234",
            "03\u{2015}7000\u{2015}1234",
            "03/7000/1234",
            "03.7000.1234",
            "03 7000 1234",
            "03の7000の1234",
            "+81-3-7000-1234",
            "+81 (0)3 7000 1234",
            "+810370001234",
            "81370001234",
            "8103 7000 1234",
            "0081-3-7000-1234",
            "010-81-3-7000-1234",
            "001-010-81-3-7000-1234",
            "0033-010-81-3-7000-1234",
            "184-03-7000-1234",
            "186 03 7000 1234",
            "1840370001234",
            "184+81370001234",
            "0-03-7000-1234",
            "TEL:03-7000-1234",
            "電話 03-7000-1234（代）",
            "03-7000-1234（院長）",
            "tel:+81-3-7000-1234",
            "\"医院\" <sip:0370001234@192.0.2.7:5060>",
            "sip:+81370001234@pbx.example;user=phone",
            "\u{200b}03-7000-1234\u{202c}",
        ] {
            assert_eq!(key(typed), "0370001234", "{typed}");
        }
        for (typed, expected) in [
            ("+81 90 1111 2222", "09011112222"),
            ("819011112222", "09011112222"),
            ("+81-120-000-111", "0120000111"),
            ("+81 800 111 2222", "08001112222"),
            ("+1 212 555 0100", "+12125550100"),
            ("010-1-212-555-0100", "+12125550100"),
            ("00 44 20 7946 0000", "+442079460000"),
            ("110", "110"),
            ("7000-1234", "70001234"),
            ("03-7000-1234 / 090-1111-2222", "0370001234"),
            ("090-1111-2222、03-7000-1234", "09011112222"),
        ] {
            assert_eq!(key(typed), expected, "{typed}");
        }
    }

    #[test]
    fn an_extension_stands_apart() {
        for (typed, expected) in [
            ("03-7000-1234#12", "12"),
            ("03-7000-1234 内線12", "12"),
            ("03-7000-1234（内線 012）", "012"),
            ("03-7000-1234 ext. 12", "12"),
            ("+81-3-7000-1234x12", "12"),
            ("tel:+81-3-7000-1234;ext=12", "12"),
            ("03-7000-1234 12", "12"),
            ("03-7000-1234 内線12番", "12"),
            ("03-7000-1234", ""),
        ] {
            let read = Telephone::read(typed);
            let line = Line::Number { key: "0370001234".into(), extension: expected.into() };
            assert_eq!((read.line(), read.is_alone()), (&line, true), "{typed}");
            let beside = format!("{typed} 受付");
            let read = Telephone::read(&beside);
            assert_eq!((read.line(), read.is_alone(), read.typed()), (&line, false, beside.as_str()), "{typed}");
        }
        for beside in
            ["sip:+81370001234@pbx.example 受付", "医院 <sip:0370001234@pbx.example>", "\"医院\" <tel:0370001234>"]
        {
            let read = Telephone::read(beside);
            assert_eq!((read.key(), read.is_alone()), ("0370001234", false), "{beside}");
        }
        let second = Telephone::read("03-7000-1234 内線12 090-1111-2222");
        assert!(!second.is_alone(), "{second:?}");
    }

    #[test]
    fn numbers_are_found_within_a_text() {
        for (line, keys) in [
            ("保守業者の携帯は 090-7654-3210 （田中さん）", &["09076543210"][..]),
            ("代表０３（７０００）１２３４、夜間は+81 90 1111 2222へ", &["0370001234", "09011112222"]),
            ("090-7654-3210 03-7000-1234", &["09076543210", "0370001234"]),
            ("03 7000 1234", &["0370001234"]),
            ("03・7000・1234", &["0370001234"]),
            ("075～111～2222、090_2222_3333", &["0751112222", "09022223333"]),
            ("電話 03-7000-1234・090-1111-2222", &["0370001234", "09011112222"]),
            ("・03-7000-1234/090-1111-2222", &["0370001234", "09011112222"]),
            ("2026/11/29〜2026/12/05、10:00〜18:00", &[]),
            ("会員番号 1234567890、2026-11-29 10:42、192.168.100.200", &[]),
            ("請求書 2026-000404 を 1,234,567,890 円で", &[]),
        ] {
            assert_eq!(Telephone::within(line), keys, "{line}");
        }
    }

    #[test]
    fn a_call_without_a_number_is_a_call() {
        for (typed, expected) in [
            ("非通知", Line::Withheld),
            ("番号非通知設定", Line::Withheld),
            ("anonymous", Line::Withheld),
            ("Anonymous <sip:anonymous@anonymous.invalid>", Line::Withheld),
            ("sip:anonymous@192.0.2.100", Line::Withheld),
            ("P", Line::Withheld),
            ("公衆電話", Line::Public),
            ("C", Line::Public),
            ("Unavailable", Line::Unknown),
            ("表示圏外", Line::Unknown),
            ("あとで", Line::Unknown),
            ("11月28日に聞く", Line::Unknown),
            ("#12", Line::Unknown),
            ("内線12", Line::Unknown),
            ("1", Line::Unknown),
            ("", Line::Unknown),
        ] {
            let read = Telephone::read(typed);
            assert_eq!((read.line(), read.typed()), (&expected, typed), "{typed}");
            let words = Telephone::to_dial("phone", typed).err().map(|refusal| refusal.fields[0].code.clone());
            assert_eq!(words.as_deref(), if typed.is_empty() { None } else { Some("phone.format") }, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_and_a_key_is_its_own(typed in any::<String>(), near in "[0-9+#x/ 内線-]{0,40}") {
            for typed in [typed, near] {
                let key = key(&typed);
                prop_assert!(key.len() <= MOST + 1 && (key.is_empty() || key.len() >= FEWEST), "{}", key);
                prop_assert!(key.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn a_whole_number_is_one_key_in_every_dress(
            number in "0[1-9][1-9][0-9]{7}|0[5789]0[1-9][0-9]{7}", dress in 0..8usize, cut in 1..9usize, dash in "[ ./ー−‐―-]",
        ) {
            let short = number.trim_start_matches('0');
            prop_assume!(is_whole(&number));
            let written = match dress {
                0 => number.clone(),
                1 => format!("+81{short}"),
                2 => format!("81{short}"),
                3 => format!("0081{short}"),
                4 => format!("184{number}"),
                5 => format!("{number}#{cut}"),
                6 => format!("010-81-{short}"),
                _ => format!("{}{dash}{}", &number[..cut], &number[cut..]),
            };
            prop_assert_eq!(key(&written), number.clone(), "{}", written);
            prop_assert_eq!(key(&key(&written)), number);
        }
    }
}
