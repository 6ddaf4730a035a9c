//! OUTSIDE. What is not ours: the clock, the hashing of passwords, passkeys, random secrets. Trait, real one, and for tests another.

pub mod clock;
pub mod passkey;
pub mod password;
pub mod seal;
pub mod secret;
pub mod totp;
