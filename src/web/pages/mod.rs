//! Pages: take the form, call the step, answer with a page or send on.

pub mod accounts;
pub mod audit;
pub mod calls;
pub mod claims;
pub mod confirm;
pub mod directory;
pub mod factor;
pub mod frame;
pub mod health;
pub mod home;
pub mod own;
pub mod passkeys;
pub mod password;
pub mod reports;
pub mod rights;
pub mod session;
pub mod sheet;
pub mod supervise;
pub mod tickets;
pub mod tokens;
