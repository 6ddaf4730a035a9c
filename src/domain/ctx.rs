//! The context of one deed: who, when, from where. Made at the door, passed inwards.

use std::sync::atomic::{AtomicU16, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::accounts::session::Session;
use super::time::tokyo_day;
use crate::domain::access::actor::Actor;

/// Who acts, when, from where; and a source of ids that sort by time.
#[derive(Debug)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The instant of the deed (UTC, microseconds).
    pub now: DateTime<Utc>,
    /// Names this request in logs and error pages.
    pub request_id: Uuid,
    /// The network address of the other side; empty at the console.
    pub peer: String,
    /// The browser's name, in short; empty for others.
    pub agent: String,
    /// The session it comes from, if a browser's.
    pub session: Option<Session>,
    /// Whether nobody asked for it: a page looked again by itself.
    pub by_itself: bool,
    serial: AtomicU16,
}

impl Ctx {
    /// A context.
    pub fn new(actor: Actor, now: DateTime<Utc>, request_id: Uuid, peer: String) -> Self {
        Self {
            actor,
            now,
            request_id,
            peer,
            agent: String::new(),
            session: None,
            by_itself: false,
            serial: AtomicU16::new(0),
        }
    }

    /// A new UUIDv7 at this deed's instant. Ids made by one context sort in the order of their making.
    pub fn new_id(&self) -> Uuid {
        let mut random = *Uuid::new_v4().as_bytes();
        let serial = self.serial.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        random[0] = serial[0];
        random[1] = serial[1];
        let tail: [u8; 10] = std::array::from_fn(|i| random[i]);
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// New ids for many rows, each one more than the one before: an index takes them at its end, page after page.
    pub fn id_run(&self) -> impl Iterator<Item = Uuid> + Send + use<> {
        // The highest random bit is cleared, so that counting up never reaches the bits that say "UUIDv7".
        let first = self.new_id().as_u128() & !(1 << 61);
        (first..).map(Uuid::from_u128)
    }

    /// Today in Tokyo.
    pub fn today(&self) -> NaiveDate {
        tokyo_day(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_deed_sort_in_the_order_of_their_making() {
        let at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let ctx = Ctx::new(Actor::system(), at, Uuid::nil(), String::new());
        let ids: Vec<_> = (0..200).map(|_| ctx.new_id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].get_version_num(), 7);
        let run: Vec<_> = ctx.id_run().take(70_000).collect();
        assert!(run.is_sorted() && run.iter().all(|id| id.get_version_num() == 7 && !ids.contains(id)));
    }
}
