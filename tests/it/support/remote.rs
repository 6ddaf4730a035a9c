//! Remote support as it is usually asked about, begun and ended. Only what matters is said.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::RemoteId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::store::tickets::remote;
use madoguchi::usecase::tickets::evidence_gate::{self, NewCheck};
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart};

use super::TestApp;

/// The three questions, all denied.
pub(crate) fn denied(purpose: Purpose) -> NewCheck {
    let no = || "no".to_owned();
    NewCheck { purpose: purpose.code().into(), server: no(), locked: no(), cut_off: no(), reason: String::new() }
}

/// A form of the same.
pub(crate) const DENIED: [(&str, &str); 4] =
    [("purpose", "connect"), ("server", "no"), ("locked", "no"), ("cut_off", "no")];

/// Consent, and how it is connected.
pub(crate) fn consented() -> RemoteStart {
    RemoteStart {
        consent_by: "院長".into(),
        consented: true,
        scope: "受付のパソコン".into(),
        tool: "quick_assist".into(),
        session_code: "123 456".into(),
    }
}

/// What came of it.
pub(crate) fn inspected() -> RemoteEnd {
    RemoteEnd { done: "診断ツールで検査".into(), ended_as: "solved".into(), ..RemoteEnd::default() }
}

impl TestApp {
    /// The operator asks the three questions, and all are denied.
    pub(crate) async fn denies(&self, no: TicketNo, purpose: Purpose) {
        evidence_gate::ask(&self.services, &self.ctx(Role::Operator), no, denied(purpose)).await.expect("asked");
    }

    /// The last remote session of a ticket.
    pub(crate) async fn session_of(&self, no: TicketNo) -> RemoteId {
        remote::of(&self.services.store, self.ticket(no).await.id).await.expect("sessions").last().expect("one").id
    }
}
