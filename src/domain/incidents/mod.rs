//! What is known of an incident, and the clocks that run from the day on which the clinic came to know of it.

pub mod authority;
pub mod campaign;
pub mod case;
pub mod deadline;
pub mod dossier;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod handing;
pub mod indicator;
pub mod paper;
pub mod past_time;
pub mod record;
mod said;
pub mod wave;

pub use campaign::Campaign;
pub use deadline::{Clock, DutyEnd, Near};
pub use event::IncidentEvent;
pub use fact::Fact;
pub use indicator::{Indicator, IndicatorKind};
pub use record::{Extent, Record};
pub use said::Said;
pub use wave::Wave;
