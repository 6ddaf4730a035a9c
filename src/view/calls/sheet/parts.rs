//! The parts of the sheet that are drawn anew by themselves.

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use crate::domain::matching::{Answer, Decision, Item, ItemMark};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::domain::text;
use crate::domain::verification::record::VerificationOutcome;
use crate::routes;
use crate::usecase::calls::sheet::{Asked, SheetView};
use crate::usecase::verification::look_up::words;
use crate::view::calls::sheet::{SheetPage, in_place};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, button_row, submit};
use crate::view::components::card::section;
use crate::view::components::definition::definition_list;
use crate::view::components::field::{Choice, SelectField, TextField, hidden, select_field, text_field};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::mark::{Mark, mark};
use crate::view::format;
use crate::view::tickets::show::ERASED;

/// What was refused, in words that stay until the next try.
pub(in crate::view) fn alert_part(refusal: Option<&Refusal>) -> Markup {
    html! {
        div.sheet-alert #part-alert role="alert" {
            @if let Some(refusal) = refusal {
                @if refusal.fields.is_empty() { (refusal.message) }
                @for fault in &refusal.fields { p { (fault.message) } }
            }
        }
    }
}

/// What is open for this number or facility: shown first. It names no facility: the caller isn't verified yet.
pub fn open_part(view: &SheetView, scheme: &Scheme) -> Markup {
    let secretariat = scheme.secretariats.of_number(&view.call.number_digits);
    let quiet = view.open.is_empty() && view.tickets.is_empty() && view.earlier.is_empty() && secretariat.is_none();
    let class = if view.open.is_empty() { "sheet-open" } else { "sheet-open tone-warn" };
    html! {
        section class=(class) #part-open aria-label="進行中の相談票" {
            @if quiet { p { "この電話番号・施設で進行中の相談票はありません" } }
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
                }
            }
            @if let Some(call) = view.last_call() {
                p.header-line { span { "前回 " (format::date_time(call.arrived_at)) } span { (call.caller_name) }
                    span { (call.disposition.map_or("", |d| d.label())) } }
            }
        }
    }
}

/// The marks beside the four items, with the ids they are drawn under.
pub fn marks(answer: Option<&Answer>) -> [(&'static str, Markup); 4] {
    let ids = ["mark-member_name", "mark-facility", "mark-address", "mark-number"];
    let items = [Item::Name, Item::Facility, Item::Address, Item::Number];
    std::array::from_fn(|i| {
        let shown = match answer {
            None => mark(Mark::NotGiven, None),
            Some(answer) => {
                // Of a number there is only what to do about it, and that is said below.
                let note = answer.notes.iter().find(|n| n.item == items[i] && n.item != Item::Number).map(|n| n.text);
                mark(shape(answer.items.all()[i]), note)
            }
        };
        (ids[i], shown)
    })
}

fn shape(item: ItemMark) -> Mark {
    match item {
        ItemMark::Agrees => Mark::Agrees,
        ItemMark::Differs => Mark::Differs,
        ItemMark::NotGiven => Mark::NotGiven,
        ItemMark::NotOnFile => Mark::NotOnFile,
    }
}

/// What the directory says as a whole, the candidates (marks only, never a stored value), and the buttons.
pub fn verdict_part(asked: &Asked, scheme: &Scheme, directory: Option<NaiveDate>, now: DateTime<Utc>) -> Markup {
    html! {
        div #part-verdict {
            @if let Some(verification) = &asked.verification {
                p.verdict { (badge(&Badge { label: verification.recorded.label(), tone: tone(verification.recorded) }))
                    " " (format::time(verification.decided_at)) " に記録しました " (verification.reason) }
            }
            @match (&asked.answer, directory) {
                (_, None) => p.verdict { (badge(&Badge { label: "準備中", tone: Tone::Neutral })) " 名簿を準備しています。入力は続けられます" },
                (None, Some(day)) => p { "4項目をお尋ねください（名簿 " (format::date_of(day)) "現在）" },
                (Some(answer), Some(day)) => (said(answer, day, asked.verification.is_some())),
            }
            (of_number(asked, now))
            @if asked.answer.is_some() { (record(asked, scheme)) }
        }
    }
}

