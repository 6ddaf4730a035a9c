//! What is known of an incident, and the clocks that run from the day on which the clinic came to know of it.

pub mod deadline;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod past_time;
pub mod record;

pub use deadline::{Clock, DutyEnd, Near};
pub use event::IncidentEvent;
pub use fact::Fact;
pub use record::Record;
