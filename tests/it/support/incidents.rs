//! The record of an incident as it's told: only what matters is said.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::Fact;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::incidents::record as kept;
use madoguchi::usecase::Error;
use madoguchi::usecase::incidents::record::{self, Typed};

use super::TestApp;

impl TestApp {
    /// The specialist writes down facts, as the page shows them now.
    pub(crate) async fn tells(&self, no: TicketNo, facts: &[(&str, &str)]) {
        self.tries_to_tell(no, facts).await.expect("told");
    }

    /// The same, where it may be refused.
    pub(crate) async fn tries_to_tell(&self, no: TicketNo, facts: &[(&str, &str)]) -> Result<(), Error> {
        let stands = kept::known(&self.services.store, self.ticket(no).await.id).await.expect("a record");
        let typed = |(code, typed): &(&str, &str)| {
            let fact = Fact::parse(code).expect("a fact");
            Typed { fact, typed: (*typed).to_owned(), shown: stands.get(fact).to_owned() }
        };
        let form: Vec<Typed> = facts.iter().map(typed).collect();
        record::save(&self.services, &self.ctx(Role::Specialist), no, &form).await
    }
}
