//! Takes an address apart by its form: postal code, prefecture, county, city, ward, town, block; the building is left
//! out. For comparing, where both sides may be as short or as wrong as they like; the country's list (`postal`) knows
//! what they should be.

use super::normalise::{dashes, fold, is_kanji};
use super::prefecture;
use super::variants::wide;

/// An address in comparable parts; letters folded widely.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Seven digits, 0 when absent.
    pub postal: u32,
    /// Prefecture code 1–47, 0 when absent.
    pub prefecture: u8,
    /// 郡.
    pub county: String,
    /// 市 / 町 / 村, or a ward of Tokyo.
    pub city: String,
    /// 区 of a city.
    pub ward: String,
    /// What stands between city and block, 字 dropped.
    pub town: String,
    /// Block numbers, 丁目 first.
    pub block: Vec<u16>,
}

/// Block numbers kept.
const BLOCK_PARTS: usize = 4;

impl Address {
    /// Takes a text apart. Never fails: what is not understood stays in the town.
    pub fn parse(text: &str) -> Self {
        let folded: String = dashes(&fold(text).chars().collect::<Vec<_>>()).into_iter().collect();
        let (postal, rest) = split_postal(folded.trim());
        let chars: Vec<char> = without_building(rest).chars().collect();
        let (place, block) = split_block(&chars);
        let place: String = place.iter().filter(|c| !c.is_whitespace() && !"、,。・()".contains(**c)).collect();
        // Before variants are folded: 埼 and 崎 are one letter to the phone, but not in 埼玉.
        let (code, place) = prefecture::split(without_lead_in(&place));
        let place: String = fold_place(place).chars().map(wide).collect();
        let (county, place) = split_county(&place);
        let (city, ward, town) = split_city(place, !county.is_empty(), code);
        // A village of one town: 神津島村神津島村. But 蘭越町蘭越町 is one town of many.
        let town = if town == city && ISLANDS.contains(&city) { "" } else { town };
        Self {
            postal,
            prefecture: code,
            county: county.to_owned(),
            city: city.to_owned(),
            ward: ward.to_owned(),
            town: after_street(town).to_owned(),
            block,
        }
    }

    /// Whether nothing usable was given; a prefecture alone is nothing.
    pub fn is_empty(&self) -> bool {
        self.postal == 0 && self.is_placeless()
    }

    /// Whether it names neither county, city, ward nor town.
    pub fn is_placeless(&self) -> bool {
        self.county.is_empty() && self.city.is_empty() && self.ward.is_empty() && self.town.is_empty()
    }

    /// County, city, ward and town in one.
    pub fn place(&self) -> String {
        [self.county.as_str(), &self.city, &self.ward, &self.town].concat()
    }
}

/// What stands before the first word that names a building or a floor; a word is what spaces part.
fn without_building(text: &str) -> &str {
    const WORDS: [&str; 7] = ["ビル", "マンション", "ハイツ", "コーポ", "タワー", "プラザ", "ビルディング"];
    let is_floor = |word: &str| word.find('階').is_some_and(|at| word[..at].ends_with(|c: char| c.is_ascii_digit()));
    let mut from = 0;
    for word in text.split(' ') {
        if from > 0 && (WORDS.iter().any(|w| word.contains(w)) || is_floor(word)) {
            return text[..from].trim_end();
        }
        from += word.len() + 1;
    }
    text
}

/// 住所は, 所在地: and the like, which operators type along.
pub(super) fn without_lead_in(place: &str) -> &str {
    ["住所は", "所在地は", "住所:", "所在地:", "住所", "所在地"]
        .iter()
        .find_map(|l| place.strip_prefix(l))
        .unwrap_or(place)
}

pub(super) fn split_postal(text: &str) -> (u32, &str) {
    let text = text.trim_start_matches(['〒', '〶', ' ']);
    let mut digits = 0u32;
    let mut count = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        match c.to_digit(10) {
            Some(d) if count < 7 => {
                digits = digits * 10 + d;
                count += 1;
                end = at + 1;
            }
            None if c == '-' && count == 3 => {}
            _ => break,
        }
    }
    let rest = &text[end..];
    if count == 7 && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return (digits, rest.trim_start());
    }
    (0, text)
}

