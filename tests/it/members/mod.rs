//! The directory and its imports.

mod damage;
mod import;
mod mapping;
mod pieces;
mod restore;
mod undo;
