//! The API: described as opened, errors in the contract's shape, no stored value of a member ever sent.

mod calls;
mod describe;
mod errors;
mod incidents;
mod look_up;
mod tickets;