/// Parts place from block: the block begins at the first number that is not part of a name (二条, 5条, 3線).
fn split_block(chars: &[char]) -> (Vec<char>, Vec<u16>) {
    let mut place = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let (value, next) = number_at(chars, at);
        match value {
            Some(value) if chars.get(next).is_some_and(|c| matches!(c, '条' | '線')) => {
                place.extend(value.to_string().chars());
                at = next;
            }
            Some(_) if starts_block(chars, at, next) => return (place, block_from(chars, at)),
            Some(_) => {
                place.extend(&chars[at..next]);
                at = next;
            }
            None => {
                place.push(chars[at]);
                at += 1;
            }
        }
    }
    (place, Vec::new())
}

/// Arabic digits begin a block; kanji ones only in front of 丁目, 番地, 番 or 号, and 一番町 is a town.
fn starts_block(chars: &[char], at: usize, next: usize) -> bool {
    if chars[at].is_ascii_digit() {
        return true;
    }
    match (chars.get(next), chars.get(next + 1)) {
        (Some('丁'), Some('目')) => true,
        (Some('番'), Some('町' | '丁')) => false,
        (Some('番' | '号'), following) => {
            following.is_none_or(|c| !is_kanji(*c) || number_at(chars, next + 1).0.is_some() || *c == '地')
        }
        _ => false,
    }
}

fn block_from(chars: &[char], mut at: usize) -> Vec<u16> {
    let mut block = Vec::new();
    while block.len() < BLOCK_PARTS {
        let (Some(value), next) = number_at(chars, at) else { break };
        block.push(u16::try_from(value).unwrap_or(u16::MAX));
        let after = skip_separator(chars, next);
        if after == next {
            break;
        }
        at = after;
    }
    block
}

fn skip_separator(chars: &[char], at: usize) -> usize {
    const WORDS: [&str; 12] = ["丁目の", "番地の", "番の", "丁目", "番地", "番", "号", "地割", "-", "の", "ノ", "之"];
    let mut end = WORDS
        .iter()
        .find(|w| w.chars().eq(chars[at..].iter().copied().take(w.chars().count())))
        .map_or(at, |w| at + w.chars().count());
    while end > at && chars.get(end).is_some_and(|c| matches!(c, ' ' | '-')) {
        end += 1;
    }
    end
}

/// The number at a place, arabic or kanji, and where it ends.
fn number_at(chars: &[char], at: usize) -> (Option<u32>, usize) {
    let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let value = chars[at..at + digits].iter().take(6).fold(0, |n, c| n * 10 + c.to_digit(10).unwrap_or(0));
        return (Some(value), at + digits);
    }
    let (mut total, mut current, mut end) = (0u32, 0u32, at);
    for c in chars[at..].iter().take(7) {
        match "〇一二三四五六七八九".chars().position(|k| k == *c) {
            Some(digit) => current = current * 10 + digit as u32,
            None if *c == '十' => (total, current) = (total + current.max(1) * 10, 0),
            None if *c == '百' => (total, current) = (total + current.max(1) * 100, 0),
            None if *c == '千' => (total, current) = (total + current.max(1) * 1000, 0),
            None => break,
        }
        end += 1;
    }
    ((end > at).then_some(total + current), end)
}

/// 大字 and 字 go; ヶ, ケ, が and ノ, 之 between kanji are one each; ツ likewise.
fn fold_place(place: &str) -> String {
    let chars: Vec<char> = place.replace("大字", "").chars().filter(|c| *c != '字').collect();
    let between = |at: usize| at > 0 && is_kanji(chars[at - 1]) && chars.get(at + 1).is_some_and(|c| is_kanji(*c));
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| match c {
            'ヶ' | 'ケ' | 'ヵ' | 'ガ' | 'が' | 'ケ' if between(at) => 'が',
            'ノ' | 'の' | '之' | '乃' if between(at) => 'の',
            'ツ' | 'ッ' | 'つ' | 'っ' if between(at) => 'つ',
            c => *c,
        })
        .collect()
}

