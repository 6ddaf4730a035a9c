//! The audit: its entries, chain, page and journals.

mod chain;
mod entries;
mod journals;
mod page;
mod readings;
