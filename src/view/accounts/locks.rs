//! The second factor: giving it, giving it again, setting it up, recovery codes.

use maud::{Markup, html};

use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::accounts::factors::SetUp;
use crate::view::accounts::passkeys::give;
use crate::view::accounts::session::going;
use crate::view::components::button::{Button, ButtonKind, link_button, submit};
use crate::view::components::card::card;
use crate::view::components::field::{InputKind, TextField, text_field};
use crate::view::components::form::{Form, form};

/// The light border an app's camera needs, in squares.
const BORDER: usize = 4;

fn code_field(refusal: Option<&Refusal>, recovery: bool) -> Markup {
    let hint = "認証アプリに表示されている6桁。アプリが使えないときは回復コード";
    html! {
        @if let Some(refusal) = refusal { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
        (text_field(&TextField {
            name: "code", label: "コード", required: true, autofocus: true, autocomplete: Some("one-time-code"),
            kind: if recovery { InputKind::Text } else { InputKind::Numeric }, max_chars: Some(40),
            hint: recovery.then_some(hint), error: refusal.and_then(|r| r.about("code")), ..TextField::default()
        }))
    }
}

fn go(label: &str) -> Markup {
    submit(&Button { label, kind: ButtonKind::Primary, ..Button::default() })
}

fn leave() -> Markup {
    form(
        &Form { action: routes::SIGN_OUT, method_post: true, inline: true, ..Form::default() },
        submit(&Button { label: "サインアウト", kind: ButtonKind::Quiet, ..Button::default() }),
    )
}

/// Asks for the second factor after the password. `passkeys_at`: where passkeys belong, for those who have one.
pub fn second(to: &str, refusal: Option<&Refusal>, passkeys_at: Option<&str>) -> Markup {
    let inner = form(
        &Form { action: routes::SECOND, method_post: true, ..Form::default() },
        html! { (going(to)) (code_field(refusal, true)) (go("確認してサインイン")) },
    );
    html! {
        (card("認証アプリのコード", inner))
        @if let Some(home) = passkeys_at { (give(routes::SECOND, home, going(to), refusal)) }
        (leave())
    }
}

/// Asks for it again; what had been typed waits in a hidden field, where a form waits at all.
pub fn confirm(to: &str, kept: Option<&str>, refusal: Option<&Refusal>, passkeys_at: Option<&str>) -> Markup {
    let waiting = || {
        html! {
            input type="hidden" name="to" value=(to);
            @if let Some(kept) = kept { input type="hidden" name="kept" value=(kept); }
        }
    };
    let by = match passkeys_at {
        Some(_) => "認証アプリのコードか下のパスキーで、もう一度ご本人の確認をしてください。",
        None => "認証アプリのコードをもう一度入力してください。",
    };
    let inner = html! {
        p { "この操作の前に、" (by) @if kept.is_some_and(|kept| !kept.is_empty()) { "入力した内容は保たれています。" } }
        (form(
            &Form { action: routes::CONFIRM, method_post: true, ..Form::default() },
            html! {
                (waiting())
                (code_field(refusal, true))
                (go("確認する"))
            },
        ))
    };
    html! {
        (card("認証アプリのコード", inner))
        @if let Some(home) = passkeys_at { (give(routes::CONFIRM, home, waiting(), refusal)) }
        p { (link_button(routes::HOME, &Button { label: "やめてはじめの画面へ", kind: ButtonKind::Quiet, ..Button::default() })) }
    }
}

/// Goes on with what waited.
pub fn go_on(to: &str, fields: &[(String, String)]) -> Markup {
    let inner = form(
        &Form { action: to, method_post: true, ..Form::default() },
        html! {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            (submit(&Button { label: "先ほどの操作を続ける", kind: ButtonKind::Primary, autofocus: true, ..Button::default() }))
        },
    );
    card("操作を続けてください", inner)
}

/// What an authenticator app is set up from; `again` when somebody signed in puts another app in its place.
pub fn set_up(set_up: &SetUp, to: &str, refusal: Option<&Refusal>, again: bool) -> Markup {
    let inner = html! {
        div.set-up {
            (picture(set_up))
            ol {
                li { "スマートフォンの認証アプリで、この図を読み取ってください。" }
                li { "アプリに表示された6桁のコードを、下の欄に入力してください。" }
            }
        }
        p { "読み取れないときは、次の文字をアプリに入力してください。" br; code.set-up-key { (set_up.by_hand) } }
        @if again { p { "登録すると、いまの認証アプリと回復コードは使えなくなります。" } }
        (form(
            &Form { action: routes::FACTOR, method_post: true, ..Form::default() },
            html! { (going(to)) (code_field(refusal, false)) (go("登録する")) },
        ))
    };
    html! { (card("2段階認証の準備", inner)) (way_out(again)) }
}

/// Before an app is set up: what it takes.
pub fn before_set_up(to: &str, again: bool) -> Markup {
    let inner = html! {
        p { "サインインのときに、パスワードのほかに認証アプリのコードを使います。スマートフォンに認証アプリ（Google Authenticator、Microsoft Authenticator など）を用意してから始めてください。" }
        @if again { p { "登録し終えると、いまの認証アプリと回復コードは使えなくなります。" } }
        (form(
            &Form { action: routes::FACTOR_BEGIN, method_post: true, ..Form::default() },
            html! { (going(to)) (submit(&Button { label: "登録を始める", kind: ButtonKind::Primary, autofocus: true, ..Button::default() })) },
        ))
    };
    html! { (card("2段階認証の準備", inner)) (way_out(again)) }
}

fn way_out(again: bool) -> Markup {
    html! {
        @if again { p { (link_button(routes::OWN, &Button { label: "やめてアカウントの設定へ", kind: ButtonKind::Quiet, ..Button::default() })) } }
        @else { (leave()) }
    }
}

fn picture(set_up: &SetUp) -> Markup {
    let side = set_up.picture.side;
    let whole = side + 2 * BORDER;
    let dark: String = set_up
        .picture
        .dark
        .iter()
        .enumerate()
        .filter(|(_, dark)| **dark)
        .map(|(i, _)| format!("M{} {}h1v1h-1z", i % side + BORDER, i / side + BORDER))
        .collect();
    html! {
        svg.set-up-picture viewBox=(format!("0 0 {whole} {whole}")) role="img" aria-label="認証アプリで読み取る図" shape-rendering="crispEdges" {
            rect width=(whole) height=(whole) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    }
}

/// Recovery codes: shown once. `to`: where one goes on to.
pub fn codes(codes: &[String], to: &str) -> Markup {
    card(
        "回復コード",
        html! {
            p { "認証アプリが使えないときに、1つにつき1回だけ使えます。この画面を印刷する（Ctrl+P）か書き写して、人目に触れない場所に保管してください。" strong.no-print { "この画面を離れると二度と表示されません。" } }
            ol.recovery-codes { @for code in codes { li { code { (code) } } } }
            p { (link_button(to, &Button { label: "保管しました", kind: ButtonKind::Primary, ..Button::default() })) }
        },
    )
}
