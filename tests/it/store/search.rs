//! Searching tickets in Japanese: short words, folded spelling, numbers, and nothing that is not there.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::search::SearchText;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::search;
use madoguchi::usecase::tickets::{self, NewEntry};
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

async fn find(app: &TestApp, question: &str) -> Vec<TicketNo> {
    let found = tickets::find(&app.services, &app.ctx(Role::Operator), question, None).await;
    found.unwrap_or_else(|e| panic!("{question}: {e:?}")).page.rows.iter().map(|line| line.number).collect()
}

async fn verified(app: &TestApp) -> TicketNo {
    app.case(json!({
        "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7",
        "member_number": "234567", "recorded": "verified", "number": "03-5550-4321",
    }))
    .await
}

on_each_db!(words_of_one_and_two_characters_are_found, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "京都の端末に脅迫文" })).await;
    app.case(json!({ "narrative": "ルーターの故障" })).await;
    for word in ["京都", "端末", "京", "脅迫文", "端末に脅迫"] {
        assert_eq!(find(&app, word).await, [no], "{word}");
    }
    for word in ["都京", "末端", "東京都", "京都端末"] {
        assert_eq!(find(&app, word).await, [], "{word}");
    }
});

on_each_db!(width_case_and_kana_fold_together, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "ﾗﾝｻﾑウェアと VPN の相談" })).await;
    for word in ["ランサムウェア", "らんさむうぇあ", "ﾗﾝｻﾑｳｪｱ", "vpn", "ＶＰＮ", "Vpn"] {
        assert_eq!(find(&app, word).await, [no], "{word}");
    }
});

on_each_db!(a_ticket_is_found_by_its_number_however_it_is_typed, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.case(json!({})).await;
    for typed in ["2026-000001", "２０２６－００００１", "2026 1", "2026-1", "No.2026-000001", "№2026―1"]
    {
        assert_eq!(find(&app, typed).await, [no], "{typed}");
    }
    assert_eq!(find(&app, "2026-000777").await, []);
});

on_each_db!(a_phone_number_is_found_in_any_grouping, async |app: TestApp| {
    let no = app.case(json!({ "number": "03-5550-4321", "callback": "090-1111-2222" })).await;
    app.case(json!({ "number": "06-5550-9999" })).await;
    for typed in ["03-5550-4321", "0355504321", "035-550-4321", "０３（５５５０）４３２１", "5550-4321", "09011112222"]
    {
        assert_eq!(find(&app, typed).await, [no], "{typed}");
    }
});

on_each_db!(search_folds_as_verification_does, async |app: TestApp| {
    let written = "髙橋先生、﨑田様、葛\u{e0100}飾の渡邊様と齋藤様。本町1−2―3、ファイルは請求書\u{202e}fdp.exe";
    let no = app.case(json!({ "narrative": written })).await;
    app.case(json!({})).await;
    for question in [
        "高橋",
        "髙橋",
        "崎田",
        "葛飾",
        "葛\u{e0100}飾",
        "渡辺",
        "渡邉",
        "斎藤",
        "斉藤",
        "本町1-2-3",
        "本町１ー２ー３",
        "請求書fdp.exe",
        "請求書\u{202e}fdp.exe",
        "高\u{200b}橋",
    ] {
        assert_eq!(find(&app, question).await, [no], "{question}");
    }
});

on_each_db!(whatever_form_of_a_kanji_was_written_any_form_finds_it, async |app: TestApp| {
    let table = include_str!("../../../assets/matching/variants.tsv");
    let groups: Vec<String> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').skip(1).take(2).collect())
        .collect();
    assert!(groups.len() > 400);
    let tx = app.services.store.begin().await.unwrap();
    for (serial, group) in (1..).zip(&groups) {
        let mut words = SearchText::default();
        words.add(&group.chars().map(|form| format!("第{serial}号{form}田 ")).collect::<String>());
        search::put(&tx, TicketNo::new(2026, serial), &words).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (serial, group) in (1..).zip(&groups) {
        for form in group.chars() {
            let question = madoguchi::domain::search::Question::read(&format!("第{serial}号{form}田"));
            let found = search::find(&app.services.store, &question, None, 5).await.unwrap();
            assert_eq!(found, [TicketNo::new(2026, serial).as_key()], "{form}");
        }
    }
});

on_each_db!(a_verified_ticket_is_found_by_member_kana_facility_and_place, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = verified(&app).await;
    app.case(json!({})).await;
    for word in
        ["榎本蓮太郎", "えのもと", "エノモト レンタロウ", "みどり医院", "本駒込", "エノモトミドリ", "榎本 脅迫文"]
    {
        assert_eq!(find(&app, word).await, [no], "{word}");
    }
});

