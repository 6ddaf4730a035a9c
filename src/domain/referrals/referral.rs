//! A referral: how far it is, told by its steps alone. No step can be skipped; which comes next is decided here, for
//! pages, programs and whoever comes at the same moment (domain section 5).

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::firm::{Firm, FirmKind};
use super::stage::Stage;
use super::step::{Answer, AskedBy, Item, Step};
use crate::domain::id::{AccountId, FirmId, ReferralId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::time::tokyo_day;

/// Days after the introduction on which the member is asked how it goes.
pub const ASKED_AFTER: [u32; 2] = [7, 30];
/// How many firms are named at least, where there are so many.
pub const NAMED: usize = 2;

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The step.
    pub step: Step,
    /// Who said it, and what: with what was agreed the frozen text itself.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: AccountId,
}

/// A referral, as far as its steps have brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Where the clinic is; empty where that isn't known.
    pub prefecture: String,
    /// What kind of help.
    pub kind: FirmKind,
    /// It can't wait for a firm's hours.
    pub urgent: bool,
    /// How far it is.
    pub stage: Stage,
    /// Who answers for the member's agreement so far, where nobody reached the member.
    pub vouched_by: Option<AccountId>,
    /// Firms that were named and haven't refused.
    pub named: Vec<FirmId>,
    /// The firm that was chosen.
    pub firm: Option<FirmId>,
    /// What may be passed on.
    pub items: Vec<Item>,
    /// Firms that took it on not.
    pub refused: Vec<FirmId>,
    /// When a firm was first told of it.
    pub contacted_at: Option<DateTime<Utc>>,
    /// When a firm took it on.
    pub introduced_at: Option<DateTime<Utc>>,
    /// Whether member and firm have a contract.
    pub contracted: Option<bool>,
    /// How often the outcome was asked.
    pub outcomes_asked: usize,
    /// Its steps, the first first.
    pub steps: Vec<Taken>,
}

impl Referral {
    /// Begins one with what was asked.
    ///
    /// # Errors
    /// When the first step is another than asking.
    pub fn begin(id: ReferralId, ticket_id: TicketId, prefecture: String, asked: Taken) -> Result<Self, Refusal> {
        let Step::Asked { kind, by, urgent } = asked.step else { return Err(out_of_turn()) };
        Ok(Self {
            id,
            ticket_id,
            prefecture,
            kind,
            urgent,
            stage: if by == AskedBy::Staff { Stage::ToReach } else { Stage::ToTell },
            vouched_by: None,
            named: Vec::new(),
            firm: None,
            items: Vec::new(),
            refused: Vec::new(),
            contacted_at: None,
            introduced_at: None,
            contracted: None,
            outcomes_asked: 0,
            steps: vec![asked],
        })
    }

    /// The days on which the member is to be asked: the ones that weren't yet, the next first.
    pub fn due(&self) -> Option<(u32, NaiveDate)> {
        let introduced = self.introduced_at.filter(|_| self.stage == Stage::Introduced)?;
        let after = *ASKED_AFTER.get(self.outcomes_asked)?;
        Some((after, tokyo_day(introduced) + Days::new(u64::from(after))))
    }

