//! How far a server has come in stopping: everybody who has to know holds the same.

use std::sync::Arc;

use tokio::sync::watch;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Open,
    /// It takes nothing new, and finishes what it has accepted.
    Finishing,
    /// It ends as it stands.
    Now,
}

/// Asks a server to stop, and says whether somebody has.
#[derive(Debug, Clone)]
pub struct Stopping(Arc<watch::Sender<Phase>>);

impl Default for Stopping {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Open)))
    }
}

impl Stopping {
    /// Asks it to stop: first to finish what it has accepted; asked again, to end now.
    pub fn ask(&self) {
        self.0.send_modify(|phase| *phase = if *phase == Phase::Open { Phase::Finishing } else { Phase::Now });
    }

    /// How far it has come.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Whether it has been asked to stop.
    pub fn has_begun(&self) -> bool {
        self.phase() > Phase::Open
    }

    /// Waits until it has come so far.
    pub async fn until(&self, phase: Phase) {
        // The sender lives as long as this does: there is nothing else to wait for.
        drop(self.0.subscribe().wait_for(|now| *now >= phase).await);
    }
}
