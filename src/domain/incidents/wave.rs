//! The wave radar: clinics that say the same thing of their attacks within some days of each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use super::campaign::Mark;
use super::indicator::IndicatorKind;
use crate::domain::id::TicketId;

/// Within so many hours two clinics have something in common.
pub const WITHIN_HOURS: i64 = 72;
/// How many days before count as usual, for what many clinics have in common anyway.
pub const USUAL_DAYS: i64 = 90;
/// How many times the usual number of clinics is unusual.
const UNUSUAL: i64 = 3;

/// An indicator on a ticket, with what matters of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What kind of thing.
    pub kind: IndicatorKind,
    /// Its key.
    pub key: String,
    /// As it's shown.
    pub shown: String,
    /// The ticket.
    pub ticket: TicketId,
    /// The clinic: what tells it from others.
    pub clinic: String,
    /// Incident code.
    pub incident: String,
    /// Codes of the affected systems.
    pub systems: Vec<String>,
    /// When it was told.
    pub at: DateTime<Utc>,
}

/// Two or more clinics with something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// What it is.
    pub mark: Mark,
    /// As it's shown.
    pub shown: String,
    /// Its tickets, the first first.
    pub tickets: Vec<TicketId>,
    /// How many clinics.
    pub clinics: usize,
    /// When it was said first.
    pub first: DateTime<Utc>,
    /// And last.
    pub last: DateTime<Utc>,
}

/// What is in common, the newest first. `all` goes back [`USUAL_DAYS`].
pub fn waves(all: &[Sighting], now: DateTime<Utc>) -> Vec<Wave> {
    let mut alike: BTreeMap<Mark, Vec<&Sighting>> = BTreeMap::new();
    for one in all {
        alike.entry(Mark::of(one.kind, &one.key, &one.incident)).or_default().push(one);
    }
    let mut waves: Vec<Wave> = alike.into_iter().filter_map(|(mark, of)| wave(mark, &of, now)).collect();
    waves.sort_by_key(|wave| (std::cmp::Reverse(wave.last), wave.mark.kind));
    waves
}

fn wave(mark: Mark, of: &[&Sighting], now: DateTime<Utc>) -> Option<Wave> {
    let since = now - Duration::hours(WITHIN_HOURS);
    let (mut recent, before): (Vec<&Sighting>, Vec<&Sighting>) = of.iter().partition(|one| one.at >= since);
    recent.sort_by_key(|one| (one.at, one.ticket));
    if mark.kind.is_common() {
        recent.retain(|one| shares_a_system(one, &recent_systems(of, since, one)));
    }
    let clinics = clinics(&recent);
    if clinics < 2 || (mark.kind.is_common() && !is_unusual(clinics, &before)) {
        return None;
    }
    let mut tickets: Vec<TicketId> = Vec::new();
    recent.iter().for_each(|one| {
        if !tickets.contains(&one.ticket) {
            tickets.push(one.ticket);
        }
    });
    let (first, last) = (*recent.first()?, *recent.last()?);
    let shown = last.shown.clone();
    Some(Wave { mark, shown, tickets, clinics, first: first.at, last: last.at })
}

/// What is affected at the other clinics.
fn recent_systems<'a>(of: &[&'a Sighting], since: DateTime<Utc>, but: &Sighting) -> BTreeSet<&'a str> {
    let others = of.iter().filter(|one| one.at >= since && one.clinic != but.clinic);
    others.flat_map(|one| one.systems.iter().map(String::as_str)).collect()
}

fn shares_a_system(one: &Sighting, others: &BTreeSet<&str>) -> bool {
    one.systems.iter().any(|system| others.contains(system.as_str()))
}

fn clinics(of: &[&Sighting]) -> usize {
    of.iter().map(|one| one.clinic.as_str()).collect::<BTreeSet<_>>().len()
}

/// More clinics than usually say so in as many hours.
fn is_unusual(clinics_now: usize, before: &[&Sighting]) -> bool {
    let stretches = (USUAL_DAYS * 24 / WITHIN_HOURS) - 1;
    let (now, usual) = (i64::try_from(clinics_now).unwrap_or(i64::MAX), i64::try_from(clinics(before)).unwrap_or(0));
    now.saturating_mul(stretches) > usual.saturating_mul(UNUSUAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::days(20_000)
    }

    fn said(kind: IndicatorKind, nth: u128, hours_ago: i64) -> Sighting {
        Sighting {
            kind,
            key: "lockbit".into(),
            shown: ".lockbit".into(),
            ticket: TicketId(Uuid::from_u128(nth)),
            clinic: nth.to_string(),
            incident: "ransomware".into(),
            systems: vec!["chart".into()],
            at: now() - Duration::hours(hours_ago),
        }
    }

    fn found(all: &[Sighting]) -> Vec<usize> {
        waves(all, now()).into_iter().map(|wave| wave.clinics).collect()
    }

    #[test]
    fn two_clinics_within_72_hours_have_something_in_common() {
        use IndicatorKind::{Extension, Words};
        assert_eq!(found(&[said(Extension, 1, 1), said(Extension, 2, 71)]), [2]);
        assert!(found(&[said(Extension, 1, 1), said(Extension, 2, 73)]).is_empty(), "too long ago");
        assert!(found(&[said(Extension, 1, 1), said(Words, 2, 1)]).is_empty(), "another thing");
        let twice = Sighting { ticket: TicketId(Uuid::from_u128(9)), ..said(Extension, 1, 2) };
        assert!(found(&[said(Extension, 1, 1), twice.clone()]).is_empty(), "one clinic twice");
        let wave = waves(&[said(Extension, 1, 1), twice, said(Extension, 2, 3)], now()).remove(0);
        assert_eq!((wave.clinics, wave.tickets.len()), (2, 3));
    }

    #[test]
    fn a_vendor_counts_only_with_the_same_incident_and_system_and_above_its_usual_rate() {
        let vendor = |nth, ago| said(IndicatorKind::Vendor, nth, ago);
        assert_eq!(found(&[vendor(1, 1), vendor(2, 2)]), [2]);
        let other = Sighting { incident: "leak".into(), ..vendor(2, 2) };
        assert!(found(&[vendor(1, 1), other]).is_empty(), "another incident");
        let other = Sighting { systems: vec!["mail".into()], ..vendor(2, 2) };
        assert!(found(&[vendor(1, 1), other]).is_empty(), "another system");
        let many: Vec<Sighting> = (10..60).map(|nth| vendor(nth, 24 * 30)).collect();
        let with = |now: &[Sighting]| found(&[&many[..], now].concat());
        assert!(with(&[vendor(1, 1), vendor(2, 2)]).is_empty(), "as usual");
        assert_eq!(with(&(1..9).map(|nth| vendor(nth, 1)).collect::<Vec<_>>()), [8], "more than usual");
    }
}
