//! The 47 prefectures, at the head of an address (JIS X 0401 order).

/// Names in the order of their codes, 1–47.
pub const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// How they are read, in the same order.
pub const READINGS: [&str; 47] = [
    "ホッカイドウ",
    "アオモリケン",
    "イワテケン",
    "ミヤギケン",
    "アキタケン",
    "ヤマガタケン",
    "フクシマケン",
    "イバラキケン",
    "トチギケン",
    "グンマケン",
    "サイタマケン",
    "チバケン",
    "トウキョウト",
    "カナガワケン",
    "ニイガタケン",
    "トヤマケン",
    "イシカワケン",
    "フクイケン",
    "ヤマナシケン",
    "ナガノケン",
    "ギフケン",
    "シズオカケン",
    "アイチケン",
    "ミエケン",
    "シガケン",
    "キョウトフ",
    "オオサカフ",
    "ヒョウゴケン",
    "ナラケン",
    "ワカヤマケン",
    "トットリケン",
    "シマネケン",
    "オカヤマケン",
    "ヒロシマケン",
    "ヤマグチケン",
    "トクシマケン",
    "カガワケン",
    "エヒメケン",
    "コウチケン",
    "フクオカケン",
    "サガケン",
    "ナガサキケン",
    "クマモトケン",
    "オオイタケン",
    "ミヤザキケン",
    "カゴシマケン",
    "オキナワケン",
];

/// The code of a prefecture by its full name.
pub fn code(name: &str) -> Option<u8> {
    PREFECTURES.iter().zip(1u8..).find(|(known, _)| **known == name).map(|(_, code)| code)
}

/// The full name of a prefecture; empty for 0 and what is none.
pub fn name(code: u8) -> &'static str {
    usize::from(code).checked_sub(1).and_then(|nth| PREFECTURES.get(nth)).copied().unwrap_or_default()
}

/// Cuts the prefecture off: its code (0 when absent) and the rest. The short form (神奈川横浜市…) counts only where
/// a municipality follows it, so that 福島市, 京都市 and 宮城3丁目 stay whole.
pub fn split(text: &str) -> (u8, &str) {
    for (name, code) in PREFECTURES.iter().zip(1u8..) {
        if let Some(rest) = text.strip_prefix(name) {
            return (code, rest);
        }
    }
    for (name, code) in PREFECTURES.iter().zip(1u8..).filter(|(n, _)| **n != "北海道") {
        let short = name.trim_end_matches(['都', '府', '県']);
        if let Some(rest) = text.strip_prefix(short)
            && short.chars().count() >= 2
            && names_municipality(short, rest)
        {
            return (code, rest);
        }
    }
    (0, text)
}

/// Municipalities whose names begin as a municipality's name ends.
const AS_ENDINGS: [&str; 16] = [
    "都城市",
    "都留市",
    "都農町",
    "市川市",
    "市原市",
    "市貝町",
    "市川三郷町",
    "町田市",
    "村山市",
    "村上市",
    "村田町",
    "郡山市",
    "郡上市",
    "府中市",
    "府中町",
    // 三条市: numbers in front of 条 are folded before.
    "3条市",
];

fn names_municipality(short: &str, rest: &str) -> bool {
    if AS_ENDINGS.iter().any(|name| rest.starts_with(name)) {
        // 千葉市川市 is 市川市 in 千葉; 福島市町田 stays 福島市.
        return true;
    }
    let ends = if short == "東京" { "市区郡町村" } else { "市区郡" };
    rest.chars().next().is_some_and(|c| !"市区町村郡都府県".contains(c) && !c.is_ascii_digit())
        && rest.chars().skip(1).take(8).any(|c| ends.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefecture_is_cut_off_only_where_one_stands() {
        for (text, expected) in [
            ("神奈川県横浜市", (14, "横浜市")),
            ("神奈川横浜市中区", (14, "横浜市中区")),
            ("京都府京都市左京区", (26, "京都市左京区")),
            ("京都市左京区", (0, "京都市左京区")),
            ("東京町田市小山田", (13, "町田市小山田")),
            ("東京小笠原村父島", (13, "小笠原村父島")),
            ("新潟3条市", (15, "3条市")),
            ("千葉市川市八幡", (12, "市川市八幡")),
            ("宮崎都城市平江町", (45, "都城市平江町")),
            ("福島市町田", (0, "福島市町田")),
            ("福島市本町", (0, "福島市本町")),
            ("宮城3-19-12", (0, "宮城3-19-12")),
            ("", (0, "")),
        ] {
            assert_eq!(split(text), expected, "{text}");
            assert_eq!(code(name(expected.0)).unwrap_or_default(), expected.0);
        }
    }
}
