//! The parts of the sheet that are drawn anew by themselves.

use maud::{Markup, html};

use crate::domain::calls::said_cards::taken_back;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::domain::text;
use crate::routes;
use crate::usecase::calls::sheet::SheetView;
use crate::view::calls::sheet::{SheetPage, clinics_part, in_place};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::section;
use crate::view::components::definition::definition_list;
use crate::view::components::field::{TextField, hidden, text_field};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::words::as_written;
use crate::view::format;
use crate::view::tickets::show::ERASED;

/// What was refused, in words that stay until the next try. What the end lacks stands in its own strip: here it's only
/// announced, so that nothing is pushed down.
pub(in crate::view) fn alert_part(refusal: Option<&Refusal>) -> Markup {
    let in_strip = refusal.is_some_and(|refusal| refusal.about("anyway").is_some());
    html! {
        div.sheet-alert.visually-hidden[in_strip] #part-alert role="alert" {
            @if let Some(refusal) = refusal {
                @if refusal.fields.is_empty() { (refusal.message) }
                @for fault in &refusal.fields { p { (fault.message) } }
            }
        }
    }
}

/// Nothing is known of the number or the facility.
fn is_quiet(view: &SheetView) -> bool {
    view.open.is_empty() && view.tickets.is_empty() && view.earlier.is_empty()
}

/// What is said to whoever calls with the same as a campaign. Of other clinics nothing. It comes while somebody types:
/// on a wide screen it stands over the row's free end and moves nothing; opened it's read whole.
fn sounds_like(view: &SheetView) -> Markup {
    html! {
        @for campaign in &view.campaigns {
            details.campaign { summary { strong { "⚠ 同じ攻撃の情報 " (campaign.name) } "：" (campaign.advice) } }
        }
    }
}

/// What is open for this number or facility: shown first. It names no facility: the caller isn't verified yet.
pub fn open_part(view: &SheetView, scheme: &Scheme) -> Markup {
    let secretariat = scheme.secretariats.of_number(&view.call.number_key);
    let quiet = secretariat.is_none() && is_quiet(view);
    let class = if view.open.is_empty() && view.campaigns.is_empty() { "sheet-open" } else { "sheet-open tone-warn" };
    html! {
        section class=(class) #part-open aria-label="進行中の相談票" {
            @if quiet {
                p { @if view.asked.recorded().is_some_and(|v| v.facility_id.is_some()) { "この電話番号・施設で進行中の相談票はありません" } @else { "この電話番号で進行中の相談票はありません" } }
            }
            (sounds_like(view))
            @if let Some(name) = secretariat {
                p.header-line { strong { "医師会事務局の番号: " (name) } span { "施設ごとに4項目をご確認ください" } }
            }
            @for line in &view.open {
                // No paragraph: a form in it would end it, and stand on a line of its own.
                div.header-line {
                    strong { "⚠ 進行中の相談票 " a href=(routes::ticket(line.number)) { (line.number) } }
                    span { (scheme.lists.incident_label(&line.incident)) }
                    (badge(&Badge { label: line.status.label(), tone: Tone::Info }))
                    @for callback in view.callbacks.iter().filter(|p| p.ticket_id.is_some_and(|ticket| ticket == line.id)) {
                        strong { (format::date_time(callback.due_at)) " 折返し予定" }
                    }
                    (in_place(&routes::call_part(view.call.id, "links"), html! {
                        (hidden("ticket", &line.number.to_string()))
                        (submit(&Button { label: "この相談票に記録する", ..Button::default() }))
                    }))
                }
            }
            @for line in &view.tickets {
                p.header-line {
                    strong { "この通話の相談票 " a href=(routes::ticket(line.number)) { (line.number) } }
                    span { (line.facility_name) }
                    (badge(&Badge { label: line.status.label(), tone: Tone::Info }))
                    @for session in view.remotes.iter().filter(|session| session.ticket_id == line.id) {
                        (badge(&Badge { label: "リモート支援中", tone: Tone::Warn }))
                        span { (format::time(session.started_at)) "から " (session.tool) }
                    }
                    @for promise in view.callbacks.iter().filter(|p| p.ticket_id == Some(line.id)) {
                        span { "お約束 " strong { (format::date_time(promise.due_at)) } " " (promise.note) }
                    }
                }
            }
            @if let Some(call) = view.last_call() {
                p.header-line { span { "前回 " (format::date_time(call.arrived_at)) } span { (call.caller_name) }
                    span { (call.disposition.map_or("", |d| d.label())) } }
            }
        }
    }
}

