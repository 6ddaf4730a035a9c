//! The past of the desk, day by day: cases in the order of their numbers, and calls that led to no ticket.

use crate::domain::desks::DeskCode;
use std::collections::VecDeque;

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

use crate::demo::calendar::{Calendar, serial};
use crate::demo::case::Case;
use crate::demo::claim::{Slots, claim};
use crate::demo::course::{COURSES, Course, tell};
use crate::demo::desk::{Caller, Desk};
use crate::demo::directory::Directory;
use crate::demo::identity::{IDENTITIES, Identity};
use crate::demo::intake::{Matter, take};
use crate::demo::names::surname;
use crate::demo::places::{mobile, phone};
use crate::demo::pose::{Pose, pose};
use crate::demo::rng::Rng;
use crate::demo::words::{INCIDENTS, Incident};
use crate::demo::{Plan, Staff};
use crate::domain::calls::{CallState, Direction, Disposition, Standing};
use crate::domain::id::AccountId;
use crate::domain::scheme::Scheme;
use crate::domain::tickets::TicketNo;
use crate::domain::time::{day_start, tokyo_day, tokyo_time};

const ARRIVALS: u64 = 4;
const CASES: u64 = 5;
const LOOSE: u64 = 6;
/// So many of the last cases are told in every detail; older ones keep what still matters.
const RECENT: u64 = 2_000;

/// How the last cases are left standing, the newest first; `None`: as it comes.
const POSES: [Option<(Pose, Identity)>; 18] = [
    Some((Pose::AtDesk, Identity::Verified)),
    Some((Pose::Waiting, Identity::Verified)),
    Some((Pose::DueToday, Identity::Verified)),
    None,
    Some((Pose::Tier2, Identity::Verified)),
    Some((Pose::AtDesk, Identity::Doubtful)),
    Some((Pose::DueTomorrow, Identity::Verified)),
    Some((Pose::Waiting, Identity::Verified)),
    Some((Pose::Watching, Identity::Verified)),
    None,
    Some((Pose::Referring, Identity::Verified)),
    Some((Pose::DueToday, Identity::Verified)),
    Some((Pose::Tier2, Identity::Pending)),
    Some((Pose::Waiting, Identity::Verified)),
    None,
    Some((Pose::DueTomorrow, Identity::Doubtful)),
    Some((Pose::Watching, Identity::Verified)),
    Some((Pose::Tier2, Identity::Verified)),
];

/// All cases of a plan, one by one.
pub struct Past<'a> {
    scheme: &'a Scheme,
    staff: &'a Staff,
    plan: Plan,
    directory: Directory,
    shares: std::vec::IntoIter<(NaiveDate, u64)>,
    calendar: Calendar,
    told: u64,
    year: i32,
    serial: i64,
    ready: VecDeque<Case>,
    slots: Slots,
}

impl<'a> Past<'a> {
    /// The past of a plan.
    pub fn new(plan: Plan, scheme: &'a Scheme, staff: &'a Staff) -> Self {
        let calendar = Calendar::new(plan.seed, plan.tickets, plan.horizon);
        let shares: Vec<_> = calendar.shares().collect();
        let directory = plan.directory();
        Self {
            scheme,
            staff,
            plan,
            directory,
            shares: shares.into_iter(),
            calendar,
            told: 0,
            year: 0,
            serial: 0,
            ready: VecDeque::new(),
            slots: Slots::new(),
        }
    }

    fn day(&mut self, day: NaiveDate, tickets: u64) {
        let mut rng = Rng::of(self.plan.seed, ARRIVALS, serial(day));
        let mut times: Vec<(DateTime<Utc>, DateTime<Utc>)> = (0..tickets)
            .map(|_| {
                let arrived = self.calendar.arrival(&mut rng, &self.scheme.hours, day);
                (arrived + Duration::microseconds(rng.between(70_000_000, 240_000_000)), arrived)
            })
            .collect();
        let eve = tokyo_day(self.plan.horizon) - Duration::days(1);
        if let Some(last) = times.last_mut().filter(|_| day == eve) {
            let arrived = day_start(day) + Duration::seconds(21 * 3_600 + rng.between(300, 4_000));
            *last = (arrived + Duration::seconds(150), arrived);
        }
        times.sort_unstable();
        for (opened_at, arrived_at) in times {
            let case = self.case(day, opened_at, arrived_at);
            self.ready.push_back(case);
        }
        let loose = (tickets + rng.below(5)) / 5;
        for n in 0..loose {
            let mut rng = Rng::of(self.plan.seed, LOOSE, serial(day) << 32 | n);
            if let Some(at) = self.calendar.any_time(&mut rng, day) {
                let case = self.loose(rng, at);
                self.ready.push_back(case);
            }
        }
    }

    fn number(&mut self, opened_at: DateTime<Utc>) -> TicketNo {
        let year = tokyo_time(opened_at).year();
        self.serial = if year == self.year { self.serial + 1 } else { 1 };
        self.year = year;
        TicketNo::new(year, self.serial)
    }

    /// The last serial of the year the past has come to, for the counter that goes on after it.
    pub fn counter(&self) -> (i32, i64) {
        (self.year, self.serial)
    }

