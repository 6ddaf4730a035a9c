//! Who calls, what is recorded about them, and the ticket that is opened.

use crate::domain::desks::DeskCode;
use chrono::{DateTime, NaiveDate, Utc};

use crate::demo::desk::{Caller, Desk};
use crate::demo::directory::{Directory, Household, Standing as Lives};
use crate::demo::identity::Identity;
use crate::demo::names::surname;
use crate::demo::places::{PREFECTURES, mobile, phone};
use crate::demo::verify::{recorded, verify};
use crate::demo::words::{BESIDES, Incident};
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, Direction, Standing};
use crate::domain::id::{FacilityId, TicketId};
use crate::domain::matching::Heard;
use crate::domain::members::record::FacilityRecord;
use crate::domain::search::Found;
use crate::domain::tickets::state::Status;
use crate::domain::tickets::{Event, Place, State, Ticket, TicketNo};
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::{StatedItems, VerificationOutcome};

/// A call that has been answered, with its ticket.
pub struct Opened {
    /// The call, not yet concluded.
    pub call: Call,
    /// Who calls.
    pub caller: Caller,
    /// What was recorded.
    pub recorded: VerificationOutcome,
}

/// What a ticket is about.
pub struct Matter<'a> {
    /// Its number.
    pub number: TicketNo,
    /// The incident.
    pub incident: &'a Incident,
    /// Who calls.
    pub identity: Identity,
    /// When it's opened.
    pub opened_at: DateTime<Utc>,
}

/// Answers the call that arrives now, verifies, and opens the ticket.
pub fn take(desk: &mut Desk<'_>, directory: &Directory, matter: &Matter<'_>) -> Opened {
    let day = tokyo_day(desk.now);
    let (home, identity) = household(desk, directory, matter.identity, day);
    let (facility_id, facility) = facility_of(desk, &home, day);
    let (caller, standing) = caller(desk, &home, facility);
    let line = if matter.incident.code == "guideline" && desk.scheme.hours.serves(DeskCode::Guideline, desk.now) {
        DeskCode::Guideline
    } else {
        DeskCode::Helpline
    };
    let mut call = desk.ring(Direction::Inbound, line, desk.operator, &caller);
    call.standing = Some(standing);
    call.complaint = desk.rng.permille(6);
    let said = said(desk, &home, facility, identity);
    let mut told = (*desk.rng.pick(matter.incident.told)).to_owned();
    if desk.rng.permille(300) {
        told.push_str(desk.rng.pick::<&str>(&BESIDES));
    }
    let severity = ["urgent", "high", "medium", "low"][desk.rng.weighted(matter.incident.severity.iter().copied())];
    let recorded = recorded(identity);

    desk.now = matter.opened_at;
    let known = recorded.opens_remote() && identity != Identity::Doubtful;
    let ticket = TicketId(desk.rng.id(desk.now, 0));
    desk.case.ticket = Some(Ticket {
        id: ticket,
        number: matter.number,
        desk: line,
        facility_id: known.then_some(facility_id),
        member_id: known.then_some(home.id),
        facility_name: if known { facility.name.clone() } else { said.facility.clone() },
        prefecture: if known { PREFECTURES[home.prefecture].name.to_owned() } else { String::new() },
        facility_kind: if known { facility.kind.clone() } else { String::new() },
        incident: matter.incident.code.to_owned(),
        severity: severity.to_owned(),
        summary: told.clone(),
        state: State { at: Status::Tier1, since: desk.now, by: desk.operator, before: None },
        version: 1,
        owner_id: Some(desk.operator),
        verification: recorded,
        tier: 1,
        opened_at: desk.now,
        opened_by: desk.operator,
        opened_on: tokyo_day(desk.now),
        closed_at: None,
        last_event_at: desk.now,
        erased_on: None,
        merged_into: None,
    });
    let opened = Event::Opened { call: call.id, words: told.clone() };
    desk.write(Place::Both(ticket, call.id), desk.operator, &opened);
    // What was said word for word is kept of recent cases, and where the caller wasn't simply verified.
    if said != StatedItems::default() && (desk.detailed || identity != Identity::Verified) {
        verify(desk, &call, ticket, identity, said.clone(), (&home, facility_id));
    }
    if desk.detailed {
        type_sheet(desk, &call, &said, (matter.incident.code, severity, &told));
    }
    let text = &mut desk.case.found_by;
    if known {
        facility.found_by(text);
        home.member.found_by(text);
    } else {
        said.found_by(text);
    }
    call.found_by(text);
    text.add(&caller.name);
    text.add(&told);
    cards(desk, &call, matter.incident.code);
    Opened { call, caller, recorded }
}

