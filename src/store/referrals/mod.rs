//! The register of firms, and referrals to them.

pub mod figures;
pub mod firm;
pub mod referral;
