//! What each role finds first, and the supervisor's day.

pub mod guide;
pub mod handover;
pub mod home;
pub mod supervision;
