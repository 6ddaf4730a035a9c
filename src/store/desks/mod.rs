//! What a desk keeps of itself.

pub mod handover;
