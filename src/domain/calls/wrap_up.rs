//! What the end of a call does to the ticket it is about: transitions, a word to tier 2, nothing because a person said
//! so, or a refusal in words (domain section 9). Never silence.

use super::disposition::{Disposition, Next};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::state::{Exit, StatusKind};
use crate::domain::tickets::transition::Transition;

/// What was said at the end of a call.
#[derive(Debug, Clone, Copy)]
pub struct Instruction<'a> {
    /// 対応結果
    pub disposition: Disposition,
    /// What is to become of the ticket.
    pub next: Next,
    /// Why it goes to tier 2, or where the caller was directed; may be empty.
    pub reason: &'a str,
    /// Result code, where it is to be closed.
    pub result: &'a str,
}

/// What becomes of the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterCall {
    /// These, one after the other; none where it stays as it is.
    Goes(Vec<Transition>),
    /// Tier 2 has it, or is to take it: it stays there, and they are told why they were asked again.
    StaysWithTier2 {
        /// Why.
        reason: String,
    },
}

/// What the end of a call does to a ticket that stands there.
///
/// # Errors
/// A fault beside `next` or `reason` where the ticket's status doesn't allow what was said, or where a reason was given
/// that nothing would keep.
pub fn after_call(at: StatusKind, said: &Instruction<'_>) -> Result<AfterCall, Refusal> {
    let reopens = at.is_end() && said.next != Next::None;
    if !reopens {
        no_reason_lost(said.next, said.reason)?;
    }
    let last = match said.next {
        Next::None => return Ok(AfterCall::Goes(Vec::new())),
        Next::Keep => None,
        Next::Close => Some(close(at, said)?),
        Next::Escalate if matches!(at, StatusKind::Escalated | StatusKind::Tier2) => return asked_again(said),
        Next::Escalate => Some(escalate(at, said)),
        Next::Exit(exit) => Some(leave(at, exit, said)?),
    };
    Ok(AfterCall::Goes(lead_in(at, said).into_iter().chain(last).collect()))
}

/// A reason is written down with an escalation or an exit. Given with anything else, it would be lost: that is said.
///
/// # Errors
/// A fault beside `reason`.
pub fn no_reason_lost(next: Next, reason: &str) -> Result<(), Refusal> {
    match next {
        Next::Escalate | Next::Exit(_) => Ok(()),
        Next::Close | Next::Keep | Next::None if reason.trim().is_empty() => Ok(()),
        Next::Close | Next::Keep | Next::None => Err(Refusal::field(
            "reason",
            "next.reason_unused",
            "この対応結果では「依頼理由・案内先」は記録されません。残す内容は「ご相談内容」に書き写してから、この欄を空にしてください",
        )),
    }
}

/// A call in which remote support was given has its session on the ticket, and with it the consent and who was verified.
///
/// # Errors
/// A fault beside `disposition`.
pub fn remote_on_record(sessions: usize) -> Result<(), Refusal> {
    if sessions == 0 {
        return Err(Refusal::field(
            "disposition",
            "disposition.no_remote",
            "リモート支援の記録がありません。相談票でリモート支援を記録してから終了するか、対応結果を選び直してください",
        ));
    }
    Ok(())
}

/// What comes first, so that the rest may follow: tier 1 has it again.
fn lead_in(at: StatusKind, said: &Instruction<'_>) -> Option<Transition> {
    match at {
        _ if at.is_end() => {
            Some(Transition::Reopen { reason: or(said.reason, "通話で続きのご相談があったため") })
        }
        StatusKind::Received if said.next != Next::Keep => Some(Transition::Start),
        StatusKind::FollowUp if matches!(said.next, Next::Exit(_)) => Some(Transition::Start),
        _ => None,
    }
}

fn escalate(at: StatusKind, said: &Instruction<'_>) -> Transition {
    let reason = said.reason.trim().to_owned();
    match at {
        StatusKind::FollowUp | StatusKind::Referring => Transition::EscalateFromCall { reason },
        _ => Transition::Escalate { reason },
    }
}

fn asked_again(said: &Instruction<'_>) -> Result<AfterCall, Refusal> {
    let reason = said.reason.trim().to_owned();
    match reason.is_empty() {
        true => Err(Refusal::field("reason", "transition.words_missing", "2次対応の依頼理由を入力してください")),
        false => Ok(AfterCall::StaysWithTier2 { reason }),
    }
}

fn close(at: StatusKind, said: &Instruction<'_>) -> Result<Transition, Refusal> {
    match at {
        // Tier 2 ends what it has, on the ticket: whoever takes a call doesn't see what is still to be done there.
        StatusKind::Escalated | StatusKind::Tier2 | StatusKind::Referring => Err(not_from(at)),
        _ => Ok(Transition::Close { result: said.result.to_owned() }),
    }
}