/// 郡 after at least one letter, unless it belongs to a city's name (大和郡山市, 蒲郡市, 小郡市).
pub(super) fn split_county(place: &str) -> (&str, &str) {
    let found = place.char_indices().enumerate().skip(1).take(5).find(|(_, (_, c))| *c == '郡');
    if let Some((_, (at, c))) = found {
        let (county, rest) = place.split_at(at + c.len_utf8());
        // 蒲郡市 and 小郡市 are cities; 日置郡市来町 and 西八代郡市川三郷町 are towns of a county.
        let is_city = matches!(county, "蒲郡" | "小郡") && rest.starts_with('市')
            || rest.starts_with("山市")
            || county.contains('市') && !matches!(county, "余市郡" | "高市郡");
        if !is_city && rest.chars().take(8).any(|c| c == '町' || c == '村') {
            return (county, rest);
        }
    }
    ("", place)
}

/// Code of Tokyo.
const TOKYO: u8 = 13;
/// Islands of Tokyo, which are in no county; some say the island in front.
const ISLANDS: [&str; 11] = [
    "大島町",
    "利島村",
    "新島村",
    "神津島村",
    "三宅島三宅村",
    "三宅村",
    "御蔵島村",
    "八丈島八丈町",
    "八丈町",
    "青が島村",
    "小笠原村",
];

/// City, ward, town; of a prefecture, or 0 where none was said.
pub(super) fn split_city(place: &str, in_county: bool, prefecture: u8) -> (&str, &str, &str) {
    // Towns called 大島町 there are in many cities.
    let on_island = |name: &&&str| prefecture == TOKYO || prefecture == 0 && **name != "大島町";
    if let Some(island) = ISLANDS.iter().filter(on_island).find(|island| place.starts_with(**island)) {
        let (city, town) = place.split_at(island.len());
        return (city, "", town);
    }
    if in_county {
        let end = place
            .char_indices()
            .skip(1)
            .find(|(_, c)| matches!(c, '町' | '村'))
            .map_or(place.len(), |(at, c)| at + c.len_utf8());
        // 玉村町, 野村町, 鹿町町
        let twice = place[..end].ends_with('村') || &place[..end] == "鹿町";
        let end = if twice && place[end..].starts_with('町') { end + '町'.len_utf8() } else { end };
        return (&place[..end], "", &place[end..]);
    }
    // 新宿区市谷本村町
    let ward_first = |end: usize| place[..end].contains('区');
    let city_end = place
        .char_indices()
        .enumerate()
        .skip(1)
        .take(7)
        .find(|(_, (_, c))| *c == '市')
        .filter(|(_, (at, _))| !ward_first(*at))
        .map(|(_, (at, _))| {
            let end = at + '市'.len_utf8();
            // 四日市市, 廿日市市, 野々市市; but 市川市市川.
            let twice = ["日市", "々市", "今市"].iter().any(|front| place[..end].ends_with(front));
            if twice && place[end..].starts_with('市') {
                end + '市'.len_utf8()
            } else if place[..end].ends_with("八日市") && place[end..].starts_with("場市") {
                end + "場市".len()
            } else {
                end
            }
        });
    let ward_of = |from: usize| {
        place[from..]
            .char_indices()
            .enumerate()
            .skip(1)
            .take(4)
            .find(|(_, (_, c))| *c == '区')
            .map(|(_, (at, _))| from + at + '区'.len_utf8())
    };
    match city_end {
        Some(city_end) => {
            let ward_end = ward_of(city_end).unwrap_or(city_end);
            (&place[..city_end], &place[city_end..ward_end], &place[ward_end..])
        }
        None => {
            let ward_end = ward_of(0).unwrap_or(0);
            (&place[..ward_end], "", &place[ward_end..])
        }
    }
}

