//! Referrals that go on, seen before their days are missed.

use crate::domain::access::actor::Right;
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

/// Referrals that go on, whoever's they are: the one whose member is to be asked first comes first.
pub(in crate::usecase) async fn ongoing<R: Right>(_: &Granted<R>, services: &Services) -> Result<Vec<Ongoing>, Error> {
    let listed = with_lines(services, referral::open(&services.store).await?, |r| Some(r.ticket_id)).await?;
    let mut ongoing: Vec<Ongoing> =
        listed.into_iter().filter_map(|(referral, line)| Some(Ongoing { referral, line: line? })).collect();
    ongoing.sort_by_key(|o| (o.referral.due_on.is_none(), o.referral.due_on, o.line.number));
    Ok(ongoing)
}