fn leave(at: StatusKind, exit: Exit, said: &Instruction<'_>) -> Result<Transition, Refusal> {
    match at {
        StatusKind::Escalated | StatusKind::Tier2 | StatusKind::Referring => Err(not_from(at)),
        _ if exit == Exit::Directed && said.disposition == Disposition::Directed && said.reason.trim().is_empty() => {
            Err(Refusal::field("reason", "next.where_missing", "案内先（メーカ・通信事業者の名前）を入力してください"))
        }
        _ => Ok(Transition::Leave { exit, reason: or(said.reason, said.disposition.label()) }),
    }
}

fn not_from(at: StatusKind) -> Refusal {
    let words = format!(
        "この相談票は「{}」のため、この通話では終えられません。相談票をそのままにするときは「通話後」で「このまま続ける」を選んでください",
        at.label()
    );
    Refusal::field("next", "next.not_from_here", words)
}

fn or(words: &str, fallback: &str) -> String {
    let words = words.trim();
    if words.is_empty() { fallback.to_owned() } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::AccountId;
    use crate::domain::tickets::ticket::tests::ticket;
    use crate::domain::tickets::transition::QueueChange;

    const SAID: Instruction<'_> =
        Instruction {
            disposition: Disposition::Escalated, next: Next::Escalate, reason: "全台停止", result: "solved"
        };
    const NEXT: [Next; 5] = [Next::Close, Next::Escalate, Next::Keep, Next::Exit(Exit::Directed), Next::None];

    /// Every step it gives is one that the ticket's own rule allows: the statuses it goes through, and whether it ends
    /// in tier 2's queue.
    fn run(at: StatusKind, steps: Vec<Transition>) -> (Vec<StatusKind>, bool) {
        let (who, now) = (AccountId(Uuid::nil()), DateTime::from_timestamp(1_790_000_000, 0).expect("a time"));
        let (mut on, mut through, mut queued) = (ticket(at), Vec::new(), false);
        for step in steps {
            let done = on.transition(step.clone(), who, now).unwrap_or_else(|e| panic!("{at:?} {step:?}: {e:?}"));
            queued = matches!(done.queue, Some(QueueChange::Asked { .. }));
            through.push(done.ticket.state.kind());
            on = done.ticket;
        }
        (through, queued)
    }

    #[test]
    fn a_call_that_ends_in_an_escalation_always_reaches_tier_two() {
        for at in StatusKind::ALL {
            match after_call(at, &SAID).expect("never refused") {
                AfterCall::StaysWithTier2 { .. } => assert!(matches!(at, StatusKind::Escalated | StatusKind::Tier2)),
                AfterCall::Goes(steps) => {
                    let (through, queued) = run(at, steps);
                    assert_eq!((through.last(), queued), (Some(&StatusKind::Escalated), true), "{at:?}");
                }
            }
        }
    }

    #[test]
    fn what_the_end_of_a_call_asks_for_is_allowed_from_everywhere_or_refused_in_words() {
        for at in StatusKind::ALL {
            for next in NEXT {
                let reason = if matches!(next, Next::Escalate | Next::Exit(_)) { SAID.reason } else { "" };
                match after_call(at, &Instruction { next, reason, ..SAID }) {
                    Ok(AfterCall::Goes(steps)) => {
                        let to = run(at, steps).0.last().copied().unwrap_or(at);
                        match next {
                            Next::Close => assert_eq!(to, StatusKind::Done, "{at:?}"),
                            Next::Escalate => assert_eq!(to, StatusKind::Escalated, "{at:?}"),
                            Next::Exit(exit) => assert_eq!(to, StatusKind::from(exit), "{at:?}"),
                            Next::Keep => assert!(!to.is_end() && (at.is_end() || to == at), "{at:?}"),
                            Next::None => assert_eq!(to, at),
                        }
                    }
                    Ok(AfterCall::StaysWithTier2 { .. }) => assert_eq!(next, Next::Escalate),
                    Err(refusal) => {
                        let fault = &refusal.fields[0];
                        assert_eq!((fault.code.as_str(), fault.name.as_str()), ("next.not_from_here", "next"));
                        assert!(matches!(at, StatusKind::Escalated | StatusKind::Tier2 | StatusKind::Referring));
                    }
                }
            }
        }
    }

    #[test]
    fn a_reason_is_written_down_or_refused_beside_its_field() {
        for at in StatusKind::ALL {
            for next in NEXT {
                match after_call(at, &Instruction { next, ..SAID }) {
                    Ok(AfterCall::StaysWithTier2 { reason }) => assert_eq!(reason, SAID.reason),
                    Ok(AfterCall::Goes(steps)) => {
                        assert!(format!("{steps:?}").contains(SAID.reason), "{at:?} {next:?}")
                    }
                    Err(refusal) => assert!(matches!(refusal.fields[0].name.as_str(), "reason" | "next")),
                }
            }
        }
    }

    #[test]
    fn asking_a_tier_two_that_has_it_needs_a_reason_too() {
        let refusal = after_call(StatusKind::Tier2, &Instruction { reason: " ", ..SAID }).expect_err("refused");
        assert_eq!(refusal.fields[0].name, "reason");
    }
}
