//! How a case goes on once its ticket is open: the usual courses, each told until it ends or the horizon comes.

use crate::domain::desks::DeskCode;
use chrono::{Duration, NaiveTime, Timelike};

use crate::demo::desk::Desk;
use crate::demo::intake::Opened;
use crate::demo::words;
use crate::demo::words::Incident;
use crate::domain::calls::{Direction, Disposition};
use crate::domain::tickets::state::Exit;
use crate::domain::tickets::{EntryKind, Event, Place, Transition};
use crate::domain::time::{from_tokyo, tokyo_time};
use crate::domain::verification::record::VerificationOutcome;

/// A usual course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Solved on the call.
    Solved,
    /// Solved by remote support.
    Remote,
    /// Tier 2 advises.
    Tier2,
    /// Tier 2 introduces a firm.
    Referral,
    /// Called back.
    CallBack,
    /// Asked again after some days.
    Watch,
    /// Directed to a maker or carrier.
    Directed,
    /// Out of scope.
    OutOfScope,
}

/// The courses in the order of the incidents' weights.
pub const COURSES: [Course; 8] = [
    Course::Solved,
    Course::Remote,
    Course::Tier2,
    Course::Referral,
    Course::CallBack,
    Course::Watch,
    Course::Directed,
    Course::OutOfScope,
];

/// Tells a course.
pub fn tell(desk: &mut Desk<'_>, opened: Opened, incident: &Incident, course: Course) {
    if opened.recorded == VerificationOutcome::NotEligible {
        return leave(
            desk,
            opened,
            Exit::NotEligible,
            "A①会員の開設・管理する施設ではないため。Tokio Cyber Port をご案内",
        );
    }
    let course = match course {
        Course::Remote | Course::Referral if !opened.recorded.opens_remote() => Course::Solved,
        Course::Remote if desk.told_to_cut_off() => Course::Solved,
        other => other,
    };
    // A course that meets the horizon stays where it is: an open ticket.
    let _open: Option<()> = match course {
        Course::Solved => solved(desk, opened, incident),
        Course::Remote => remote(desk, opened, incident),
        Course::Tier2 => tier2(desk, opened, incident, false),
        Course::Referral => tier2(desk, opened, incident, true),
        Course::CallBack => call_back(desk, opened, incident),
        Course::Watch => watch(desk, opened, incident),
        Course::Directed => {
            let to = *desk.rng.pick(&words::DIRECTED);
            leave(desk, opened, Exit::Directed, to);
            None
        }
        Course::OutOfScope => {
            let why = *desk.rng.pick(&words::OUT_OF_SCOPE);
            leave(desk, opened, Exit::OutOfScope, why);
            None
        }
    };
}

pub(super) fn advise(desk: &mut Desk<'_>, opened: &Opened, incident: &Incident) {
    desk.talk(30, 180);
    if desk.detailed || desk.rng.permille(450) {
        let advice = (*desk.rng.pick(incident.advice)).to_owned();
        let advice = Event::Written { kind: EntryKind::Advice, words: advice };
        desk.write(Place::Call(opened.call.id), desk.operator, &advice);
    }
    desk.talk(60, 420);
}

fn result(desk: &mut Desk<'_>, incident: &Incident) -> String {
    let code = match (incident.code, desk.rng.below(100)) {
        ("not_attack" | "system_down", 0..70) => "no_attack",
        ("guideline" | "leak" | "lost_media", 0..85) => "advised",
        (_, 0..3) => "withdrawn",
        (_, 3..60) => "solved",
        _ => "advised",
    };
    code.to_owned()
}

fn close(desk: &mut Desk<'_>, by: crate::domain::id::AccountId, incident: &Incident) {
    let result = result(desk, incident);
    desk.step(Transition::Close { result }, by);
}

fn solved(desk: &mut Desk<'_>, opened: Opened, incident: &Incident) -> Option<()> {
    advise(desk, &opened, incident);
    let caller = opened.caller.clone();
    desk.hang_up(opened.call, Disposition::Solved);
    close(desk, desk.operator, incident);
    if desk.rng.permille(18) {
        desk.later(600, 4_300)?;
        let call = desk.ring(Direction::Inbound, DeskCode::Helpline, desk.operator, &caller);
        desk.talk(120, 600);
        desk.hang_up(call, Disposition::Solved);
        let reason = (*desk.rng.pick(&words::REOPENED)).to_owned();
        desk.step(Transition::Reopen { reason }, desk.operator);
        desk.later(20, 300)?;
        let note = *desk.rng.pick(&words::CALLED_BACK);
        desk.note(desk.operator, note);
        close(desk, desk.operator, incident);
    }
    claims(desk, incident, &caller)
}

fn remote(desk: &mut Desk<'_>, opened: Opened, incident: &Incident) -> Option<()> {
    desk.talk(60, 240);
    let caller = opened.caller.clone();
    desk.remote(&caller.name);
    desk.hang_up(opened.call, Disposition::Remote);
    close(desk, desk.operator, incident);
    claims(desk, incident, &caller)
}

pub(super) fn escalate(desk: &mut Desk<'_>, opened: Opened) {
    desk.hang_up(opened.call, Disposition::Escalated);
    let reason = (*desk.rng.pick(&words::ESCALATION)).to_owned();
    desk.begin_clocks(desk.operator);
    desk.step(Transition::Escalate { reason }, desk.operator);
}

pub(super) fn take_over(desk: &mut Desk<'_>) -> Option<()> {
    desk.later(4, 90)?;
    desk.step(Transition::Take, desk.specialist);
    desk.later(10, 240)?;
    let note = *desk.rng.pick(&words::TIER2);
    desk.note(desk.specialist, note);
    desk.tell_incident();
    // Whoever has a grave case sees to what is due next, most often.
    let ahead = if desk.rng.permille(700) { 3 } else { 0 };
    desk.see_to_duties(ahead);
    Some(())
}

