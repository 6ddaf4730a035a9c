//! What each role finds first, and the supervisor's day.

pub mod handover;
pub mod home;
pub mod promises;
pub mod supervision;
