//! The record of an incident, and the clocks of the clinic's duties.

pub mod authorities;
pub mod clocks;
pub mod dossiers;
mod evidence;
mod indicators;
pub mod papers;
pub mod radar;
mod record;
pub mod upcoming;

use maud::{Markup, html};

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::EvidenceItemId;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::routes;
use crate::usecase::incidents::clocks::NewEnd;
use crate::usecase::incidents::evidence::NewItem;
use crate::usecase::incidents::parts::PartRecord;
use crate::usecase::incidents::record::{IncidentView, Typed};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::card::card;
use crate::view::components::flash::{Flash, flash};
use crate::view::tickets::standing;

/// The form that was refused besides the facts, with what had been typed.
#[derive(Debug, Clone, Default)]
pub enum Refused {
    /// None was, or the facts.
    #[default]
    Nothing,
    /// The end of a duty's clock, by the duty's code.
    End(String, NewEnd),
    /// A piece of evidence: which one at which version, or a new one.
    Evidence(Option<(EvidenceItemId, i64)>, NewItem),
    /// What a caller said: kind and words.
    Indicator(String, String),
    /// Letting one run again, and why.
    Resume(String, String),
}

/// What the page of an incident shows.
pub struct IncidentPage<'a> {
    /// What is known, and the clocks.
    pub view: &'a IncidentView,
    /// Words and rules.
    pub scheme: &'a Scheme,
    /// Who looks.
    pub ctx: &'a Ctx,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was.
    pub refused: &'a Refused,
    /// The facts as typed, where they couldn't be saved: they are sent along with every form of the page.
    pub facts: &'a [Typed],
}

impl IncidentPage<'_> {
    /// Whether it's written down here: of what went into another ticket, there.
    fn writes(&self) -> bool {
        self.ctx.actor.may(Action::TicketWork) && self.view.ticket.merged_into.is_none()
    }
}

/// The page: what is told on the left, the clocks on the right.
pub fn page(p: &IncidentPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    html! {
        p.header-line {
            a href=(routes::ticket(ticket.number)) { "相談票 " (ticket.number) }
            @if !ticket.facility_name.is_empty() { strong { (ticket.facility_name) } }
            span { (p.scheme.lists.incident_label(&ticket.incident)) }
            (standing(ticket))
        }
        (elsewhere(p))
        @if let Some(refusal) = p.refusal.filter(|_| !said_beside(p)) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        div.split {
            div {
                @if p.writes() || !p.facts.is_empty() { (record::printed(p)) (record::form_of(p)) } @else { (record::read_only(p)) }
                (indicators::indicators(p)) (evidence::evidence(p))
            }
            div { (clocks::cards(p)) }
        }
    }
}

/// Where else the matter is written down: papers and the dossier say what all of them know.
fn elsewhere(p: &IncidentPage<'_>) -> Markup {
    let part = |part: &PartRecord| {
        html! {
            li {
                a href=(routes::ticket_part(part.number, "incident")) { "相談票 " (part.number) " の記録" }
                "　項目 " (part.facts) "・手がかり " (part.indicators) "・証拠 " (part.evidence)
                @if part.running > 0 { " " (badge(&Badge { label: &format!("進行中の期限 {}件", part.running), tone: Tone::Warn })) }
            }
        }
    };
    html! {
        @if let Some(into) = p.view.elsewhere.went_into {
            (flash(&Flash { tone: Tone::Warn, text: "この相談票は統合されています。記録の続きは統合先に入力してください。ここの期限は、ここで終了できます。".into() }))
            p { a href=(routes::ticket_part(into, "incident")) { "統合先 相談票 " (into) " の記録" } }
        }
        @if !p.view.elsewhere.parts.is_empty() {
            (card("統合した相談票の記録", html! {
                ul.plain-list { @for one in &p.view.elsewhere.parts { (part(one)) } }
                p.field-hint { "報告の下書きと引渡し資料には、統合した相談票の記録も合わせて載ります。食い違う項目は両方を載せます" }
            }))
        }
    }
}

/// Whether a field of the refused form says why.
fn said_beside(p: &IncidentPage<'_>) -> bool {
    p.refusal.is_some_and(|refusal| !refusal.fields.is_empty() && refusal.code == "input.invalid")
}