    fn desk(&self, mut rng: Rng, at: DateTime<Utc>) -> Desk<'a> {
        let pick = |rng: &mut Rng, list: &[AccountId]| *rng.pick(list);
        let operator = pick(&mut rng, &self.staff.operators);
        let others: Vec<AccountId> = self.staff.supervisors.iter().copied().filter(|s| *s != operator).collect();
        Desk {
            scheme: self.scheme,
            horizon: self.plan.horizon,
            now: at,
            hurry: false,
            detailed: true,
            operator,
            specialist: pick(&mut rng, &self.staff.specialists),
            supervisor: others.first().copied().unwrap_or(operator),
            case: Case::default(),
            rng,
        }
    }

    fn case(&mut self, day: NaiveDate, opened_at: DateTime<Utc>, arrived_at: DateTime<Utc>) -> Case {
        let left = self.plan.tickets - self.told - 1;
        let mut desk = self.desk(Rng::of(self.plan.seed, CASES, self.told), arrived_at);
        self.told += 1;
        let number = self.number(opened_at);
        let posed = usize::try_from(left)
            .ok()
            .and_then(|i| POSES.get(i).copied().flatten())
            .filter(|_| self.plan.tickets >= 40);
        let mut incident = incident(&mut desk.rng, day);
        let mut identity = IDENTITIES[desk.rng.weighted(IDENTITIES.iter().map(|(_, w)| *w))].0;
        if let Some((pose, who)) = posed {
            identity = who;
            if matches!(pose, Pose::Waiting | Pose::Tier2 | Pose::Referring) {
                incident = &INCIDENTS[*desk.rng.pick(&[0, 6, 7, 0])];
            }
        }
        desk.detailed = left < RECENT;
        desk.hurry = posed.is_some() || arrived_at > self.plan.horizon - Duration::days(2) && self.outside(arrived_at);
        let matter = Matter { number, incident, identity, opened_at };
        let opened = take(&mut desk, &self.directory, &matter);
        match posed {
            Some((at, _)) => {
                // A pose hurries to its place before the horizon.
                let _told: Option<()> = pose(&mut desk, opened, incident, at);
            }
            None => {
                let course: Course = COURSES[desk.rng.weighted(incident.courses.iter().copied())];
                tell(&mut desk, opened, incident, course);
                claim(&mut desk, &mut self.slots);
            }
        }
        desk.case
    }

    fn outside(&self, at: DateTime<Utc>) -> bool {
        !self.scheme.hours.serves(DeskCode::Helpline, at)
    }

    /// A call that led to no ticket: information, a wrong number, or nobody answered.
    fn loose(&self, rng: Rng, at: DateTime<Utc>) -> Case {
        let mut desk = self.desk(rng, at);
        let number = match desk.rng.below(10) {
            0 => String::new(),
            1..4 => mobile(&mut desk.rng),
            _ => phone(&mut desk.rng, "03"),
        };
        let outside = self.outside(at);
        if outside || desk.rng.permille(150) {
            let mut call = desk.ring(
                Direction::Inbound,
                DeskCode::Helpline,
                AccountId(uuid::Uuid::nil()),
                &Caller { name: String::new(), number },
            );
            desk.talk(4, 60);
            call.state = CallState::Missed;
            call.answered_at = None;
            call.ended_at = Some(desk.now);
            // Nobody took it, so there's nothing to review.
            call.out_of_hours_reason = String::new();
            let review = (outside && at < self.plan.horizon - Duration::days(1)).then_some((desk.now, desk.supervisor));
            call.reviewed_at = review.map(|(at, _)| at);
            desk.case.calls.push((call, review));
            return desk.case;
        }
        let ends = [
            (Disposition::SchemeInfo, 45),
            (Disposition::ClaimsOffice, 20),
            (Disposition::GuidelineDesk, 10),
            (Disposition::CutOff, 9),
            (Disposition::Wrong, 16),
        ];
        let disposition = ends[desk.rng.weighted(ends.iter().map(|(_, w)| *w))].0;
        let silent = matches!(disposition, Disposition::Wrong | Disposition::CutOff);
        let name = if silent { String::new() } else { surname(&mut desk.rng).0.to_owned() };
        let by = desk.operator;
        let mut call = desk.ring(Direction::Inbound, DeskCode::Helpline, by, &Caller { name, number });
        call.standing = (!silent).then(|| Standing::ALL[desk.rng.weighted([20, 55, 7, 10, 8].into_iter())]);
        desk.talk(if silent { 8 } else { 90 }, if silent { 60 } else { 700 });
        desk.hang_up(call, disposition);
        desk.case
    }
}

fn incident(rng: &mut Rng, day: NaiveDate) -> &'static Incident {
    let years = i64::from(day.year() - 2022).clamp(0, 8);
    &INCIDENTS[rng.weighted(INCIDENTS.iter().map(move |i| u64::try_from(i.weight.0 + i.weight.1 * years).unwrap_or(1)))]
}

impl Iterator for Past<'_> {
    type Item = Case;

    fn next(&mut self) -> Option<Case> {
        loop {
            if let Some(case) = self.ready.pop_front() {
                return Some(case);
            }
            let (day, tickets) = self.shares.next()?;
            self.day(day, tickets);
        }
    }
}
