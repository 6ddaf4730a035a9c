//! One kind after another, a page at a time: what is over is held against the rule, and goes.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Error, Run, now};
use crate::domain::audit::Object;
use crate::domain::retention::{Fate, Holds, Kind};
use crate::domain::time::{span, tokyo_day};
use crate::store::members::erase as directory;
use crate::store::retention::passing::{self, Passing};
use crate::store::retention::{self, Candidate, EndedClaim};
use crate::store::{calls, claims, tickets};

/// Tickets, calls or claims a piece.
const PAGE: u64 = 50;
/// Rows of the directory a piece.
const ROWS: u64 = 500;

type Stretch = (NaiveDate, NaiveDate);

impl Run<'_> {
    /// What started in a stretch of days; false when the night was over first.
    pub(in crate::usecase) async fn kind(&mut self, kind: Kind, stretch: Stretch) -> Result<bool, Error> {
        match kind {
            Kind::Ticket => Ok(self.tickets(stretch).await? && self.parts(stretch).await?),
            Kind::CallAlone => Ok(self.calls(stretch).await? && self.missed(stretch).await?),
            Kind::Claim => self.claims(stretch).await,
            Kind::DirectoryGone => Ok(self.directory(stretch, true).await? && self.directory(stretch, false).await?),
            Kind::IdempotencyAnswer => self.passing(kind, Passing::Answers, stretch).await,
            Kind::EndedSession => self.passing(kind, Passing::Sessions, stretch).await,
            Kind::SignInDelay => self.passing(kind, Passing::Delays, stretch).await,
            Kind::Audit => Ok(true),
        }
    }

    /// What the rule says of a thing.
    fn goes(&self, kind: Kind, started: NaiveDate, holds: Holds) -> bool {
        self.services.scheme.retention.fate(kind, Some(started), holds, self.today) != Fate::Keep
    }

    async fn tickets(&mut self, stretch: Stretch) -> Result<bool, Error> {
        let (over, mut after) = (span(stretch), None);
        loop {
            let page = retention::tickets(&self.services.store, over, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(true) };
            if !self.goes_on() {
                return Ok(false);
            }
            after = Some((last.started_at, last.id));
            self.erase_tickets(page).await?;
        }
    }

    /// What went into tickets that are gone.
    async fn parts(&mut self, stretch: Stretch) -> Result<bool, Error> {
        let (over, mut after) = (span(stretch), None);
        loop {
            let page = retention::parts(&self.services.store, over, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(true) };
            if !self.goes_on() {
                return Ok(false);
            }
            after = Some(last.id);
            self.erase_tickets(page).await?;
        }
    }

    async fn erase_tickets(&mut self, page: Vec<Candidate>) -> Result<(), Error> {
        let holds = retention::holds_of(&self.services.store, &page).await?;
        let (due, held): (Vec<_>, Vec<_>) = page
            .into_iter()
            .zip(holds)
            .partition(|(ticket, holds)| self.goes(Kind::Ticket, tokyo_day(ticket.started_at), *holds));
        let due = self.allowed.take(Kind::Ticket, due);
        self.count(Kind::Ticket, if self.dry { due.len() } else { 0 }, held.len());
        if self.dry || due.is_empty() {
            return Ok(());
        }
        let ctx = now(self.clock);
        let tx = self.begin(&ctx).await?;
        let mut gone = Vec::new();
        for (ticket, _) in &due {
            if tickets::erase::erase(&tx, ticket, self.today).await? {
                gone.push(Object::new("ticket", ticket.id));
            }
        }
        self.end(tx, &ctx, Kind::Ticket, gone.len(), gone).await
    }

    async fn calls(&mut self, stretch: Stretch) -> Result<bool, Error> {
        let (over, mut after) = (span(stretch), 0);
        loop {
            let page = retention::calls_alone(&self.services.store, over, after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(true) };
            after = *last;
            if !self.goes_on() {
                return Ok(false);
            }
            self.erase_calls(page.into_iter().map(|(_, call)| call).collect()).await?;
        }
    }

    async fn missed(&mut self, stretch: Stretch) -> Result<bool, Error> {
        let mut over = span(stretch);
        loop {
            let page = retention::calls_missed(&self.services.store, over, PAGE).await?;
            let Some(last) = page.last() else { return Ok(true) };
            // Those of the last one's instant that didn't fit go the next night.
            over.0 = last.started_at + chrono::Duration::microseconds(1);
            if !self.goes_on() {
                return Ok(false);
            }
            self.erase_calls(page).await?;
        }
    }

    async fn erase_calls(&mut self, page: Vec<Candidate>) -> Result<(), Error> {
        let over = |call: &Candidate| self.goes(Kind::CallAlone, tokyo_day(call.started_at), Holds::default());
        let due: Vec<Uuid> = page.iter().filter(|call| over(call)).map(|call| call.id).collect();
        let due = self.allowed.take(Kind::CallAlone, due);
        if self.dry || due.is_empty() {
            self.count(Kind::CallAlone, due.len(), 0);
            return Ok(());
        }
        let ctx = now(self.clock);
        let tx = self.begin(&ctx).await?;
        calls::erase::erase(&tx, &due, self.today).await?;
        let touched: Vec<Object> = due.into_iter().map(|id| Object::new("call", id)).collect();
        self.end(tx, &ctx, Kind::CallAlone, touched.len(), touched).await
    }

    async fn claims(&mut self, stretch: Stretch) -> Result<bool, Error> {
        let mut after = None;
        loop {
            let page = retention::claims(&self.services.store, stretch.1, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(true) };
            if !self.goes_on() {
                return Ok(false);
            }
            after = Some((last.received_on, last.id));
            let tickets: Vec<Uuid> = page.iter().filter_map(|claim| claim.ticket_id).collect();
            let placed = retention::placed_on(&self.services.store, &tickets).await?;
            let inside: Vec<EndedClaim> =
                page.into_iter().filter(|claim| (stretch.0..stretch.1).contains(&claim.ended_on)).collect();
            let (due, held): (Vec<_>, Vec<_>) = inside.into_iter().partition(|claim| {
                let holds =
                    Holds { placed: claim.ticket_id.is_some_and(|id| placed.contains(&id)), ..Holds::default() };
                self.goes(Kind::Claim, claim.ended_on, holds)
            });
            let due = self.allowed.take(Kind::Claim, due);
            self.count(Kind::Claim, if self.dry { due.len() } else { 0 }, held.len());
            if self.dry || due.is_empty() {
                continue;
            }
            let ctx = now(self.clock);
            let tx = self.begin(&ctx).await?;
            let mut gone = Vec::new();
            for claim in &due {
                if claims::erase::erase(&tx, claim, self.today).await? {
                    gone.push(Object::new("claim", claim.id));
                }
            }
            self.end(tx, &ctx, Kind::Claim, gone.len(), gone).await?;
        }
    }

    /// People first: what they leave behind is nobody's any more.
    async fn directory(&mut self, stretch: Stretch, people: bool) -> Result<bool, Error> {
        let mut after = Uuid::nil();
        loop {
            let store = &self.services.store;
            let page = match people {
                true => directory::gone_members(store, stretch, after, ROWS).await?,
                false => directory::gone_facilities(store, stretch, after, ROWS).await?,
            };
            let Some((last, _)) = page.last() else { return Ok(true) };
            if !self.goes_on() {
                return Ok(false);
            }
            after = *last;
            let ids: Vec<Uuid> = page.iter().map(|(id, _)| *id).collect();
            let named = directory::named(store, &ids).await?;
            let (due, held): (Vec<_>, Vec<_>) = page.into_iter().partition(|(id, gone_on)| {
                let holds = Holds { in_use: named.contains(id), ..Holds::default() };
                self.goes(Kind::DirectoryGone, *gone_on, holds)
            });
            let due = self.allowed.take(Kind::DirectoryGone, due);
            self.count(Kind::DirectoryGone, if self.dry { due.len() } else { 0 }, held.len());
            if self.dry || due.is_empty() {
                continue;
            }
            let due: Vec<Uuid> = due.into_iter().map(|(id, _)| id).collect();
            let (members, facilities): (&[Uuid], &[Uuid]) = if people { (&due, &[]) } else { (&[], &due) };
            let ctx = now(self.clock);
            let tx = self.begin(&ctx).await?;
            directory::remove_gone(&tx, members, facilities).await?;
            let kind = if people { "member" } else { "facility" };
            let touched = due.iter().map(|id| Object::new(kind, *id)).collect();
            self.end(tx, &ctx, Kind::DirectoryGone, due.len(), touched).await?;
        }
    }

    async fn passing(&mut self, kind: Kind, what: Passing, stretch: Stretch) -> Result<bool, Error> {
        let over = span(stretch);
        if self.dry {
            let there = passing::count(&self.services.store, what, over).await?;
            self.count(kind, usize::try_from(there).unwrap_or(usize::MAX), 0);
            return Ok(true);
        }
        while passing::count(&self.services.store, what, over).await? > 0 {
            if !self.goes_on() {
                return Ok(false);
            }
            let ctx = now(self.clock);
            let tx = self.begin(&ctx).await?;
            let gone = passing::remove(&tx, what, over).await?;
            self.end(tx, &ctx, kind, usize::try_from(gone).unwrap_or(usize::MAX), Vec::new()).await?;
        }
        Ok(true)
    }
}
