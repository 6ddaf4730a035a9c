//! Paths and links. No handler and no page spells a path by itself.

use crate::domain::id::{
    AccountId, AuthorityRequestId, CallId, CallbackId, CampaignId, DossierId, EvidenceItemId, FirmId, HandoverId,
    HoldId, IndicatorId, PasskeyId, ReferralId, RemoteId, TaskId, TokenId, VerificationId,
};
use crate::domain::reports::Period;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::queue::Queue;
use uuid::Uuid;

/// Home of each role.
pub const HOME: &str = "/";
/// 使い方 of one's own role.
pub const GUIDE: &str = "/guide";
/// The sign-in page.
pub const SIGN_IN: &str = "/session/new";
/// Where signing in is posted.
pub const SESSION: &str = "/session";
/// Where signing out is posted.
pub const SIGN_OUT: &str = "/session/end";
/// The second factor, on the way in.
pub const SECOND: &str = "/session/second";
/// The second factor again, before what needs a fresh proof.
pub const CONFIRM: &str = "/session/confirm";
/// What a browser is told to ask an authenticator, before a passkey is given as the second factor.
pub const PASSKEY_ASK: &str = "/session/passkey";
/// One's own account: password, second factor, passkeys, sessions.
pub const OWN: &str = "/account";
/// Setting up an authenticator app.
pub const FACTOR: &str = "/account/factor";
/// Beginning to set one up.
pub const FACTOR_BEGIN: &str = "/account/factor/begin";
/// New recovery codes.
pub const RECOVERY: &str = "/account/recovery";
/// Adding a passkey.
pub const PASSKEYS: &str = "/account/passkeys";
/// What a browser is told to ask an authenticator, before a passkey is added.
pub const PASSKEY_ASK_NEW: &str = "/account/passkeys/ask";
/// Ending all other sessions of one's own.
pub const OTHER_SESSIONS: &str = "/account/sessions/end";
/// One's own password.
pub const PASSWORD: &str = "/account/password";
/// A day's calls; starting one.
pub const CALLS: &str = "/calls";
/// Today's calls whose record lacked something at their end.
pub const CALLS_LACKING: &str = "/calls?lacking=yes";
/// The list of tickets.
pub const TICKETS: &str = "/tickets";
/// Tickets opened today, whatever became of them.
pub const TICKETS_TODAY: &str = "/tickets?state=all&opened=today";
/// Search; POSTed, because words are never put in a URL.
pub const TICKET_SEARCH: &str = "/tickets/search";
/// The queue of tier 2.
pub const QUEUE: &str = "/queue";
/// The supervisor's day.
pub const DAY: &str = "/day";
/// The hand-over of a shift: read, and signed.
pub const HANDOVER: &str = "/handover";
/// The register of forensic firms and lawyers.
pub const FIRMS: &str = "/firms";
/// A new firm.
pub const FIRM_NEW: &str = "/firms/new";
/// The register as a file.
pub const FIRMS_EXPORT: &str = "/firms/export";
/// The wave radar.
pub const WAVES: &str = "/waves";
/// Holding a wave's tickets for one attack.
pub const WAVES_CAMPAIGNS: &str = "/waves/campaigns";
/// A wave's tickets join a campaign.
pub const WAVES_JOINED: &str = "/waves/joined";
/// A wave is none.
pub const WAVES_ASIDE: &str = "/waves/aside";
/// Reports.
pub const REPORTS: &str = "/reports";
/// Reports on their way, and those that were published.
pub const DRAFTS: &str = "/reports/drafts";
/// Claims for a support payment.
pub const CLAIMS: &str = "/claims";
/// Callers pointed to the claims office.
pub const CLAIM_ENQUIRIES: &str = "/claims/enquiries";
/// How what runs beside the desk does.
pub const JOBS: &str = "/jobs";
/// Imports of the directory.
pub const IMPORTS: &str = "/directory/imports";
/// The directory of the import before, brought back.
pub const IMPORT_RESTORE: &str = "/directory/imports/restore";
/// What an import would do.
pub const IMPORT_PREVIEW: &str = "/directory/imports/preview";
/// Accounts.
pub const ACCOUNTS: &str = "/accounts";
/// API tokens.
pub const TOKENS: &str = "/tokens";
/// Who may do and see what.
pub const RIGHTS: &str = "/rights";
/// The audit.
pub const AUDIT: &str = "/audit";
/// Following a thing's trail: its number is POSTed.
pub const AUDIT_TRAIL: &str = "/audit/trail";
/// The audit as a file.
pub const AUDIT_EXPORT: &str = "/audit/export";
/// Noting that one looked through the audit.
pub const AUDIT_REVIEWS: &str = "/audit/reviews";
/// The API's description, for reading.
pub const API_DOCS: &str = "/api/docs";
/// The API's description, for programs.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// A call's sheet.
pub fn call(id: CallId) -> String {
    format!("/calls/{id}")
}

