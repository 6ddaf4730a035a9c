//! The record of an incident as it's told: only what matters is said.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::{Extent, Fact};
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::time::tokyo_time;
use madoguchi::store::incidents::{authority, record as kept};
use madoguchi::usecase::Error;
use madoguchi::usecase::demo::told::for_the_clinic;
use madoguchi::usecase::incidents::authorities::{self, NewRequest};
use madoguchi::usecase::incidents::dossiers;
use madoguchi::usecase::incidents::record::{self, Typed};

use super::TestApp;

impl TestApp {
    /// The specialist writes down facts, as the page shows them now; with them when and by whom it became known, where
    /// that has to be said and neither they nor the record say it: by the first call.
    pub(crate) async fn tells(&self, no: TicketNo, facts: &[(&str, &str)]) {
        let ticket = self.ticket(no).await;
        let stands = kept::known(&self.services.store, ticket.id).await.expect("a record");
        let mut after = stands.clone();
        for (code, typed) in facts {
            after.set(Fact::parse(code).expect("a fact"), (*typed).to_owned());
        }
        let opened = tokyo_time(ticket.opened_at).format("%Y-%m-%d %H:%M").to_string();
        let mut all = facts.to_vec();
        if after.leak_possible(&ticket.incident, &self.services.scheme.incidents) {
            let known = [(Fact::AwareAt, opened.as_str()), (Fact::AwareBy, "受付")];
            all.extend(known.iter().filter(|(fact, _)| after.get(*fact).is_empty()).map(|(f, told)| (f.code(), *told)));
        }
        self.tries_to_tell(no, &all).await.expect("told");
    }

    /// The same, where it may be refused.
    pub(crate) async fn tries_to_tell(&self, no: TicketNo, facts: &[(&str, &str)]) -> Result<(), Error> {
        let stands = kept::known(&self.services.store, self.ticket(no).await.id).await.expect("a record");
        let typed = |(code, typed): &(&str, &str)| {
            let fact = Fact::parse(code).expect("a fact");
            Typed { fact, typed: (*typed).to_owned(), shown: stands.get(fact).to_owned() }
        };
        let form: Vec<Typed> = facts.iter().map(typed).collect();
        record::save(&self.services, &self.ctx(Role::Specialist), no, &form, Extent::Whole, &None).await
    }
}

impl TestApp {
    /// A dossier that was made for the clinic of a ticket, and an authority's request: their ids.
    pub(crate) async fn handed_dossier(&self, no: TicketNo) -> (String, String) {
        let ctx = self.ctx(Role::Specialist);
        let shown = dossiers::preview(&self.services, &ctx, no, "clinic").await.expect("a preview");
        let new = for_the_clinic(shown);
        let dossier = dossiers::make(&self.services, &ctx, no, &new, &None).await.expect("a dossier");
        let asked =
            NewRequest {
                asks: "県警".into(), wants: "記録".into(), agreed_by: "院長".into(), ..NewRequest::default()
            };
        authorities::ask(&self.services, &ctx, no, &asked, &None).await.expect("asked");
        let all = authority::of(&self.services.store, self.ticket(no).await.id).await.expect("requests");
        (dossier.to_string(), all[0].id.to_string())
    }
}
