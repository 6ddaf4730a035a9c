//! Erasing what is kept no longer, and nothing else.

mod clock;
mod columns;
mod erase;
pub(crate) mod runs;
