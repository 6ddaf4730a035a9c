//! What somebody may do to a ticket, drawn by dice: moving it, asking and working on a machine, writing down what is
//! known, ending clocks, telling what the attack looks like, and referring.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::Fact;
use madoguchi::domain::referrals::Step;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::incidents::{clock, evidence, indicator, record};
use madoguchi::store::tickets::remote;
use madoguchi::usecase::incidents::radar;

use super::{Deed, Dice, beside};
use crate::support::TestApp;

fn text(words: &str) -> String {
    words.to_owned()
}

/// A deed on one of the tickets as they stand.
pub(super) async fn deed(app: &TestApp, dice: &mut Dice, tickets: &[TicketNo], firms: &str) -> Deed {
    let no = tickets[dice.below(tickets.len())];
    match dice.below(30) {
        0..=6 => moving(app, dice, no, tickets).await,
        7..=10 => machine(app, dice, no, tickets).await,
        11..=15 => incident(app, dice, no).await,
        16 | 17 => campaign(app, dice, no).await,
        18..=22 => beside::deed(app, dice, no).await,
        _ => referral(app, dice, no, tickets, firms).await,
    }
}

async fn moving(app: &TestApp, dice: &mut Dice, no: TicketNo, tickets: &[TicketNo]) -> Deed {
    let version = app.ticket(no).await.version.to_string();
    let (part, fields) = match dice.below(9) {
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
            ("transitions", fields)
        }
        4 => (
            "change",
            vec![("severity", text(dice.of(&["urgent", "low"]))), ("take_over", text("yes")), ("version", version)],
        ),
        5 => ("entries", vec![("body", text("記録"))]),
        6 => {
            let into = tickets.iter().find(|other| **other != no).unwrap_or(&no).to_string();
            ("merge", vec![("into", into), ("merge_why", text("同じ件")), ("version", version)])
        }
        7 => ("unmerge", vec![("into", tickets[dice.below(tickets.len())].to_string())]),
        _ => {
            let to = app.id(dice.of(&["akiba", "tabata", "kanda"])).to_string();
            ("owner", vec![("owner", to), ("version", version)])
        }
    };
    Deed::on(no, part, fields)
}

/// The questions before a machine is touched, and working on it.
async fn machine(app: &TestApp, dice: &mut Dice, no: TicketNo, tickets: &[TicketNo]) -> Deed {
    let (mut no, mut running) = (no, None);
    for ticket in tickets {
        let sessions = remote::of(&app.services.store, app.ticket(*ticket).await.id).await.expect("sessions");
        if let Some(session) = sessions.into_iter().find(|session| session.ended_at.is_none()) {
            (no, running) = (*ticket, Some(session));
        }
    }
    match (dice.below(4), running.as_ref()) {
        (0 | 1, _) => {
            let heard = |dice: &mut Dice| text(dice.of(&["no", "no", "no", "yes", "unknown"]));
            let purpose = if running.is_some() { "clean" } else { dice.of(&["connect", "connect", "clean"]) };
            let fields = vec![
                ("purpose", text(purpose)),
                ("server", heard(dice)),
                ("locked", heard(dice)),
                ("cut_off", heard(dice)),
                ("reason", text(dice.of(&["", "業務を止められない"]))),
            ];
            Deed::on(no, "evidence", fields)
        }
        (2, Some(session)) => {
            let fields = vec![
                ("done", text("診断を実行")),
                ("removed", text(dice.of(&["", "不審なプログラム", "不審なプログラム"]))),
                ("ended_as", text(dice.of(&["solved", "solved", "unsolved", "not_connected"]))),
            ];
            Deed::on(no, &format!("remotes/{}/end", session.id.0), fields)
        }
        _ => {
            let fields = vec![
                ("consent_by", text(dice.of(&["院長", "院長", ""]))),
                ("consented", text(dice.of(&["yes", "yes", "no"]))),
                ("scope", text("受付の1台")),
                ("tool", text("quick_assist")),
            ];
            Deed::on(no, "remotes", fields)
        }
    }
}

