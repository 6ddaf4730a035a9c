//! A step of a referral, from what was typed.

use uuid::Uuid;

use crate::domain::id::FirmId;
use crate::domain::referrals::step::{Answer, AskedBy, Attempt, Item};
use crate::domain::referrals::{FirmKind, Step};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::scheme::referrals::ReferralSay;
use crate::domain::text;

/// A step as a form or a program sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewStep {
    /// The step's code.
    pub step: String,
    /// What kind of help.
    pub kind: String,
    /// Who asked.
    pub asked_by: String,
    /// It can't wait.
    pub urgent: bool,
    /// Who at the clinic or the firm said it.
    pub said_by: String,
    /// What else was said, or why.
    pub note: String,
    /// What is to be read out was.
    pub told: bool,
    /// Firms that are named.
    pub firms: Vec<String>,
    /// The firm that was chosen.
    pub firm: String,
    /// What was agreed for the firm before may be passed to this one too.
    pub as_agreed: bool,
    /// What may be passed on.
    pub items: Vec<String>,
    /// Whom the firm asks for, and the number.
    pub contact: String,
    /// How an attempt ended.
    pub how: String,
    /// What the firm answered.
    pub answer: String,
    /// `yes` or `no`.
    pub contracted: String,
    /// For which day's question.
    pub after_days: String,
}

/// A step that was read, with what was said.
pub(super) struct Read {
    /// The step.
    pub step: Step,
    /// Who said it.
    pub said_by: String,
    /// What.
    pub note: String,
}

/// What a step asks for in words.
fn needs(code: &str) -> (bool, bool) {
    let said_by = [
        "asked",
        "member_reached",
        "fees_told",
        "chosen",
        "agreed",
        "answered",
        "settled",
        "outcome_asked",
        "withdrawn",
    ];
    let said_by = said_by.contains(&code);
    let note = ["vouched", "outcome_asked", "withdrawn"].contains(&code);
    (said_by, note)
}

/// Reads a step.
///
/// # Errors
/// A fault beside each field.
pub(super) fn read(new: &NewStep, say: Option<&ReferralSay>) -> Result<Read, Refusal> {
    let code = new.step.as_str();
    let (needs_said_by, needs_note) = needs(code);
    let mut faults = Faults::default();
    let said_by = faults.take(match needs_said_by {
        true => text::required_line("said_by", &new.said_by, text::LINE),
        false => text::line("said_by", &new.said_by, text::LINE),
    });
    let note = faults.take(match needs_note {
        true => text::required_note("note", &new.note, text::NOTE),
        false => text::note("note", &new.note, text::NOTE),
    });
    let step = faults.take(step(code, new, say).map(Some));
    faults.check()?;
    let step = step.ok_or_else(unknown)?;
    Ok(Read { step, said_by, note })
}

fn unknown() -> Refusal {
    Refusal::field("step", "choice.unknown", "この操作はありません。画面を読み直してください")
}

fn chosen<T>(name: &str, code: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Refusal> {
    parse(code).ok_or_else(|| Refusal::field(name, "choice.unknown", "ひとつ選んでください"))
}

fn firm(name: &str, code: &str) -> Result<FirmId, Refusal> {
    chosen(name, code, |code| Uuid::parse_str(code).ok().map(FirmId))
}

/// What is read out, before something counts as told.
fn told(new: &NewStep, words: &str) -> Result<(), Refusal> {
    if new.told {
        return Ok(());
    }
    Err(Refusal::field("told", "referral.untold", words))
}

fn step(code: &str, new: &NewStep, say: Option<&ReferralSay>) -> Result<Step, Refusal> {
    let mut faults = Faults::default();
    let step = match code {
        "asked" => {
            let kind = faults.take(chosen("kind", &new.kind, FirmKind::parse).map(Some));
            let by = faults.take(chosen("asked_by", &new.asked_by, AskedBy::parse).map(Some));
            faults.check()?;
            let (Some(kind), Some(by)) = (kind, by) else { return Err(unknown()) };
            Step::Asked { kind, by, urgent: new.urgent }
        }
        "member_reached" => {
            told(new, "名簿の電話番号にかけ、ご本人の同意を確認してから記録してください")?;
            Step::MemberReached
        }
        "vouched" => Step::Vouched,
        "seconded" => Step::Seconded,
        "fees_told" => {
            told(new, "費用とサイバー保険のご案内を読み上げてから記録してください")?;
            Step::FeesTold { told: say.ok_or_else(unknown)?.from }
        }
        "proposed" => {
            let mut firms = Vec::new();
            for code in &new.firms {
                firms.push(firm("firms", code)?);
            }
            firms.sort_unstable();
            firms.dedup();
            Step::Proposed { firms }
        }
        "chosen" => Step::Chosen { firm: firm("firm", &new.firm)?, as_agreed: new.as_agreed },
        "agreed" => {
            let mut items = Vec::new();
            for code in &new.items {
                items.push(chosen("items", code, Item::parse)?);
            }
            items.sort_unstable();
            items.dedup();
            Step::Agreed { items }
        }
        "contacted" => Step::Contacted { how: chosen("how", &new.how, Attempt::parse)? },
        "answered" => Step::Answered { answer: chosen("answer", &new.answer, Answer::parse)? },
        "settled" => Step::Settled { contracted: chosen("contracted", &new.contracted, yes_or_no)? },
        "outcome_asked" => Step::OutcomeAsked { after_days: new.after_days.parse().map_err(|_| unknown())? },
        "finished" => Step::Finished,
        "withdrawn" => Step::Withdrawn,
        _ => return Err(unknown()),
    };
    Ok(step)
}

fn yes_or_no(code: &str) -> Option<bool> {
    match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
