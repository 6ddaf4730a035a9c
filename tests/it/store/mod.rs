//! The memory, where both engines must answer alike: search, requests repeated, lists paged.

mod call_search;
mod once;
mod paging;
mod search;
mod transactions;
