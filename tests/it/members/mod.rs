//! The directory and its imports.

mod import;
mod pieces;
