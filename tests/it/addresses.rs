//! Addresses against the list of the whole country that is shipped.

use std::io::Write;
use std::process::{Command, Stdio};

use madoguchi::domain::matching::postal::Parsed;
use madoguchi::gateway::postal::shipped;

fn parsed(text: &str) -> Parsed {
    shipped().unwrap().parse(text)
}

/// Address, prefecture, municipality, town and block of the forty-seven prefectural offices.
fn offices() -> Vec<[String; 5]> {
    let mut rows = csv::Reader::from_path("tests/data/addresses/offices.csv").unwrap();
    rows.records().map(|row| std::array::from_fn(|n| row.as_ref().unwrap()[n].to_owned())).collect()
}

#[test]
fn the_prefectural_offices_are_where_they_are_however_they_are_written() {
    let offices = offices();
    assert_eq!(offices.len(), 47);
    let wide = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii() { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c }).collect()
    };
    for [address, pref, city, town, block] in offices {
        let without_prefecture = address.strip_prefix(&pref).unwrap().to_owned();
        for said in [wide(&address), address.replacen(&city, &format!(" {city} "), 1), without_prefecture, address] {
            let p = parsed(&said);
            assert_eq!([p.pref, p.city, p.town, p.block], [&pref, &city, &town, &block].map(String::clone), "{said}");
        }
    }
}

#[test]
fn a_municipality_is_found_by_the_name_it_had() {
    for (said, pref, city, town) in [
        ("静岡県浜松市中区元城町103-2", "静岡県", "浜松市中央区", "元城町"),
        ("静岡県浜松市北区三方原町467", "静岡県", "浜松市中央区", "三方原町"),
        ("清水市旭町6-8", "静岡県", "静岡市清水区", "旭町"),
        ("埼玉県大宮市大門町3-1", "埼玉県", "さいたま市大宮区", "大門町三丁目"),
        ("保谷市中町1-5-1", "東京都", "西東京市", "中町一丁目"),
        ("筑紫郡那珂川町西隈1-1-1", "福岡県", "那珂川市", "西隈一丁目"),
        ("秋田県仙北郡神岡町神宮寺1", "秋田県", "大仙市", "神宮寺"),
        ("秋田県由利郡矢島町七日町12", "秋田県", "由利本荘市", "矢島町七日町"),
        ("長野県木曽郡山口村馬籠4300", "岐阜県", "中津川市", "馬籠"),
        ("岐阜県山口村馬籠4300", "岐阜県", "中津川市", "馬籠"),
        ("大阪府南河内郡美原町黒山167-1", "大阪府", "堺市美原区", "黒山"),
        ("新潟県新津市程島2009", "新潟県", "新潟市秋葉区", "程島"),
        ("旭町6-8", "", "", "旭町"),
    ] {
        let p = parsed(said);
        assert_eq!((&*p.pref, &*p.city, &*p.town), (pref, city, town), "{said}");
    }
}

/// Every fifteenth town of the country, with its prefecture and without its county.
#[test]
fn every_town_is_found_by_its_own_name() {
    let list = shipped().unwrap();
    let (mut tried, mut lost) = (0, Vec::new());
    for (pref, city, town) in list.towns().step_by(15).filter(|(_, _, town)| !town.is_empty()) {
        tried += 1;
        let p = list.parse(&format!("{pref}{city}{town}"));
        if (&*p.pref, &*p.city, &*p.town) != (pref, city, town) {
            lost.push(format!("{pref}{city}{town}: {p:?}"));
        }
    }
    assert!(tried > 7_000 && lost.len() * 500 < tried, "{} of {tried}: {lost:#?}", lost.len());
}

#[test]
fn the_command_reads_lines_and_writes_one_object_for_each() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .args(["address", "parse"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let endless = "東京都".repeat(200_000);
    let said = format!("東京都千代田区霞が関2-1-6 官庁ビル\n\n\u{feff}\"\\\n{endless}\n青森市長島1-1-1");
    child.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    let expected = serde_json::json!({ "input": "東京都千代田区霞が関2-1-6 官庁ビル", "pref": "東京都", "city": "千代田区",
        "town": "霞が関二丁目", "block": "1-6", "rest": "官庁ビル" });
    assert_eq!(lines[0], expected);
    assert_eq!((&lines[1]["input"], &lines[1]["pref"]), (&"".into(), &"".into()));
    assert_eq!((&lines[4]["pref"], &lines[4]["town"]), (&"青森県".into(), &"長島一丁目".into()));
}
