//! What isn't to be in a report, searched for in all that is handed out of it: inside the workbook, in the words and streams
//! of the PDF, in the page with its charts.

use std::io::Read;

use madoguchi::domain::access::actor::Role;
use madoguchi::usecase::reports::draw;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::referrals::lawyer;
use crate::support::{TestApp, on_each_db};

/// Where the records say who somebody is, what they told, or what a thing is known by: whole values, and no words that a
/// report may use.
const KNOWN_BY: [&str; 22] = [
    "SELECT name AS v FROM facilities",
    "SELECT kana AS v FROM facilities",
    "SELECT address AS v FROM facilities",
    "SELECT phone AS v FROM facilities",
    "SELECT phone_digits AS v FROM facilities",
    "SELECT facility_key AS v FROM facilities",
    "SELECT name AS v FROM members",
    "SELECT kana AS v FROM members",
    "SELECT member_no AS v FROM members",
    "SELECT registry_no AS v FROM members",
    "SELECT district_association AS v FROM members",
    "SELECT name AS v FROM accounts",
    "SELECT login AS v FROM accounts",
    "SELECT name AS v FROM firms",
    "SELECT phone AS v FROM firms",
    "SELECT number AS v FROM tickets",
    "SELECT caller_name AS v FROM calls",
    "SELECT callback_number AS v FROM calls",
    "SELECT number_key AS v FROM calls",
    "SELECT body AS v FROM entries",
    "SELECT value AS v FROM incident_facts WHERE fact LIKE 'vendor%'",
    "SELECT said AS v FROM indicators",
];

/// The ids by which records are known, as text.
const IDS: [&str; 4] = ["tickets", "facilities", "members", "calls"];

async fn known(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    for sql in KNOWN_BY {
        let values = app.select(sql).await;
        all.extend(values.iter().filter_map(|row| row["v"].as_str()).map(str::to_owned));
    }
    // One character is found anywhere.
    all.retain(|value| value.chars().count() > 1);
    all.sort();
    all.dedup();
    all
}

/// The parts of a ZIP archive by its local headers, inflated.
fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let number = |at: usize, width: usize| {
        bytes[at..at + width].iter().rev().fold(0_usize, |n, byte| (n << 8) + usize::from(*byte))
    };
    let mut all = Vec::new();
    // The central directory, which begins otherwise, says where each part's data end.
    let mut entry = bytes.windows(4).position(|mark| mark == b"PK\x01\x02").expect("a directory");
    while bytes[entry..].starts_with(b"PK\x01\x02") {
        let (packed, name, extra, comment) =
            (number(entry + 20, 4), number(entry + 28, 2), number(entry + 30, 2), number(entry + 32, 2));
        let local = number(entry + 42, 4);
        let data = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let part = &bytes[data..data + packed];
        all.extend_from_slice(&bytes[entry + 46..entry + 46 + name]);
        match number(entry + 10, 2) {
            0 => all.extend_from_slice(part),
            _ => drop(flate2::read::DeflateDecoder::new(part).read_to_end(&mut all).expect("inflated")),
        }
        entry += 46 + name + extra + comment;
    }
    all
}

/// Words and streams of a PDF, its metadata and what is attached.
fn unpressed(bytes: &[u8]) -> Vec<u8> {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let words = document.extract_text(&pages).expect("words");
    // A word is set in pieces.
    let mut all = words.split_whitespace().collect::<String>().into_bytes();
    all.extend(words.into_bytes());
    for object in document.objects.values() {
        all.extend(format!("{object:?}").into_bytes());
        if let Ok(stream) = object.as_stream() {
            all.extend(stream.get_plain_content().unwrap_or_else(|_| stream.content.clone()));
        }
    }
    all
}

fn has(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|piece| piece == word.as_bytes())
}

