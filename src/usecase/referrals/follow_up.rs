//! Referrals that go on, seen before their days are missed.

use chrono::{Days, NaiveDate};

use crate::domain::access::actor::Right;
use crate::domain::referrals::Stage;
use crate::domain::tickets::line::TicketLine;
use crate::store::referrals::referral::{self, Listed};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::{Error, Services};

/// A referral that goes on, with its ticket.
pub struct Ongoing {
    /// The referral.
    pub referral: Listed,
    /// Its ticket.
    pub line: TicketLine,
}

impl Ongoing {
    /// Whether somebody is to do something: no firm has taken it on yet, or the member is to be asked by tomorrow.
    pub fn wants_somebody(&self, today: NaiveDate) -> bool {
        self.referral.stage < Stage::Introduced || self.referral.due_on.is_some_and(|day| day <= today + Days::new(1))
    }
}

/// Referrals that go on, whoever's they are: those that no firm has taken on yet first, what is urgent before the rest;
/// then the one whose member is to be asked first.
pub(in crate::usecase) async fn ongoing<R: Right>(_: &Granted<R>, services: &Services) -> Result<Vec<Ongoing>, Error> {
    let listed = with_lines(services, referral::open(&services.store).await?, |r| Some(r.ticket_id)).await?;
    let mut ongoing: Vec<Ongoing> =
        listed.into_iter().filter_map(|(referral, line)| Some(Ongoing { referral, line: line? })).collect();
    ongoing.sort_by_key(|o| {
        let r = &o.referral;
        (r.stage >= Stage::Introduced, !r.urgent, r.due_on.is_none(), r.due_on, o.line.number)
    });
    Ok(ongoing)
}