/// Home, after a call.
pub fn home_after(call: CallId) -> String {
    format!("/?ended={call}")
}

/// A part of a call: `sheet`, `candidates`, `stamps`, `stamps/back`, `notes`, `verification`, `number`, `tickets`,
/// `next`, `links`, `end`, `end/foreseen`, `review`, `along`, `questions`, `asked`, `answers`.
pub fn call_part(id: CallId, part: &str) -> String {
    format!("/calls/{id}/{part}")
}

/// A Tokyo day's calls.
pub fn calls_of(day: chrono::NaiveDate) -> String {
    format!("/calls?day={day}")
}

/// A ticket.
pub fn ticket(no: TicketNo) -> String {
    format!("/tickets/{no}")
}

/// What is referred of a ticket.
pub fn referrals(no: TicketNo) -> String {
    ticket_part(no, "referrals")
}

/// A ticket with all lines of its timeline, however long.
pub fn whole_ticket(no: TicketNo) -> String {
    format!("/tickets/{no}?all=yes")
}

/// A queue.
pub fn queue(which: Queue) -> String {
    format!("/queues/{}", which.code())
}

/// Open tickets by whose they are: `me`, `none`, `ended`.
pub fn tickets_of(whose: &str) -> String {
    format!("{TICKETS}?owner={whose}")
}

/// A part of a ticket: `here`, `watch`, `owner`, `merge`, `unmerge`, `entries`, `transitions`, `transitions/back`, `calls`, `change`, `evidence`, `incident`, `indicators`, `items`, `dossiers`, `authorities`, `referrals`, `remotes`, `holds`.
pub fn ticket_part(no: TicketNo, part: &str) -> String {
    format!("/tickets/{no}/{part}")
}

/// Ending a remote session.
pub fn remote_end(no: TicketNo, id: RemoteId) -> String {
    format!("/tickets/{no}/remotes/{id}/end")
}

/// Ending the clock of a clinic's duty.
pub fn duty(no: TicketNo, duty: &str) -> String {
    format!("/tickets/{no}/duties/{duty}")
}

/// Letting one run again.
pub fn duty_resume(no: TicketNo, duty: &str) -> String {
    format!("/tickets/{no}/duties/{duty}/resume")
}

/// A piece of evidence at a clinic.
pub fn evidence_item(no: TicketNo, id: EvidenceItemId) -> String {
    format!("/tickets/{no}/items/{id}")
}

/// The draft of a paper.
pub fn paper(no: TicketNo, paper: &str) -> String {
    format!("/tickets/{no}/papers/{paper}")
}

/// An item of a paper, dictated.
pub fn paper_item(no: TicketNo, paper: &str, item: &str) -> String {
    format!("/tickets/{no}/papers/{paper}/{item}")
}

/// A new dossier, for the clinic (`clinic`) or a firm by its id.
pub fn dossier_new(no: TicketNo, recipient: &str) -> String {
    format!("/tickets/{no}/dossiers/new/{recipient}")
}