on_each_db!(nobody_and_nothing_known_by_name_or_number_is_in_anything_that_is_handed_out, async |app: TestApp| {
    let app = app.with_directory().await;
    app.clock.set(tokyo("2026-10-15 10:00:00"));
    for nth in 0..14 {
        let of = json!({
            "recorded": "verified", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院",
            "address": "東京都文京区本駒込9-8-7", "member_number": "234567", "caller_name": format!("受付の山川{nth}"),
            "narrative": format!("暗号化されたファイルに「支払え{nth}」とある。業者は千駄木システム"),
            "arrived_at": "2026-10-15T00:30:00Z", "ended_at": "2026-10-15T00:40:00Z", "incident": "ransomware",
        });
        app.case(of).await;
    }
    app.clock.set(tokyo("2026-11-22 10:42:00"));
    let no = app.at_tier2().await;
    app.tells(no, &[("vendor_chart", "千駄木システム"), ("care", "slowed")]).await;
    app.registers(&lawyer("さくら坂法律事務所")).await;
    app.publish_report().await;
    let mut handed: Vec<(String, Vec<u8>)> = Vec::new();
    for (form, bytes) in draw::files(&app.services, &app.app.console(), "2026-10".parse().unwrap()).await.unwrap() {
        handed.push((form.to_owned(), bytes));
    }
    let reader = app.browser(Role::JmaReader).await;
    handed.push(("pdf as read".to_owned(), reader.get("/reports/2026-10/files/pdf").await.is(200).body));
    let page = reader.get("/reports/2026-10").await.is(200).text();
    let (head, main) = page.split_once("<main").expect("a page");
    // Who reads is named at the page's head.
    assert!(!has(head.as_bytes(), "榎本"));
    handed.push(("page".to_owned(), main.split("</main>").next().expect("its end").as_bytes().to_vec()));
    let mut texts = Vec::new();
    for (form, bytes) in handed {
        let text = match form.as_str() {
            "xlsx" => unzipped(&bytes),
            "pdf" | "pdf as read" => unpressed(&bytes),
            _ => bytes,
        };
        // What is searched is what a reader sees.
        let seen = if form.starts_with("pdf") { "架空の事例" } else { "ransomware" };
        let seen = if form == "page" { "ランサムウェア" } else { seen };
        assert!(has(&text, seen), "{form}: {}", String::from_utf8_lossy(&text).chars().take(400).collect::<String>());
        texts.push((form, text));
    }
    let mut known = known(&app).await;
    for table in IDS {
        let of = app.select(&format!("SELECT id FROM {table}")).await;
        known.extend(of.iter().filter_map(|row| row["id"].as_str()).map(str::to_owned));
    }
    let closed = |value: &str| value.split_whitespace().collect::<String>();
    for must in ["榎本みどり医院", "榎本蓮太郎", "234567", "千駄木システム", "さくら坂法律事務所", "受付の山川3"]
    {
        assert!(known.iter().any(|value| closed(value) == must), "{must} is searched for");
    }
    assert!(known.len() > 60, "{}", known.len());
    for (form, text) in &texts {
        let found: Vec<&String> = known.iter().filter(|value| has(text, value) || has(text, &closed(value))).collect();
        assert!(found.is_empty(), "{form}: {found:?}");
    }
    // Nor what is withheld: fourteen cases, all of one clinic.
    let of = |form: &str| {
        texts.iter().find(|(of, _)| of == form).map(|(_, text)| String::from_utf8_lossy(text)).expect("one")
    };
    assert!(!of("json").contains("\"v\":14"));
    assert!(of("csv").lines().all(|line| !(line.starts_with("cases") && line.ends_with(",14"))), "{}", of("csv"));
    // Nor who made a file, when, or a formula.
    let (_, workbook) = texts.iter().find(|(form, _)| form == "xlsx").expect("a workbook");
    for word in ["<f>", "hidden", "2026-11-22", "definedName", "<dc:creator>m"] {
        assert!(!has(workbook, word), "{word}");
    }
});
