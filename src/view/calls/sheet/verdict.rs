//! The directory's answer: a mark beside each item, one sentence, and the buttons that record who is calling, always in
//! the same place.

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use crate::domain::matching::{Answer, Decision, Item, ItemMark};
use crate::domain::scheme::{Scheme, Term};
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::{Verification, VerificationOutcome};
use crate::routes;
use crate::usecase::calls::sheet::Asked;
use crate::usecase::verification::look_up::words;
use crate::view::calls::sheet::clinics::next_form;
use crate::view::calls::sheet::in_place;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::field::{KEYS, hidden};
use crate::view::components::keyhint::key_hint;
use crate::view::components::mark::{Mark, mark};
use crate::view::format;

/// The marks beside the four items, with the ids they are drawn under. Of who was verified before nothing is asked.
pub fn marks(asked: &Asked) -> [(&'static str, Markup); 4] {
    let ids = ["mark-member_name", "mark-facility", "mark-address", "mark-number"];
    let items = [Item::Name, Item::Facility, Item::Address, Item::Number];
    std::array::from_fn(|i| {
        let shown = match &asked.answer {
            None if asked.is_known() => mark(Mark::Recorded, None),
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
    let settled = asked.recorded_as_typed();
    html! {
        div #part-verdict {
            div.verdict-says {
                @match (&asked.answer, directory) {
                    _ if settled => {},
                    (_, None) => p.verdict { (badge(&Badge { label: "準備中", tone: Tone::Neutral })) " 名簿を準備しています。入力は続けられます" },
                    (None, Some(day)) => p { "4項目をお尋ねください（名簿 " (format::date_of(day)) "現在）" },
                    (Some(answer), Some(day)) => (said(answer, day)),
                }
                (stopped(asked, now))
            }
            @if let Some(verification) = asked.recorded() { (recorded(asked, verification, settled, now)) }
            (record(asked, scheme, settled, now))
        }
    }
}

/// Who was recorded, in one line. What has been typed since belongs to somebody else until it is recorded too.
fn recorded(asked: &Asked, verification: &Verification, settled: bool, now: DateTime<Utc>) -> Markup {
    let at = verification.decided_at;
    let at = if tokyo_day(at) == tokyo_day(now) { format::time(at) } else { format::date_time(at) };
    html! {
        // No paragraph: the form in it would end it.
        div.verdict.verdict-recorded {
            (badge(&Badge { label: verification.recorded.label(), tone: tone(verification.recorded) }))
            " " (at) " に記録しました " (verification.said.facility)
            @if !verification.reason.is_empty() { "（" (verification.reason) "）" }
            @if settled { " " button.button.button-quiet type="button" data-correct { "訂正" } }
            " " (next_form(asked.call))
            @if !settled && asked.verification.is_some() { strong.verdict-changed { "入力が変わりました。この方について、もう一度記録してください" } }
        }
    }
}

/// Whoever may not try a number now reads why.
fn stopped(asked: &Asked, now: DateTime<Utc>) -> Markup {
    let held = words(asked.number.standing, now);
    html! {
        @if !held.is_empty() {
            p.verdict { (badge(&Badge { label: "照合を停止中", tone: Tone::Warn })) " " (held) }
        }
    }
}

/// All but the number agree: that it was asked for again, in the place of the button that can't be pressed.
fn repeat(asked: &Asked) -> Markup {
    in_place(
        &routes::call_part(asked.call, "number"),
        html! {
            (hidden("version", &asked.number_version.to_string()))
            (submit(&Button { label: "再度お聞きした・同じ番号", key_hint: Some("Alt+R"), ..Button::default() }))
        },
    )
}

fn tone(recorded: VerificationOutcome) -> Tone {
    match recorded {
        VerificationOutcome::Verified => Tone::Good,
        VerificationOutcome::Provisional => Tone::Info,
        VerificationOutcome::Unverified => Tone::Neutral,
        VerificationOutcome::NotEligible => Tone::Warn,
    }
}

fn said(answer: &Answer, day: NaiveDate) -> Markup {
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
    let ask = answer.ask_next.clone().unwrap_or(words);
    html! {
        @if !answer.candidates.is_empty() {
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
        p.verdict { (badge(&Badge { label, tone })) " " (ask) }
    }
}

/// The buttons. Where a reason is needed, it is asked for once the button is pressed, one key each.
fn record(asked: &Asked, scheme: &Scheme, settled: bool, now: DateTime<Utc>) -> Markup {
    let action = routes::call_part(asked.call, "verification");
    let decision = asked.answer.as_ref().map(|a| a.decision);
    let eligible = decision == Some(Decision::Eligible);
    let special = asked.may_override && asked.answer.is_some() && !eligible;
    let kind = if eligible && asked.verification.is_none() { ButtonKind::Primary } else { ButtonKind::Secondary };
    let locked = match asked.answer {
        None => Some("先に4項目をお尋ねください"),
        Some(_) if !eligible => Some("「確認済み」は4項目が一致すると押せます"),
        Some(_) => None,
    };
    let again = asked.number.may_repeat && words(asked.number.standing, now).is_empty();
    let nothing = locked.filter(|_| asked.answer.is_none());
    html! {
        div.verdict-record hidden[settled] {
            @if again { (repeat(asked)) }
            (in_place(&action, html! {
                @if special { (opens("verdict-special", "特例で確認済み", "Alt+4")) }
                @else if !again { (button("確認済み", VerificationOutcome::Verified, kind, Some("Alt+4"), locked)) }
                @if nothing.is_some() { (button("仮受付", VerificationOutcome::Provisional, ButtonKind::Secondary, Some("Alt+6"), nothing)) }
                @else { (opens("verdict-provisional", "仮受付", "Alt+6")) }
                (button("利用対象外", VerificationOutcome::NotEligible, ButtonKind::Danger, None, nothing))
            }))
            @if asked.recorded().is_none() { (next_form(asked.call)) }
            (reasons("verdict-provisional", "仮受付の理由", &action, VerificationOutcome::Provisional, &scheme.lists.provisional_reason))
            @if special { (reasons("verdict-special", "特例の理由", &action, VerificationOutcome::Verified, &scheme.lists.override_reason)) }
        }
    }
}

fn button(
    label: &str,
    recorded: VerificationOutcome,
    kind: ButtonKind,
    key_hint: Option<&str>,
    disabled_reason: Option<&str>,
) -> Markup {
    submit(&Button {
        label,
        kind,
        name: Some("recorded"),
        value: Some(recorded.code()),
        key_hint,
        disabled_reason,
        ..Button::default()
    })
}

/// Opens a strip in the place of the buttons.
fn opens(strip: &str, label: &str, key: &str) -> Markup {
    html! { button.button.button-secondary type="button" data-opens=(strip) data-key=(key) aria-keyshortcuts=(key) aria-expanded="false" { (label) " " (key_hint(key)) } }
}

/// One reason each, by key; what it is recorded as.
fn reasons(strip: &str, label: &str, action: &str, recorded: VerificationOutcome, terms: &[Term]) -> Markup {
    html! {
        div.strip id=(strip) role="group" aria-label=(label) data-digit-keys hidden {
            strong { (label) }
            (in_place(action, html! {
                (hidden("recorded", recorded.code()))
                @for (term, key) in terms.iter().zip(KEYS) {
                    (submit(&Button { label: &term.label, name: Some("reason"), value: Some(&term.label), key_hint: Some(key), ..Button::default() }))
                }
            }))
            button.button.button-quiet type="button" data-closes { "やめる " (key_hint("Esc")) }
        }
    }
}
