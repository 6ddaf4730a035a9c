//! Passkeys: giving one, the list of one's own, adding one. The script beside the page (`passkey.js`) finds its forms
//! by `data-passkey`.

use maud::{Markup, html};

use crate::domain::accounts::passkey::Passkey;
use crate::domain::accounts::passkey::{MOST, NAME_CHARS, WhyNot};
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::view::components::button::{Button, ButtonKind, link_button, submit};
use crate::view::components::card::card;
use crate::view::components::field::{TextField, text_field};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// What the script asks an authenticator for, and where it learns how.
struct Asking<'a> {
    /// `get` or `create`.
    does: &'a str,
    /// Where the challenge comes from.
    ask: &'a str,
    /// The address that the passkeys belong to.
    home: &'a str,
    button: Button<'a>,
    error: Option<&'a str>,
}

fn asking(a: &Asking<'_>) -> Markup {
    html! {
        input type="hidden" name="passkey";
        div class="passkey" data-passkey=(a.does) data-ask=(a.ask) data-home=(a.home) {
            (submit(&a.button))
            p class="field-error" role="alert" { @if let Some(error) = a.error { (error) } }
            noscript { p { "パスキーを使うには、ブラウザのJavaScriptを有効にしてください。" } }
        }
    }
}

/// Gives a passkey in the place of a code, to where the code would go. `beside` goes along.
pub fn give(action: &str, home: &str, beside: Markup, refusal: Option<&Refusal>) -> Markup {
    let button = Button { label: "パスキーで確認", ..Button::default() };
    let error = refusal.and_then(|r| r.about("passkey"));
    let inner = html! {
        p { "登録した端末の指紋・顔・PINか、セキュリティキーで確認します。" }
        (form(
            &Form { action, method_post: true, ..Form::default() },
            html! { (beside) (asking(&Asking { does: "get", ask: routes::PASSKEY_ASK, home, button, error })) },
        ))
    };
    card("パスキー", inner)
}

/// One's own passkeys, and whether more can be added.
pub struct Mine<'a> {
    /// Those there are.
    pub keys: &'a [Passkey],
    /// Whether passkeys are offered, and why not.
    pub offered: Result<(), WhyNot>,
}

/// The part of one's own account that lists them; nothing where there are none and never will be.
pub fn mine(m: &Mine<'_>) -> Markup {
    if m.keys.is_empty() && m.offered == Err(WhyNot::LeftOut) {
        return html! {};
    }
    let full = format!("{MOST}個までです。使わないものを削除すると追加できます");
    let more = Button {
        label: "パスキーを追加する",
        disabled_reason: (m.keys.len() >= MOST).then_some(full.as_str()),
        ..Button::default()
    };
    card(
        "パスキー",
        html! {
            p { "登録しておくと、2段階認証を指紋・顔・PINやセキュリティキーで済ませられます。認証アプリと回復コードも、これまでどおり使えます。" }
            @if !m.keys.is_empty() { (list(m.keys)) }
            @match m.offered {
                Ok(()) => p { (link_button(routes::PASSKEYS, &more)) },
                Err(WhyNot::Address) => p.muted { "いまは追加も確認もできません。パスキーを使うには、この窓口のアドレス（設定の http.base_url）が https:// で始まる名前か localhost である必要があります。管理者にご相談ください。" },
                Err(WhyNot::LeftOut) => p.muted { "この窓口ではパスキーを使えなくなりました。登録は削除できます。" },
            }
        },
    )
}

fn list(keys: &[Passkey]) -> Markup {
    let rows = keys.iter().map(|key| {
        vec![
            html! { span.name { (key.name) } },
            html! { span.nowrap { (format::date_time_full(key.created_at)) } },
            html! { @match key.last_used_at { Some(at) => span.nowrap { (format::date_time_full(at)) }, None => "まだ使っていません" } },
            form(
                &Form { action: &routes::passkey_remove(key.id), method_post: true, inline: true, ..Form::default() },
                submit(&Button { label: "削除する", ..Button::default() }),
            ),
        ]
    });
    table(&Table {
        caption: "登録したパスキー",
        caption_hidden: true,
        head: ["名前", "追加", "最後の使用", "操作"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "ありません",
    })
}

/// The form for adding one. `name`: what was typed so far.
pub fn new(name: &str, home: &str, refusal: Option<&Refusal>) -> Markup {
    let button = Button { label: "パスキーを登録する", kind: ButtonKind::Primary, ..Button::default() };
    let whole = refusal.filter(|r| r.fields.is_empty()).map(|r| r.message.as_str());
    let error = refusal.and_then(|r| r.about("passkey")).or(whole);
    let inner = html! {
        p { "ボタンを押すと、端末が指紋・顔・PINかセキュリティキーを求めます。端末の案内に従ってください。" }
        (form(
            &Form { action: routes::PASSKEYS, method_post: true, ..Form::default() },
            html! {
                (text_field(&TextField {
                    name: "name", label: "名前（なくてもかまいません）", value: name, autofocus: true, max_chars: Some(NAME_CHARS),
                    hint: Some("あとで見分けるための名前です（例: 受付のパソコン、青いセキュリティキー）"),
                    error: refusal.and_then(|r| r.about("name")), ..TextField::default()
                }))
                (asking(&Asking { does: "create", ask: routes::PASSKEY_ASK_NEW, home, button, error }))
            },
        ))
    };
    html! {
        (card("この端末かセキュリティキーを登録", inner))
        p { (link_button(routes::OWN, &Button { label: "やめてアカウントの設定へ", kind: ButtonKind::Quiet, ..Button::default() })) }
    }
}
