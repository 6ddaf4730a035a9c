//! The tables of a report, each beside its chart: the same for who reads and for who approves.

use maud::{Markup, html};

use crate::domain::reports::file::WITHHELD;
use crate::domain::reports::jumps::{Explained, Jump, same_cell};
use crate::domain::reports::reading::{Says, funnel};
use crate::domain::reports::{
    Axis, Key, LIMITS, Measured, Report, SHARES_FROM, Span, Table as Told, Terms, per_thousand_facilities, share, words,
};
use crate::domain::scheme::Lists;
use crate::view::components::bars::{Bar, bars};
use crate::view::components::figure::{Figure, figures};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// A report's figures, and what they are compared with.
pub(super) struct Figures<'a> {
    /// The report.
    pub report: &'a Report,
    /// How its year is told.
    pub terms: &'a Terms,
    /// Published reports to compare with, the period before first.
    pub before: &'a [(Report, Terms)],
    /// The words of codes.
    pub lists: &'a Lists,
}

/// A number, or the mark for withheld.
fn shown(cases: Option<u64>) -> String {
    cases.map_or_else(|| WITHHELD.to_owned(), format::count)
}

impl Figures<'_> {
    /// All of it, in an order that never changes.
    pub(super) fn draw(&self) -> Markup {
        let tables = self.report.tables.iter().filter(|table| !table.axes.is_empty());
        html! {
            (self.head())
            @for (nth, told) in tables.enumerate() {
                @match told.axes[..] {
                    [axis] => (self.by_one(nth + 1, told, axis)),
                    [down, across] => (self.by_two(nth + 1, told, down, across)),
                    _ => {}
                }
            }
        }
    }

    /// How far matters went, and how many facilities that were.
    fn head(&self) -> Markup {
        let value = |says: Says| match says {
            Says::Shown(n) => format::count(n),
            Says::Withheld => WITHHELD.to_owned(),
            Says::NotTold => "－".to_owned(),
        };
        let funnel = funnel(self.report, self.terms);
        let figure = |(label, says): &(&'static str, Says)| Figure {
            label,
            value: value(*says),
            unit: "件",
            note: if *label == "相談件数" { self.compared() } else { None },
            ..Figure::default()
        };
        let rate = per_thousand_facilities(self.report).map_or_else(|| "－".to_owned(), |rate| format!("{rate:.1}"));
        let of = self.report.directory.map(|of| format!("作成時の名簿の{}施設に対して", format::count(of)));
        let beside = [
            Figure {
                label: "相談のあった施設",
                value: shown(self.report.facilities),
                unit: "施設",
                ..Figure::default()
            },
            Figure { label: "名簿の1,000施設あたり", value: rate, unit: "件", note: of, ..Figure::default() },
        ];
        let told = funnel.iter().filter(|(_, says)| *says != Says::NotTold);
        html! { (figures(&told.map(figure).chain(beside).collect::<Vec<_>>())) }
    }

    /// A jump in words: what moved, from what to what.
    pub(super) fn moved(&self, jump: &Jump) -> String {
        let of = words::counted(&jump.key, &self.terms.categories, self.lists);
        format!("{of}：{}件 → {}件", format::count(jump.from), format::count(jump.to))
    }

    /// The same without what it was.
    fn moved_to(&self, jump: &Jump) -> String {
        let of = words::counted(&jump.key, &self.terms.categories, self.lists);
        format!("{of}：{}件（前の期間の報告は取り下げられています）", format::count(jump.to))
    }

    /// What moved much against the period before, and why.
    pub(super) fn explained(&self, all: &[Explained]) -> Markup {
        // Where the period before is withdrawn, its figures aren't told by way of this one either.
        let stands = self.before.iter().any(|(report, _)| Some(report.period) == self.report.period.before());
        let moved = |jump: &Jump| if stands { self.moved(jump) } else { self.moved_to(jump) };
        html! {
            @if !all.is_empty() {
                section {
                    h2 { "前の期間から大きく動いた値" }
                    dl.facts { @for one in all { dt { (moved(&one.jump)) } dd.measure { (one.why) } } }
                }
            }
        }
    }

    /// What the line did.
    pub(super) fn line(&self) -> Markup {
        let name = |measured: &Measured| match measured.name.as_str() {
            "answered" => "お受けした電話".to_owned(),
            "out_of_hours" => "うち受付時間外".to_owned(),
            "handling" => "通話時間（中央値）".to_owned(),
            _ => format!("{}時", measured.at.replace('-', "〜")),
        };
        let unit = |measured: &Measured| if measured.name == "handling" { "分" } else { "件" };
        let row = |measured: &Measured| {
            vec![html! { (name(measured)) }, html! { (format::count(measured.value)) (unit(measured)) }]
        };
        html! {
            (table(&Table {
                caption: "電話の受付", head: vec![Col::text("項目"), Col::number("値")],
                rows: self.report.service.iter().map(row).collect(),
                empty: "公表できる件数がありません", ..Table::default()
            }))
        }
    }

    /// What the total was before.
    fn compared(&self) -> Option<String> {
        let said = |(report, _): &(Report, Terms)| {
            report.total().map(|cases| format!("{} {}件", report.period.label(), format::count(cases)))
        };
        let all: Vec<String> = self.before.iter().filter_map(said).collect();
        (!all.is_empty()).then(|| all.join("、"))
    }

    fn word(&self, axis: Axis, category: u8) -> String {
        words::word(axis, category, &self.terms.categories, self.lists)
    }

    /// A table by one axis beside its chart.
    fn by_one(&self, nth: usize, told: &Told, axis: Axis) -> Markup {
        let all: Vec<(u8, Option<u64>)> = (0..self.terms.categories.count(axis))
            .map(|c| (c, self.report.cell(&Key { period: told.period, at: vec![(axis, c)] })))
            .collect();
        let caption = format!("表{nth}　{}ごとの相談件数", axis.label());
        let total = self.report.total();
        let mut head = vec![Col::text(axis.label()), Col::number("件数"), Col::number("構成比")];
        let labels: Vec<String> = self.before.iter().map(|(report, _)| report.period.label()).collect();
        head.extend(labels.iter().map(|label| Col::number(label)));
        let row = |category: Option<u8>, cases: Option<u64>| {
            let name = category.map_or_else(|| "計".to_owned(), |category| self.word(axis, category));
            let mut cells = vec![html! { (name) }, html! { (shown(cases)) }, html! { (share_of(cases, total)) }];
            cells.extend(self.before.iter().map(|earlier| html! { (self.earlier(earlier, axis, category)) }));
            cells
        };
        let rows = all.iter().map(|(category, cases)| row(Some(*category), *cases)).chain([row(None, total)]).collect();
        let bar = |(category, cases): &(u8, Option<u64>)| Bar {
            label: self.word(axis, *category),
            value: cases.and_then(|n| u32::try_from(n).ok()),
            note: cases.is_none().then(|| "非公表".to_owned()),
        };
        html! {
            section class="columns" {
                (table(&Table { caption: &caption, head, rows, ..Table::default() }))
                (bars(&format!("図{nth}　{}ごとの相談件数", axis.label()), &all.iter().map(bar).collect::<Vec<_>>()))
            }
            (self.groups(axis))
        }
    }

    /// The same cell of an earlier report.
    fn earlier(&self, (report, terms): &(Report, Terms), axis: Axis, category: Option<u8>) -> String {
        let Some(category) = category else { return shown(report.total()) };
        // Where it was told otherwise, or not at all, there is nothing to compare with.
        same_cell((report, terms), self.terms, axis, category).map_or_else(|| "－".to_owned(), shown)
    }

    /// A table by two axes.
    fn by_two(&self, nth: usize, told: &Told, down: Axis, across: Axis) -> Markup {
        let caption = format!("表{nth}　{} × {}", down.label(), across.label());
        let columns: Vec<Option<u8>> = (0..self.terms.categories.count(across)).map(Some).chain([None]).collect();
        let names: Vec<String> = columns
            .iter()
            .map(|column| column.map_or_else(|| "計".to_owned(), |category| self.word(across, category)))
            .collect();
        let head = std::iter::once(Col::text(down.label())).chain(names.iter().map(|name| Col::number(name))).collect();
        let row = |line: Option<u8>| {
            let name = line.map_or_else(|| "計".to_owned(), |category| self.word(down, category));
            let cell = |column: &Option<u8>| {
                let at = line.map(|c| (down, c)).into_iter().chain(column.map(|c| (across, c))).collect();
                html! { (shown(self.report.cell(&Key { period: told.period, at }))) }
            };
            std::iter::once(html! { (name) }).chain(columns.iter().map(cell)).collect::<Vec<_>>()
        };
        let lines = (0..self.terms.categories.count(down)).map(Some).chain([None]);
        html! {
            (table(&Table { caption: &caption, head, rows: lines.map(row).collect(), ..Table::default() }))
            (self.groups(down)) (self.groups(across))
        }
    }

    /// What the groups of an axis are made of.
    fn groups(&self, axis: Axis) -> Markup {
        let base = axis.base();
        let made = |category: u8| {
            let of = self.terms.categories.base_of(axis, category);
            let words: Vec<String> = of.iter().map(|at| self.word(base, *at)).collect();
            (words.len() > 1).then(|| format!("{}：{}", self.word(axis, category), words.join("、")))
        };
        let made: Vec<String> = (0..self.terms.categories.count(axis)).filter_map(made).collect();
        html! { @if axis != base && !made.is_empty() { p.muted { (made.join("／")) } } }
    }
}

