//! The statements that both engines run alike, as the product sends them.

pub const SESSION: &str =
    "SELECT id_hash, account_id, created_at, last_seen_at, expires_at, ended_at FROM sessions WHERE id_hash = $1";
pub const TOKEN: &str = "SELECT * FROM tokens WHERE token_hash = $1";
pub const ACCOUNT: &str = "SELECT * FROM accounts WHERE id = $1";
pub const TICKET: &str = "SELECT * FROM tickets WHERE number = $1";
pub const OF_TICKET: [&str; 7] = [
    "SELECT * FROM calls WHERE id IN (SELECT call_id FROM call_tickets WHERE ticket_id = $1) ORDER BY arrived_at",
    "SELECT * FROM entries WHERE ticket_id = $1 ORDER BY occurred_at, entered_at, id",
    "SELECT f.* FROM facilities f JOIN tickets t ON t.facility_id = f.id WHERE t.id = $1",
    "SELECT m.* FROM members m JOIN tickets t ON t.member_id = m.id WHERE t.id = $1",
    "SELECT * FROM verifications WHERE ticket_id = $1",
    "SELECT * FROM remote_sessions WHERE ticket_id = $1",
    "SELECT * FROM tasks WHERE ticket_id = $1 AND done_at IS NULL",
];
pub const LIST: &str = "SELECT id, number, desk, facility_id, facility_name, incident, severity, state, owner_id, verification, opened_at, \
                    last_event_at FROM tickets ORDER BY number DESC LIMIT 51";
pub const LINES: &str = "SELECT id, number, desk, facility_id, facility_name, incident, severity, state, owner_id, verification, opened_at, \
                     last_event_at FROM tickets WHERE number IN (";
pub const AUDIT: &str = "INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_kind, object_id, result, peer, request_id, detail) ";
pub const SUBJECTS: &str = "INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) ";
pub const SUBJECT: &str =
    "INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) VALUES ($1, $2, $3, 'ticket')";
pub const CALL: &str = "INSERT INTO calls (id, direction, desk, state, number, number_key, arrived_at, answered_at, ended_at, operator_id, \
                    caller_name, callback_number, disposition, complaint, out_of_hours, out_of_hours_reason, arrived_on, version) \
                    VALUES ($1, 'inbound', 'helpline', 'ended', '03-1234-5678', '0312345678', $2, $2, $2, $3, '受付', '', 'solved', false, \
                    false, '', $4, 1)";
pub const LINK: &str = "INSERT INTO call_tickets (call_id, ticket_id) VALUES ($1, $2)";
pub const VERIFICATION: &str = "UPDATE verifications SET ticket_id = $1 WHERE call_id = $2 AND ticket_id IS NULL";
pub const VERIFICATION_TASK: &str = "UPDATE tasks SET ticket_id = $1 WHERE verification_id = $2";
pub const OF_CALL: &str = "SELECT id, number, desk, facility_id, facility_name, incident, severity, state, owner_id, verification, opened_at, \
                       last_event_at FROM tickets WHERE id IN (SELECT ticket_id FROM call_tickets WHERE call_id = $1) ORDER BY number";
pub const STATE: &str = "UPDATE tickets SET state = 'done', version = version + 1, last_event_at = $2 WHERE id = $1";
pub const ASKED: &str = "SELECT * FROM idempotency WHERE actor_id = $1 AND route = $2 AND key = $3";
pub const ANSWERED: &str = "INSERT INTO idempotency (actor_id, route, key, body_hash, status, answer, created_at) VALUES ($1, $2, $3, $4, 200, '{}', $5) \
                        ON CONFLICT (actor_id, route, key) DO UPDATE SET answer = excluded.answer WHERE idempotency.created_at < $6";
pub const DOCUMENT: &str = "SELECT number, body FROM search_docs WHERE number = $1";
pub const ROUTE: &str = "POST /api/v1/calls";
/// A call's text as it stands in the search index; an added note's comes behind it.
pub const TEXT: &str = "中央診療所 受付 03-1234-5678 添付ファイルを開いたあと、画面に警告が出続けている。再起動後に改善したことを確認した。";
pub const TOUCH: &str = "UPDATE tickets SET last_event_at = $2 WHERE id = $1";

/// Words of the search index: each character, each pair.
pub fn tokens() -> String {
    let characters: Vec<u32> = TEXT.chars().filter(|c| !c.is_whitespace()).map(u32::from).collect();
    let mut words: Vec<String> = characters.iter().map(|c| format!("{c:x}")).collect();
    words.extend(characters.windows(2).map(|pair| format!("{:x}x{:x}", pair[0], pair[1])));
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}