    /// The codes of the steps that may come next.
    pub fn next(&self) -> &'static [&'static str] {
        match self.stage {
            Stage::ToReach => &["member_reached", "vouched", "withdrawn"],
            Stage::ToSecond => &["seconded", "member_reached", "withdrawn"],
            Stage::ToTell => &["fees_told", "withdrawn"],
            Stage::ToPropose => &["proposed", "withdrawn"],
            Stage::ToChoose => &["chosen", "proposed", "withdrawn"],
            Stage::ToAgree => &["agreed", "chosen", "proposed", "withdrawn"],
            Stage::ToContact => &["contacted", "chosen", "proposed", "withdrawn"],
            Stage::ToAnswer => &["answered", "contacted", "chosen", "proposed", "withdrawn"],
            Stage::Introduced if self.contracted.is_none() => &["settled", "outcome_asked"],
            // Who needs the firm no more may say so; nobody else passes the questions over.
            Stage::Introduced if self.due().is_some() && self.contracted == Some(false) => {
                &["outcome_asked", "settled", "withdrawn"]
            }
            Stage::Introduced if self.due().is_some() => &["outcome_asked", "settled"],
            Stage::Introduced => &["finished", "settled"],
            Stage::Finished | Stage::Withdrawn => &[],
        }
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When it isn't its turn, or what it needs isn't there.
    pub fn take(mut self, taken: Taken) -> Result<Self, Refusal> {
        if !self.next().contains(&taken.step.code()) {
            return Err(out_of_turn());
        }
        match &taken.step {
            Step::Asked { .. } => return Err(out_of_turn()),
            Step::MemberReached => self.stage = Stage::ToTell,
            Step::Vouched => {
                self.vouched_by = Some(taken.by);
                self.stage = Stage::ToSecond;
            }
            Step::Seconded if self.vouched_by == Some(taken.by) => return Err(same_person()),
            Step::Seconded => self.stage = Stage::ToTell,
            Step::FeesTold { .. } => self.stage = Stage::ToPropose,
            Step::Proposed { firms } => self.propose(firms)?,
            Step::Chosen { firm, as_agreed } => self.choose(*firm, *as_agreed)?,
            Step::Agreed { items } => self.agree(items)?,
            Step::Contacted { how } if how.got_through() => {
                self.contacted_at = self.contacted_at.or(Some(taken.at));
                self.stage = Stage::ToAnswer;
            }
            Step::Contacted { .. } => {}
            Step::Answered { answer } => self.answered(*answer, taken.at),
            Step::Settled { contracted } => self.contracted = Some(*contracted),
            Step::OutcomeAsked { after_days } => self.asked(*after_days, taken.at)?,
            Step::Finished => self.stage = Stage::Finished,
            Step::Withdrawn => self.stage = Stage::Withdrawn,
        }
        self.steps.push(taken);
        Ok(self)
    }

    fn propose(&mut self, firms: &[FirmId]) -> Result<(), Refusal> {
        if firms.is_empty() {
            return Err(Refusal::field("firms", "referral.no_firm", "候補を選んでください"));
        }
        self.named = firms.to_vec();
        self.named.dedup();
        self.firm = None;
        self.stage = Stage::ToChoose;
        Ok(())
    }

    fn choose(&mut self, firm: FirmId, as_agreed: bool) -> Result<(), Refusal> {
        if !self.named.contains(&firm) {
            return Err(Refusal::field("firm", "referral.not_named", "ご案内した候補から選んでください"));
        }
        if as_agreed && self.items.is_empty() {
            let none = "お伝えする内容への同意がまだありません。同意を確認してください";
            return Err(Refusal::field("as_agreed", "referral.not_agreed", none));
        }
        self.firm = Some(firm);
        self.stage = if as_agreed { Stage::ToContact } else { Stage::ToAgree };
        Ok(())
    }

    fn agree(&mut self, items: &[Item]) -> Result<(), Refusal> {
        if !items.contains(&Item::Contact) {
            let none = "事業者が折り返せるように、折返し先の電話番号への同意が要ります。同意いただけないときは、取りやめとして記録してください";
            return Err(Refusal::field("items", "referral.no_contact", none));
        }
        self.items = items.to_vec();
        self.stage = Stage::ToContact;
        Ok(())
    }

    fn answered(&mut self, answer: Answer, at: DateTime<Utc>) {
        if answer == Answer::Accepted {
            self.introduced_at = Some(at);
            self.stage = Stage::Introduced;
            return;
        }
        let firm = self.firm.take();
        self.named.retain(|named| Some(*named) != firm);
        self.refused.extend(firm);
        self.stage = if self.named.is_empty() { Stage::ToPropose } else { Stage::ToChoose };
    }

    fn asked(&mut self, after_days: u32, at: DateTime<Utc>) -> Result<(), Refusal> {
        let Some((next, due)) = self.due() else {
            return Err(Refusal::conflict("referral.asked", "7日後・30日後の経過は確認済みです"));
        };
        if after_days != next {
            return Err(Refusal::conflict("referral.order", format!("先に{next}日後の経過を確認してください")));
        }
        if tokyo_day(at) < due {
            let early = format!("{after_days}日後の経過確認は{}からです", due.format("%-m月%-d日"));
            return Err(Refusal::conflict("referral.too_early", early));
        }
        self.outcomes_asked += 1;
        Ok(())
    }

    /// Whether firms may be named: each may be introduced, and as many as there are, up to two.
    ///
    /// # Errors
    /// Beside `firms`.
    pub fn may_name(&self, firms: &[FirmId], register: &[Firm]) -> Result<(), Refusal> {
        let fault = |code, words: String| Err(Refusal::field("firms", code, words));
        let may = |firm: &&Firm| firm.active && firm.kind == self.kind && !self.refused.contains(&firm.id);
        let may: Vec<FirmId> = register.iter().filter(may).map(|firm| firm.id).collect();
        if firms.iter().any(|firm| !may.contains(firm)) {
            let gone = "選んだ候補の中に、いまは紹介できない事業者があります。選び直してください";
            return fault("referral.inactive", gone.to_owned());
        }
        let least = NAMED.min(may.len());
        if firms.len() < least {
            return fault(
                "referral.too_few",
                format!("候補は{least}件以上ご案内してください（紹介できる事業者 {}件）", may.len()),
            );
        }
        Ok(())
    }
}

/// The firm may be introduced still.
///
/// # Errors
/// When it was switched off meanwhile.
pub fn must_be_active(firm: &Firm) -> Result<(), Refusal> {
    if firm.active {
        return Ok(());
    }
    let off = format!("「{}」は登録簿で停止されました。ほかの候補を選んでください", firm.name);
    Err(Refusal::conflict("referral.inactive", off))
}

/// No ticket ends, or leaves tier 2, over a referral that nobody answered yet. One that was introduced is asked after all
/// the same, whatever becomes of its ticket.
///
/// # Errors
/// A conflict.
pub fn none_is_under_way(referrals: &[Referral]) -> Result<(), Refusal> {
    match referrals.iter().find(|referral| referral.stage < Stage::Introduced) {
        None => Ok(()),
        Some(referral) => {
            let open = format!(
                "{}の紹介が終わっていません（{}）。紹介の続きか取りやめを記録してから、もう一度操作してください",
                referral.kind.label(),
                referral.stage.label()
            );
            Err(Refusal::conflict("referral.under_way", open))
        }
    }
}

fn out_of_turn() -> Refusal {
    Refusal::conflict("referral.out_of_turn", "この紹介は、いまその段階ではありません。画面を読み直してください")
}

fn same_person() -> Refusal {
    Refusal::conflict("referral.same_person", "確認を依頼した本人は、2人目になれません。別の担当者が記録してください")
}