/// A dossier that was made.
pub fn dossier(no: TicketNo, id: DossierId) -> String {
    format!("/tickets/{no}/dossiers/{id}")
}

/// A part of it: `password`, `told`.
pub fn dossier_part(no: TicketNo, id: DossierId, part: &str) -> String {
    format!("/tickets/{no}/dossiers/{id}/{part}")
}

/// It as a file.
pub fn dossier_file(no: TicketNo, id: DossierId) -> String {
    format!("/tickets/{no}/dossiers/{id}/export")
}

/// Answering what an authority asked.
pub fn authority_answer(no: TicketNo, id: AuthorityRequestId) -> String {
    format!("/tickets/{no}/authorities/{id}/answer")
}

/// A referral of a ticket.
pub fn referral(no: TicketNo, id: ReferralId) -> String {
    format!("/tickets/{no}/referrals/{id}")
}

/// A firm of the register.
pub fn firm(id: FirmId) -> String {
    format!("{FIRMS}/{id}")
}

/// Something that a caller said of an attack, taken back.
pub fn indicator(no: TicketNo, id: IndicatorId) -> String {
    format!("/tickets/{no}/indicators/{id}/back")
}

/// A campaign.
pub fn campaign(id: CampaignId) -> String {
    format!("/campaigns/{id}")
}

/// A part of a campaign: `tickets`, `news`.
pub fn campaign_part(id: CampaignId, part: &str) -> String {
    format!("/campaigns/{id}/{part}")
}

/// A ticket leaves a campaign.
pub fn campaign_leave(id: CampaignId, no: TicketNo) -> String {
    format!("/campaigns/{id}/tickets/{no}/leave")
}

/// Lifting a hold.
pub fn hold_lift(no: TicketNo, id: HoldId) -> String {
    format!("/tickets/{no}/holds/{id}/lift")
}

/// Keeping a callback.
pub fn callback_kept(id: CallbackId) -> String {
    format!("/callbacks/{id}/kept")
}

/// Taking a callback: whoever does rings.
pub fn callback_taken(id: CallbackId) -> String {
    format!("/callbacks/{id}/taken")
}

/// Trying a callback in vain.
pub fn callback_tried(id: CallbackId) -> String {
    format!("/callbacks/{id}/tried")
}

/// Finishing a task.
pub fn task_done(id: TaskId) -> String {
    format!("/tasks/{id}/done")
}

/// Reviewing a provisional verification.
pub fn verification_review(id: VerificationId) -> String {
    format!("/verifications/{id}/review")
}

/// Letting on who was stopped at trying numbers.
pub fn stop_resume(subject: Uuid) -> String {
    format!("/stops/{subject}/resume")
}

/// Taking a hand-over.
pub fn handover_taken(id: HandoverId) -> String {
    format!("{HANDOVER}/{id}/taken")
}

/// A report of a period.
pub fn report(period: Period) -> String {
    format!("/reports/{period}")
}

/// A report of a period as a file.
pub fn report_file(period: Period, form: &str) -> String {
    format!("/reports/{period}/files/{form}")
}

/// A report on its way.
pub fn draft(period: Period) -> String {
    format!("/reports/drafts/{period}")
}

/// What is done to a report on its way.
pub fn draft_part(period: Period, part: &str) -> String {
    format!("/reports/drafts/{period}/{part}")
}

/// Removing one of one's own passkeys.
pub fn passkey_remove(id: PasskeyId) -> String {
    format!("{PASSKEYS}/{id}/remove")
}

/// Ending one of one's own sessions.
pub fn session_end(name: Uuid) -> String {
    format!("/account/sessions/{name}/end")
}

/// A part of an account: `code`, `disable`, `enable`, `role`, `end`.
pub fn account_part(id: AccountId, part: &str) -> String {
    format!("/accounts/{id}/{part}")
}

/// Revoking a token.
pub fn token_revoke(id: TokenId) -> String {
    format!("/tokens/{id}/revoke")
}
