//! Coming in, locks, tokens and sealed secrets.

mod own;
#[cfg(feature = "passkeys")]
mod passkeys;
mod seals;
mod second_factor;
mod sign_in;
mod sign_in_crowd;
mod sign_in_limits;