/// A share of all cases, in words.
fn share_of(cases: Option<u64>, total: Option<u64>) -> String {
    share(cases, total).map_or_else(|| "－".to_owned(), |per_cent| format!("{per_cent}％"))
}

/// Whether a table tells how cases ended.
fn tells_how_it_went(report: &Report) -> bool {
    let by_it = |axis: &Axis| axis.known_by() == Axis::Outcome || *axis == Axis::CloseTime;
    report.tables.iter().any(|table| table.axes.iter().any(by_it))
}

/// How to read it: what is counted, what a mark means.
pub(super) fn notes(report: &Report, drawn_at: chrono::DateTime<chrono::Utc>) -> Markup {
    html! {
        section {
            h2 { "集計について" }
            ul.muted {
                li { "受付日による集計です。同じ件の相談票は1件に数えます。" }
                @if tells_how_it_went(report) { li { "対応結果・対応段階・完了までの日数は、受け付けた四半期の終わりの時点のものです。" @if report.period.span() == Span::Year { "年の「対応中」は、各四半期末に対応中だった件数の合計で、年末に残っている件数ではありません。" } } }
                li { (WITHHELD) "：個別の施設が推測されないよう公表していない値です。理由によらず同じ印を用います。" }
                li { (LIMITS) }
                li { "構成比は、公表している件数から整数で求め、合計が" (SHARES_FROM) "件未満のときは示しません。" }
                li { "施設数は、同じ施設から何度ご相談があっても1施設に数えます。施設が分からない相談があるときは、そこから件数が推測されない場合に限り示します。" }
                li { (format::date_time_full(drawn_at)) "に集計し、以後は変更していません。" }
                li { "待ち時間・放棄呼・通話後の処理時間と、一時支援金・ご案内した資料は、まだ計測していません。" }
            }
            @if !report.changes.is_empty() {
                h3 { "集計方法の変更" }
                ul.muted { @for (on, says) in &report.changes { li { (format::date_of(*on)) "から　" (says) } } }
            }
        }
    }
}
