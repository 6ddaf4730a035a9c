//! Firms, and referrals to them: only what matters is said.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::{FirmId, ReferralId};
use madoguchi::domain::referrals::referral::Taken;
use madoguchi::domain::referrals::step::{Answer, AskedBy, Attempt, Item};
use madoguchi::domain::referrals::typed_firm::TypedFirm;
use madoguchi::domain::referrals::{FirmKind, Referral, Step};
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::store::incidents::indicator;
use madoguchi::store::referrals::referral;
use madoguchi::usecase::Error;
use madoguchi::usecase::incidents::campaigns::{self, Which, Words};
use madoguchi::usecase::incidents::indicators;
use madoguchi::usecase::referrals::{NewStep, introduce, register};
use madoguchi::usecase::tickets::move_on;
use serde_json::json;

use super::TestApp;

/// A lawyer of the register.
pub(crate) fn lawyer(name: &str) -> TypedFirm {
    TypedFirm {
        kind: "lawyer".into(),
        name: name.into(),
        hours: "平日9-18".into(),
        phone: "03-5550-7777".into(),
        verified_on: "2026-11-01".into(),
        ..TypedFirm::default()
    }
}

impl TestApp {
    /// A firm stands in the register.
    pub(crate) async fn registers(&self, firm: &TypedFirm) -> FirmId {
        register::save(&self.services, &self.ctx(Role::Specialist), None, firm).await.expect("a firm")
    }

    /// A ticket's referrals as they stand.
    pub(crate) async fn referrals(&self, no: TicketNo) -> Vec<Referral> {
        referral::of(&self.services.store, self.ticket(no).await.id).await.expect("referrals")
    }

    /// A referral that a firm took on, on whatever ticket, and a firm: their ids.
    pub(crate) async fn begun_referral(&self, no: TicketNo) -> (String, String) {
        let ctx = self.ctx(Role::Specialist);
        let firm = self.registers(&lawyer("あかり法律事務所")).await;
        let taken = |step| Taken { step, words: "院長".into(), at: ctx.now, by: self.id("ueno") };
        let id = ReferralId(ctx.new_id());
        let asked = taken(Step::Asked { kind: FirmKind::Lawyer, by: AskedBy::Member, urgent: false });
        let mut now = Referral::begin(id, self.ticket(no).await.id, String::new(), asked).expect("begun");
        let tx = self.services.store.begin().await.expect("a transaction");
        referral::keep(&tx, ctx.new_id(), &now).await.expect("kept");
        for step in [
            Step::FeesTold { told: ctx.today() },
            Step::Proposed { firms: vec![firm] },
            Step::Chosen { firm, as_agreed: false },
            Step::Agreed { items: vec![Item::Contact] },
            Step::Contacted { how: Attempt::Reached },
            Step::Answered { answer: Answer::Accepted },
        ] {
            now = now.take(taken(step)).expect("its turn");
            referral::keep(&tx, ctx.new_id(), &now).await.expect("kept");
        }
        tx.commit().await.expect("a commit");
        (id.to_string(), firm.to_string())
    }

    /// Something that the caller of a ticket said, and a campaign that the ticket is in: their ids.
    pub(crate) async fn begun_campaign(&self, no: TicketNo) -> (String, String) {
        let ctx = self.ctx(Role::Specialist);
        for ticket in [no, self.case(json!({})).await] {
            indicators::tell(&self.services, &ctx, ticket, "extension", ".lockbit", &None).await.expect("told");
        }
        let which = Which { kind: "extension".into(), key: "lockbit".into(), ..Which::default() };
        let words = Words { name: "拡張子".into(), advice: "電源は切らないでください".into() };
        let id = campaigns::open(&self.services, &ctx, &which, &words, &None).await.expect("a campaign");
        let said = indicator::of(&self.services.store, self.ticket(no).await.id).await.expect("indicators");
        (said[0].id.to_string(), id.to_string())
    }

    /// A grave ticket of a verified caller, taken by tier 2.
    pub(crate) async fn at_tier2(&self) -> TicketNo {
        let said = json!({
            "recorded": "verified", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院",
            "address": "東京都文京区本駒込9-8-7", "member_number": "234567",
            "disposition": "escalated", "next": "usual", "next_reason": "全台停止",
        });
        let no = self.case(said).await;
        let (ctx, version) = (self.ctx(Role::Specialist), self.ticket(no).await.version);
        move_on(&self.services, &ctx, no, version, Transition::Take, "", &None).await.expect("taken");
        no
    }

    /// The next step of a ticket's last referral, as the page sends it.
    pub(crate) async fn steps(&self, no: TicketNo, new: NewStep) -> Result<(), Error> {
        let last = self.referrals(no).await.pop().expect("a referral");
        introduce::take(&self.services, &self.ctx(Role::Specialist), no, last.id, last.steps.len(), &new, &None).await
    }
}

/// A step with whoever said it and what.
pub(crate) fn step(code: &str, said_by: &str, note: &str) -> NewStep {
    NewStep { step: code.into(), said_by: said_by.into(), note: note.into(), told: true, ..NewStep::default() }
}

/// What is asked for.
pub(crate) fn asked(by: &str) -> NewStep {
    NewStep {
        kind: "lawyer".into(), asked_by: by.into(), ..step("asked", "榎本蓮太郎", "明日までに相談したい")
    }
}
