//! What each role finds first, and the supervisor's day.

pub mod guide;
pub mod home;
pub mod supervision;
