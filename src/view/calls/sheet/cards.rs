//! "Say this": the next sentence, what may be heard back, and how far it is.

use maud::{Markup, html};

use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::sheet::SheetField;
use crate::domain::scheme::{Card, Scheme};
use crate::domain::tickets::StatusKind;
use crate::routes;
use crate::usecase::calls::sheet::SheetView;
use crate::view::calls::sheet::in_place;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, submit};
use crate::view::components::field::hidden;
use crate::view::components::keyhint::key_hint;

/// What to say next. `data-card` names it: a key that comes right after it changed was meant for the one before.
pub fn cards_part(view: &SheetView, scheme: &Scheme) -> Markup {
    let incident = view.sheet.text(SheetField::Incident);
    let said = &view.said;
    let all: Vec<&Card> = scheme.cards.of(incident).collect();
    let next = all.iter().find(|card| !said.contains(&card.code));
    let done = all.iter().filter(|card| said.contains(&card.code)).count();
    html! {
        section.sheet-cards #part-cards tabindex="0" data-focus-key="F4" data-digit-keys data-card=(next.map_or("", |card| card.code.as_str())) aria-labelledby="h-cards" {
            h2.visually-hidden id="h-cards" { "次のご案内" }
            @match next {
                Some(card) => { (say(view, card)) },
                None if all.is_empty() && incident.is_empty() => { p.sheet-say.sheet-say-none { "種別を選ぶと、お伝えする文が出ます" } },
                None if all.is_empty() => { p.sheet-say.sheet-say-none { "この種別のご案内はありません" } },
                None => { p.sheet-say.sheet-say-none { "この種別のご案内はすべて完了しました" } },
            }
            div.say-beside {
                @if proposes_tier2(view, scheme, incident) { (badge(&Badge { label: "2次対応の対象", tone: Tone::Warn })) " " (key_hint("Alt+8")) }
                @if !all.is_empty() { span.say-count { "ご案内 " strong { (done) "/" (all.len()) } } }
                @for card in scheme.cards.of_every_call() { (tick(view, card, said.contains(&card.code))) }
                @if let Some(last) = said_cards(&view.entries).last() { (take_back(view, last)) }
            }
        }
    }
}

/// Grave trouble goes to tier 2 at once, unless it is there already.
fn proposes_tier2(view: &SheetView, scheme: &Scheme, incident: &str) -> bool {
    let there = [StatusKind::Escalated, StatusKind::Tier2, StatusKind::Referring];
    scheme.lists.goes_to_tier2(incident) && !view.tickets.iter().any(|line| there.contains(&line.status))
}

fn say(view: &SheetView, card: &Card) -> Markup {
    in_place(
        &routes::call_part(view.call.id, "stamps"),
        html! {
            (hidden("card", &card.code))
            p.sheet-say { "「" (card.say) "」" }
            div.button-row {
                @for (answer, key) in card.answers.iter().zip(["Alt+1", "Alt+2", "Alt+3"]) {
                    (submit(&Button { label: &answer.label, name: Some("answer"), value: Some(&answer.code), key_hint: Some(key), ..Button::default() }))
                }
            }
        },
    )
}

/// A sentence of every call: small, said at any moment.
fn tick(view: &SheetView, card: &Card, done: bool) -> Markup {
    html! {
        @if done { span.say-tick { "✓ " (card.short) } }
        @else {
            (in_place(&routes::call_part(view.call.id, "stamps"), html! {
                (hidden("card", &card.code))
                @if let Some(answer) = card.answers.first() {
                    button.button.button-quiet type="submit" name="answer" value=(answer.code) title={ "「" (card.say) "」" } data-key="Alt+K" aria-keyshortcuts="Alt+K" {
                        "□ " (card.short) " " (key_hint("Alt+K"))
                    }
                }
            }))
        }
    }
}

/// Pressed by mistake: what was stamped last is to be said again.
fn take_back(view: &SheetView, card: &str) -> Markup {
    in_place(
        &routes::call_part(view.call.id, "stamps/back"),
        html! {
            (hidden("card", card))
            // In a row that has to stay one: what it takes back is said to whoever doesn't see the row.
            button.button.button-quiet type="submit" title="直前のご案内を取り消す" data-key="0" aria-keyshortcuts="0" {
                span.visually-hidden { "直前のご案内を" } "取り消す " (key_hint("0"))
            }
        },
    )
}
