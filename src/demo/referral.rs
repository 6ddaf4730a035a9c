//! A made-up member is introduced to a firm, and asked how it goes.

use chrono::Duration;

use crate::demo::desk::Desk;
use crate::demo::firms;
use crate::domain::id::ReferralId;
use crate::domain::referrals::referral::{ASKED_AFTER, Taken};
use crate::domain::referrals::step::{Answer, AskedBy, Attempt, Item};
use crate::domain::referrals::{FirmKind, Referral, ReferralEvent, Step};
use crate::domain::tickets::{Event, Place};
use crate::domain::time::tokyo_day;

/// How a clinic says that it goes.
const GOES: [&str; 4] = [
    "調査の初回報告を受け取ったとのこと",
    "契約し、端末を預けたとのこと",
    "委員会への報告の相談をしているとのこと",
    "調査が終わり、再発防止を進めているとのこと",
];

impl Desk<'_> {
    /// The firm is found; the case stops where the horizon does.
    pub(super) fn introduce(&mut self) -> Option<()> {
        let ticket = self.case.ticket.clone()?;
        let kind = *self.rng.pick(&FirmKind::ALL);
        let asked = Step::Asked { kind, by: AskedBy::Member, urgent: self.rng.permille(300) };
        let id = ReferralId(self.rng.id(self.now, self.case.entries.len()));
        let taken = Taken { step: asked, words: "院長".to_owned(), at: self.now, by: self.specialist };
        let begun = Referral::begin(id, ticket.id, ticket.prefecture.clone(), taken).ok()?;
        self.case.referrals.push(begun);
        self.write_last()?;
        let told = self.scheme.referrals.say_on(tokyo_day(self.now))?.from;
        self.go_on(Step::FeesTold { told }, "院長")?;
        let mut named = firms::active(kind);
        named.truncate(2);
        let names: Vec<&str> = named.iter().map(|firm| firms::name(*firm)).collect();
        self.go_on(Step::Proposed { firms: named.clone() }, &names.join("、"))?;
        let (first, second) = (*named.first()?, *named.get(1)?);
        self.go_on(Step::Chosen { firm: first, as_agreed: false }, &format!("{}\n院長", firms::name(first)))?;
        let items = vec![Item::Contact, Item::Facility, Item::Summary];
        let frozen = format!(
            "同意：院長\n折返し先の電話番号：院長（代表番号）\n医療機関名：{}\nご相談の概要：{}",
            ticket.facility_name, ticket.summary
        );
        self.go_on(Step::Agreed { items }, &frozen)?;
        self.go_on(Step::Contacted { how: Attempt::Reached }, firms::name(first))?;
        if self.rng.permille(250) {
            self.go_on(Step::Answered { answer: Answer::NoCapacity }, firms::name(first))?;
            self.go_on(Step::Chosen { firm: second, as_agreed: true }, &format!("{}\n院長", firms::name(second)))?;
            self.go_on(Step::Contacted { how: Attempt::Reached }, firms::name(second))?;
        }
        let firm = self.case.referrals.last()?.firm?;
        self.go_on(Step::Answered { answer: Answer::Accepted }, &format!("{}\n受付担当", firms::name(firm)))
    }

    /// The member is asked after 7 and 30 days, as far as the horizon goes.
    pub(super) fn follow_up(&mut self) -> Option<()> {
        let introduced = self.case.referrals.last()?.introduced_at?;
        let contracted = self.rng.permille(700);
        for after_days in ASKED_AFTER {
            let due = introduced + Duration::days(i64::from(after_days));
            let at = due.max(self.now) + Duration::minutes(self.rng.between(5, 200));
            if at > self.horizon {
                break;
            }
            self.now = at;
            if after_days == ASKED_AFTER[0] {
                self.take(Step::Settled { contracted }, "院長")?;
            }
            let goes = if contracted { *self.rng.pick(&GOES) } else { "自院の業者で対応したとのこと" };
            self.take(Step::OutcomeAsked { after_days }, goes)?;
        }
        let last = self.case.referrals.last()?;
        if last.outcomes_asked == ASKED_AFTER.len() {
            self.take(Step::Finished, "")?;
        }
        Some(())
    }

    /// Some minutes go by, then the next step is taken.
    fn go_on(&mut self, step: Step, words: &str) -> Option<()> {
        self.later(1, 20)?;
        self.take(step, words)
    }

    fn take(&mut self, step: Step, words: &str) -> Option<()> {
        let taken = Taken { step, words: words.to_owned(), at: self.now, by: self.specialist };
        let now = self.case.referrals.pop()?.take(taken).ok()?;
        self.case.referrals.push(now);
        self.write_last()
    }

    /// The step that was taken last, on the timeline.
    fn write_last(&mut self) -> Option<()> {
        let referral = self.case.referrals.last()?;
        let Taken { step, words, .. } = referral.steps.last()?.clone();
        let event = Event::Referral(ReferralEvent { referral: referral.id, step, words });
        let ticket = self.ticket_id()?;
        self.write(Place::Ticket(ticket), self.specialist, &event);
        Some(())
    }
}
