//! Random sequences of everything possible, two at a time, by page and by API: whatever comes of them, the timeline tells
//! where the ticket stands, it's at most one person's and stands in at most one queue, and no consent was skipped.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::referrals::{Referral, Step};
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::{StatusKind, TicketNo};
use madoguchi::store::tickets::escalation;
use madoguchi::usecase::tickets::page;
use serde_json::json;

use crate::support::referrals::lawyer;
use crate::support::{Client, TestApp, on_each_db};

/// Pairs of deeds a sequence.
const PAIRS: usize = 45;

/// Dice that fall the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a side")
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Something that somebody does: a path, and what is sent.
#[derive(Clone)]
struct Deed {
    path: String,
    fields: Vec<(&'static str, String)>,
}

impl Deed {
    /// Does it by the page's form, or by the API where that has it.
    async fn done(&self, browser: &Client, script: &Client, by_api: bool) -> u16 {
        let has_api = ["transitions", "change", "entries", "indicators"].iter().any(|part| self.path.ends_with(part))
            || self.path.contains("/referrals");
        if by_api && has_api {
            let body = self.fields.iter().map(|(name, value)| {
                let value = match *name {
                    "version" | "seen" => json!(value.parse::<i64>().unwrap_or(-1)),
                    "told" | "as_agreed" | "take_over" => json!(value == "yes"),
                    "items" | "firms" => json!(value.split(',').collect::<Vec<_>>()),
                    _ => json!(value),
                };
                ((*name).to_owned(), value)
            });
            return script
                .post_json(&format!("/api/v1{}", self.path), &json!(body.collect::<serde_json::Map<_, _>>()))
                .await
                .status;
        }
        let spread = self.fields.iter().flat_map(|(name, value)| {
            let many = matches!(*name, "items" | "firms");
            let values: Vec<&str> = if many { value.split(',').collect() } else { vec![value.as_str()] };
            values.into_iter().map(move |value| (*name, value))
        });
        browser.post(&self.path, &spread.collect::<Vec<_>>()).await.status
    }
}

/// A verified caller's ticket that waits for tier 2.
async fn waiting(app: &TestApp) -> TicketNo {
    let case = app.case(json!({
        "recorded": "verified", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院",
        "address": "東京都文京区本駒込9-8-7", "member_number": "234567",
        "disposition": "escalated", "next": "usual", "next_reason": "全台停止",
    }));
    let no = case.await;
    app.clock.advance(chrono::Duration::seconds(1));
    no
}

/// A deed on one of the tickets as they stand.
async fn deed(app: &TestApp, dice: &mut Dice, tickets: &[TicketNo], firms: &str) -> Deed {
    let no = tickets[dice.below(tickets.len())];
    let version = app.ticket(no).await.version.to_string();
    let at = |part: &str| format!("/tickets/{no}/{part}");
    let text = |words: &str| words.to_owned();
    let (path, fields) = match dice.below(12) {
        0..=3 => {
            let step =
                dice.of(&["start", "escalate", "take", "give_back", "watch", "close", "leave", "reopen", "refer"]);
            let fields = vec![
                ("transition", text(step)),
                ("reason", text("様子を見る")),
                ("result", text("solved")),
                ("exit", text("directed")),
                ("version", version),
            ];
            (at("transitions"), fields)
        }
        4 => (
            at("change"),
            vec![("severity", text(dice.of(&["urgent", "low"]))), ("take_over", text("yes")), ("version", version)],
        ),
        5 => (at("entries"), vec![("body", text("記録"))]),
        6 => {
            let into = tickets[dice.below(tickets.len())].to_string();
            (at("merge"), vec![("into", into), ("merge_why", text("同じ件")), ("version", version)])
        }
        7 => (at("unmerge"), Vec::new()),
        8 => {
            let to = app.id(dice.of(&["akiba", "tabata", "kanda"])).to_string();
            (at("owner"), vec![("owner", to), ("version", version)])
        }
        _ => return referral(app, dice, no, firms).await,
    };
    Deed { path, fields }
}

/// The beginning of a referral, or some step of one: often the one whose turn it is.
async fn referral(app: &TestApp, dice: &mut Dice, no: TicketNo, firms: &str) -> Deed {
    let text = |words: &str| words.to_owned();
    let said = || ("said_by", text("榎本蓮太郎"));
    let Some(last) = app.referrals(no).await.pop().filter(|r| !r.next().is_empty()) else {
        let fields = vec![
            ("kind", text("lawyer")),
            ("asked_by", text(dice.of(&["member", "staff"]))),
            said(),
            ("note", text("依頼")),
        ];
        return Deed { path: format!("/tickets/{no}/referrals"), fields };
    };
    let step = if dice.below(4) == 0 { dice.of(&Step::CODES[1..]) } else { last.next()[0] };
    let fields = vec![
        ("step", text(step)),
        ("seen", last.steps.len().to_string()),
        said(),
        ("note", text("記録")),
        ("told", text("yes")),
        ("firms", text(firms)),
        ("firm", text(firms.split(',').next().expect("a firm"))),
        ("items", text("contact,summary")),
        ("contact", text("院長 03-5550-1234")),
        ("how", text(dice.of(&["reached", "busy"]))),
        ("answer", text(dice.of(&["accepted", "declined", "no_capacity"]))),
        ("contracted", text("yes")),
        ("after_days", text("7")),
    ];
    Deed { path: format!("/tickets/{no}/referrals/{}", last.id), fields }
}

/// No firm was told anything before the fees were told and what may be passed on was agreed, for that firm.
fn no_consent_was_skipped(referral: &Referral) {
    let (mut told, mut agreed) = (false, false);
    for taken in &referral.steps {
        match &taken.step {
            Step::FeesTold { .. } => told = true,
            Step::Proposed { .. } => agreed = false,
            Step::Chosen { as_agreed, .. } => agreed = *as_agreed && !referral.items.is_empty(),
            Step::Agreed { .. } => agreed = true,
            Step::Contacted { .. } | Step::Answered { .. } => assert!(told && agreed, "{referral:?}"),
            _ => {}
        }
    }
}

async fn everything_holds(app: &TestApp, tickets: &[TicketNo], after: &str) {
    let waiting = escalation::waiting(&app.services.store, &app.services.scheme.lists.gravest_first(), None, 1_000)
        .await
        .expect("a queue");
    for no in tickets {
        let ticket = app.ticket(*no).await;
        let shown = page::show(&app.services, &app.ctx(Role::Supervisor), *no).await.expect("a ticket");
        let own: Vec<_> = shown.entries.into_iter().filter(|entry| entry.ticket_id == Some(ticket.id)).collect();
        assert_eq!(replay(&own), Some(Replayed::of(&ticket)), "{after}: {no} stands where its timeline says");
        let places = waiting.iter().filter(|one| one.ticket_id == ticket.id).count();
        let asked = ticket.state.kind() == StatusKind::Escalated;
        assert_eq!(
            places,
            usize::from(asked && ticket.merged_into.is_none()),
            "{after}: {no} stands in the queue as often as it waits"
        );
        assert!(!asked || ticket.owner_id.is_none(), "{after}: {no} waits and is somebody's");
        app.referrals(*no).await.iter().for_each(no_consent_was_skipped);
    }
    let merged = app.number("SELECT COUNT(*) AS n FROM tickets WHERE merged_into IS NOT NULL").await;
    let rows = app.number("SELECT COUNT(*) AS n FROM merges WHERE undone_at IS NULL").await;
    assert_eq!(rows, merged, "{after}: each ticket that went into another has one row that says so");
}

on_each_db!(whatever_people_and_programs_do_at_once_the_rules_hold, async |app: TestApp| {
    let app = app.with_directory().await;
    let firms = [app.registers(&lawyer("あかり法律事務所")).await, app.registers(&lawyer("みなと法律事務所")).await];
    let firms = firms.map(|id| id.to_string()).join(",");
    let (browser, script) = (app.browser(Role::Specialist).await, app.script(Role::Specialist).await);
    let (mut done, mut refused) = (0, 0);
    for seed in 1..=4_u64 {
        let tickets = [waiting(&app).await, app.case(json!({})).await];
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for pair in 0..PAIRS {
            let one = deed(&app, &mut dice, &tickets, &firms).await;
            let other = if dice.below(3) == 0 { one.clone() } else { deed(&app, &mut dice, &tickets, &firms).await };
            app.clock.advance(chrono::Duration::seconds(1));
            let api = (dice.below(2) == 0, dice.below(2) == 0);
            let (a, b) = tokio::join!(one.done(&browser, &script, api.0), other.done(&browser, &script, api.1));
            let after = format!("seed {seed}, pair {pair}: {} and {}: {a} {b}", one.path, other.path);
            for status in [a, b] {
                assert!(status < 500 && status != 404 && status != 405, "{after}");
                *(if status < 400 { &mut done } else { &mut refused }) += 1;
            }
            everything_holds(&app, &tickets, &after).await;
        }
    }
    assert!(done > 40 && refused > 40, "{done} done, {refused} refused");
});
