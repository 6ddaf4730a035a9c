//! Signing in, and choosing a password.

use maud::{Markup, html};

use crate::domain::refusal::Refusal;
use crate::routes;
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{InputKind, TextField, text_field};
use crate::view::components::form::{Form, form};

/// The sign-in form. `to`: where whoever signs in was going.
pub fn sign_in(login: &str, to: &str, refusal: Option<&Refusal>) -> Markup {
    let inner = form(
        &Form { action: routes::SESSION, method_post: true, ..Form::default() },
        html! {
            @if let Some(refusal) = refusal { p.field-error role="alert" { (refusal.message) } }
            (text_field(&TextField {
                name: "login", label: "ログインID", value: login, required: true, autofocus: login.is_empty(),
                autocomplete: Some("username"), max_chars: Some(40), ..TextField::default()
            }))
            (text_field(&TextField {
                name: "password", label: "パスワード", kind: InputKind::Password, required: true, autofocus: !login.is_empty(),
                autocomplete: Some("current-password"), hint: Some("はじめての方は、管理者から受け取ったコードを入力してください"), ..TextField::default()
            }))
            (going(to))
            (submit(&Button { label: "サインイン", kind: ButtonKind::Primary, ..Button::default() }))
        },
    );
    card("サインイン", inner)
}

/// Where somebody was going goes along with each step of the way in.
pub(super) fn going(to: &str) -> Markup {
    html! { @if !to.is_empty() { input type="hidden" name="to" value=(to); } }
}

/// The form for one's own password. Without a current one it isn't asked for.
pub fn password(first: bool, to: &str, refusal: Option<&Refusal>) -> Markup {
    let about = |name: &str| refusal.and_then(|r| r.about(name));
    let opening = if first { "password" } else { "current" };
    let wrong = ["current", "password", "again"].into_iter().find(|name| about(name).is_some());
    let field = |name, label, autocomplete, hint| {
        text_field(&TextField {
            name,
            autofocus: name == wrong.unwrap_or(opening),
            label,
            kind: InputKind::Password,
            required: true,
            autocomplete: Some(autocomplete),
            hint,
            error: about(name),
            ..TextField::default()
        })
    };
    let inner = form(
        &Form { action: routes::PASSWORD, method_post: true, ..Form::default() },
        html! {
            @if let Some(refusal) = refusal { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
            @if !first { (field("current", "いまのパスワード", "current-password", None)) }
            (field("password", "新しいパスワード", "new-password", Some("15〜128文字。覚えやすい長い文章をお勧めします")))
            (field("again", "新しいパスワード（もう一度）", "new-password", None))
            (going(to))
            (submit(&Button { label: "パスワードを決める", kind: ButtonKind::Primary, ..Button::default() }))
        },
    );
    card("パスワード", inner)
}
