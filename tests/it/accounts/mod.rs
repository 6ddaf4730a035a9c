//! Coming in, locks, tokens and sealed secrets.

#[cfg(feature = "passkeys")]
mod handing;
mod own;
mod passkeys;
mod seals;
mod second_factor;
mod sign_in;
mod sign_in_crowd;
mod sign_in_limits;
