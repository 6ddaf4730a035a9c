//! Paging by key: a page knows where it ends, never how many there are beyond a thousand.

/// How many rows a list shows.
pub const PAGE_SIZE: u64 = 50;
/// Counts stop here; more is said as 「1,000件以上」.
pub const COUNT_LIMIT: u64 = 1_000;

/// A page of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The key to go on from, when there are older rows.
    pub older: Option<i64>,
}

impl<T> Page<T> {
    /// Cuts one row too many, which was fetched to learn whether there are more.
    pub fn cut(mut rows: Vec<T>, size: u64, key: impl Fn(&T) -> i64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let older = if more { rows.last().map(key) } else { None };
        Self { rows, older }
    }
}
