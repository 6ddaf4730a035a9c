//! What the clinic keeps as evidence: what to read out, the list, and a form for each piece.

use maud::{Markup, html};

use super::{IncidentPage, Refused};
use crate::domain::incidents::Said;
use crate::domain::incidents::evidence::{EvidenceItem, ItemState};
use crate::routes;
use crate::usecase::incidents::evidence::NewItem;
use crate::view::components::button::{Button, submit};
use crate::view::components::card::card;
use crate::view::components::field::{Choice, SelectField, TextField, hidden, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// The card.
pub(super) fn evidence(p: &IncidentPage<'_>) -> Markup {
    let keep = p.scheme.incidents.say_on(p.ctx.today()).map_or(&[][..], |say| &say.keep);
    card(
        "先方に残っている証拠",
        html! {
            @if !keep.is_empty() {
                details.heard open[p.view.evidence.is_empty()] {
                    summary { "残しておいていただくこと（読み上げ）" }
                    ul.keep { @for say in keep { li { "「" (say) "」" } } }
                }
            }
            @for (nth, item) in p.view.evidence.iter().enumerate() { (piece(p, nth, item)) }
            @if p.view.evidence.is_empty() { p { "まだ記録がありません" } }
            @if p.writes() || matches!(p.refused, Refused::Evidence(None, _)) { (new_piece(p)) }
        },
    )
}

fn piece(p: &IncidentPage<'_>, nth: usize, item: &EvidenceItem) -> Markup {
    let typed = match p.refused {
        Refused::Evidence(Some((id, _)), typed) if *id == item.id => Some(typed),
        _ => None,
    };
    let stands = NewItem {
        item: item.item.clone(),
        label: item.label.clone(),
        place: item.place.clone(),
        holder: item.holder.clone(),
        state: item.state.code().to_owned(),
        handed_to: item.handed_to.clone(),
        handed_at: item.handed_at.map(|at| Said::of(at).typed()).unwrap_or_default(),
    };
    let name = p.view.names.get(&item.told_to.0).map_or("", String::as_str);
    html! {
        div.piece {
            p { (nth + 1) ". " @if item.state.is_kept() { (item.line()) } @else { s { (item.line()) } } }
            p.field-hint { (format::date_time(item.told_at)) " " (name) }
            @if p.writes() || typed.is_some() {
                details.one-of name="piece" open[typed.is_some()] {
                    summary { "変更する" }
                    div.one-of-body {
                        (fields(p, &routes::evidence_item(p.view.ticket.number, item.id), typed.unwrap_or(&stands), typed.is_some(), Some(item)))
                    }
                }
            }
        }
    }
}

fn new_piece(p: &IncidentPage<'_>) -> Markup {
    let blank = NewItem::default();
    let typed = match p.refused {
        Refused::Evidence(None, typed) => Some(typed),
        _ => None,
    };
    let action = routes::ticket_part(p.view.ticket.number, "items");
    html! {
        details.one-of name="piece" open[typed.is_some()] {
            summary { "証拠を加える" }
            div.one-of-body { (fields(p, &action, typed.unwrap_or(&blank), typed.is_some(), None)) }
        }
    }
}

/// The fields of a piece; several forms stand on the page, each field has an id of its own.
fn fields(p: &IncidentPage<'_>, action: &str, typed: &NewItem, refused: bool, of: Option<&EvidenceItem>) -> Markup {
    let about = |name: &str| p.refusal.filter(|_| refused).and_then(|refusal| refusal.about(name));
    let tail = of.map_or_else(|| "new".to_owned(), |item| item.id.0.simple().to_string());
    let text = |name: &'static str, label, value| {
        let id = format!("{name}-{tail}");
        text_field(&TextField {
            name,
            label,
            value,
            id: Some(&id),
            error: about(name),
            required: name == "item",
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    // Nothing is written down anew to be struck at once.
    let states = ItemState::ALL.into_iter().filter(|state| of.is_some() || state.is_kept());
    let states = [("", "選んでください")].into_iter().chain(states.map(|state| (state.code(), state.label())));
    form(
        &Form {
            action,
            method_post: true,
            boosted: true,
            stays: true,
            beside: Some("#incident-form"),
            ..Form::default()
        },
        html! {
            @if let Some(item) = of { (hidden("version", &item.version.to_string())) }
            (text("item", "もの（例 受付のパソコン、脅迫文の写真）", &typed.item))
            (text("label", "ラベル", &typed.label))
            (text("place", "場所", &typed.place))
            (text("holder", "保管している方", &typed.holder))
            (select_field(&SelectField {
                name: "state",
                label: "状態",
                id: Some(&format!("state-{tail}")),
                choices: states.map(|(code, label)| Choice::new(code, label, code == typed.state)).collect(),
                error: about("state"),
                required: true,
                ..SelectField::default()
            }))
            (text("handed_to", "引渡し先", &typed.handed_to))
            (text("handed_at", "引渡しの日時（空欄は今）", &typed.handed_at))
            (submit(&Button { label: "記録する", ..Button::default() }))
        },
    )
}
