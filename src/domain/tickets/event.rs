//! What happened on a ticket or a call, with a type: each line of a timeline is one event. Its codes and ids stand in
//! `data` for good; what people wrote stands in the sentence alone, which is erased with the period of keeping.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::callback::InVain;
use super::entry_kind::EntryKind;
use super::event_words::{
    after_colon, card_sentence, changes, evidence_asked, in_brackets, merged, promised, remote_ended, remote_started,
    unmerged,
};
use super::evidence_gate::{Heard, Purpose};
use super::number::TicketNo;
use super::remote::RemoteOutcome;
use super::state::StatusKind;
use super::transition::{Transition, TransitionKind};
use crate::domain::calls::disposition::Disposition;
use crate::domain::id::{AccountId, CallId, CallbackId, QuestionId, RemoteId};
use crate::domain::incidents::IncidentEvent;
use crate::domain::matching::answer::Decision;
use crate::domain::referrals::ReferralEvent;
use crate::domain::scheme::Scheme;
use crate::domain::verification::record::VerificationOutcome;

/// The version of what [`Event::data`] writes.
const VERSION: u64 = 1;

/// Something that happened. Fields that serde skips are people's words: they are empty in an event that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody wrote a line by hand.
    Written {
        /// Note, advice or call.
        kind: EntryKind,
        /// The line.
        #[serde(skip)]
        words: String,
    },
    /// A card was said and something heard back.
    CardSaid {
        /// The card's code.
        card: String,
        /// The code of what was heard.
        answer: String,
    },
    /// What was pressed for a card was pressed by mistake: it wasn't said.
    CardTakenBack {
        /// The card's code.
        card: String,
    },
    /// The questions before remote support, or before cleaning, were asked.
    EvidenceAsked {
        /// Before what.
        purpose: Purpose,
        /// A server or patients' data are involved.
        server: Heard,
        /// There is a ransom note, or files are locked.
        locked: Heard,
        /// The machine is cut off.
        cut_off: Heard,
        /// The desk had told to cut one off, whatever was heard.
        #[serde(default)]
        told_to_cut_off: bool,
        /// Why one goes on all the same.
        #[serde(skip)]
        reason: String,
    },
    /// Remote support began.
    RemoteStarted {
        /// The session.
        remote: RemoteId,
        /// With which tool.
        #[serde(skip)]
        tool: String,
        /// Who consented.
        #[serde(skip)]
        consent_by: String,
        /// What was read out to them, by its day.
        #[serde(default)]
        consent: Option<NaiveDate>,
        /// On which machine, and what for.
        #[serde(skip)]
        scope: String,
    },
    /// Remote support ended.
    RemoteEnded {
        /// The session.
        remote: RemoteId,
        /// How it ended.
        #[serde(default)]
        ended_as: Option<RemoteOutcome>,
        /// What else is to be said of its end.
        #[serde(skip)]
        outcome: String,
        /// What was removed.
        #[serde(skip)]
        removed: String,
        /// What was done.
        #[serde(skip)]
        done: String,
        /// What was found.
        #[serde(skip)]
        found: String,
    },
    /// The ticket was opened for a call; tier 1 works on it from then on.
    Opened {
        /// The call.
        call: CallId,
        /// What the caller told.
        #[serde(skip)]
        words: String,
    },
    /// The ticket went on.
    Transitioned {
        /// How.
        transition: TransitionKind,
        /// From where.
        from: StatusKind,
        /// To where.
        to: StatusKind,
        /// The result code, where it was closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<String>,
        /// Why, or where to.
        #[serde(skip)]
        reason: String,
    },
    /// The last move was made by mistake: the ticket stands where it stood.
    MoveTakenBack {
        /// Which.
        transition: TransitionKind,
        /// Where it had led.
        from: StatusKind,
        /// Where the ticket stands again.
        to: StatusKind,
        /// Since when it had stood there.
        since: DateTime<Utc>,
        /// Who had moved it there.
        by: AccountId,
        /// Whose it is again.
        owner: Option<AccountId>,
        /// At which tier.
        tier: u8,
        /// When it had ended, if it had.
        closed_at: Option<DateTime<Utc>>,
    },
    /// Somebody recorded who calls.
    Verified {
        /// What the engine said.
        decision: Decision,
        /// What was recorded.
        recorded: VerificationOutcome,
        /// Against the directory, by somebody who may.
        special: bool,
        /// Why, where it needs a reason.
        #[serde(skip)]
        reason: String,
    },
    /// The number was asked for again, and the same was said.
    NumberHeardAgain,
    /// The association answered whether a procedure is under way.
    AssociationAnswered {
        /// One of the fixed answers.
        outcome: String,
    },
    /// A newer directory speaks against a provisional verification.
    MembershipDoubted {
        /// What it says.
        #[serde(skip)]
        why: String,
    },
    /// A call-back was promised.
    CallbackPromised {
        /// The call-back.
        callback: CallbackId,
        /// By when.
        due_at: DateTime<Utc>,
        /// About what.
        #[serde(skip)]
        note: String,
    },
    /// The promised call-back was made.
    CallbackKept {
        /// The call-back.
        callback: CallbackId,
    },
    /// The promised call-back isn't needed any more.
    CallbackNotNeeded {
        /// The call-back.
        callback: CallbackId,
    },
    /// What had ended with its ticket is promised still: the end was taken back.
    CallbackOpenAgain {
        /// Which.
        callback: CallbackId,
    },
    /// Somebody else rings than who promised.
    CallbackTaken {
        /// Which.
        callback: CallbackId,
    },
    /// Somebody tried to keep a promise, in vain.
    CallbackTried {
        /// Which.
        callback: CallbackId,
        /// Why nobody was reached.
        how: InVain,
    },
    /// What the caller told on a call about the ticket, other than what it was opened with.
    Told {
        /// The call.
        call: CallId,
        /// What they told.
        #[serde(skip)]
        words: String,
    },
    /// A call about the ticket ended.
    CallEnded {
        /// How.
        disposition: Disposition,
        /// The ticket that it was recorded in, where that is another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        elsewhere: Option<TicketNo>,
    },
    /// A call asked for tier 2 on a ticket that tier 2 has already.
    AskedAgain {
        /// Why.
        #[serde(skip)]
        reason: String,
    },
    /// Tier 2's specialist has seen that they were asked again.
    AskedAgainSeen,
    /// Incident, severity or owner changed.
    Changed {
        /// Incident codes, from and to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<(String, String)>,
        /// Severity codes, from and to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<(String, String)>,
        /// Who took it over, with the name of that day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<AccountId>,
        /// Their name.
        #[serde(skip)]
        owner_name: String,
    },
    /// Another ticket of the same matter went into this one (`here`), or this one into another.
    Merged {
        /// The other one.
        other: TicketNo,
        /// Work goes on here.
        here: bool,
        /// Why they are one matter.
        #[serde(skip)]
        reason: String,
    },
    /// They are two again, each as it was.
    Unmerged {
        /// The other one.
        other: TicketNo,
        /// The other one came out of this one.
        here: bool,
    },
    /// Something was asked of whoever is on the call.
    QuestionPinned {
        /// Which question.
        question: QuestionId,
        /// What.
        #[serde(skip)]
        words: String,
    },
    /// The caller answered it.
    QuestionAnswered {
        /// Which question.
        question: QuestionId,
        /// What was asked, and the answer.
        #[serde(skip)]
        words: String,
    },
    /// Something of the incident's record.
    Incident(IncidentEvent),
    /// A step of a referral to a firm.
    Referral(ReferralEvent),
    /// It is kept beyond its period.
    HoldPlaced {
        /// Code of the reason.
        reason: String,
        /// What else was said about it.
        #[serde(skip)]
        note: String,
    },
    /// It is no longer kept beyond its period.
    HoldLifted {
        /// Code of the reason.
        reason: String,
    },
}

