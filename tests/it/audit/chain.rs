//! The audit's chain: whoever edits, deletes, inserts, swaps, cuts or rebuilds is found out.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::audit::chain::{Fault, Head};
use madoguchi::gateway::clock::Clock;
use madoguchi::store::audit::seals;
use madoguchi::usecase::audit;
use serde_json::json;

use crate::support::{TestApp, on_each_db};

/// A desk with some work done, sealed.
async fn sealed(app: &TestApp) -> Head {
    for _ in 0..3 {
        app.case(json!({})).await;
    }
    madoguchi::usecase::tickets::list(&app.services, &app.ctx(Role::Operator), &Default::default()).await.unwrap();
    seal(app).await
}

async fn seal(app: &TestApp) -> Head {
    while audit::seal(&app.services).await.unwrap() > 0 {}
    let (head, unsealed) = audit::head(&app.services).await.unwrap();
    assert_eq!(unsealed, 0);
    head
}

async fn fault(app: &TestApp, handed_out: Option<Head>) -> Option<(i64, Fault)> {
    audit::verify(&app.services, handed_out).await.unwrap().fault
}

on_each_db!(an_untouched_chain_holds_across_many_sealings_and_both_instances, async |app: TestApp| {
    let first = sealed(&app).await;
    let twin = app.twin().await;
    app.case(json!({})).await;
    let (one, two) = futures::future::join(audit::seal(&app.services), audit::seal(&twin.services)).await;
    assert!(one.unwrap() + two.unwrap() > 0);
    let last = seal(&app).await;
    assert!(last.seq > first.seq);
    for head in [None, Some(first), Some(last)] {
        assert_eq!(fault(&app, head).await, None);
    }
});

on_each_db!(what_is_not_sealed_yet_is_counted_and_no_error, async |app: TestApp| {
    sealed(&app).await;
    app.case(json!({})).await;
    let verified = audit::verify(&app.services, None).await.unwrap();
    assert!(verified.unsealed > 0 && verified.fault.is_none());
});

on_each_db!(an_edited_entry_is_named_whatever_was_edited, async |app: TestApp| {
    sealed(&app).await;
    let some = "SELECT MIN(seq) AS n FROM audit_entries WHERE actor_id IS NOT NULL AND object_id IS NOT NULL";
    let seq = app.number(some).await;
    for edit in [
        "peer = '198.51.100.1'",
        "result = 'failed'",
        "actor_id = id",
        "actor_id = NULL",
        "actor_kind = 'system'",
        "object_kind = 'call'",
        "object_id = id",
        "action = 'ticket.view '",
        "request_id = id",
        "at = '2026-11-22 01:00:00+00:00'",
        "detail = '{\"x\":1}'",
        "seal = digest",
        "digest = seal",
        "seal = NULL",
        "digest = NULL",
    ] {
        app.db.execute(&format!("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = {seq}")).await;
        app.db.execute(&format!("UPDATE audit_entries SET {edit} WHERE seq = {seq}")).await;
        assert_eq!(fault(&app, None).await, Some((seq, Fault::Changed)), "{edit}");
        app.db.execute(&format!("DELETE FROM audit_entries WHERE seq = {seq}")).await;
        app.db.execute("INSERT INTO audit_entries SELECT * FROM kept").await;
        app.db.execute("DROP TABLE kept").await;
        assert_eq!(fault(&app, None).await, None, "and put right again");
    }
});

on_each_db!(whom_an_entry_touched_cannot_be_changed_either, async |app: TestApp| {
    let head = sealed(&app).await;
    app.db.execute("DELETE FROM audit_subjects WHERE subject_kind = 'ticket'").await;
    assert!(matches!(fault(&app, None).await, Some((seq, Fault::Changed)) if seq <= head.seq));
});

on_each_db!(a_deleted_an_inserted_and_swapped_entries_are_named, async |app: TestApp| {
    sealed(&app).await;
    app.db.execute("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = 4").await;
    app.db.execute("DELETE FROM audit_entries WHERE seq = 4").await;
    assert_eq!(fault(&app, None).await, Some((4, Fault::Missing)));
    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq > 4").await;
    app.db.execute("UPDATE audit_entries SET seq = -seq - 1 WHERE seq < 0").await;
    assert_eq!(fault(&app, None).await, Some((4, Fault::Changed)), "also when the others move up");
    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq >= 4").await;
    app.db.execute("UPDATE audit_entries SET seq = -seq + 1 WHERE seq < 0").await;
    app.db.execute("INSERT INTO audit_entries SELECT * FROM kept").await;
    assert_eq!(fault(&app, None).await, None);

    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq IN (2, 3)").await;
    app.db.execute("UPDATE audit_entries SET seq = 5 + seq WHERE seq < 0").await;
    assert_eq!(fault(&app, None).await, Some((2, Fault::Changed)), "two swapped");
});

