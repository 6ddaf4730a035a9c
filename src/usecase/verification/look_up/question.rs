//! A question to the engine: what it costs, and what is written down of it, before it is answered.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::access::actor::ActorKind;
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::matching::{Answer, DirectoryIndex, Heard, Reason, Tried};
use crate::domain::verification::record::StatedItems;
use crate::domain::verification::tries::{HEARD_TWICE_A_CALL, Standing, Subject, Try, cost, forgiven};
use crate::store::audit;
use crate::store::verification::tries;
use crate::store::verification::tries::Counted;
use crate::usecase::verification::look_up::{Asking, Error, OfNumber, Reply, Services, engine};

/// A question that the directory is asked.
pub(in crate::usecase) struct Question<'a> {
    pub(in crate::usecase) index: &'a DirectoryIndex,
    pub(in crate::usecase) asking: Asking<'a>,
    pub(in crate::usecase) said: &'a StatedItems,
    pub(in crate::usecase) day: NaiveDate,
    pub(in crate::usecase) heard: Heard,
    /// How many numbers were heard twice on the call.
    pub(in crate::usecase) repeats: usize,
}

impl Question<'_> {
    /// One that tries no number, or was asked before on this sheet: nothing new can be learnt from it.
    pub(in crate::usecase) async fn seen_before(&self, services: &Services, ctx: &Ctx) -> Result<Reply, Error> {
        let told = engine(self.index, self.said, self.day, self.heard);
        services.store.journal().write(ctx, self.entry(&told.answer, json!({}))).await?;
        Ok(self.reply(told.answer, Standing::Free))
    }

    /// One that tries a number: counted and written down in a transaction of its own, one after the other for each
    /// account, token and sheet, before it is answered.
    pub(in crate::usecase) async fn tried(
        mut self,
        services: &Services,
        ctx: &Ctx,
        mut now: Try,
        numbers: usize,
    ) -> Result<Reply, Error> {
        let subjects = self.subjects(ctx);
        let tx = services.store.begin().await?;
        let mut counted = Vec::with_capacity(subjects.len());
        for (kind, subject) in &subjects {
            counted.push(tries::take(&tx, *kind, *subject, ctx.now).await?);
        }
        if let Some(standing) = held(&counted, ctx.now) {
            drop(tx);
            return self.left_out(services, ctx, standing).await;
        }
        let call = self.call();
        let before = match call {
            Some(call) => tries::of_call(&tx, call).await?,
            None => Vec::new(),
        };
        if before.iter().any(|t| t.is_same(&now)) {
            drop(tx);
            return self.seen_before(services, ctx).await;
        }
        let told = engine(self.index, self.said, self.day, self.heard);
        now.cost = if told.tried == Tried::Missed { cost(numbers, self.heard) } else { 0 };
        if let Some(call) = call {
            for none in forgiven(&before, &now) {
                tries::remove(&tx, call, none).await?;
                counted.iter_mut().for_each(|c| c.tally.forgive(none.cost, c.kind.limits(), ctx.now));
            }
            tries::add(&tx, call, &now, ctx.now, ctx.actor.id).await?;
        }
        let person = person(&subjects);
        for one in &mut counted {
            if now.cost > 0 {
                one.person = person;
                if one.tally.miss(now.cost, one.kind.limits(), ctx.now) {
                    audit::record(&tx, ctx, stopped(one)).await?;
                }
            }
            tries::put(&tx, one).await?;
        }
        let outcome = if now.cost > 0 { Outcome::Failed } else { Outcome::Done };
        let heard = json!({ "number": if now.cost > 0 { "missed" } else { "right" }, "heard": self.heard });
        audit::record(&tx, ctx, self.entry(&told.answer, heard).outcome(outcome)).await?;
        tx.commit().await?;
        self.repeats += usize::from(self.heard == Heard::Twice);
        Ok(self.reply(told.answer, held(&counted, ctx.now).unwrap_or(Standing::Free)))
    }

    /// One by somebody who waits or is stopped: answered without the number.
    async fn left_out(mut self, services: &Services, ctx: &Ctx, standing: Standing) -> Result<Reply, Error> {
        self.heard = Heard::Unasked;
        let told = engine(self.index, self.said, self.day, Heard::Unasked);
        let why = if standing == Standing::Stopped { "stopped" } else { "waits" };
        let entry = self.entry(&told.answer, json!({ "number": why })).outcome(Outcome::Refused);
        services.store.journal().write(ctx, entry).await?;
        Ok(self.reply(told.answer, standing))
    }

    fn call(&self) -> Option<CallId> {
        if let Asking::Sheet(call) = self.asking { Some(call.id) } else { None }
    }

    /// Whose misses they are, in the order in which everybody takes them: the account, also through a token that it
    /// answers for; the token; the sheet.
    fn subjects(&self, ctx: &Ctx) -> Vec<(Subject, Uuid)> {
        let mut subjects = Vec::with_capacity(3);
        if ctx.actor.kind == ActorKind::Token {
            subjects.extend(ctx.actor.person.map(|person| (Subject::Account, person.0)));
            subjects.push((Subject::Token, ctx.actor.id));
        } else {
            subjects.push((Subject::Account, ctx.actor.id));
        }
        subjects.extend(self.call().map(|call| (Subject::Sheet, call.0)));
        subjects
    }

    pub(in crate::usecase) fn entry(&self, answer: &Answer, of_number: Value) -> AuditEntry {
        let seen = answer.candidates.iter().flat_map(|c| {
            [
                Object::new("member", Uuid::from_u128(c.member_ref)),
                Object::new("facility", Uuid::from_u128(c.facility_ref)),
            ]
        });
        let mut detail = json!({ "decision": answer.decision.code(), "candidates": answer.candidates.len() });
        if let (Value::Object(detail), Value::Object(more)) = (&mut detail, of_number) {
            detail.extend(more);
        }
        let object = self.call().map_or(Object::kind("directory"), |call| Object::new("call", call.0));
        AuditEntry::done("member.lookup", object).detail(detail).subjects(seen)
    }

    pub(in crate::usecase) fn reply(&self, answer: Answer, standing: Standing) -> Reply {
        let may_repeat =
            self.call().is_some() && answer.reason == Reason::NumberHeardOnce && self.repeats < HEARD_TWICE_A_CALL;
        Reply { answer, version: self.index.version(), heard: self.heard, number: OfNumber { standing, may_repeat } }
    }
}

/// The account behind a try, where one is known.
fn person(subjects: &[(Subject, Uuid)]) -> Option<Uuid> {
    subjects.iter().find(|(kind, _)| *kind == Subject::Account).map(|(_, id)| *id)
}

/// The worst that any of them is held by: a stop before a wait, the longer wait before the shorter.
fn held(counted: &[Counted], now: DateTime<Utc>) -> Option<Standing> {
    let standings: Vec<Standing> = counted.iter().map(|c| c.tally.standing(now)).collect();
    if standings.contains(&Standing::Stopped) {
        return Some(Standing::Stopped);
    }
    let waits = standings.iter().filter_map(|s| if let Standing::Waits(until) = s { Some(*until) } else { None });
    waits.max().map(Standing::Waits)
}

fn stopped(one: &Counted) -> AuditEntry {
    AuditEntry::done("member.stop", object(one.kind, one.subject))
}

/// What a subject is to the audit.
pub(in crate::usecase) fn object(kind: Subject, subject: Uuid) -> Object {
    Object::new(if kind == Subject::Sheet { "call" } else { kind.code() }, subject)
}
