//! Where the last cases are left standing: a demonstration's last days show every state, callbacks and reviews.

use chrono::{DateTime, Duration, NaiveTime, Timelike, Utc};

use crate::demo::course::{advise, escalate, refer, take_over, watch_from};
use crate::demo::desk::Desk;
use crate::demo::intake::Opened;
use crate::demo::words::Incident;
use crate::domain::calls::Disposition;
use crate::domain::time::{from_tokyo, tokyo_time};

/// Where a recent case is left standing, so that the demonstration's last days show every state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pose {
    /// Waits for tier 2.
    Waiting,
    /// Tier 2 works on it.
    Tier2,
    /// A firm is being found.
    Referring,
    /// Will be asked again.
    Watching,
    /// A call-back is due today.
    DueToday,
    /// A call-back is due tomorrow.
    DueTomorrow,
    /// The operator works on it.
    AtDesk,
}

/// Tells a case up to where it's left standing.
pub fn pose(desk: &mut Desk<'_>, opened: Opened, incident: &Incident, pose: Pose) -> Option<()> {
    advise(desk, &opened, incident);
    match pose {
        Pose::AtDesk => desk.hang_up(opened.call, Disposition::CutOff),
        Pose::DueToday | Pose::DueTomorrow => {
            let due = due(desk, pose);
            desk.callback(opened.call.id, &opened.caller, due);
            desk.hang_up(opened.call, Disposition::CallBack);
        }
        Pose::Watching => {
            watch_from(desk, opened, 3);
        }
        Pose::Waiting | Pose::Tier2 | Pose::Referring => {
            escalate(desk, opened);
            if pose != Pose::Waiting {
                take_over(desk)?;
            }
            if pose == Pose::Referring {
                refer(desk)?;
            }
        }
    }
    Some(())
}

/// A quarter of an hour that is later today, or else tomorrow morning.
fn due(desk: &mut Desk<'_>, pose: Pose) -> DateTime<Utc> {
    let soon = tokyo_time(desk.horizon + Duration::minutes(desk.rng.between(40, 200)));
    let quarter = soon.minute() / 15 * 15;
    let today = soon.date().and_time(NaiveTime::from_hms_opt(soon.hour(), quarter, 0).unwrap_or_default());
    let tomorrow = (tokyo_time(desk.horizon).date() + Duration::days(1)).and_time(NaiveTime::MIN)
        + Duration::minutes(600 + desk.rng.between(0, 12) * 30);
    let late = soon.date() > tokyo_time(desk.horizon).date() || !(7..21).contains(&soon.hour());
    from_tokyo(if pose == Pose::DueToday && !late { today } else { tomorrow })
}