on_each_db!(a_cut_or_rebuilt_chain_does_not_hold_the_head_that_was_handed_out, async |app: TestApp| {
    let head = sealed(&app).await;
    let cut = head.seq - 2;
    app.db.execute(&format!("DELETE FROM audit_entries WHERE seq > {cut}")).await;
    assert_eq!(fault(&app, None).await, None);
    assert_eq!(fault(&app, Some(head)).await, Some((head.seq, Fault::Rebuilt)));

    app.db.execute("DELETE FROM audit_entries WHERE seq = 2").await;
    app.db.execute("UPDATE audit_entries SET seq = NULL, seal = NULL").await;
    for _ in 0..3 {
        app.case(json!({})).await;
    }
    seal(&app).await;
    assert_eq!(fault(&app, None).await, None, "a chain made anew is whole by itself");
    assert!(matches!(fault(&app, Some(head)).await, Some((_, Fault::Rebuilt))));
});

on_each_db!(an_entry_slipped_in_later_with_an_old_date_is_pointed_out, async |app: TestApp| {
    sealed(&app).await;
    app.clock.advance(chrono::Duration::hours(-3));
    madoguchi::usecase::tickets::list(&app.services, &app.ctx(Role::Operator), &Default::default()).await.unwrap();
    seal(&app).await;
    let verified = audit::verify(&app.services, None).await.unwrap();
    assert_eq!(verified.fault, None);
    assert!(!verified.late.is_empty());
});

on_each_db!(a_day_of_many_entries_is_sealed_in_pieces, async |app: TestApp| {
    let ctx = app.ctx(Role::Operator);
    for _ in 0..30 {
        let filter = Default::default();
        let reads = (0..90).map(|_| madoguchi::usecase::tickets::list(&app.services, &ctx, &filter));
        futures::future::join_all(reads).await;
    }
    let head = seal(&app).await;
    assert!(head.seq > 2_000, "{head}");
    assert_eq!(seals::unsealed_count(&app.services.store).await.unwrap(), 0);
    assert_eq!(fault(&app, Some(head)).await, None);
});

on_each_db!(an_entry_put_in_between_is_named_and_so_is_what_was_put_beside_one, async |app: TestApp| {
    let head = sealed(&app).await;
    app.db.execute("UPDATE audit_entries SET seq = -seq - 1 WHERE seq > 4").await;
    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq < 0").await;
    let forged = uuid::Uuid::new_v4();
    app.db.execute("CREATE TABLE forged AS SELECT * FROM audit_entries WHERE seq = 4").await;
    let id = match app.db.url.starts_with("sqlite") {
        true => format!("x'{}'", forged.simple()),
        false => format!("'{forged}'"),
    };
    app.db.execute(&format!("UPDATE forged SET id = {id}, seq = 5, result = 'refused'")).await;
    app.db.execute("INSERT INTO audit_entries SELECT * FROM forged").await;
    assert_eq!(fault(&app, None).await, Some((5, Fault::Changed)));
    assert!(matches!(fault(&app, Some(head)).await, Some((5, Fault::Changed))), "with the head too");
    app.db.execute("DELETE FROM audit_entries WHERE seq = 5").await;
    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq > 5").await;
    app.db.execute("UPDATE audit_entries SET seq = -seq - 1 WHERE seq < 0").await;
    assert_eq!(fault(&app, Some(head)).await, None, "and put right again");

    let beside = "INSERT INTO audit_subjects SELECT e.object_id, e.at, e.id, 'member' FROM audit_entries e WHERE e.seq = \
                  (SELECT MIN(seq) FROM audit_entries WHERE object_id IS NOT NULL)";
    let columns =
        beside.replace("audit_subjects SELECT", "audit_subjects (subject_id, at, entry_id, subject_kind) SELECT");
    app.db.execute(&columns).await;
    assert!(matches!(fault(&app, None).await, Some((_, Fault::Changed))));
});

on_each_db!(two_swapped_with_their_seals_and_the_first_or_last_removed_are_named, async |app: TestApp| {
    let head = sealed(&app).await;
    app.db.execute("CREATE TABLE kept AS SELECT * FROM audit_entries").await;
    let put_right = async || {
        app.db.execute("DELETE FROM audit_entries").await;
        app.db.execute("INSERT INTO audit_entries SELECT * FROM kept").await;
        assert_eq!(fault(&app, Some(head)).await, None);
    };
    app.db.execute("UPDATE audit_entries SET seq = -seq WHERE seq IN (2, 3)").await;
    for (seq, other) in [(2, 3), (3, 2)] {
        let moved = format!(
            "UPDATE audit_entries SET seq = {other}, seal = (SELECT seal FROM kept WHERE kept.seq = {other}) WHERE seq = -{seq}"
        );
        app.db.execute(&moved).await;
    }
    assert_eq!(fault(&app, None).await, Some((2, Fault::Changed)), "swapped, each with the seal of its new place");
    put_right().await;
    app.db.execute("DELETE FROM audit_entries WHERE seq = 1").await;
    assert_eq!(fault(&app, None).await, Some((1, Fault::Missing)), "the first");
    put_right().await;
    app.db.execute(&format!("DELETE FROM audit_entries WHERE seq = {}", head.seq)).await;
    assert_eq!(fault(&app, Some(head)).await, Some((head.seq, Fault::Rebuilt)), "the last");
    put_right().await;
    app.db.execute("UPDATE audit_entries SET seq = NULL, seal = NULL WHERE seq = 3").await;
    assert_eq!(fault(&app, None).await, Some((3, Fault::Missing)), "taken out of the chain and left lying");
});

