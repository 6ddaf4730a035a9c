//! What is done beside the incident itself, drawn by dice: keeping a promise to call back, dictating papers, handing
//! a dossier over, and authorities that ask.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::authority::AuthorityRequest;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::incidents::{authority, dossier};
use madoguchi::store::tickets::callback;
use madoguchi::usecase::incidents::dossiers;

use super::{Deed, Dice};
use crate::support::TestApp;

fn text(words: &str) -> String {
    words.to_owned()
}

/// One of them.
pub(super) async fn deed(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    match dice.below(5) {
        0 | 1 => promise(app, dice, no).await,
        2 => dictation(dice, no),
        3 => handing(app, dice, no).await,
        _ => asking(app, dice, no).await,
    }
}

/// Where nothing was promised on a ticket, something is read out.
async fn promise(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let ticket = app.ticket(no).await.id;
    let all = callback::of(&app.services.store, vec![ticket.0]).await.expect("promises");
    match all.last() {
        Some(one) => {
            let path = format!("/callbacks/{}/{}", one.id.0, dice.of(&["kept", "taken", "tried", "tried"]));
            Deed { path, fields: vec![("how", text(dice.of(&["busy", "no_answer"])))] }
        }
        None => dictation(dice, no),
    }
}

fn dictation(dice: &mut Dice, no: TicketNo) -> Deed {
    let item = dice.of(&["outline", "data", "persons"]);
    Deed::on(no, &format!("papers/ppc/{item}"), vec![("back", text(dice.of(&["", "", "yes"])))])
}

/// Whoever hands over sometimes has no consent, and sometimes sees something other than what stands there.
async fn handing(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let made = dossier::of(&app.services.store, app.ticket(no).await.id).await.expect("dossiers");
    if let Some(one) = made.first().filter(|_| dice.below(2) == 0) {
        return Deed::on(no, &format!("dossiers/{}/told", one.id.0), vec![("told", text("院長へ電話"))]);
    }
    let shown = dossiers::preview(&app.services, &app.ctx(Role::Specialist), no, "clinic").await.expect("a preview");
    let seen = if dice.below(4) == 0 { String::new() } else { shown.seen };
    let fields = vec![
        ("recipient", text("clinic")),
        ("to", text("院長")),
        ("means", text("mail")),
        ("consent_by", text(dice.of(&["院長", "院長", ""]))),
        ("looked", text(dice.of(&["yes", "yes", "no"]))),
        ("keep", text("0.0")),
        ("seen", seen),
    ];
    Deed::on(no, "dossiers", fields)
}

async fn asking(app: &TestApp, dice: &mut Dice, no: TicketNo) -> Deed {
    let asked = authority::of(&app.services.store, app.ticket(no).await.id).await.expect("requests");
    // Without the clinic's consent it's a supervisor who answers, not who draws the dice here.
    let agreed = |one: &&AuthorityRequest| !one.agreed_by.is_empty();
    if let Some(one) = asked.iter().find(agreed).filter(|_| dice.below(2) == 0) {
        let answer = dice.of(&["through_clinic", "document", "refused"]);
        let fields = vec![("answer", text(answer)), ("why", text("院長が渡す"))];
        return Deed::on(no, &format!("authorities/{}/answer", one.id.0), fields);
    }
    let fields = vec![
        ("asks", text("県警")),
        ("wants", text("記録")),
        ("document", text("照会 12号")),
        ("agreed_by", text(dice.of(&["院長", "院長", ""]))),
    ];
    Deed::on(no, "authorities", fields)
}