on_each_db!(all_words_must_be_there_wherever_they_were_written, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "画面が赤い" })).await;
    let other = app.case(json!({ "narrative": "画面が青い" })).await;
    let entry =
        NewEntry { kind: String::new(), occurred_at: String::new(), body: "複合機から紙が出続ける".into() };
    tickets::add_entry(&app.services, &app.ctx(Role::Operator), no, entry, &None).await.unwrap();
    assert_eq!(find(&app, "画面 複合機").await, [no], "the first from the call, the second added later");
    assert_eq!(find(&app, "画面").await, [other, no], "newest first");
    assert_eq!(find(&app, "青い 複合機").await, []);
});

on_each_db!(percent_underscore_and_what_engines_read_as_more_mean_themselves, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "メモリ100%_使用 \"OR\" a*b 'c' 50\\60 (d) x&y | !z: <->" })).await;
    app.case(json!({ "narrative": "メモリ100台 使用中 aXb" })).await;
    for word in ["100%", "%_", "\"OR\"", "a*b", "'c'", "50\\60", "(d)", "x&y", "|", "!z:", "<->"] {
        assert_eq!(find(&app, word).await, [no], "{word}");
    }
    for word in ["1%0", "1_0", "a%b", "*", "NEAR(a b)", "' OR 1=1 --", "a:*"] {
        assert!(find(&app, word).await.len() <= 1, "{word}");
    }
    assert_eq!(find(&app, "%%").await, []);
});

on_each_db!(nothing_asked_finds_nothing, async |app: TestApp| {
    app.case(json!({})).await;
    for question in ["", " ", "　　"] {
        assert_eq!(find(&app, question).await, [], "{question:?}");
    }
    let ctx = app.ctx(Role::Operator);
    assert_eq!(code(tickets::find(&app.services, &ctx, &"あ".repeat(201), None).await), "text.too_long");
    assert_eq!(code(tickets::find(&app.services, &ctx, "a\0b", None).await), "text.control");
});

on_each_db!(emoji_and_rare_characters_are_found, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "𠮷田医院 😱 髙橋さん" })).await;
    for word in ["𠮷田", "😱", "髙橋", "𠮷"] {
        assert_eq!(find(&app, word).await, [no], "{word}");
    }
});

on_each_db!(the_newest_come_first_however_rare_or_old_a_word_is, async |app: TestApp| {
    let rare = [7, 9];
    let tx = app.services.store.begin().await.unwrap();
    for serial in 1..=1_300 {
        let mut text = "毎朝の点検".to_owned();
        if serial % 20 == 0 {
            text.push_str("で感染症を発見");
        }
        if rare.contains(&serial) {
            text.push_str("と古時計");
        }
        if serial == 1_299 {
            text.push_str("と感染");
        }
        let mut words = SearchText::default();
        words.add(&text);
        search::put(&tx, TicketNo::new(2026, serial), &words).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = async |word: &str, before: Option<i64>, limit: u64| {
        let hits = search::find(&app.services.store, &madoguchi::domain::search::Question::read(word), before, limit)
            .await
            .unwrap();
        hits.into_iter().map(|key| TicketNo::from_key(key).to_string()).collect::<Vec<_>>()
    };
    let numbers = |serials: &[i64]| serials.iter().map(|n| TicketNo::new(2026, *n).to_string()).collect::<Vec<_>>();
    let every = |step: usize, from: i64| (1..=from).rev().filter(|n| n % step as i64 == 0).collect::<Vec<_>>();

    assert_eq!(found("古時計", None, 50).await, numbers(&[9, 7]), "older than the newest thousand");
    assert_eq!(found("点検", None, 3).await, numbers(&[1_300, 1_299, 1_298]), "in every document");
    assert_eq!(found("感染症", None, 60).await, numbers(&every(20, 1_300)[..60]), "in every twentieth");
    assert_eq!(found("感染症", None, 500).await, numbers(&every(20, 1_300)), "all of them, to the oldest");
    assert_eq!(found("感染 点検", None, 2).await, numbers(&[1_300, 1_299]), "both words");
    let before = Some(TicketNo::new(2026, 40).as_key());
    assert_eq!(found("感染症", before, 50).await, numbers(&[20]), "older than a number");
    assert_eq!(found("古本市", None, 50).await, numbers(&[]));
});
