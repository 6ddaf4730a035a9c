//! The right by which a call has a ticket.

use crate::domain::access::actor::may;
use crate::usecase::authorise::Granted;

/// What opens a ticket for a call, and writes on it what the call tells: the right to work on calls, to log them, or to
/// work on tickets.
pub(in crate::usecase) trait Opens {}
impl Opens for Granted<may::CallWork> {}
impl Opens for Granted<may::CallLog> {}
impl Opens for Granted<may::TicketWork> {}
