//! Where search documents stand.

/// Where search documents stand: the table of their texts, the index beside it on SQLite, and the column that names
/// what a document is of.
pub(in crate::store) struct Shelf {
    pub(super) docs: &'static str,
    pub(super) index: &'static str,
    pub(super) key: &'static str,
}

/// The documents of tickets.
pub(in crate::store) const TICKETS: Shelf = Shelf { docs: "search_docs", index: "search_index", key: "number" };
/// The documents of calls that led to no ticket.
pub(in crate::store) const CALLS: Shelf = Shelf { docs: "call_docs", index: "call_index", key: "call_id" };
