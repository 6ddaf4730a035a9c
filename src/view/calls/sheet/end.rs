//! The end of the call, in two steps: one of twelve results, one key each; then what that result needs, and what the
//! record still lacks. What stands there is decided by `data-when`: `assets/sheet.js` shows and hides by the same marks.

use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::calls::Disposition;
use crate::domain::calls::disposition::NextChoice;
use crate::domain::calls::lacking::sentence;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::StatusKind;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::state::Exit;
use crate::routes;
use crate::usecase::calls::lacking::{Asked, Foreseen};
use crate::view::calls::sheet::SheetPage;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::field::{
    Checkbox, Choice, RadioGroup, SelectField, TextField, checkbox, hidden, radio_group, select_field, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::components::keyhint::key_hint;
use crate::view::format;
use crate::view::tickets::promises::settling;

/// The strip as filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    /// Disposition code.
    pub disposition: String,
    /// `yes` for a complaint.
    pub complaint: String,
    /// When the clinic is called back.
    pub callback_at: String,
    /// About what.
    pub callback_note: String,
    /// When the clinic can be reached.
    pub clinic_hours: String,
    /// What becomes of the ticket.
    pub next: String,
    /// Result code.
    pub result: String,
    /// Why it goes to tier 2, or where the caller was directed.
    pub next_reason: String,
    /// A ticket that exists.
    pub ticket: String,
    /// What becomes of earlier promises, should the ticket end.
    pub promises: String,
    /// `yes`: what is lacking was seen.
    pub anyway: String,
}

impl EndForm {
    fn ends(&self) -> Option<Disposition> {
        Disposition::parse(&self.disposition)
    }

    /// What is foreseen of it.
    pub fn asked(&self, ends: Disposition) -> Asked<'_> {
        Asked { ends, callback_at: &self.callback_at, clinic_hours: &self.clinic_hours, ticket: &self.ticket }
    }

    /// Whether something with these marks is needed: `d:` and the result's code, or `n:` and what becomes of the ticket.
    fn needs(&self, when: &str) -> bool {
        let Some(ends) = self.ends() else { return false };
        let next = ends.next_as(NextChoice::parse(&self.next)).unwrap_or_else(|_| ends.next());
        when.split(' ').any(|mark| mark == format!("d:{}", ends.code()) || mark == format!("n:{}", next.code()))
    }
}

