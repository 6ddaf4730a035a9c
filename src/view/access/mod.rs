//! Who may do what and see what: the product's one table, drawn.

use maud::{Markup, html};

use crate::domain::access::actor::{Action, Hands, Role, may};
use crate::domain::access::field::{Field, sees};
use crate::view::components::card::section;
use crate::view::components::table::{Col, Table, table};

/// The page.
pub fn page() -> Markup {
    html! {
        p { "この表は、画面・API・検査が実際に使っている権限の表そのものです。許されていない操作や項目は、画面に出ず、APIでも返りません。存在しないものと同じ応答になります。" }
        (section("操作", actions()))
        (section("表示される項目", fields()))
        (section("操作ごとの項目", shown()))
    }
}

fn head(first: &'static str) -> Vec<Col<'static>> {
    std::iter::once(first).chain(Role::ALL.iter().map(|role| role.label())).map(Col::text).collect()
}

fn allowed(yes: bool) -> Markup {
    html! { @if yes { "○" span.visually-hidden { "可" } } @else { "—" span.visually-hidden { "不可" } } }
}

fn actions() -> Markup {
    let row = |action: &Action| {
        let proof = if action.needs_fresh_proof() { "（認証コードの再入力が必要）" } else { "" };
        let hands =
            if action.hands() == Hands::People { "（人だけ。トークンではできません）" } else { "" };
        let mut cells = vec![html! { (action.label()) (proof) (hands) }];
        cells.extend(Role::ALL.iter().map(|role| allowed(may(*role, *action))));
        cells
    };
    table(&Table {
        caption: "役割ごとにできる操作",
        caption_hidden: true,
        head: head("操作"),
        rows: Action::ALL.iter().map(row).collect(),
        empty: "",
    })
}

fn fields() -> Markup {
    let row = |field: &Field| {
        let mut cells = vec![html! { (field.label()) }];
        cells.extend(Role::ALL.iter().map(|role| allowed(sees(*role, *field))));
        cells
    };
    table(&Table {
        caption: "役割ごとに見える項目",
        caption_hidden: true,
        head: head("項目"),
        rows: Field::ALL.iter().map(row).collect(),
        empty: "",
    })
}

fn shown() -> Markup {
    let of = |action: Action| Field::ALL.iter().filter(move |field| field.actions().contains(&action));
    let rows = Action::ALL.iter().filter(|action| of(**action).next().is_some()).map(|action| {
        let labels: Vec<_> = of(*action).map(|field| field.label()).collect();
        vec![html! { (action.label()) }, html! { (labels.join("、")) }]
    });
    table(&Table {
        caption: "操作ごとに表示される項目",
        caption_hidden: true,
        head: ["操作", "表示される項目"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "",
    })
}
