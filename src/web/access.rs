//! What a door, its guard and the shell around them agree on.

use uuid::Uuid;

use crate::domain::access::actor::Action;

/// The largest body, apart from imports (`quality.md` section 4).
pub const BODY_LIMIT: usize = 256 * 1024;
/// The longest head of a request: its first line and headers.
pub const HEAD_LIMIT: usize = 64 * 1024;
/// The largest directory file.
pub const UPLOAD_LIMIT: usize = 128 * 1024 * 1024;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Accounts that may do this, in a browser.
    Page(Action),
    /// Tokens that may do this.
    Api(Action),
}

/// Names a request in the log and on error pages.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);