on_each_db!(an_entry_edited_and_sealed_anew_with_all_that_follow_does_not_hold_the_head, async |app: TestApp| {
    let first = sealed(&app).await;
    app.case(json!({})).await;
    let last = seal(&app).await;
    let from = first.seq + 1;
    app.db.execute(&format!("UPDATE audit_entries SET peer = '198.51.100.1', digest = NULL WHERE seq = {from}")).await;
    app.db.execute(&format!("UPDATE audit_entries SET seq = NULL, seal = NULL WHERE seq >= {from}")).await;
    seal(&app).await;
    assert_eq!(fault(&app, None).await, None, "whole by itself");
    assert_eq!(fault(&app, Some(first)).await, None, "up to the head before it, untouched");
    assert_eq!(fault(&app, Some(last)).await, Some((last.seq, Fault::Rebuilt)));
});

on_each_db!(an_entry_edited_before_it_was_sealed_is_named_once_it_is, async |app: TestApp| {
    let head = sealed(&app).await;
    app.case(json!({})).await;
    app.db.execute("UPDATE audit_entries SET peer = '198.51.100.1' WHERE seq IS NULL").await;
    seal(&app).await;
    assert_eq!(fault(&app, Some(head)).await, Some((head.seq + 1, Fault::Changed)));
});

on_each_db!(the_time_beside_a_subject_is_the_sealed_one_and_the_trail_goes_by_it, async |app: TestApp| {
    sealed(&app).await;
    let rows = app.select("SELECT subject_id FROM audit_subjects WHERE subject_kind = 'ticket'").await;
    assert!(!rows.is_empty());
    let no = app.case(json!({})).await;
    let id = app.ticket(no).await.id.0;
    madoguchi::usecase::tickets::list(&app.services, &app.ctx(Role::Operator), &Default::default()).await.unwrap();
    seal(&app).await;
    let filter = madoguchi::domain::audit::line::AuditFilter {
        subject: Some(id),
        from: Some(app.clock.now() - chrono::Duration::hours(1)),
        ..Default::default()
    };
    let trail = async || madoguchi::store::audit::filtered(&app.services.store, &filter, 50).await.unwrap().len();
    let before = trail().await;
    assert!(before > 0);
    app.db.execute("UPDATE audit_subjects SET at = '2020-01-01 00:00:00+00:00' WHERE subject_kind = 'ticket'").await;
    assert_eq!(trail().await, before, "nothing is hidden by it");
    assert!(matches!(fault(&app, None).await, Some((_, Fault::Changed))), "and it is found");
});

on_each_db!(a_subject_beside_no_entry_is_found, async |app: TestApp| {
    sealed(&app).await;
    let (a, b) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let id = |id: uuid::Uuid| match app.db.url.starts_with("sqlite") {
        true => format!("x'{}'", id.simple()),
        false => format!("'{id}'"),
    };
    let columns = "INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) VALUES";
    app.db.execute(&format!("{columns} ({}, '2026-11-22 01:00:00+00:00', {}, 'member')", id(a), id(b))).await;
    let verified = audit::verify(&app.services, None).await.unwrap();
    assert_eq!((verified.fault, verified.orphans, verified.is_whole()), (None, 1, false));
});

on_each_db!(a_review_is_sealed_with_its_entry, async |app: TestApp| {
    sealed(&app).await;
    let administrator = app.ctx(Role::Administrator);
    audit::review(&app.services, &administrator, "異常なし").await.unwrap();
    let whole = async || audit::verify(&app.services, None).await.unwrap().is_whole();
    assert!(whole().await, "also before its entry is sealed");
    seal(&app).await;
    app.clock.advance(chrono::Duration::days(7));
    audit::review(&app.services, &app.ctx(Role::Administrator), "").await.unwrap();
    seal(&app).await;
    assert!(whole().await);
    for edit in [
        "UPDATE audit_reviews SET note = '見ていない' WHERE note <> ''",
        "UPDATE audit_reviews SET until_at = '2026-12-24 00:00:00+00:00' WHERE note <> ''",
        "UPDATE audit_reviews SET reviewed_by = id WHERE note <> ''",
        "UPDATE audit_reviews SET head = '1:00' WHERE note <> ''",
        "DELETE FROM audit_reviews WHERE note <> ''",
        "UPDATE audit_reviews SET id = reviewed_by WHERE note <> ''",
    ] {
        app.db.execute("CREATE TABLE kept AS SELECT * FROM audit_reviews").await;
        app.db.execute(edit).await;
        let verified = audit::verify(&app.services, None).await.unwrap();
        assert!(verified.fault.is_none() && !verified.reviews.is_empty(), "{edit}");
        app.db.execute("DELETE FROM audit_reviews").await;
        app.db.execute("INSERT INTO audit_reviews SELECT * FROM kept").await;
        app.db.execute("DROP TABLE kept").await;
        assert!(whole().await, "and put right again");
    }
});
