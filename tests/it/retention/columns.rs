//! Every column that can hold text is either erased when its period ends, goes with its row, or is listed here with the
//! reason why it stays: a new wing can't forget.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::support::{TestDb, on_each_db};

/// What people wrote or said about somebody: emptied when the period of its ticket, call or claim ends
/// (`retention::erase` fills each and looks).
const ERASED: [&str; 55] = [
    "authority_requests.agreed_by",
    "authority_requests.asks",
    "authority_requests.document",
    "authority_requests.wants",
    "authority_requests.why",
    "dossiers.consent_by",
    "dossiers.content",
    "dossiers.recipient_name",
    "dossiers.told_words",
    "merges.why",
    "questions.answer",
    "questions.words",
    "callbacks.note",
    "callbacks.number",
    "callbacks.who",
    "calls.callback_number",
    "calls.caller_name",
    "calls.caller_standing",
    "calls.number",
    "calls.number_key",
    "calls.out_of_hours_reason",
    "duty_clocks.ended_by",
    "duty_clocks.receipt",
    "entries.body",
    "evidence_checks.reason",
    "evidence_items.handed_to",
    "evidence_items.holder",
    "evidence_items.item",
    "evidence_items.label",
    "evidence_items.place",
    "escalations.reason",
    "escalations.return_reason",
    "holds.note",
    "incident_facts.value",
    "referral_steps.words",
    "remote_sessions.consent_by",
    "remote_sessions.done",
    "remote_sessions.found",
    "remote_sessions.outcome",
    "remote_sessions.removed",
    "remote_sessions.scope",
    "remote_sessions.session_code",
    "remote_sessions.tool",
    "sheet_fields.value",
    "sheet_history.value",
    "tickets.facility_name",
    "tickets.state_evidence",
    "tickets.summary",
    "verifications.reason",
    "verifications.said",
    "search_docs.body",
    "call_docs.body",
    "number_tries.number",
    "numbers_heard.number",
    "idempotency.answer",
];

/// Tables whose rows go whole: with what they stand for, or soon by themselves.
const GO_WHOLE: [&str; 17] = [
    "drafts",
    "directory_undos",
    "clinic_hours",
    "handovers",
    "indicators",
    "members",
    "facilities",
    "tenures",
    "category_periods",
    "sessions",
    "sign_in_delays",
    "known_sources",
    "idempotency",
    "passkey_challenges",
    "number_tallies",
    "facility_marks",
    "factors",
];

/// What stays, and why.
const KEPT: [(&str, &str); 27] = [
    ("accounts", "staff: the audit names them as long as it stands"),
    ("tokens", "named by staff, not by callers"),
    ("audit_entries", "the audit holds ids and codes, no words of callers"),
    ("audit_reviews", "what supervisors wrote about a review of the audit"),
    ("audit_subjects", "ids and kinds"),
    ("campaigns", "the desk's own words about an attack"),
    ("campaign_marks", "what attackers show: file endings, their numbers and addresses"),
    ("waves_set_aside", "why clinics have something in common by chance, in our words"),
    ("firms", "firms that offer their services, as they say it; no callers"),
    ("reports", "anonymous by construction, published; comments name nobody"),
    ("report_cases", "codes of what is counted, of units that nobody can tell once their year is over"),
    ("report_cuts", "periods"),
    ("report_files", "published, anonymous by construction; which report, in which form"),
    ("report_years", "categories"),
    ("directory_imports", "a file's name and encoding"),
    ("directory_mappings", "headers and words of an association's export, by our own names"),
    ("directory_previews", "a file's hash, a day and numbers"),
    ("passkeys", "staff's own names for their keys"),
    ("recovery_codes", "hashes"),
    ("clocks", "names of instances"),
    ("counters", "names of counters"),
    ("leases", "names of jobs"),
    ("foldings", "names of what is kept, places in it"),
    ("job_runs", "names of jobs and servers, kinds of faults"),
    ("journals", "paths"),
    ("retention_nights", "kinds of data"),
    ("retention_waits", "why an erasing waits, in our words"),
];

/// Columns of codes from fixed lists, in tables whose words are erased: statistics count them.
const CODES: [&str; 50] = [
    "authority_requests.answer",
    "dossiers.means",
    "dossiers.recipient",
    "callbacks.tried_as",
    "calls.desk",
    "calls.direction",
    "calls.disposition",
    "calls.lacking",
    "calls.state",
    "claims.cause",
    "claims.pattern",
    "claims.state",
    "entries.data",
    "evidence_checks.cut_off",
    "evidence_checks.locked",
    "evidence_checks.purpose",
    "evidence_checks.server",
    "duty_clocks.duty",
    "duty_clocks.ended_as",
    "evidence_items.state",
    "incident_facts.fact",
    "referral_steps.data",
    "referrals.kind",
    "referrals.prefecture",
    "referrals.stage",
    "remote_sessions.ended_as",
    "entries.kind",
    "holds.reason",
    "sheet_fields.field",
    "sheet_history.field",
    "tasks.kind",
    "tasks.outcome",
    "tickets.desk",
    "tickets.facility_kind",
    "tickets.incident",
    "tickets.prefecture",
    "tickets.result",
    "tickets.severity",
    "escalations.severity",
    "tickets.state",
    "tickets.verification",
    "verifications.decision",
    "verifications.items",
    "verifications.outcome",
    "idempotency.key",
    "idempotency.route",
    "number_tallies.kind",
    "facility_marks.shelf",
    "members.category",
    "members.procedure",
];

/// Columns that hold text or JSON, by table. What is made of them for the search stands and falls with `search_docs` and
/// `call_docs`.
async fn columns(db: &TestDb) -> BTreeSet<String> {
    let on = Database::connect(&db.url).await.unwrap();
    let sql = match on.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT m.name || '.' || c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE 'sqlite%' \
             AND m.name NOT LIKE '%\\_fts%' ESCAPE '\\' AND (lower(c.type) = 'text' OR c.type LIKE 'varchar%' OR c.type LIKE 'json%')"
        }
        _ => {
            "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
             WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'json', 'character varying')"
        }
    };
    let rows = on.query_all_raw(Statement::from_string(on.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect()
}

on_each_db!(every_column_with_words_is_erased_or_kept_for_a_reason, async |db: TestDb| {
    drop(madoguchi::store::Store::open(&db.address()).await.unwrap());
    let columns = columns(&db).await;
    assert!(columns.len() > 90, "the schema is read: {}", columns.len());
    let table = |column: &str| column.split('.').next().unwrap_or_default().to_owned();
    let known = |column: &str| {
        let table = table(column);
        ERASED.contains(&column)
            || CODES.contains(&column)
            || GO_WHOLE.contains(&table.as_str())
            || KEPT.iter().any(|(kept, _)| *kept == table)
            || table == "seaql_migrations"
    };
    let forgotten: Vec<_> = columns.iter().filter(|column| !known(column)).collect();
    assert!(forgotten.is_empty(), "erased, or kept for which reason? {forgotten:?}");
    let gone: Vec<_> = ERASED.iter().chain(&CODES).filter(|column| !columns.contains(**column)).collect();
    assert!(gone.is_empty(), "no longer in the schema: {gone:?}");
});
