//! The clocks that run, seen before they run out.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::domain::access::actor::Right;
use crate::domain::ctx::Ctx;
use crate::domain::id::TicketId;
use crate::domain::incidents::deadline::{Days, Near, first_day};
use crate::domain::incidents::{Clock, Fact, Record};
use crate::domain::tickets::line::TicketLine;
use crate::store::incidents::{clock, record as kept};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::{Error, Services};

/// A clock that runs, with its ticket and its days.
pub struct Upcoming {
    /// The clock.
    pub clock: Clock,
    /// Its ticket.
    pub line: TicketLine,
    /// Its days.
    pub days: Days,
    /// How near its end is.
    pub near: Near,
    /// Nobody told yet when the clinic came to know: it counts from the ticket's first day.
    pub assumed: bool,
    /// How many more clocks of this ticket run.
    pub others: usize,
}

/// Of each ticket whose clocks run the one that is nearest, whoever's the tickets are and whether they have ended; the
/// nearest first.
pub(in crate::usecase) async fn upcoming<R: Right>(
    _: &Granted<R>,
    services: &Services,
    ctx: &Ctx,
) -> Result<Vec<Upcoming>, Error> {
    let store = &services.store;
    let (rules, hours) = (&services.scheme.incidents, &services.scheme.hours);
    let clocks = with_lines(services, clock::running(store).await?, |clock| Some(clock.ticket_id)).await?;
    let tickets: HashSet<TicketId> = clocks.iter().map(|(clock, _)| clock.ticket_id).collect();
    let records = kept::of_each(store, tickets).await?;
    let blank = Record::default();
    // After a wave many clocks began on one day: what follows from the calendar is worked out once for all of them.
    let mut worked_out: HashMap<(String, NaiveDate, Option<bool>), (Days, Near)> = HashMap::new();
    let seen = |(clock, line): (Clock, Option<TicketLine>)| {
        let line = line?;
        let record = records.get(&clock.ticket_id).unwrap_or(&blank);
        let (first, wrongful) = (first_day(record, line.opened_at), record.wrongful(&line.incident, rules));
        let duty = rules.duty_on(&clock.duty, first)?;
        let (days, near) = *worked_out.entry((clock.duty.clone(), first, wrongful)).or_insert_with(|| {
            let days = duty.days(first, wrongful, hours);
            (days, duty.near(&days, ctx.today()))
        });
        Some(Upcoming { clock, line, days, near, assumed: record.get(Fact::AwareAt).is_empty(), others: 0 })
    };
    let mut upcoming: Vec<Upcoming> = clocks.into_iter().filter_map(seen).collect();
    upcoming.sort_by_key(|u| (u.near, u.days.limit.or(u.days.aim), u.line.number));
    let mut running: HashMap<TicketId, usize> = HashMap::new();
    upcoming.iter().for_each(|u| *running.entry(u.line.id).or_default() += 1);
    let mut named = HashSet::new();
    upcoming.retain(|u| named.insert(u.line.id));
    for nearest in &mut upcoming {
        nearest.others = running.get(&nearest.line.id).map_or(0, |count| count - 1);
    }
    Ok(upcoming)
}