/// Kyoto's street directions stand in front of the town and are often left out.
fn after_street(town: &str) -> &str {
    ["上る", "下る", "上ル", "下ル", "上がる", "下がる", "東入る", "西入る", "東入", "西入"]
        .iter()
        .filter_map(|turn| town.rfind(turn).map(|at| at + turn.len()))
        .max()
        .map(|end| town[end..].trim_start_matches(['る', 'ル']))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(town)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (u32, u8, String, String, String, String, Vec<u16>) {
        let a = Address::parse(text);
        (a.postal, a.prefecture, a.county, a.city, a.ward, a.town, a.block)
    }

    #[test]
    fn addresses_of_every_style_come_apart() {
        for (text, expected) in [
            ("神奈川県川崎市麻生区上麻生４‐３‐２６", (0, 14, "", "川崎市", "麻生区", "上麻生", vec![4, 3, 26])),
            ("埼玉県三郷市彦糸一丁目二十二番十七号", (0, 11, "", "三郷市", "", "彦糸", vec![1, 22, 17])),
            ("〒989-6443 2-27", (9_896_443, 0, "", "", "", "", vec![2, 27])),
            ("大分県中津市上如水13 上如水ビル1Ｆ", (0, 44, "", "中津市", "", "上如水", vec![13])),
            (
                "和歌山県東牟婁郡那智勝浦町朝日８－８－１８",
                (0, 30, "東牟婁郡", "那智勝浦町", "", "朝日", vec![8, 8, 18]),
            ),
            ("奈良県大和郡山市北郡山町2", (0, 29, "", "大和郡山市", "", "北郡山町", vec![2])),
            ("三重県四日市市諏訪町1番5号", (0, 24, "", "四日市市", "", "諏訪町", vec![1, 5])),
            ("千葉県市川市市川1-1", (0, 12, "", "市川市", "", "市川", vec![1, 1])),
            ("兵庫県西宮市苦楽園五番町22-7", (0, 28, "", "西宮市", "", "苦楽園五番町", vec![22, 7])),
            ("北海道名寄市西三条北1-18", (0, 1, "", "名寄市", "", "西3条北", vec![1, 18])),
            ("東京都千代田区神田駿河台7の39の9", (0, 13, "", "千代田区", "", "神田駿河台", vec![7, 39, 9])),
            ("茨城県龍ケ崎市大字長山4ー11ー13", (0, 8, "", "竜が崎市", "", "長山", vec![4, 11, 13])),
            ("京都市下京区御池通丸太町上る御方紺屋町2番地", (0, 0, "", "京都市", "下京区", "御方紺屋町", vec![2])),
            ("住所は藤野二条6-38-13", (0, 0, "", "", "", "藤野2条", vec![6, 38, 13])),
            ("青森県三戸郡 階上町道仏1-1", (0, 2, "三戸郡", "階上町", "", "道仏", vec![1, 1])),
            ("千葉県八日市場市イ1", (0, 12, "", "八日市場市", "", "イ", vec![1])),
            ("鹿児島県日置郡市来町大里1", (0, 46, "日置郡", "市来町", "", "大里", vec![1])),
            ("東京都新宿区市谷本村町4-30", (0, 13, "", "新宿区", "", "市谷本村町", vec![4, 30])),
            ("奈良県高市郡高取町観覚寺990", (0, 29, "高市郡", "高取町", "", "観覚寺", vec![990])),
            ("東京都神津島村神津島村1", (0, 13, "", "神津島村", "", "", vec![1])),
            ("東京都神津島村", (0, 13, "", "神津島村", "", "", vec![])),
            ("大島町3-5", (0, 0, "", "", "", "大島町", vec![3, 5])),
            ("東京都大島町岡田6", (0, 13, "", "大島町", "", "岡田", vec![6])),
            ("北海道磯谷郡蘭越町蘭越町258", (0, 1, "礒谷郡", "蘭越町", "", "蘭越町", vec![258])),
            ("三宅村阿古4", (0, 0, "", "三宅村", "", "阿古", vec![4])),
            ("群馬県佐波郡玉村町下新田201", (0, 10, "佐波郡", "玉村町", "", "下新田", vec![201])),
            ("愛知県蒲郡市港町17", (0, 23, "", "蒲郡市", "", "港町", vec![17])),
            ("岩手県岩手郡滝沢村大沢12", (0, 3, "岩手郡", "滝沢村", "", "大沢", vec![12])),
            ("青森県むつ市 第2メディカルビル 3F", (0, 2, "", "むつ市", "", "", vec![])),
            ("東京町田市小山田桜台3丁目7番7号", (0, 13, "", "町田市", "", "小山田桜台", vec![3, 7, 7])),
            ("藤野二条6-38-13", (0, 0, "", "", "", "藤野2条", vec![6, 38, 13])),
        ] {
            let (postal, pref, county, city, ward, town, block) = expected;
            let want = (postal, pref, county.to_owned(), city.to_owned(), ward.to_owned(), town.to_owned(), block);
            assert_eq!(parts(text), want, "{text}");
        }
    }

    #[test]
    fn any_text_at_all_is_taken() {
        for text in ["", "郡", "市", "区", "一", "〒", "999999999999999999", "町町町町", "\u{0}\u{ffff}"] {
            let _ = Address::parse(text);
        }
    }
}