/// Whoever may not try a number now reads why; else, when all but the number agree, that it was asked for again.
fn of_number(asked: &Asked, now: DateTime<Utc>) -> Markup {
    let held = words(asked.number.standing, now);
    html! {
        @if !held.is_empty() {
            p.verdict { (badge(&Badge { label: "照合を停止中", tone: Tone::Warn })) " " (held) }
        } @else if asked.number.may_repeat {
            (in_place(&routes::call_part(asked.call, "number"), html! {
                (hidden("version", &asked.number_version.to_string()))
                (submit(&Button { label: "もう一度お聞きした・同じ番号", key_hint: Some("Alt+0"), ..Button::default() }))
            }))
        }
    }
}

fn tone(recorded: VerificationOutcome) -> Tone {
    match recorded {
        VerificationOutcome::Verified => Tone::Good,
        VerificationOutcome::Provisional => Tone::Info,
        VerificationOutcome::Unverified => Tone::Neutral,
        VerificationOutcome::NotEligible => Tone::Warn,
    }
}

/// Once something is recorded, the candidates step back.
fn said(answer: &Answer, day: NaiveDate, recorded: bool) -> Markup {
    let (label, tone, words) = match answer.decision {
        Decision::Eligible => ("一致", Tone::Good, "4項目とも一致しました。「確認済み」にできます".to_owned()),
        Decision::Pending => ("手続き中", Tone::Info, "入会・異動の手続き中です。仮受付で対応できます".to_owned()),
        Decision::NotEligible => ("対象外", Tone::Warn, "この日はA①会員ではありません".to_owned()),
        Decision::NeedsCheck if answer.candidates.is_empty() => (
            "見当たらず",
            Tone::Warn,
            format!("名簿（{}現在）に見当たりません。入会・異動の手続き中かお尋ねください", format::date_of(day)),
        ),
        Decision::NeedsCheck => ("要確認", Tone::Warn, "相違・未確認の項目をもう一度お尋ねください".to_owned()),
    };
    let settled = recorded && answer.decision == Decision::Eligible;
    let ask = answer.ask_next.clone().unwrap_or(words);
    html! {
        @if !answer.candidates.is_empty() && !recorded {
            // More than the sheet has room for are scrolled to: then the list can be reached by keyboard.
            ol.candidates aria-label="候補" tabindex=[(answer.candidates.len() > 2).then_some("0")] {
                @for (i, candidate) in answer.candidates.iter().enumerate() {
                    li { strong { "候補" (i + 1) " " }
                        @for (name, item) in ["会員名", "施設", "所在地", "番号"].iter().zip(candidate.items.all()) {
                            (name) " " (mark(shape(item), None)) "　"
                        }
                    }
                }
            }
        }
        @if !settled { p.verdict { (badge(&Badge { label, tone })) " " (ask) } }
    }
}

