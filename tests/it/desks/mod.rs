//! What a desk does with itself.

mod handover;