/// What is known of the incident, its clocks, its evidence and what the attack looks like.
async fn incident(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let ticket = app.ticket(no).await.id;
    let clocks = clock::of(&app.services.store, ticket).await.expect("clocks");
    match dice.below(7) {
        0 | 1 => facts(app, dice, no).await,
        2 | 3 if clocks.is_empty() => facts(app, dice, no).await,
        2 => {
            let fields = vec![
                ("ended_as", text(dice.of(&["filed", "not_applicable"]))),
                ("by", text("院長")),
                ("told", text(dice.of(&["yes", "no"]))),
            ];
            Deed::on(no, &format!("duties/{}", clocks[dice.below(clocks.len().min(3))].duty), fields)
        }
        3 => {
            let duty = &clocks[dice.below(clocks.len().min(3))].duty;
            Deed::on(no, &format!("duties/{duty}/resume"), vec![("why", text("押し間違い"))])
        }
        4 => {
            let there = evidence::of(&app.services.store, ticket).await.expect("evidence");
            let state = text(dice.of(&["running", "off", "sealed"]));
            let fields = vec![("item", text("受付のパソコン")), ("state", state), ("version", text("1"))];
            let part = there.first().filter(|_| dice.below(2) == 0).map(|item| format!("items/{}", item.id.0));
            Deed::on(no, part.as_deref().unwrap_or("items"), fields)
        }
        5 => {
            let told = indicator::of(&app.services.store, ticket).await.expect("indicators");
            match told.first() {
                Some(one) => Deed::on(no, &format!("indicators/{}/back", one.id.0), Vec::new()),
                None => indicators(dice, no),
            }
        }
        _ => indicators(dice, no),
    }
}

fn indicators(dice: &mut Dice, no: TicketNo) -> Deed {
    let said = text(dice.of(&["lockbit", "locked"]));
    Deed::on(no, "indicators", vec![("indicator_kind", text("extension")), ("said", said)])
}

/// Facts, told against what stands there, or against what somebody saw before.
async fn facts(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let stands = record::known(&app.services.store, app.ticket(no).await.id).await.expect("a record");
    let stale = dice.below(4) == 0;
    let was = |fact: Fact| if stale { String::new() } else { stands.get(fact).to_owned() };
    let fields = vec![
        ("aware_at", text("2026-11-22T09:00")),
        ("was_aware_at", was(Fact::AwareAt)),
        ("aware_by", text(dice.of(&["院長", "受付"]))),
        ("was_aware_by", was(Fact::AwareBy)),
        ("care", text(dice.of(&["none", "slowed", "closed"]))),
        ("was_care", was(Fact::Care)),
        ("leak", text(dice.of(&["none", "possible"]))),
        ("was_leak", was(Fact::Leak)),
    ];
    Deed::on(no, "incident", fields)
}

/// What is made of a wave, or of a campaign; where there is none, something is told.
async fn campaign(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let seen = radar::show(&app.services, &app.ctx(Role::Specialist)).await.expect("a radar");
    if let Some(found) = seen.waves.first() {
        let fields = vec![
            ("kind", text(found.wave.mark.kind.code())),
            ("key", found.wave.mark.key.clone()),
            ("name", text("拡張子の変わる攻撃")),
            ("advice", text("電源を切らないでください")),
            ("why", text("別の件")),
        ];
        let path = match (found.campaign.is_some(), dice.below(3)) {
            (true, _) => "/waves/joined",
            (false, 0) => "/waves/aside",
            (false, _) => "/waves/campaigns",
        };
        return Deed { path: text(path), fields };
    }
    match seen.campaigns.first().map(|held| held.campaign.id) {
        Some(id) if dice.below(2) == 0 => {
            Deed { path: format!("/campaigns/{}/tickets/{no}/leave", id.0), fields: Vec::new() }
        }
        Some(id) => Deed { path: format!("/campaigns/{}/tickets", id.0), fields: vec![("ticket", no.to_string())] },
        None => indicators(dice, no),
    }
}

/// The beginning of a referral, or some step of one: often the one whose turn it is.
async fn referral(app: &TestApp, dice: &mut Dice, no: TicketNo, tickets: &[TicketNo], firms: &str) -> Deed {
    let said = || ("said_by", text("榎本蓮太郎"));
    let mut goes_on = None;
    for ticket in tickets {
        let last = app.referrals(*ticket).await.pop().filter(|r| !r.next().is_empty());
        goes_on = goes_on.or(last.map(|last| (*ticket, last)));
    }
    let Some((no, last)) = goes_on else {
        let fields = vec![
            ("kind", text("lawyer")),
            ("asked_by", text(dice.of(&["member", "member", "staff"]))),
            said(),
            ("note", text("依頼")),
        ];
        return Deed::on(no, "referrals", fields);
    };
    let step = match dice.below(8) {
        0 => dice.of(&Step::CODES[1..]),
        1 => dice.of(last.next()),
        _ => last.next()[0],
    };
    let fields = vec![
        ("step", text(step)),
        ("seen", last.steps.len().to_string()),
        said(),
        ("note", text("記録")),
        ("told", text("yes")),
        ("firms", text(firms)),
        ("firm", text(dice.of(&firms.split(',').collect::<Vec<_>>()))),
        ("items", text("contact,summary")),
        ("contact", text("院長 03-5550-1234")),
        ("how", text(dice.of(&["reached", "busy"]))),
        ("answer", text(dice.of(&["accepted", "accepted", "declined", "no_capacity"]))),
        ("contracted", text(dice.of(&["yes", "no"]))),
        ("after_days", text("7")),
    ];
    Deed::on(no, &format!("referrals/{}", last.id), fields)
}
