//! What text is taken as it is, what is folded, and what is refused.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use super::matching::normalise::{dashes, is_invisible, is_selector};
use super::matching::variants;
use super::refusal::Refusal;
use super::time::from_tokyo;

/// The longest short field: a name, a facility, an address.
pub const LINE: usize = 200;
/// The longest free text: a narrative, a note.
pub const NOTE: usize = 10_000;

/// One line of text: kept to the letter apart from white space at its ends, and from what a page, a print or another
/// system leaves in what is pasted: breaks and tabs are spaces, other control characters go.
///
/// # Errors
/// A fault beside the field when it's too long, or holds the character 0, with which no text goes on.
pub fn line(name: &str, input: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = pasted(name, input)?.replace(['\n', '\t'], " ");
    let text = text.trim();
    within(name, text, max_chars)?;
    Ok(text.to_owned())
}

/// What was pasted: each kind of break is a line end, and of other control characters tabs alone stay.
fn pasted(name: &str, input: &str) -> Result<String, Refusal> {
    if input.contains('\0') {
        return Err(control(name));
    }
    let text = input.replace("\r\n", "\n").replace(BREAKS, "\n");
    Ok(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect())
}

/// What breaks a line somewhere: carriage return, vertical tab, form feed, next line, line and paragraph separator.
const BREAKS: [char; 6] = ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Of a number, a time or a date as it was pasted: what is seen. What has no width, turns the writing round or chooses a
/// form of letter isn't part of it.
pub fn visible(input: &str) -> String {
    input.chars().filter(|c| !is_invisible(*c) && !is_selector(*c)).collect()
}

/// The same, full width folded.
pub fn seen(input: &str) -> String {
    visible(input).nfkc().collect::<String>().trim().to_owned()
}

/// Marks that turn the writing round, or close what another turned: a name could be read otherwise than it stands there.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as it's shown, printed and handed out: marks that would turn the writing round stand there to be seen, and turn
/// nothing (`fdp[U+202E]exe.`). What is kept is what was said.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(turns) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match turns(c) {
            true => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether nobody would see anything of a text: white space, and what has no width or only turns the writing round.
fn shows_nothing(text: &str) -> bool {
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
    };
    text.chars().all(|c| c.is_whitespace() || unseen(c))
}

/// One line that must not be empty.
pub fn required_line(name: &str, input: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = line(name, input, max_chars)?;
    if shows_nothing(&text) { Err(missing(name)) } else { Ok(text) }
}

/// Free text: line ends become LF, tabs and emoji stay, other control characters go.
///
/// # Errors
/// A fault beside the field when it's too long, or holds the character 0.
pub fn note(name: &str, input: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = pasted(name, input)?;
    let text = text.trim_end();
    within(name, text, max_chars)?;
    Ok(text.to_owned())
}

/// Free text that must not be empty.
pub fn required_note(name: &str, input: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = note(name, input, max_chars)?;
    if shows_nothing(&text) { Err(missing(name)) } else { Ok(text) }
}

/// How a cell begins that a spreadsheet takes for a formula, or whose mark would be mistaken for ours.
const GRAVE: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\''];

/// A cell of a CSV that no spreadsheet takes for a formula (`quality.md` section 4), and that reads as it stands.
pub fn cell(text: &str) -> String {
    let text = shown(text);
    if text.starts_with(GRAVE) { format!("'{text}") } else { text.into_owned() }
}

/// What a cell that [`cell`] wrote says.
pub fn cell_said(cell: &str) -> String {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(GRAVE)).unwrap_or(cell).to_owned()
}

/// A Tokyo wall-clock time from a form (`2026-11-22T10:44`) that is not in the future.
pub fn past_time(name: &str, input: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let at = tokyo_input(name, input)?;
    not_future(name, at, now)?;
    Ok(at)
}

/// An instant that lies ahead, within 90 days.
///
/// # Errors
/// A fault beside the field of that name.
pub fn ahead(name: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    if at < now - chrono::Duration::minutes(1) || at > now + chrono::Duration::days(90) {
        return Err(Refusal::field(name, "time.not_ahead", "これからの日時（90日以内）を入力してください"));
    }
    Ok(at)
}

/// Refuses an instant that lies ahead (a minute of clock difference is forgiven) or before the scheme began.
pub fn not_future(name: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if at > now + chrono::Duration::minutes(1) {
        return Err(Refusal::field(name, "time.future", "未来の日時です。実際に起きた日時を入力してください"));
    }
    if at.timestamp() < 1_640_962_800 {
        return Err(Refusal::field(name, "time.too_early", "2022年より前の日時は入力できません。年をご確認ください"));
    }
    Ok(())
}