impl Event {
    /// That a ticket goes on by a transition.
    pub fn transitioned(from: StatusKind, by: &Transition) -> Self {
        let (result, reason) = match by {
            Transition::Close { result } => (Some(result.clone()), String::new()),
            other => (None, other.words().to_owned()),
        };
        Self::Transitioned { transition: by.kind(), from, to: by.leads_to(), result, reason }
    }

    /// Its codes and ids, without people's words: `{"v": 1, "event": …}`.
    pub fn data(&self) -> Value {
        let mut data = serde_json::to_value(self).unwrap_or_else(|_| json!({}));
        data["v"] = json!(VERSION);
        data
    }

    /// The event of what [`Self::data`] wrote, without people's words; none of what it doesn't know.
    pub fn read(data: &Value) -> Option<Self> {
        match data["v"].as_u64() {
            Some(VERSION) => serde_json::from_value(data.clone()).ok(),
            _ => None,
        }
    }

    /// The line of what is done by remote support.
    fn of_remote(&self, scheme: &Scheme) -> String {
        match self {
            Self::EvidenceAsked { purpose, server, locked, cut_off, told_to_cut_off, reason } => {
                evidence_asked(*purpose, [*server, *locked, *cut_off], *told_to_cut_off, reason)
            }
            Self::RemoteStarted { tool, consent_by, consent, scope, .. } => {
                let read = consent.and_then(|day| Some((day, scheme.remote.consent_on(day)?.say.as_str())));
                remote_started(tool, consent_by, read, scope)
            }
            Self::RemoteEnded { ended_as, outcome, done, removed, found, .. } => {
                remote_ended(*ended_as, outcome, [done, removed, found])
            }
            _ => String::new(),
        }
    }

