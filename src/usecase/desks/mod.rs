//! What each role finds first, and the supervisor's day.

pub mod home;
pub mod supervision;