/// What was said so far, and a line of one's own.
pub(in crate::view) fn log_part(p: &SheetPage<'_>) -> Markup {
    html! {
        section.sheet-log #part-log aria-labelledby="h-log" {
            h2 id="h-log" { "対応履歴" }
            div.log-lines tabindex="0" role="region" aria-label="対応履歴の一覧" data-scroll-end {
                ol {
                    @for (entry, back) in p.view.entries.iter().zip(taken_back(&p.view.entries)) {
                        li { time { (format::time(entry.occurred_at)) } " " @if back { s { (as_written(&entry.body)) } } @else { (as_written(&entry.body)) } }
                    }
                    @if p.view.entries.is_empty() { li { "ご案内したこと・行ったことがここに残ります" } }
                }
            }
            (in_place(&routes::call_part(p.view.call.id, "notes"), html! {
                (hidden("once", &p.once))
                (text_field(&TextField {
                    name: "body", label: "行ったこと", focus_key: Some("Alt+7"), max_chars: Some(text::LINE), autocomplete: Some("off"),
                    error: p.refusal.and_then(|r| r.about("body")), ..TextField::default()
                }))
                (submit(&Button { label: "記録", kind: ButtonKind::Secondary, ..Button::default() }))
                (submit(&Button {
                    label: if p.view.tickets.is_empty() { "相談票を起こす" } else { "もう1件、相談票を起こす" }, key_hint: Some("Alt+5"),
                    formaction: Some(&routes::call_part(p.view.call.id, "tickets")),
                    ask: (!p.view.tickets.is_empty()).then_some("この通話の相談票はすでにあります。別のご相談として、もう1件起こしますか？（同じご相談は、いまの相談票に自動で保存されます）"), ..Button::default()
                }))
            }))
        }
    }
}

/// An ended call, for reading.
pub(in crate::view) fn ended(p: &SheetPage<'_>) -> Markup {
    use crate::domain::calls::sheet::SheetField;
    let call = &p.view.call;
    let sheet = &p.view.sheet;
    let when = call.ended_at.map_or_else(|| "未終了".to_owned(), format::date_time);
    let of = |field: SheetField| sheet.text(field).to_owned();
    let verified = p.view.asked.recorded().map_or("", |recorded| recorded.recorded.label());
    // What was said, line by line; nothing of what wasn't.
    let told = [
        ("電話番号", format::phone(&call.number)),
        ("折返し先電話番号", format::phone(&call.callback_number)),
        ("入電者", format!("{} {}", call.caller_name, call.standing.map_or("", |s| s.label())).trim().to_owned()),
        ("施設名", of(SheetField::Facility)),
        ("会員確認", verified.to_owned()),
        ("時間外の理由", call.out_of_hours_reason.clone()),
        ("種別", p.scheme.lists.incident_label(sheet.text(SheetField::Incident)).to_owned()),
        ("重大度", p.scheme.lists.severity_label(sheet.text(SheetField::Severity)).to_owned()),
        ("ご相談内容", of(SheetField::Narrative)),
    ];
    let mut facts = vec![
        (
            "結果",
            html! { (call.disposition.map_or("未応答", |d| d.label())) @if call.complaint { " " (badge(&Badge { label: "苦情", tone: Tone::Danger })) } },
        ),
        (
            "時刻",
            html! { (format::date_time(call.arrived_at)) " 〜 " (when) @if call.out_of_hours { " " (badge(&Badge { label: "時間外対応", tone: Tone::Warn })) } },
        ),
        ("担当", html! { (p.view.operator) }),
        (
            "相談票",
            html! { @for line in &p.view.tickets { a href=(routes::ticket(line.number)) { (line.number) } " " } @if p.view.tickets.is_empty() { "なし" } },
        ),
    ];
    facts.extend(told.into_iter().filter(|(_, told)| !told.is_empty()).map(|(name, told)| (name, as_written(&told))));
    html! {
        @if call.erased_on.is_some() { (flash(&Flash { tone: Tone::Info, text: ERASED.into() })) }
        @else if p.view.tickets.is_empty() { p { "この通話は終了しています。相談票はありません。続きのご相談は、新しい入電として記録してください。" } }
        @else { p { "この通話は終了しています。追記は相談票の対応履歴に入力してください。" } }
        @if !p.view.clinics.is_empty() { (clinics_part(p.view)) }
        (definition_list(&facts))
        (section("対応履歴", html! {
            ol { @for entry in &p.view.entries { li { time { (format::time(entry.occurred_at)) } " " (as_written(&entry.body)) } } }
        }))
    }
}