fn record(asked: &Asked, scheme: &Scheme) -> Markup {
    let decision = asked.answer.as_ref().map(|a| a.decision);
    let special = asked.may_override && decision != Some(Decision::Eligible);
    let locked =
        (decision != Some(Decision::Eligible) && !special).then_some("「確認済み」は4項目が一致すると押せます");
    let mut reasons = vec![Choice::new("", "理由を選ぶ", true)];
    reasons
        .extend(scheme.lists.provisional_reason.iter().map(|t| Choice::new(t.label.clone(), t.label.clone(), false)));
    if special {
        reasons
            .extend(scheme.lists.override_reason.iter().map(|t| Choice::new(t.label.clone(), t.label.clone(), false)));
    }
    let next = if asked.verification.is_none() && locked.is_none() && !special {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let button = |label, code, kind, key, disabled_reason| {
        submit(&Button {
            label,
            kind,
            name: Some("recorded"),
            value: Some(code),
            key_hint: key,
            disabled_reason,
            ..Button::default()
        })
    };
    in_place(
        &routes::call_part(asked.call, "verification"),
        html! {
            (button(if special { "特例で確認済み" } else { "確認済み" }, "verified", next, Some("Alt+4"), locked))
            (select_field(&SelectField { name: "reason", label: "理由", choices: reasons, ..SelectField::default() }))
            (button("仮受付", "provisional", ButtonKind::Secondary, Some("Alt+6"), None))
            (button("利用対象外", "not_eligible", ButtonKind::Danger, None, None))
        },
    )
}

/// The next sentence to say, and those that may follow.
pub fn cards_part(view: &SheetView, scheme: &Scheme) -> Markup {
    let incident = view.sheet.text(crate::domain::calls::sheet::SheetField::Incident);
    let said = |code: &str| view.entries.iter().any(|e| e.data.get("card").and_then(|c| c.as_str()) == Some(code));
    let next = scheme.cards.of(incident).filter(|card| !said(&card.code)).take(1);
    let action = routes::call_part(view.call.id, "stamps");
    html! {
        section.sheet-cards #part-cards tabindex="0" data-focus-key="F4" data-digit-keys aria-labelledby="h-cards" {
            h2 id="h-cards" { "次のご案内" }
            div {
                @for card in next {
                    (in_place(&action, html! {
                        (hidden("card", &card.code))
                        p.sheet-say { "「" (card.say) "」" }
                        (button_row(html! {
                            @for (answer, key) in card.answers.iter().zip(["Alt+1", "Alt+2", "Alt+3"]) {
                                (submit(&Button { label: &answer.label, name: Some("answer"), value: Some(&answer.code), key_hint: Some(key), ..Button::default() }))
                            }
                        }))
                    }))
                }
                @if scheme.cards.of(incident).all(|card| said(&card.code)) {
                    p { "ご案内はすべて済みました。種別を選ぶと、その種別のご案内が出ます" }
                }
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
                    @for entry in &p.view.entries { li { time { (format::time(entry.occurred_at)) } " " (entry.body) } }
                    @if p.view.entries.is_empty() { li { "ご案内したこと・行ったことがここに残ります" } }
                }
            }
            (in_place(&routes::call_part(p.view.call.id, "notes"), html! {
                (hidden("once", &p.once))
                (text_field(&TextField {
                    name: "body", label: "行ったこと", max_chars: Some(text::LINE), autocomplete: Some("off"),
                    error: p.refusal.and_then(|r| r.about("body")), ..TextField::default()
                }))
                (submit(&Button { label: "記録", kind: ButtonKind::Secondary, key_hint: Some("Alt+7"), ..Button::default() }))
                (submit(&Button {
                    label: if p.view.tickets.is_empty() { "相談票を起こす" } else { "もう1件、相談票を起こす" }, key_hint: Some("Alt+5"),
                    formaction: Some(&routes::call_part(p.view.call.id, "tickets")), ..Button::default()
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
    let facts = vec![
        (
            "結果",
            html! { (call.disposition.map_or("未応答", |d| d.label())) @if call.complaint { " " (badge(&Badge { label: "苦情", tone: Tone::Danger })) } },
        ),
        (
            "時刻",
            html! { (format::date_time(call.arrived_at)) " 〜 " (when) @if call.out_of_hours { " " (badge(&Badge { label: "時間外対応", tone: Tone::Warn })) } },
        ),
        ("電話番号", html! { (format::phone(&call.number)) }),
        ("入電者", html! { (call.caller_name) " " (call.standing.map_or("", |s| s.label())) }),
        ("担当", html! { (p.view.operator) }),
        (
            "相談票",
            html! { @for line in &p.view.tickets { a href=(routes::ticket(line.number)) { (line.number) } " " } @if p.view.tickets.is_empty() { "なし" } },
        ),
        ("時間外の理由", html! { (call.out_of_hours_reason) }),
        ("ご相談内容", html! { (sheet.text(SheetField::Narrative)) }),
    ];
    html! {
        @if call.erased_on.is_some() { (flash(&Flash { tone: Tone::Info, text: ERASED.into() })) }
        @else { p { "この通話は終了しています。追記は相談票の対応履歴に入力してください。" } }
        (definition_list(&facts))
        (section("対応履歴", html! {
            ol { @for entry in &p.view.entries { li { time { (format::time(entry.occurred_at)) } " " (entry.body) } } }
        }))
    }
}
