//! OUTSIDE. What is not ours: the clock, the hashing of passwords, passkeys, random secrets, the machine. Trait, real one, and for tests another.

pub mod clock;
pub mod host;
pub mod limits;
pub mod packing;
pub mod passkey;
pub mod password;
pub mod pdf;
#[cfg(feature = "backups")]
pub mod pg_tools;
pub mod postal;
pub mod seal;
pub mod secret;
pub mod totp;
#[cfg(feature = "backups")]
pub mod vault;
pub mod volumes;