/// The strip.
pub(in crate::view) fn strip(p: &SheetPage<'_>) -> Markup {
    let typed = p.end;
    let action = routes::call_part(p.view.call.id, "end");
    let usual: Vec<_> = Disposition::ALL.iter().map(|d| format!("{}:{}", d.code(), d.next().code())).collect();
    html! {
        section.sheet-end aria-labelledby="h-end" data-foreseen=(routes::call_part(p.view.call.id, "end/foreseen")) data-usual=(usual.join(" ")) {
            h2.visually-hidden id="h-end" { "通話終了" }
            (form(&Form { action: &action, method_post: true, boosted: true, id: Some("end-form"), ..Form::default() }, html! {
                (hidden("once", &p.once))
                div.end-results hidden[typed.ends().is_some()] { (results(p)) }
                div.end-needs hidden[typed.ends().is_none()] {
                    button.end-chip type="button" data-end-again { span data-end-label { (typed.ends().map_or("", Disposition::label)) } small { "選び直す " (key_hint("Esc")) } }
                    (needs(p))
                    (submit(&Button { label: "通話を終了する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
                    (foreseen_part(&p.foreseen, typed, p.refusal))
                }
            }))
        }
    }
}

fn results(p: &SheetPage<'_>) -> Markup {
    radio_group(&RadioGroup {
        name: "disposition",
        legend: "対応結果",
        keys: true,
        focus_key: Some("Alt+9"),
        choices: Disposition::ALL
            .iter()
            .map(|d| Choice::new(d.code(), d.label(), d.code() == p.end.disposition))
            .collect(),
        error: p.refusal.and_then(|r| r.about("disposition")).filter(|_| p.end.ends().is_none()),
        ..RadioGroup::default()
    })
}

/// What a result may need; each with its marks.
fn needs(p: &SheetPage<'_>) -> Markup {
    let typed = p.end;
    let about = |name: &str| p.refusal.and_then(|r| r.about(name));
    let line = |name, label, value| {
        text_field(&TextField {
            name,
            label,
            value,
            error: about(name),
            max_chars: Some(text::LINE),
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    html! {
        @for exit in Exit::ALL.map(StatusKind::from) {
            @if let Some(say) = p.scheme.lists.exit_say(exit.code()) { (when(typed, &format!("n:{}", exit.code()), "end-say", html! { p.say-aloud { "「" (say) "」" } })) }
        }
        (when(typed, "n:escalate n:directed n:out_of_scope n:not_eligible", "", reason(typed, about("next_reason"))))
        (when(typed, "d:call_back d:escalated", "end-at", line("callback_at", "折返しの日時", &typed.callback_at)))
        (when(typed, "d:call_back d:escalated", "end-brief", line("callback_note", "お約束の内容", &typed.callback_note)))
        (when(typed, "d:call_back d:escalated", "end-brief", line("clinic_hours", "先方の診療時間", &typed.clinic_hours)))
        (when(typed, "d:solved d:remote d:call_back d:directed d:out_of_scope d:not_eligible", "end-short", next(typed, about("next"))))
        (when(typed, "n:close", "end-short", codes(p, about("result"))))
        @if about("promises").is_some() || !typed.promises.is_empty() { (when(typed, "n:close n:directed n:out_of_scope n:not_eligible", "end-short", settling("promises-end", &typed.promises, about("promises")))) }
        (tickets(p, about("ticket")))
        (checkbox(&Checkbox { name: "complaint", value: "yes", label: "苦情", checked: typed.complaint == "yes", ..Checkbox::default() }))
        @if let Some(fault) = about("disposition").filter(|_| typed.ends().is_some()) { p.field-error.end-fault #disposition-error role="alert" tabindex="-1" { (fault) } }
    }
}

fn when(typed: &EndForm, marks: &str, class: &str, inner: Markup) -> Markup {
    html! { div class={ "end-need " (class) } data-when=(marks) hidden[!typed.needs(marks)] { (inner) } }
}

/// One field, called by what it means for the result.
fn reason(typed: &EndForm, error: Option<&str>) -> Markup {
    let said = |marks: &str, words: &str| html! { span data-when=(marks) hidden[!typed.needs(marks)] { (words) } };
    html! {
        div class=(if error.is_some() { "field has-error" } else { "field" }) {
            label.field-label for="next_reason" {
                (said("n:escalate", "依頼理由"))
                (said("n:directed", "案内先"))
                (said("n:out_of_scope n:not_eligible", "理由（任意）"))
                " " (key_hint("Alt+8"))
            }
            input.input type="text" name="next_reason" id="next_reason" value=(typed.next_reason) autocomplete="off"
                data-max-chars=(text::NOTE) aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "next_reason-error")];
            @if let Some(error) = error { p.field-error id="next_reason-error" { (error) } }
        }
    }
}

fn next(typed: &EndForm, error: Option<&str>) -> Markup {
    let choices =
        [("", "結果に従う"), ("keep", "このまま続ける"), ("close", "対応完了にする"), ("escalate", "2次対応へ")];
    select_field(&SelectField {
        name: "next",
        label: "通話後",
        error,
        choices: choices.iter().map(|(code, label)| Choice::new(*code, *label, *code == typed.next)).collect(),
        ..SelectField::default()
    })
}

fn codes(p: &SheetPage<'_>, error: Option<&str>) -> Markup {
    let terms = &p.scheme.lists.result;
    select_field(&SelectField {
        name: "result",
        label: "相談票の完了理由",
        error,
        choices: terms.iter().map(|t| Choice::new(t.code.clone(), t.label.clone(), t.code == p.end.result)).collect(),
        ..SelectField::default()
    })
}

/// Where the call is recorded: the ticket it was tied to last, or a new one; else another of those that are open. Asked
/// where there is something to choose.
fn tickets(p: &SheetPage<'_>, error: Option<&str>) -> Markup {
    // The call's own by their facility; what is only offered by what it is about, as above on the sheet.
    let facility = |t: &TicketLine| format!("{} {}", t.number, t.facility_name);
    let mut own = p.view.tickets.iter().rev();
    let mut choices = vec![Choice::new("", own.next().map_or("新しい相談票".to_owned(), facility), true)];
    let offered =
        p.view.open.iter().map(|t| (t, format!("{} {}", t.number, p.scheme.lists.incident_label(&t.incident))));
    choices.extend(own.map(|t| (t, facility(t))).chain(offered).map(|(t, label)| {
        let no = t.number.to_string();
        let selected = no == p.end.ticket;
        Choice::new(no, label, selected)
    }));
    html! {
        div.end-need.end-short #part-record hidden[choices.len() < 2 && error.is_none()] {
            (select_field(&SelectField { name: "ticket", label: "記録先", choices, error, ..SelectField::default() }))
        }
    }
}

/// When the clinic can be reached, as it was understood or is known.
fn clinic(seen: &Foreseen) -> Markup {
    let hours_said = html! {
        @if seen.clinic_in_words { span.end-hours-said title="例 平日9-18、水午後休" { "診療時間は文字のままお約束に添えます（例 平日9-18、水午後休）" } }
        @else if let Some((hours, since)) = &seen.clinic {
            @let hours = hours.to_string();
            span.end-hours-said title=(hours) { "診療時間 " strong { (hours) } @if let Some(since) = since { "（" (format::day_short(*since)) "確認）" } }
        }
    };
    html! { @if seen.clinic_in_words || seen.clinic.is_some() { span.end-hours { (hours_said) } } }
}

/// What the end would promise, and what the record lacks, with the one key to go on all the same.
pub fn foreseen_part(seen: &Option<Foreseen>, typed: &EndForm, refusal: Option<&Refusal>) -> Markup {
    let unseen = refusal.and_then(|r| r.about("anyway")).is_some();
    html! {
        div.end-foreseen #part-foreseen aria-live="polite" {
            @if let Some(seen) = seen {
                @if typed.needs("d:call_back d:escalated") {
                    // Its room stands before the time does: what follows doesn't move.
                    span.end-at-said { @if let Some(at) = seen.callback_at { "折返し " strong { (format::date_time(at)) } } }
                    @if let Some(refused) = &seen.callback_refused { strong.end-lacking title=(refused) { (refused) } }
                    @else if seen.callback_outside_hours { (badge(&Badge { label: "受付時間外", tone: Tone::Warn })) }
                    @else if seen.callback_outside_clinic { (badge(&Badge { label: "診療時間外", tone: Tone::Warn })) }
                    (clinic(seen))
                }
                @if seen.reason_missing { strong.end-lacking { "時間外対応の理由（必須）が未入力です" } }
                @if seen.without_ticket { span { "相談票は作られません。続きがあるときは、先に相談票を起こしてください（Alt+5）" } }
                @if let Some(severity) = &seen.severity_assumed { span title="選ばれていないため" { "重大度「" (severity) "」" } }
                @if !seen.lacking.is_empty() {
                    @let lacking = sentence(&seen.lacking);
                    span.end-lacking.end-refused[unseen] title=(lacking) { (lacking) }
                    (submit(&Button { label: "このまま終了", name: Some("anyway"), value: Some("yes"), autofocus: unseen, ..Button::default() }))
                }
            }
        }
    }
}
