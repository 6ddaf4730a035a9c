//! The made-up desk at work on one case: every verb writes what the real one would write, and stops at the horizon.

use crate::domain::desks::DeskCode;
use chrono::{DateTime, Duration, NaiveTime, Timelike, Utc};

use crate::demo::case::{Asked, Case, Deed, Promised};
use crate::demo::rng::Rng;
use crate::demo::words;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::{Call, CallState, Direction, Disposition};
use crate::domain::id::{AccountId, CallId, CallbackId, EntryId, EvidenceCheckId, RemoteId, TicketId};
use crate::domain::scheme::Scheme;
use crate::domain::telephone::Telephone;
use crate::domain::tickets::evidence_gate::{EvidenceCheck, Heard, Purpose};
use crate::domain::tickets::remote::{Remote, RemoteOutcome};
use crate::domain::tickets::ticket::Transitioned;
use crate::domain::tickets::transition::QueueChange;
use crate::domain::tickets::{Entry, EntryKind, Event, Place, Ticket, Transition};
use crate::domain::time::{from_tokyo, tokyo_day, tokyo_time};

/// Who is on the other side of a call.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// Their name.
    pub name: String,
    /// Their number.
    pub number: String,
}

/// Work on one case.
pub struct Desk<'a> {
    /// The scheme's words.
    pub scheme: &'a Scheme,
    /// Chance of this case.
    pub rng: Rng,
    /// The instant after which nothing has happened yet.
    pub horizon: DateTime<Utc>,
    /// The instant the case has come to.
    pub now: DateTime<Utc>,
    /// Everything is to happen before the horizon, however little time there is.
    pub hurry: bool,
    /// Every detail is written down, as of a recent case.
    pub detailed: bool,
    /// Who takes the call.
    pub operator: AccountId,
    /// Who may take an escalation.
    pub specialist: AccountId,
    /// Who reviews.
    pub supervisor: AccountId,
    /// What has come of it so far.
    pub case: Case,
}

