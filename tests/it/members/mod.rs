//! The directory and its imports.

mod damage;
mod import;
mod pieces;
mod restore;
mod undo;
