//! Queues: the same tickets, looked at by what one has to do.

use crate::domain::access::actor::{Actor, Role};
use crate::domain::codes::codes;

codes! {
    /// Which tickets.
    Queue {
        /// One's own.
        Mine = "mine", "自分の担当",
        /// Of one's own desk.
        Desk = "desk", "自分の窓口",
        /// Nobody's, or of somebody whose account has ended.
        Unowned = "unowned", "担当者なし",
        /// Something of them is overdue.
        Overdue = "overdue", "期限を過ぎたもの",
        /// Something of them ends soon.
        Soon = "soon", "期限の近いもの",
        /// Those one watches without owning them.
        Watched = "watched", "見守り中",
    }
}

/// The tier whose tickets are one's desk's; none where that is all of them.
pub fn tier_of(actor: &Actor) -> Option<u8> {
    match actor.role {
        Some(Role::Operator) => Some(1),
        Some(Role::Specialist) => Some(2),
        _ => None,
    }
}
