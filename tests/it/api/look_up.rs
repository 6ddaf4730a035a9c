//! The look-up is no oracle: it says agrees or differs, and never what is stored.

use madoguchi::domain::access::actor::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, on_each_db};

const STORED: [&str; 7] = ["榎本", "エノモト", "みどり", "本駒込", "234567", "1301000017", "0000-1111"];

async fn ask(app: &TestApp, asked: Value) -> (Value, String) {
    let answer = app.script(Role::Operator).await.post_json("/api/v1/verifications", &asked).await.is(200);
    (answer.json(), answer.text())
}

on_each_db!(no_stored_value_is_ever_sent, async |app: TestApp| {
    let app = app.with_directory().await;
    let questions = [
        json!({ "number": "234567" }),
        json!({ "number": "234568" }),
        json!({ "name": "榎本" }),
        json!({ "facility": "みどり" }),
        json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7", "number": "234567" }),
        json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7", "number": "2345" }),
    ];
    for asked in questions {
        let (_, text) = ask(&app, asked.clone()).await;
        for stored in STORED {
            assert!(!text.contains(stored), "{asked}: {text}");
        }
    }
});

on_each_db!(four_agreeing_items_are_eligible_and_a_differing_number_says_only_that, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut said = json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "文京区本駒込9-8-7", "number": "234567" });
    let (eligible, _) = ask(&app, said.clone()).await;
    assert_eq!((&eligible["decision"], &eligible["directory_version"]), (&json!("eligible"), &json!(1)));
    assert_eq!(
        eligible["items"],
        json!({ "name": "agrees", "facility": "agrees", "address": "agrees", "number": "agrees" })
    );
    said["number"] = "987654".into();
    let (differs, _) = ask(&app, said).await;
    assert_eq!((&differs["decision"], &differs["items"]["number"]), (&json!("needs_check"), &json!("differs")));
});

on_each_db!(an_address_typed_in_kana_or_as_a_postal_code_is_completed_by_the_countrys_list, async |app: TestApp| {
    let app = app.with_directory().await;
    for address in ["ぶんきょうくほんこまごめ9-8-7", "ﾄｳｷｮｳﾄﾌﾞﾝｷｮｳｸﾎﾝｺﾏｺﾞﾒ9ﾁｮｳﾒ8-7", "文京区ほんこまごめ"]
    {
        let said =
            json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": address, "number": "234567" });
        let (answer, _) = ask(&app, said).await;
        assert_eq!(
            (&answer["decision"], &answer["items"]["address"]),
            (&json!("eligible"), &json!("agrees")),
            "{address}"
        );
    }
    for address in ["ぶんきょうくこいしかわ9-8-7", "としまくほんこまごめ9-8-7"] {
        let said =
            json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": address, "number": "234567" });
        let (answer, _) = ask(&app, said).await;
        assert_eq!(answer["items"]["address"], "differs", "{address}");
    }
});

on_each_db!(a_surname_alone_finds_nothing, async |app: TestApp| {
    let app = app.with_directory().await;
    let (answer, _) = ask(&app, json!({ "name": "榎本" })).await;
    assert_eq!((&answer["decision"], &answer["candidates"]), (&json!("needs_check"), &json!(0)));
});

on_each_db!(every_look_up_is_written_down_before_it_is_answered, async |app: TestApp| {
    let app = app.with_directory().await;
    ask(&app, json!({ "number": "234567" })).await;
    let rows = app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup'").await;
    assert_eq!(rows, 1);
});

on_each_db!(before_the_directory_is_there_nobody_is_eligible, async |app: TestApp| {
    let (answer, _) = ask(&app, json!({ "name": "榎本蓮太郎", "number": "234567" })).await;
    assert_eq!((&answer["decision"], &answer["candidates"]), (&json!("needs_check"), &json!(0)));
});

on_each_db!(an_impossible_day_is_refused_and_one_far_away_is_no_failure_of_ours, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let answer =
        script.post_json("/api/v1/verifications", &json!({ "call_date": "2026-02-30", "name": "x" })).await.is(422);
    assert_eq!(answer.code(), "json.invalid");
    for day in ["+262142-12-31", "-262143-01-01", "0001-01-01", "9999-12-31"] {
        let asked = json!({ "call_date": day, "name": "水無瀬柚子", "facility": "水無瀬ゆず内科", "number": "345679" });
        let answer = script.post_json("/api/v1/verifications", &asked).await;
        assert!(answer.status < 500, "{day}: {}", answer.text());
    }
});

on_each_db!(five_hundred_look_ups_at_once_are_all_answered_and_written_down, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let long = "榎".repeat(60_000);
    let ask = |n: usize| {
        // Every tenth is as long as a body may be.
        let name = if n.is_multiple_of(10) { long.clone() } else { format!("榎本{n}") };
        let asked = json!({ "name": name, "facility": "榎本みどり医院", "address": "文京区本駒込9-8-7" });
        let script = &script;
        async move { script.post_json("/api/v1/verifications", &asked).await.status }
    };
    let statuses = futures::future::join_all((0..500).map(ask)).await;
    let answered = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.iter().filter(|status| **status == 422 || **status == 413).count();
    assert_eq!((answered, answered + refused), (450, 500), "{statuses:?}");
    let rows = app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup'").await;
    assert_eq!(rows, 450);
});
