//! Reports over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::usecase::reports::read::Read;

/// A published report, with the form `stat-report/1` inside.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedReport {
    /// `2026-10`, `2026Q3`, `2026`
    pub period: String,
    /// What a person wrote beside the figures.
    pub comment: String,
    /// When it was published.
    pub published_at: String,
    /// The SHA-256 of `report.json`, in hexadecimal digits.
    pub sha256: String,
    /// Why it doesn't hold any more; absent while it does.
    pub withdrawn: Option<String>,
    /// `report.json`; absent once it was withdrawn.
    pub report: Option<serde_json::Value>,
}

impl From<Read> for PublishedReport {
    fn from(read: Read) -> Self {
        let period = read.issue.report.period.to_string();
        let withdrawn = read.issue.withdrawn.map(|withdrawn| withdrawn.notice);
        let published = read.issue.published;
        let holds = published.as_ref().filter(|_| withdrawn.is_none());
        Self {
            report: holds.and_then(|published| serde_json::from_str(&published.file).ok()),
            published_at: published.as_ref().map(|published| published.at.to_rfc3339()).unwrap_or_default(),
            sha256: published.map(|published| published.hash).unwrap_or_default(),
            comment: if withdrawn.is_none() { read.issue.comment } else { String::new() },
            period,
            withdrawn,
        }
    }
}
