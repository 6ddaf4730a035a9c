//! PAGES. maud only: structs in, Markup out. No function here is async or can fail.

pub mod accounts;
pub mod audit;
pub mod calls;
pub mod claims;
pub mod components;
pub mod directory;
pub mod format;
pub mod home;
pub mod layout;
pub mod locks;
pub mod own;
pub mod passkeys;
pub mod places;
pub mod problem;
pub mod reports;
pub mod rights;
pub mod session;
pub mod sheet;
pub mod supervise;
pub mod tickets;
pub mod tokens;
pub mod waits;