/// Text folded for comparing and searching, with the tables of verification: compatibility forms, case, one form of each
/// kanji and dash, katakana to hiragana; nothing that isn't seen, no white space.
pub fn fold(input: &str) -> String {
    let shown = input.chars().filter(|c| !is_invisible(*c) && !is_selector(*c));
    let letters: Vec<char> = shown
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .map(|c| hiragana(variants::safe(c)))
        .nfkc()
        .collect();
    dashes(&letters).into_iter().collect()
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

fn tokyo_input(name: &str, input: &str) -> Result<DateTime<Utc>, Refusal> {
    let text = seen(input);
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .map(from_tokyo)
        .ok_or_else(|| Refusal::field(name, "time.format", "日時は 2026-11-22 10:44 の形で入力してください"))
}

fn within(name: &str, text: &str, max_chars: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length <= max_chars {
        return Ok(());
    }
    Err(Refusal::field(name, "text.too_long", format!("{max_chars}文字以内で入力してください（いま{length}文字です）")))
}

fn control(name: &str) -> Refusal {
    Refusal::field(name, "text.control", "使えない文字（NUL文字）が含まれています。取り除いて入力し直してください")
}

fn missing(name: &str) -> Refusal {
    Refusal::field(name, "text.missing", "入力してください")
}

/// `1,234,567`
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_no_text() {
        for unseen in ["", " ", "\u{3000}", "\u{200b}", "\u{202e}\u{2066}", "\u{feff}\n\u{3164}"] {
            assert!(required_note("body", unseen, 10).is_err() && required_line("why", unseen.trim_end(), 10).is_err());
        }
        assert!(required_line("why", "a\u{200b}", 10).is_ok() && required_note("body", "葛\u{e0100}", 10).is_ok());
    }

    #[test]
    fn what_is_pasted_is_kept_but_for_what_nobody_types() {
        for (pasted, kept) in [
            ("上\u{b}下\u{c}尾", "上\n下\n尾"),
            ("\u{1b}[31m赤\u{85}青\u{7}", "[31m赤\n青"),
            ("a\r\nb\rc\u{2028}d\te", "a\nb\nc\nd\te"),
        ] {
            assert_eq!(note("body", pasted, NOTE).as_deref(), Ok(kept));
            assert_eq!(line("name", pasted, LINE), Ok(kept.replace(['\n', '\t'], " ")));
        }
        assert!(note("body", "a\0b", NOTE).is_err() && line("name", "a\0b", LINE).is_err());
    }

    #[test]
    fn what_nobody_sees_around_a_number_is_not_part_of_it() {
        for mark in ['\u{200b}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{feff}', '\u{fe0f}', '\u{200e}'] {
            assert!(tokyo_input("at", &format!("{mark}2026-11-22 10:44{mark}")).is_ok(), "{mark:?}");
        }
    }

    #[test]
    fn what_turns_the_writing_round_is_shown_and_turns_nothing() {
        for (kept, seen) in [
            ("請求書\u{202e}fdp.exe を開いた", "請求書[U+202E]fdp.exe を開いた"),
            ("\u{2066}a\u{2069}\u{200f}\u{61c}", "[U+2066]a[U+2069][U+200F][U+061C]"),
            ("葛\u{e0100}飾 👩\u{200d}⚕️", "葛\u{e0100}飾 👩\u{200d}⚕️"),
        ] {
            assert_eq!(shown(kept), seen);
            assert!(!cell(kept).contains(turns));
        }
    }

    #[test]
    fn emoji_html_and_sql_are_kept_to_the_letter() {
        let text = "😱 <b>'; DROP TABLE tickets;--</b>\n二行目";
        assert_eq!(note("body", text, NOTE).expect("text"), text);
    }

    #[test]
    fn control_characters_and_long_text_are_refused_with_a_code() {
        assert_eq!(line("name", "a\u{0}b", LINE).expect_err("refused").fields[0].code, "text.control");
        assert_eq!(line("name", &"あ".repeat(201), LINE).expect_err("refused").fields[0].code, "text.too_long");
    }

    #[test]
    fn katakana_width_and_case_fold_together() {
        assert_eq!(fold("ﾗﾝｻﾑウェア ABC"), fold("らんさむうぇあａｂｃ"));
    }

    #[test]
    fn forms_of_one_kanji_and_of_one_dash_fold_together() {
        for (written, searched) in [
            ("髙橋", "高橋"),
            ("﨑田", "崎田"),
            ("葛\u{e0100}飾", "葛飾"),
            ("渡邊", "渡辺"),
            ("齋藤", "斎藤"),
            ("本町1−2―3", "本町１-２ー３"),
            ("請求書\u{202e}fdp.exe", "請求書ＦＤＰ．ｅｘｅ"),
        ] {
            assert_eq!(fold(written), fold(searched), "{written}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_folded_folds_no_further(text in proptest::prelude::any::<String>(), near in "[ｱ-ﾟー一0-9‐−ァ-ヶ゛゜㈱①髙\u{200b}\u{e0100} ]{0,20}") {
            for text in [text, near] {
                let once = fold(&text);
                proptest::prop_assert_eq!(fold(&once), once);
            }
        }
    }
}
