//! Who calls, as the desk will record it.

/// What the desk will record about a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// All four items agree.
    Verified,
    /// A procedure is under way.
    Pending,
    /// Something is missing: taken provisionally, with a reason.
    Doubtful,
    /// Not asked, or not said.
    Unknown,
    /// Known, and no A① member.
    NotEligible,
}

/// Identities by weight of a thousand.
pub const IDENTITIES: [(Identity, u64); 5] = [
    (Identity::Verified, 868),
    (Identity::Pending, 14),
    (Identity::Doubtful, 38),
    (Identity::Unknown, 50),
    (Identity::NotEligible, 30),
];
