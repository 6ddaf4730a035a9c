//! Reports on their way: the list, and the page on which one is written beside, approved, published or withdrawn.

use maud::{Markup, html};
use uuid::Uuid;

use super::figures;
use super::read::example;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::reports::issue::{Issue, Standing};
use crate::domain::reports::jumps::Jump;
use crate::domain::reports::telling::Telling;
use crate::domain::scheme::Lists;
use crate::routes;
use crate::usecase::reports::draft::Draft;
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{TextArea, TextField, hidden, text_area, text_field};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// All reports, and a form to have one drawn.
pub fn list(all: &[Issue], typed: &str, refusal: Option<&Refusal>) -> Markup {
    let row = |issue: &Issue| {
        let period = issue.report.period;
        vec![
            html! { a href=(routes::draft(period)) { (period.label()) } },
            html! { (issue.standing().label()) },
            html! { (format::date_time(issue.drawn_at)) },
            html! { (issue.published.as_ref().map_or_else(|| "－".to_owned(), |published| format::date_time(published.at))) },
        ]
    };
    let send = Form { action: routes::DRAFTS, method_post: true, boosted: true, inline: true, ..Form::default() };
    html! {
        p.measure { "月・四半期・年が終わると、自動で下書きを作成します。説明を書き、一人が確認し、別の一人が公表します。閲覧者には公表するまで見えません。" }
        (table(&Table {
            caption: "報告", caption_hidden: true,
            head: vec![Col::text("期間"), Col::text("状態"), Col::text("作成"), Col::text("公表")],
            rows: all.iter().map(row).collect(),
            empty: "まだありません。月が替わると、前月分の下書きを作成します",
        }))
        (card("終わった期間の報告を作成する", form(&send, html! {
            (text_field(&TextField {
                name: "period", label: "期間", value: typed, hint: Some("2026-10（月）、2026Q3（四半期）、2026（年）"),
                error: refusal.and_then(|refusal| refusal.about("period")), ..TextField::default()
            }))
            (submit(&Button { label: "下書きを作成する", ..Button::default() }))
        })))
    }
}

/// What was typed on the page and refused.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The comment.
    pub comment: Option<String>,
    /// Why numbers moved, by the jumps' codes.
    pub why: Vec<(String, String)>,
    /// The notice of a withdrawal.
    pub notice: Option<String>,
}

/// The page of one.
pub struct DraftPage<'a> {
    /// The report.
    pub draft: &'a Draft,
    /// The words of codes.
    pub lists: &'a Lists,
    /// Who looks.
    pub me: Uuid,
    /// What was refused, and why.
    pub refused: Option<(&'a Typed, &'a Refusal)>,
}

impl DraftPage<'_> {
    fn name(&self, id: AccountId) -> &str {
        self.draft.names.get(&id.0).map_or("", String::as_str)
    }

    fn telling(&self) -> Telling<'_> {
        let Draft { issue, terms, before, .. } = self.draft;
        Telling { report: &issue.report, terms, before, lists: self.lists }
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.refused.and_then(|(_, refusal)| refusal.about(field))
    }

    /// A form of the page: it carries the version that was seen.
    fn send(&self, part: &str, inner: Markup) -> Markup {
        let action = routes::draft_part(self.draft.issue.report.period, part);
        let send = Form { action: &action, method_post: true, boosted: true, ..Form::default() };
        form(&send, html! { (hidden("version", &self.draft.issue.version.to_string())) (inner) })
    }
}

