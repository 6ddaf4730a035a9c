//! The product in real browsers, over a real port: what people do, and what must not happen to them.

mod access;
mod accessible;
mod driver;
mod faults;
mod incident;
mod keys;
mod life;
mod one_browser;
mod operator;
#[cfg(feature = "passkeys")]
mod passkeys;
mod referral;
mod remote;
mod reports;
mod resume;
mod roles;
pub(crate) mod server;
mod sheet;
mod sheet_keys;
mod together;
pub(crate) mod window;
pub(crate) mod wire;
