//! What each role finds first, and the supervisor's day.

pub mod guide;
mod handover;
pub mod home;
pub mod supervision;

use crate::domain::access::actor::Action;
use crate::routes as at;
use crate::web::door::Doors;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::HOME, Action::OwnDesk, home::show);
    doors.page(Method::GET, at::GUIDE, Action::OwnDesk, guide::show);
    doors.page(Method::POST, "/calls/{id}/review", Action::Supervise, supervision::review_call);
    doors.page(Method::GET, at::QUEUE, Action::Tier2, home::queue);
    doors.page(Method::GET, at::HANDOVER, Action::CallWork, handover::show);
    doors.page(Method::POST, at::HANDOVER, Action::CallWork, handover::sign);
    doors.page(Method::POST, "/handover/{id}/taken", Action::CallWork, handover::take);
    doors.page(Method::GET, at::DAY, Action::Supervise, supervision::day);
    doors.page(Method::POST, "/verifications/{id}/review", Action::Supervise, supervision::review_verification);
    doors.page(Method::POST, "/stops/{id}/resume", Action::Supervise, supervision::let_on);
    doors.page(Method::GET, at::CLAIM_ENQUIRIES, Action::ClaimEnquiry, home::claim_enquiries);
}
