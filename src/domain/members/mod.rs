//! What a directory of members holds, how an export is read, and who is eligible on a day (domain section 3).

pub mod category;
pub mod clinic_hours;
pub mod decode;
pub mod eligibility;
pub mod field;
mod gather;
pub mod header;
pub mod import;
pub mod import_record;
pub mod mapping;
pub mod packed;
pub mod periods;
pub mod problem;
pub mod propose;
pub mod record;
mod row;
mod sheet;
mod tell;
pub mod turned;
pub mod unknown;
mod whole;
