//! The register of firms, and one of them to be changed.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::referrals::Firm;
use crate::domain::referrals::FirmKind;
use crate::domain::referrals::firm::Channel;
use crate::domain::referrals::typed_firm::TypedFirm;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::referrals::register::Register;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, button_row, link_button, submit};
use crate::view::components::card::{card, section};
use crate::view::components::field::{Choice, InputKind, SelectField, TextField, hidden, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The register.
pub fn page(register: &Register, today: NaiveDate) -> Markup {
    let rows = register.firms.iter().map(|(firm, named)| {
        vec![
            html! { a href=(routes::firm(firm.id)) { (firm.name) } },
            html! { (firm.kind.label()) @if firm.channel != Channel::Firm { br; small { (firm.channel.label()) } } },
            html! { (firm.regions_said()) },
            html! { (firm.hours) },
            html! { span.nowrap { (format::phone(&firm.phone)) } @if !firm.email.is_empty() { br; (firm.email) } },
            html! { span.nowrap { (format::date_of(firm.verified_on)) } @if firm.is_stale(today) { " " (badge(&Badge { label: "180日以上前", tone: Tone::Warn })) } },
            html! { @match named { Some(at) => span.nowrap { (format::date_time(*at)) }, None => "—" } },
            match firm.active {
                true => badge(&Badge { label: "有効", tone: Tone::Good }),
                false => badge(&Badge { label: "停止", tone: Tone::Neutral }),
            },
        ]
    });
    html! {
        (button_row(html! {
            (link_button(routes::FIRM_NEW, &Button { label: "事業者を加える", kind: ButtonKind::Primary, ..Button::default() }))
            (link_button(routes::FIRMS_EXPORT, &Button { label: "CSVで書き出す", ..Button::default() }))
        }))
        (section("登録簿", table(&Table {
            caption: "登録簿",
            caption_hidden: true,
            head: ["名称", "種類", "対応地域", "受付時間", "連絡先", "確認日", "前回のご案内", "状態"].map(Col::text).to_vec(),
            rows: rows.collect(),
            empty: "事業者がまだ登録されていません。「事業者を加える」から登録してください",
        })))
        (section("紹介の状況（この1年）", figures(register)))
    }
}

fn figures(register: &Register) -> Markup {
    let rows = register.figures.iter().map(|((kind, prefecture), line)| {
        vec![
            html! { (kind.label()) },
            html! { @if prefecture.is_empty() { strong { "合計" } } @else { (prefecture) } },
            html! { (line.asked) },
            html! { (line.introduced) },
            html! { (line.refused) },
            html! { (line.contracted) },
            html! { @match line.minutes_to_contact { Some(minutes) => (format::duration_ja(minutes * 60)), None => "—" } },
        ]
    });
    let mut head = ["種類", "地域"].map(Col::text).to_vec();
    head.extend(["依頼", "紹介", "辞退", "契約", "連絡まで（中央値）"].map(Col::number));
    table(&Table {
        caption: "紹介の状況",
        caption_hidden: true,
        head,
        rows: rows.collect(),
        empty: "この1年の紹介はありません",
    })
}

/// A firm's form: a new one, or one that stands, with what it says.
pub fn one(stands: Option<&Firm>, typed: &TypedFirm, refusal: Option<&Refusal>, today: NaiveDate) -> Markup {
    let action = stands.map_or_else(|| routes::FIRMS.to_owned(), |firm| routes::firm(firm.id));
    let beside = refusal.is_some_and(|refusal| refusal.code == "input.invalid");
    html! {
        p { a href=(routes::FIRMS) { "登録簿に戻る" } }
        @if let Some(refusal) = refusal.filter(|_| !beside) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        @if stands.is_some_and(|firm| firm.is_stale(today)) {
            p { (badge(&Badge { label: "180日以上前の内容", tone: Tone::Warn })) " 事業者に確認し、確認日を改めてください" }
        }
        (card(if stands.is_some() { "登録内容" } else { "新しい事業者" }, form(
            &Form { action: &action, method_post: true, boosted: true, ..Form::default() },
            html! {
                @if let Some(firm) = stands { (hidden("version", &firm.version.to_string())) }
                (fields(typed, refusal))
                (submit(&Button { label: "保存する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
            },
        )))
    }
}

fn fields(typed: &TypedFirm, refusal: Option<&Refusal>) -> Markup {
    let about = |name: &str| refusal.and_then(|refusal| refusal.about(name));
    let line = |name, label, value, hint, required| {
        let error = about(name);
        text_field(&TextField {
            name,
            label,
            value,
            hint,
            error,
            required,
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    let select = |name, label, value: &str, of: &[(&'static str, &'static str)]| {
        let chosen = |code: &str, label: &str| code == value || label == value;
        let choices = of.iter().map(|(code, label)| Choice::new(*code, *label, chosen(code, label))).collect();
        select_field(&SelectField { name, label, choices, error: about(name), ..SelectField::default() })
    };
    html! {
        (select("kind", "種類", &typed.kind, &FirmKind::ALL.map(|kind| (kind.code(), kind.label()))))
        (line("name", "名称", typed.name.as_str(), None, true))
        (select("channel", "区分", &typed.channel, &Channel::ALL.map(|channel| (channel.code(), channel.label()))))
        (line("regions", "対応地域", &typed.regions, Some("例 東京都、神奈川県。どこでもよいときは 全国"), false))
        (line("skills", "得意分野", &typed.skills, Some("例 ランサムウェア調査、電子カルテ、個人情報保護法"), false))
        (line("hours", "受付時間", &typed.hours, Some("例 平日9-18、24時間"), true))
        (line("languages", "日本語以外の言語", &typed.languages, None, false))
        (line("first_response", "初動の目安", &typed.first_response, Some("例 当日中に折返し"), false))
        (line("fees", "費用（事業者の説明）", &typed.fees, None, false))
        (line("phone", "電話", &typed.phone, None, false))
        (line("contact", "担当", &typed.contact, None, false))
        (line("email", "メール", &typed.email, None, false))
        (line("conflicts", "利害関係", &typed.conflicts, Some("例 〇〇システムの顧問"), false))
        (text_field(&TextField { name: "verified_on", label: "確認日", value: &typed.verified_on, error: about("verified_on"), kind: InputKind::Date, required: true, ..TextField::default() }))
        (select("active", "状態", &typed.active, &[("yes", "有効"), ("no", "停止")]))
    }
}