impl Desk<'_> {
    /// Some seconds of a call go by; a call that came before the horizon is told to its end.
    pub fn talk(&mut self, from: i64, until: i64) {
        self.now += Duration::microseconds(self.rng.between(from * 1_000_000, until * 1_000_000));
    }

    /// Some minutes go by, then work goes on, in hours in which people work; `None` beyond the horizon.
    pub fn later(&mut self, from: i64, until: i64) -> Option<DateTime<Utc>> {
        let passed = Duration::microseconds(self.rng.between(from * 60_000_000, until * 60_000_000));
        let mut at = self.now + passed;
        let local = tokyo_time(at);
        if !(8..20).contains(&local.hour()) {
            let day = local.date() + Duration::days(i64::from(local.hour() >= 20));
            at = from_tokyo(day.and_time(NaiveTime::MIN)) + Duration::hours(9) + passed / 1_000;
        }
        if at > self.horizon && self.hurry {
            at = self.now + (self.horizon - self.now) / 4;
        }
        (at <= self.horizon).then(|| {
            self.now = at;
            at
        })
    }

    /// A call, not yet concluded.
    pub fn ring(&mut self, direction: Direction, desk: DeskCode, by: AccountId, caller: &Caller) -> Call {
        let waited = Duration::seconds(if direction == Direction::Inbound { self.rng.between(2, 25) } else { 0 });
        let outside = direction == Direction::Inbound && !self.scheme.hours.serves(desk, self.now);
        Call {
            id: CallId(self.rng.id(self.now, self.case.entries.len())),
            part_of: None,
            part: 1,
            keeps: None,
            direction,
            desk,
            state: CallState::Ended,
            number: caller.number.clone(),
            number_key: Telephone::read(&caller.number).key().to_owned(),
            arrived_at: self.now,
            answered_at: Some(self.now + waited),
            ended_at: None,
            operator_id: by,
            caller_name: caller.name.clone(),
            standing: None,
            callback_number: String::new(),
            disposition: None,
            complaint: false,
            out_of_hours: outside,
            out_of_hours_reason: if outside {
                (*self.rng.pick(&words::OUT_OF_HOURS)).to_owned()
            } else {
                String::new()
            },
            lacking: Vec::new(),
            reviewed_at: None,
            arrived_on: tokyo_day(self.now),
            erased_on: None,
        }
    }

    /// The call ends now; what was unusual about it is reviewed by the next day.
    pub fn hang_up(&mut self, mut call: Call, disposition: Disposition) {
        call.ended_at = Some(self.now);
        call.disposition = Some(disposition);
        let review = if call.out_of_hours || call.complaint { self.reviewed() } else { None };
        call.reviewed_at = review.map(|(at, _)| at);
        if let Some(ticket) = self.ticket_id() {
            self.write(
                Place::Both(ticket, call.id),
                call.operator_id,
                &Event::CallEnded { disposition, elsewhere: None },
            );
        }
        self.case.calls.push((call, review));
    }

    /// A review within a day or so, unless that lies beyond the horizon.
    pub fn reviewed(&mut self) -> Option<Deed> {
        let at = self.now + Duration::minutes(self.rng.between(60, 1_500));
        (at <= self.horizon && !self.hurry).then_some((at, self.supervisor))
    }

    /// The ticket's id, once there is a ticket.
    pub fn ticket_id(&self) -> Option<TicketId> {
        self.case.ticket.as_ref().map(|t| t.id)
    }

    /// Writes down that something happens.
    pub fn write(&mut self, place: Place, by: AccountId, event: &Event) {
        let id = EntryId(self.rng.id(self.now, self.case.entries.len()));
        let entry = Entry::of(id, place, event, self.scheme, self.now, by);
        if let Some(ticket) = &mut self.case.ticket {
            ticket.last_event_at = ticket.last_event_at.max(entry.entered_at);
        }
        self.case.entries.push(entry);
    }

    /// A line somebody writes on the ticket; now and then some minutes after the event.
    pub fn note(&mut self, by: AccountId, body: &str) {
        let Some(ticket) = self.ticket_id() else { return };
        self.case.found_by.add(body);
        let note = Event::Written { kind: EntryKind::Note, words: body.to_owned() };
        self.write(Place::Ticket(ticket), by, &note);
        let late = Duration::minutes(self.rng.between(5, 40));
        if self.rng.permille(80)
            && let (Some(entry), Some(ticket)) = (self.case.entries.last_mut(), &self.case.ticket)
        {
            entry.occurred_at = (entry.occurred_at - late).max(ticket.opened_at);
        }
    }

    /// Takes the ticket on, by the product's own rule; what that doesn't allow doesn't happen.
    pub fn step(&mut self, transition: Transition, by: AccountId) {
        let Some(ticket) = self.case.ticket.clone() else { return };
        let Ok(done) = ticket.transition(transition, by, self.now) else { return };
        let Transitioned { ticket, event, queue } = done;
        let id = ticket.id;
        self.case.ticket = Some(Ticket { version: ticket.version + 1, ..ticket });
        match queue {
            Some(QueueChange::Asked { reason }) => {
                let asked = (self.now, by);
                let escalation = self.rng.id(self.now, self.case.entries.len());
                self.case.escalations.push(Asked { id: escalation, ticket: id, asked, reason, taken: None });
            }
            Some(QueueChange::Taken) => {
                if let Some(open) = self.case.escalations.iter_mut().find(|h| h.taken.is_none()) {
                    open.taken = Some((self.now, by));
                }
            }
            Some(_) | None => {}
        }
        self.write(Place::Ticket(id), by, &event);
    }

    /// Whether somebody was told to cut a machine off: nobody but a specialist would connect to it.
    pub fn told_to_cut_off(&self) -> bool {
        self.scheme.cards.cut_off(&said_cards(&self.case.entries))
    }

    /// The questions before remote support and before cleaning, all denied.
    fn evidence(&mut self, ticket: TicketId, purpose: Purpose) {
        let (by, no) = (self.operator, Heard::No);
        let event = Event::EvidenceAsked {
            purpose,
            server: no,
            locked: no,
            cut_off: no,
            told_to_cut_off: false,
            reason: String::new(),
        };
        self.write(Place::Ticket(ticket), by, &event);
        let id = EvidenceCheckId(self.rng.id(self.now, self.case.entries.len()));
        self.case.checks.push(EvidenceCheck {
            id,
            ticket_id: ticket,
            purpose,
            server: no,
            locked: no,
            cut_off: no,
            reason: String::new(),
            asked_at: self.now,
            asked_by: by,
        });
    }

    /// A remote session of some minutes, from what is asked before it to its outcome.
    pub fn remote(&mut self, caller: &str) {
        let Some(ticket) = self.ticket_id() else { return };
        self.evidence(ticket, Purpose::Connect);
        self.talk(30, 120);
        let mut session = self.begin_remote(ticket, caller);
        let (done, removed, found) = *self.rng.pick(&words::REMOTE);
        self.talk(240, 900);
        if !removed.is_empty() {
            self.evidence(ticket, Purpose::Clean);
            self.talk(60, 300);
        }
        (session.done, session.removed, session.found) = (done.to_owned(), removed.to_owned(), found.to_owned());
        session.ended_as = Some(if found.is_empty() { RemoteOutcome::Clean } else { RemoteOutcome::Solved });
        session.ended_at = Some(self.now);
        let ended = Event::RemoteEnded {
            remote: session.id,
            ended_as: session.ended_as,
            outcome: String::new(),
            done: session.done.clone(),
            removed: session.removed.clone(),
            found: session.found.clone(),
        };
        self.case.found_by.add(&ended.sentence(self.scheme));
        self.write(Place::Ticket(ticket), session.operator_id, &ended);
        self.case.remotes.push(session);
    }

    fn begin_remote(&mut self, ticket: TicketId, caller: &str) -> Remote {
        let started_at = self.now;
        let session = Remote {
            id: RemoteId(self.rng.id(started_at, 0)),
            ticket_id: ticket,
            consent_by: caller.to_owned(),
            consent_at: started_at,
            consent_version: self.scheme.remote.consent_on(tokyo_day(started_at)).map(|consent| consent.from),
            scope: (*self.rng.pick(&words::SCOPES)).to_owned(),
            tool: (*self.rng.pick(&words::TOOLS)).to_owned(),
            session_code: format!("{:06}", self.rng.below(1_000_000)),
            started_at,
            ended_at: None,
            done: String::new(),
            removed: String::new(),
            found: String::new(),
            ended_as: None,
            outcome: Some(String::new()),
            operator_id: self.operator,
        };
        let started = Event::RemoteStarted {
            remote: session.id,
            tool: session.tool.clone(),
            consent_by: session.consent_by.clone(),
            consent: session.consent_version,
            scope: session.scope.clone(),
        };
        self.write(Place::Ticket(ticket), self.operator, &started);
        session
    }

    /// Callbacks to call back by an instant.
    pub fn callback(&mut self, call: CallId, caller: &Caller, due_at: DateTime<Utc>) {
        let Some(ticket) = self.ticket_id() else { return };
        let (id, by) = (self.rng.id(self.now, self.case.entries.len()), self.operator);
        let note = (*self.rng.pick(&words::CALLBACKS)).to_owned();
        let promised = Event::CallbackPromised { callback: CallbackId(id), due_at, note: note.clone() };
        self.write(Place::Both(ticket, call), by, &promised);
        let (who, number) = (caller.name.clone(), caller.number.clone());
        self.case.callbacks.push(Promised { id, ticket, call, due_at, who, number, note, by, kept: None });
    }

    /// The clinic is called back as promised.
    pub fn keep_callback(&mut self) {
        let (now, by, Some(ticket)) = (self.now, self.operator, self.ticket_id()) else { return };
        if let Some(open) = self.case.callbacks.iter_mut().find(|p| p.kept.is_none()) {
            open.kept = Some((now, by));
            let callback = CallbackId(open.id);
            self.write(Place::Ticket(ticket), by, &Event::CallbackKept { callback });
        }
    }
}