/// Draws it.
pub fn page(p: &DraftPage<'_>) -> Markup {
    let issue = &p.draft.issue;
    html! {
        p.header-line {
            strong { (issue.standing().label()) }
            span { (format::date_time(issue.drawn_at)) "に作成" }
            @if let Some(by) = issue.commented_by { span { "説明 " (p.name(by)) } }
            @if let Some((by, at)) = issue.approved { span { "確認 " (p.name(by)) " " (format::date_time(at)) } }
            @if let Some(published) = &issue.published { span { "公表 " (p.name(published.by)) " " (format::date_time(published.at)) } }
            @if let Some(withdrawn) = &issue.withdrawn { span { "取り下げ " (p.name(withdrawn.by)) " " (format::date_time(withdrawn.at)) } }
        }
        p { a href="#steps" { "数値を確かめたら、説明・確認・公表へ" } }
        @if issue.dropped > 0 {
            p.measure { "個別の施設が推測されないことを証明できなかった表 " (issue.dropped) "つを除いてあります。表を戻すことはできません。" }
        }
        @if let Some((_, refusal)) = p.refused { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
        @let telling = p.telling();
        (figures::draw(&telling))
        (figures::line(&telling))
        section.stack #steps { (steps(p)) }
        (example(&issue.report))
        (figures::notes(&telling, issue.drawn_at))
        @if let Some(published) = &issue.published { p.muted { "JSONファイルの確認用の値（SHA-256） " code { (published.hash) } } }
    }
}

/// What may be done to it now.
fn steps(p: &DraftPage<'_>) -> Markup {
    let issue = &p.draft.issue;
    match issue.standing() {
        Standing::Draft | Standing::Approved => html! {
            (comment(p))
            // What was refused isn't what would be approved.
            @if p.refused.is_none_or(|(typed, _)| typed.comment.is_none()) { (approval(p)) }
        },
        Standing::Published => html! {
            @for line in issue.comment.lines() { p.measure { (line) } }
            (figures::explained(&p.telling(), &issue.explained))
            (card("取り下げる", p.send("withdraw", html! {
                p.measure { "公表した数値は変更できません。誤りがあったときは、理由を示して取り下げます。閲覧者には理由だけが表示されます。取り下げは元に戻せず、この期間の報告を作り直すこともできません。" }
                (text_area(&TextArea {
                    name: "notice", label: "取り下げの理由", value: p.refused.and_then(|(typed, _)| typed.notice.as_deref()).unwrap_or_default(),
                    error: p.error("notice"), required: true, ..TextArea::default()
                }))
                (submit(&Button { label: "取り下げる", kind: ButtonKind::Danger, ask: Some("この報告を取り下げますか？ 元に戻せません"), ..Button::default() }))
            })))
        },
        Standing::Withdrawn => html! {
            @if let Some(withdrawn) = &issue.withdrawn { p.measure { "取り下げの理由：" (withdrawn.notice) } }
        },
    }
}

fn comment(p: &DraftPage<'_>) -> Markup {
    let issue = &p.draft.issue;
    let refused = p.refused.and_then(|(typed, _)| typed.comment.as_deref());
    let typed = refused.unwrap_or(&issue.comment);
    card("説明", p.send("comment", html! {
        @if refused.is_some() && !issue.comment.is_empty() {
            p { strong { "いま保存されている説明" } } @for line in issue.comment.lines() { p.measure { (line) } }
        }
        @if let Some(by) = issue.commented_by.filter(|_| refused.is_none()) { p.muted { (p.name(by)) "さんが保存した説明です" } }
        (text_area(&TextArea {
            name: "comment", label: "数値の動きと、その理由", value: typed,
            hint: Some("氏名・施設名・業者名・市区町村名・日付・この報告に載っていない数は載せられません。書き直すと、確認はやり直しになります"),
            error: p.error("comment"), required: true, ..TextArea::default()
        }))
        @if !p.draft.jumps.is_empty() {
            fieldset {
                legend { "前の期間から大きく動いた値。それぞれ理由を一文で" }
                @for jump in &p.draft.jumps { (why(p, jump)) }
            }
        }
        (submit(&Button { label: "保存する", key_hint: Some("Ctrl+Enter"), ..Button::default() }))
    }))
}

/// Why a number moved.
fn why(p: &DraftPage<'_>, jump: &Jump) -> Markup {
    let code = jump.code();
    let typed = p.refused.and_then(|(typed, _)| typed.why.iter().find(|(of, _)| *of == code));
    let kept = p.draft.issue.explained.iter().find(|explained| explained.jump == *jump);
    let said = typed.map(|(_, said)| said.as_str()).or(kept.map(|kept| kept.why.as_str()));
    text_field(&TextField {
        name: &code,
        label: &p.telling().moved(jump),
        value: said.unwrap_or_default(),
        error: p.error(&code),
        ..TextField::default()
    })
}

fn approval(p: &DraftPage<'_>) -> Markup {
    let mine = p.draft.issue.approved.is_some_and(|(by, _)| by.0 == p.me);
    html! {
        @match p.draft.issue.approved {
            None => (p.send("approve", html! {
                (submit(&Button { label: "数値と説明を確認した", ..Button::default() }))
            })),
            Some(_) if mine => p { "あなたが確認しました。公表は、ほかのスーパーバイザーが行います。" },
            Some(_) => (p.send("publish", html! {
                (submit(&Button { label: "公表する", kind: ButtonKind::Primary, ..Button::default() }))
            })),
        }
    }
}
