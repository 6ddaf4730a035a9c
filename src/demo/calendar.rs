//! When the phone rings: busier years, busier weekdays, busier hours; never a ticket outside the scheme's days.

use crate::domain::desks::DeskCode;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc, Weekday};

use crate::demo::rng::Rng;
use crate::domain::scheme::Hours;
use crate::domain::time::{day_start, tokyo_day, tokyo_time};

const DAYS: u64 = 3;
/// A past of no more tickets than this is told of the last weeks alone, so that they look alive.
pub const FEW: u64 = 1_000;
/// How many days those weeks have.
const WEEKS: i64 = 70;
/// How busy each hour of a day is.
const HOURS: [u64; 24] = [0, 0, 0, 0, 0, 2, 8, 16, 40, 90, 100, 85, 40, 60, 85, 90, 80, 60, 35, 20, 12, 5, 2, 1];
/// Minutes before the horizon after which nobody calls any more, so that every call has ended by then.
const QUIET: i64 = 45;

/// The days of a past, and how many tickets fall on each.
#[derive(Debug, Clone)]
pub struct Calendar {
    seed: u64,
    tickets: u64,
    horizon: DateTime<Utc>,
    first: NaiveDate,
    last: NaiveDate,
    whole: u64,
}

/// The first day of the scheme.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 6, 1).unwrap_or_default()
}

impl Calendar {
    /// A calendar of so many tickets up to the horizon, the instant after which nothing has happened yet.
    pub fn new(seed: u64, tickets: u64, horizon: DateTime<Utc>) -> Self {
        let last = tokyo_day(horizon);
        let first = if tickets <= FEW { first_day().max(last - Duration::days(WEEKS)) } else { first_day() };
        let mut calendar = Self { seed, tickets, horizon, first, last, whole: 0 };
        calendar.whole = calendar.days().map(|day| calendar.weight(day)).sum();
        calendar
    }

    /// Its days.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }

    /// Each day with the number of its tickets; together they are all of them.
    pub fn shares(&self) -> impl Iterator<Item = (NaiveDate, u64)> {
        let share = |weight: u64| {
            let whole = u128::from(self.whole.max(1));
            u64::try_from(u128::from(weight) * u128::from(self.tickets) / whole).unwrap_or_default()
        };
        self.days().scan(0, move |before, day| {
            let after = *before + self.weight(day);
            let tickets = share(after) - share(*before);
            *before = after;
            Some((day, tickets))
        })
    }

    fn weight(&self, day: NaiveDate) -> u64 {
        let weekday = match day.weekday() {
            Weekday::Mon => 125,
            Weekday::Sat => 50,
            Weekday::Sun => 14,
            _ => 100,
        };
        let turn_of_year = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
        let growth = 700 + u64::try_from((day - first_day()).num_days()).unwrap_or_default() / 2;
        let weather = 75 + Rng::of(self.seed, DAYS, serial(day)).below(50);
        let full = weekday * growth * weather / if turn_of_year { 4 } else { 1 };
        if day < self.last { full } else { full * self.elapsed() / 1_000 }
    }

    /// How much of the last day's calls have come by the horizon, in thousandths.
    fn elapsed(&self) -> u64 {
        let until = tokyo_time(self.horizon - Duration::minutes(QUIET));
        if until.date() < self.last {
            return 0;
        }
        let hours: u64 = HOURS.iter().take(usize::try_from(until.hour()).unwrap_or(23)).sum();
        hours * 1_000 / HOURS.iter().sum::<u64>()
    }

    /// When somebody rings on a day on which the line is open, or — seldom — while it isn't.
    pub fn arrival(&self, rng: &mut Rng, hours: &Hours, day: NaiveDate) -> DateTime<Utc> {
        let start = day_start(day);
        let latest = if day < self.last { start + Duration::days(1) } else { self.horizon - Duration::minutes(QUIET) };
        let mut at = start + Duration::hours(10);
        for _ in 0..200 {
            at = moment(rng, start);
            if at < latest && (hours.serves(DeskCode::Helpline, at) || rng.permille(60)) {
                break;
            }
        }
        at.min(latest)
    }

    /// When somebody rings in vain or at any hour.
    pub fn any_time(&self, rng: &mut Rng, day: NaiveDate) -> Option<DateTime<Utc>> {
        let at = moment(rng, day_start(day));
        (at < self.horizon - Duration::minutes(QUIET)).then_some(at)
    }
}

fn moment(rng: &mut Rng, start: DateTime<Utc>) -> DateTime<Utc> {
    let hour = rng.weighted(HOURS.iter().copied());
    let micros = rng.below(3_600_000_000) + u64::try_from(hour).unwrap_or_default() * 3_600_000_000;
    start + Duration::microseconds(i64::try_from(micros).unwrap_or_default())
}

/// A day as a number.
pub fn serial(day: NaiveDate) -> u64 {
    u64::try_from(day.num_days_from_ce()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::tests::horizon;
    use crate::domain::scheme::sample::scheme;

    #[test]
    fn shares_add_up_and_many_tickets_begin_with_the_scheme() {
        for (tickets, first) in [(400, "2026-08-22"), (20_000, "2022-06-01")] {
            let calendar = Calendar::new(1, tickets, horizon("2026-10-31 23:59"));
            assert_eq!(calendar.shares().map(|(_, n)| n).sum::<u64>(), tickets);
            assert_eq!(calendar.days().next().expect("a day").to_string(), first);
        }
    }

    #[test]
    fn calls_come_within_the_hours_but_for_a_few_and_never_after_the_horizon() {
        let (calendar, scheme) = (Calendar::new(1, 400, horizon("2026-10-31 11:00")), scheme());
        let day = NaiveDate::from_ymd_opt(2026, 10, 30).expect("a day");
        let mut rng = Rng::of(1, 1, 1);
        let calls: Vec<_> = (0..2_000).map(|_| calendar.arrival(&mut rng, &scheme.hours, day)).collect();
        let outside = calls.iter().filter(|at| !scheme.hours.serves(DeskCode::Helpline, **at)).count();
        assert!((1..30).contains(&outside), "{outside}");
        let today = NaiveDate::from_ymd_opt(2026, 10, 31).expect("a day");
        assert!((0..500).all(|_| calendar.arrival(&mut rng, &scheme.hours, today) <= horizon("2026-10-31 10:15")));
    }
}
