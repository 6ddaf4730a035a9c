//! Who may do and see what: the one table of role × action × field.

pub mod actor;
pub mod field;
