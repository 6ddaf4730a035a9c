//! Random sequences of everything possible, two at a time, by page and by API: whatever comes of them, the timeline tells
//! where the ticket stands, it's at most one person's and stands in at most one queue, and no consent was skipped.

mod beside;
mod deeds;
mod rules;

use std::collections::HashMap;

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::TicketNo;
use serde_json::json;

use crate::support::referrals::lawyer;
use crate::support::{Client, TestApp, on_each_db};

/// Pairs of deeds a sequence.
const PAIRS: usize = 100;

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
    fn on(no: TicketNo, part: &str, fields: Vec<(&'static str, String)>) -> Self {
        Self { path: format!("/tickets/{no}/{part}"), fields }
    }

    /// Does it by the page's form, or by the API where that has it.
    async fn done(&self, browser: &Client, script: &Client, by_api: bool) -> u16 {
        let has_api =
            ["transitions", "change", "entries", "indicators", "incident"].iter().any(|p| self.path.ends_with(p))
                || self.path.contains("/referrals");
        if by_api && self.path.ends_with("incident") {
            let told = self.fields.iter().filter(|(name, _)| !name.starts_with("was_"));
            let seen = self.fields.iter().filter_map(|(name, was)| Some((name.strip_prefix("was_")?, was)));
            let body = json!({
                "facts": told.map(|(name, value)| (*name, value)).collect::<HashMap<_, _>>(),
                "seen": seen.collect::<HashMap<_, _>>(),
            });
            return script.post_json(&format!("/api/v1{}", self.path), &body).await.status;
        }
        if by_api && has_api {
            let body = self.fields.iter().map(|(name, value)| {
                let value = match *name {
                    "version" | "seen" => json!(value.parse::<i64>().unwrap_or(-1)),
                    "told" | "as_agreed" | "take_over" => json!(value == "yes"),
                    "items" | "firms" => json!(value.split(',').collect::<Vec<_>>()),
                    _ => json!(value),
                };
                let name = if *name == "indicator_kind" { "kind" } else { name };
                (name.to_owned(), value)
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

on_each_db!(whatever_people_and_programs_do_at_once_the_rules_hold, async |app: TestApp| {
    let app = app.with_directory().await;
    let firms = [app.registers(&lawyer("あかり法律事務所")).await, app.registers(&lawyer("みなと法律事務所")).await];
    let firms = firms.map(|id| id.to_string()).join(",");
    let (browser, script) = (app.browser(Role::Specialist).await, app.script(Role::Specialist).await);
    let (mut done, mut refused) = (0, 0);
    for seed in 1..=4_u64 {
        let promised = app.case(json!({ "disposition": "call_back", "callback_at": "2026-11-23T10:00" })).await;
        let tickets = [waiting(&app).await, waiting(&app).await, promised];
        let version = app.ticket(tickets[1]).await.version.to_string();
        let take = [("transition", "take"), ("version", version.as_str())];
        browser.post(&format!("/tickets/{}/transitions", tickets[1]), &take).await.is(303);
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for pair in 0..PAIRS {
            let one = deeds::deed(&app, &mut dice, &tickets, &firms).await;
            let other =
                if dice.below(3) == 0 { one.clone() } else { deeds::deed(&app, &mut dice, &tickets, &firms).await };
            app.clock.advance(chrono::Duration::seconds(1));
            let api = (dice.below(2) == 0, dice.below(2) == 0);
            let (a, b) = tokio::join!(one.done(&browser, &script, api.0), other.done(&browser, &script, api.1));
            let after = format!("seed {seed}, pair {pair}: {} and {}: {a} {b}", one.path, other.path);
            for status in [a, b] {
                assert!(status < 500 && status != 404 && status != 405, "{after}");
                *(if status < 400 { &mut done } else { &mut refused }) += 1;
            }
            rules::hold(&app, &tickets, &after).await;
        }
    }
    assert!(done > 40 && refused > 40, "{done} done, {refused} refused");
    // Nothing of it was tried in vain only.
    for what in [
        "merges",
        "remote_sessions WHERE ended_at IS NOT NULL",
        "remote_sessions WHERE removed <> ''",
        "duty_clocks WHERE ended_as IS NOT NULL",
        "incident_facts",
        "evidence_items",
        "campaign_tickets",
        "referrals WHERE introduced_at IS NOT NULL",
        "callbacks WHERE kept_at IS NOT NULL",
        "dossiers WHERE told_at IS NOT NULL",
        "authority_requests WHERE answered_at IS NOT NULL",
    ] {
        assert!(app.number(&format!("SELECT COUNT(*) AS n FROM {what}")).await > 0, "{what}");
    }
});