/// Somebody of whom that can be recorded on that day; where the directory has nobody, an owner.
fn household(desk: &mut Desk<'_>, directory: &Directory, wanted: Identity, day: NaiveDate) -> (Household, Identity) {
    let fits = |home: &Household| match (wanted, home.standing) {
        (Identity::Pending, Lives::Enrolling | Lives::Moving) => {
            home.member.procedure.as_ref().is_some_and(|p| p.applied_on.is_some_and(|on| on <= day))
        }
        (Identity::NotEligible, Lives::Left) => home.member.left_on.is_some_and(|on| on <= day),
        (Identity::NotEligible, Lives::MovedOut) => home.member.moved_on.is_some_and(|on| on <= day),
        _ => false,
    };
    if matches!(wanted, Identity::Pending | Identity::NotEligible) {
        for _ in 0..300 {
            let i = desk.rng.below(directory.members);
            let likely =
                matches!(directory.standing(i), Lives::Enrolling | Lives::Moving | Lives::Left | Lives::MovedOut);
            if likely && Some(directory.household(i)).as_ref().is_some_and(fits) {
                return (directory.household(i), wanted);
            }
        }
    }
    let identity =
        if matches!(wanted, Identity::Pending | Identity::NotEligible) { Identity::Verified } else { wanted };
    (directory.household(directory.some_owner(&mut desk.rng)), identity)
}

/// One of their facilities; care services only once the scheme covers them, if there is a choice.
fn facility_of<'h>(desk: &mut Desk<'_>, home: &'h Household, day: NaiveDate) -> (FacilityId, &'h FacilityRecord) {
    let care_from = NaiveDate::from_ymd_opt(2023, 6, 1).unwrap_or(day);
    let other = home.facilities.get(1).filter(|(_, f)| day >= care_from || !f.is_care());
    let one = match other {
        Some(other) if desk.rng.permille(300) => other,
        _ => &home.facilities[0],
    };
    (one.0, &one.1)
}

fn caller(desk: &mut Desk<'_>, home: &Household, facility: &FacilityRecord) -> (Caller, Standing) {
    let standing = Standing::ALL[desk.rng.weighted([22, 66, 3, 5, 4].into_iter())];
    let family = home.member.name.split('　').next().unwrap_or_default().to_owned();
    let name = if standing == Standing::Member { family } else { surname(&mut desk.rng).0.to_owned() };
    let secretariat = matches!(standing, Standing::PrefAssociation | Standing::DistrictAssociation);
    let number = match desk.rng.below(100) {
        _ if secretariat => phone(&mut desk.rng, facility.phone.split('-').next().unwrap_or("03")),
        0..78 => facility.phone.clone(),
        78..96 => mobile(&mut desk.rng),
        _ => String::new(),
    };
    (Caller { name, number }, standing)
}

fn said(desk: &mut Desk<'_>, home: &Household, facility: &FacilityRecord, identity: Identity) -> StatedItems {
    if identity == Identity::Unknown && desk.rng.permille(300) {
        return StatedItems { facility: facility.name.clone(), ..StatedItems::default() };
    }
    let numbers = [&home.member.registry_no, &home.member.member_no];
    let number = numbers[usize::from(desk.rng.permille(350))].clone().or(home.member.registry_no.clone());
    let silent = matches!(identity, Identity::Doubtful | Identity::Unknown);
    StatedItems {
        name: home.member.name.clone(),
        facility: facility.name.clone(),
        address: facility.address.clone(),
        number: if silent { String::new() } else { number.unwrap_or_default() },
        heard: Heard::Once,
    }
}

fn type_sheet(desk: &mut Desk<'_>, call: &Call, said: &StatedItems, (incident, severity, told): (&str, &str, &str)) {
    let standing = call.standing.map_or("", Standing::code);
    let typed = [
        (SheetField::Phone, call.number.as_str()),
        (SheetField::CallerName, &call.caller_name),
        (SheetField::Standing, standing),
        (SheetField::MemberName, &said.name),
        (SheetField::Facility, &said.facility),
        (SheetField::Address, &said.address),
        (SheetField::Number, &said.number),
        (SheetField::Incident, incident),
        (SheetField::Severity, severity),
        (SheetField::Narrative, told),
        (SheetField::OutOfHoursReason, &call.out_of_hours_reason),
    ];
    desk.case
        .sheet
        .extend(typed.into_iter().filter(|(_, text)| !text.is_empty()).map(|(field, text)| (field, text.to_owned())));
}

/// What is said to every caller, and what this incident asks for.
fn cards(desk: &mut Desk<'_>, call: &Call, incident: &str) {
    let (scheme, [always, sometimes]) = (desk.scheme, if desk.detailed { [620, 180] } else { [60, 30] });
    for card in scheme.cards.of_every_call().chain(scheme.cards.of(incident)) {
        if !desk.rng.permille(if card.incidents.is_empty() { always } else { sometimes }) || card.answers.is_empty() {
            continue;
        }
        desk.talk(10, 50);
        let heard = desk.rng.pick(&card.answers);
        let said = Event::CardSaid { card: card.code.clone(), answer: heard.code.clone() };
        desk.write(Place::Call(call.id), desk.operator, &said);
    }
}