    /// The line on the timeline.
    pub fn sentence(&self, scheme: &Scheme) -> String {
        match self {
            Self::Written { words, .. } | Self::Opened { words, .. } => words.clone(),
            Self::CardSaid { card, answer } => card_sentence(scheme, card, answer),
            Self::CardTakenBack { card } => format!("取消：「{}」", scheme.cards.say(card)),
            Self::EvidenceAsked { .. } | Self::RemoteStarted { .. } | Self::RemoteEnded { .. } => {
                self.of_remote(scheme)
            }
            Self::Transitioned { transition, to, result, reason, .. } => {
                let words = result.as_deref().map_or(reason.as_str(), |code| scheme.lists.result_label(code));
                after_colon(format!("{} → {}", transition.label(), to.label()), words)
            }
            Self::MoveTakenBack { transition, to, .. } => {
                format!("操作の取り消し：{} → {}に戻す", transition.label(), to.label())
            }
            Self::Verified { recorded, special, reason, .. } => {
                let special = if *special { "・特例" } else { "" };
                in_brackets(format!("会員確認：{}{special}", recorded.label()), reason)
            }
            Self::NumberHeardAgain => "番号をもう一度お尋ねし、同じ番号でした".to_owned(),
            Self::AssociationAnswered { outcome } => format!("医師会への確認：{outcome}"),
            Self::MembershipDoubted { why } => why.clone(),
            Self::CallbackPromised { due_at, note, .. } => promised(*due_at, note),
            Self::CallbackKept { .. } => "折返しのお約束を果たしました".to_owned(),
            Self::CallbackNotNeeded { .. } => "折返しのお約束は不要になりました".to_owned(),
            Self::CallbackOpenAgain { .. } => "折返しのお約束は残っています（完了を取り消したため）".to_owned(),
            Self::CallbackTaken { .. } => "折返しの担当を引き受けました".to_owned(),
            Self::CallbackTried { how, .. } => format!("折返しの電話がつながりませんでした：{}", how.label()),
            Self::Told { words, .. } => format!("ご相談内容：{words}"),
            Self::CallEnded { disposition, elsewhere } => {
                let where_ = elsewhere.map_or_else(String::new, |no| format!("相談票 {no} に記録"));
                in_brackets(format!("通話終了：{}", disposition.label()), &where_)
            }
            Self::AskedAgain { reason } => after_colon("通話から2次対応への依頼（対応中）".to_owned(), reason),
            Self::AskedAgainSeen => "通話からの依頼を2次対応が承知しました".to_owned(),
            Self::Changed { incident, severity, owner, owner_name } => {
                changes(scheme, incident.as_ref(), severity.as_ref(), owner.map(|_| owner_name.as_str()))
            }
            Self::Merged { other, here, reason } => merged(*other, *here, reason),
            Self::Unmerged { other, here } => unmerged(*other, *here),
            Self::QuestionPinned { words, .. } => format!("2次対応からの質問：{words}"),
            Self::QuestionAnswered { words, .. } => format!("質問への回答：{words}"),
            Self::Incident(event) => event.sentence(scheme),
            Self::Referral(event) => event.sentence(),
            Self::HoldPlaced { reason, note } => {
                in_brackets(format!("保全：{}", scheme.retention.reason_label(reason)), note)
            }
            Self::HoldLifted { reason } => format!("保全を解除：{}", scheme.retention.reason_label(reason)),
        }
    }
}