pub(super) fn refer(desk: &mut Desk<'_>) -> Option<()> {
    desk.later(30, 1_500)?;
    desk.step(Transition::Refer, desk.specialist);
    desk.introduce()?;
    desk.later(5, 120)?;
    let note = *desk.rng.pick(&words::REFERRAL);
    desk.note(desk.specialist, note);
    Some(())
}

fn tier2(desk: &mut Desk<'_>, opened: Opened, incident: &Incident, referral: bool) -> Option<()> {
    advise(desk, &opened, incident);
    let caller = opened.caller.clone();
    escalate(desk, opened);
    take_over(desk)?;
    if desk.rng.permille(500) {
        desk.later(60, 1_500)?;
        let call = desk.ring(Direction::Outbound, DeskCode::Helpline, desk.specialist, &caller);
        desk.talk(180, 1_200);
        desk.hang_up(call, Disposition::Solved);
    }
    desk.see_to_duties(3);
    if referral {
        refer(desk)?;
    }
    if referral || desk.rng.permille(400) {
        desk.later(600, 4_000)?;
        let reason = (*desk.rng.pick(&words::WATCH)).to_owned();
        desk.step(Transition::Watch { reason }, desk.specialist);
        desk.later(4_000, 20_000)?;
    } else {
        desk.later(300, 3_000)?;
    }
    let note = *desk.rng.pick(&words::CALLED_BACK);
    desk.note(desk.specialist, note);
    desk.see_to_duties(90);
    if referral {
        desk.step(Transition::Close { result: "referred".into() }, desk.specialist);
    } else {
        close(desk, desk.specialist, incident);
    }
    let claimed = claims(desk, incident, &caller);
    desk.follow_up();
    claimed
}

fn call_back(desk: &mut Desk<'_>, opened: Opened, incident: &Incident) -> Option<()> {
    advise(desk, &opened, incident);
    let caller = opened.caller.clone();
    let due = desk.now + Duration::minutes(desk.rng.between(45, 1_400));
    let quarter = due - Duration::seconds(due.timestamp() % 900) - Duration::nanoseconds(i64::from(due.nanosecond()));
    let due = if (8..20).contains(&tokyo_time(quarter).hour()) { quarter } else { quarter + Duration::hours(12) };
    desk.callback(opened.call.id, &caller, due);
    desk.hang_up(opened.call, Disposition::CallBack);
    let wait = (due - desk.now).num_minutes();
    desk.later((wait - 20).max(5), (wait + 10).max(20))?;
    let call = desk.ring(Direction::Outbound, DeskCode::Helpline, desk.operator, &caller);
    desk.talk(90, 500);
    desk.hang_up(call, Disposition::Solved);
    desk.keep_callback();
    let note = *desk.rng.pick(&words::CALLED_BACK);
    desk.note(desk.operator, note);
    if desk.rng.permille(60) {
        desk.step(Transition::Close { result: "unreachable".into() }, desk.operator);
    } else {
        close(desk, desk.operator, incident);
    }
    claims(desk, incident, &caller)
}

fn watch(desk: &mut Desk<'_>, opened: Opened, incident: &Incident) -> Option<()> {
    advise(desk, &opened, incident);
    let caller = opened.caller.clone();
    let days = desk.rng.between(1, 9);
    let wait = watch_from(desk, opened, days);
    desk.later(wait, wait + 90)?;
    desk.keep_callback();
    let note = *desk.rng.pick(&words::CALLED_BACK);
    desk.note(desk.operator, note);
    close(desk, desk.operator, incident);
    claims(desk, incident, &caller)
}

/// Ends the call with the callback to ask again in so many days; gives the minutes until then.
pub(super) fn watch_from(desk: &mut Desk<'_>, opened: Opened, days: i64) -> i64 {
    let day = tokyo_time(desk.now).date() + Duration::days(days);
    let due = from_tokyo(day.and_time(NaiveTime::MIN) + Duration::minutes(600 + desk.rng.between(0, 14) * 30));
    desk.callback(opened.call.id, &opened.caller, due);
    desk.hang_up(opened.call, Disposition::CallBack);
    let reason = (*desk.rng.pick(&words::WATCH)).to_owned();
    desk.step(Transition::Watch { reason }, desk.operator);
    (due - desk.now).num_minutes()
}

fn leave(desk: &mut Desk<'_>, opened: Opened, exit: Exit, reason: &str) {
    desk.talk(90, 400);
    let disposition = match exit {
        Exit::NotEligible => Disposition::NotEligible,
        Exit::OutOfScope => Disposition::OutOfScope,
        Exit::Directed => Disposition::Directed,
    };
    desk.hang_up(opened.call, disposition);
    desk.step(Transition::Leave { exit, reason: reason.to_owned() }, desk.operator);
}

/// Some ask about the support payment afterwards and are pointed to its office.
fn claims(desk: &mut Desk<'_>, incident: &Incident, caller: &crate::demo::desk::Caller) -> Option<()> {
    let eligible = matches!(
        incident.code,
        "ransomware" | "malware" | "web_defacement" | "unauthorised_access" | "leak" | "lost_media"
    );
    if eligible && desk.rng.permille(150) {
        desk.later(1_000, 15_000)?;
        let call = desk.ring(Direction::Inbound, DeskCode::Helpline, desk.operator, caller);
        desk.talk(90, 400);
        desk.hang_up(call, Disposition::ClaimsOffice);
    }
    Some(())
}
