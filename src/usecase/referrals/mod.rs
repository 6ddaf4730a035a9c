//! The register of firms, and introducing members to one.

pub mod follow_up;
pub mod introduce;
mod read;
pub mod register;
pub mod show;

pub use read::NewStep;
