//! Forensic firms and lawyers: the register of them, and how a member is introduced to one (domain section 5).

pub mod candidates;
pub mod event;
pub mod figures;
pub mod firm;
pub mod firm_csv;
pub mod referral;
#[cfg(test)]
mod referral_tests;
pub mod stage;
pub mod step;
pub mod typed_firm;

pub use event::ReferralEvent;
pub use firm::{Firm, FirmKind};
pub use referral::Referral;
pub use stage::Stage;
pub use step::Step;
