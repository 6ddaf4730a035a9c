//! What a report says in words, table by table: the same on a page and on paper, in an order that never changes.

use super::axis::Axis;
use super::file::WITHHELD;
use super::jumps::{Explained, Jump, same_cell};
use super::period::Span;
use super::reading::{Says, funnel};
use super::report::{Report, Terms};
use super::service::Measured;
use super::stat::{per_thousand_facilities, share};
use super::tables::{Key, Table};
use super::told::{Bar, Headline, Line, NOTHING, Told, shown};
use super::{LIMITS, SHARES_FROM, words};
use crate::domain::scheme::Lists;
use crate::domain::text::thousands;

/// A report, and what it is compared with.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// The report.
    pub report: &'a Report,
    /// How its year is told.
    pub terms: &'a Terms,
    /// Published reports to compare with, the period before first.
    pub before: &'a [(Report, Terms)],
    /// The words of codes.
    pub lists: &'a Lists,
}

/// A share of all cases.
fn share_of(cases: Option<u64>, total: Option<u64>) -> String {
    share(cases, total).map_or_else(|| NOTHING.to_owned(), |per_cent| format!("{per_cent}％"))
}

impl Telling<'_> {
    /// How far matters went, and how many facilities that were.
    pub fn headlines(&self) -> Vec<Headline> {
        let value = |says: Says| match says {
            Says::Shown(n) => Some(thousands(n)),
            Says::Withheld => Some(WITHHELD.to_owned()),
            Says::NotTold => None,
        };
        let figure = |(label, says): (&'static str, Says)| {
            let note = (label == "相談件数").then(|| self.compared()).flatten();
            value(says).map(|value| Headline { label, value, unit: "件", note })
        };
        let rate = per_thousand_facilities(self.report).map_or_else(|| NOTHING.to_owned(), |rate| format!("{rate:.1}"));
        let of = self.report.directory.map(|of| format!("作成時の名簿の{}施設に対して", thousands(of)));
        let beside = [
            Headline {
                label: "相談のあった施設", value: shown(self.report.facilities), unit: "施設", note: None
            },
            Headline { label: "名簿の1,000施設あたり", value: rate, unit: "件", note: of },
        ];
        funnel(self.report, self.terms).into_iter().filter_map(figure).chain(beside).collect()
    }

    /// What the total was before.
    fn compared(&self) -> Option<String> {
        let said = |(report, _): &(Report, Terms)| {
            report.total().map(|cases| format!("{} {}件", report.period.label(), thousands(cases)))
        };
        let all: Vec<String> = self.before.iter().filter_map(said).collect();
        (!all.is_empty()).then(|| all.join("、"))
    }

    /// Its tables.
    pub fn tables(&self) -> Vec<Told> {
        let tables = self.report.tables.iter().filter(|table| !table.axes.is_empty());
        let told = tables.enumerate().filter_map(|(nth, table)| match table.axes[..] {
            [axis] => Some(self.by_one(nth + 1, table, axis)),
            [down, across] => Some(self.by_two(nth + 1, table, down, across)),
            _ => None,
        });
        told.collect()
    }

    fn word(&self, axis: Axis, category: u8) -> String {
        words::word(axis, category, &self.terms.categories, self.lists)
    }

    /// The categories of an axis, the total behind them.
    fn lines_of(&self, axis: Axis) -> impl Iterator<Item = Option<u8>> {
        (0..self.terms.categories.count(axis)).map(Some).chain([None])
    }

    fn name_of(&self, axis: Axis, category: Option<u8>) -> String {
        category.map_or_else(|| "計".to_owned(), |category| self.word(axis, category))
    }

    fn by_one(&self, nth: usize, table: &Table, axis: Axis) -> Told {
        let total = self.report.total();
        let mut head = vec![axis.label().to_owned(), "件数".to_owned(), "構成比".to_owned()];
        head.extend(self.before.iter().map(|(report, _)| report.period.label()));
        let line = |category: Option<u8>| {
            let cases = match category {
                Some(category) => self.report.cell(&Key { period: table.period, at: vec![(axis, category)] }),
                None => total,
            };
            let mut cells = vec![shown(cases), share_of(cases, total)];
            cells.extend(self.before.iter().map(|earlier| self.earlier(earlier, axis, category)));
            let bar = if category.is_some() { Bar::of(cases) } else { Bar::None };
            Line { name: self.name_of(axis, category), cells, bar, is_total: category.is_none() }
        };
        Told {
            caption: format!("表{nth}　{}ごとの相談件数", axis.label()),
            head,
            lines: self.lines_of(axis).map(line).collect(),
            note: self.groups(&[axis]),
        }
    }

    /// The same cell of an earlier report.
    fn earlier(&self, (report, terms): &(Report, Terms), axis: Axis, category: Option<u8>) -> String {
        let Some(category) = category else { return shown(report.total()) };
        // Where it was told otherwise, or not at all, there is nothing to compare with.
        same_cell((report, terms), self.terms, axis, category).map_or_else(|| NOTHING.to_owned(), shown)
    }

    fn by_two(&self, nth: usize, table: &Table, down: Axis, across: Axis) -> Told {
        let columns: Vec<Option<u8>> = self.lines_of(across).collect();
        let names = columns.iter().map(|column| self.name_of(across, *column));
        let line = |line: Option<u8>| {
            let cell = |column: &Option<u8>| {
                let at = line.map(|c| (down, c)).into_iter().chain(column.map(|c| (across, c))).collect();
                shown(self.report.cell(&Key { period: table.period, at }))
            };
            Line {
                name: self.name_of(down, line),
                cells: columns.iter().map(cell).collect(),
                bar: Bar::None,
                is_total: line.is_none(),
            }
        };
        Told {
            caption: format!("表{nth}　{} × {}", down.label(), across.label()),
            head: std::iter::once(down.label().to_owned()).chain(names).collect(),
            lines: self.lines_of(down).map(line).collect(),
            note: self.groups(&[down, across]),
        }
    }

    /// What the groups of axes are made of.
    fn groups(&self, axes: &[Axis]) -> Option<String> {
        let made = |(axis, category): (Axis, u8)| {
            let of = self.terms.categories.base_of(axis, category);
            let words: Vec<String> = of.iter().map(|at| self.word(axis.base(), *at)).collect();
            (words.len() > 1).then(|| format!("{}：{}", self.word(axis, category), words.join("、")))
        };
        let all = axes.iter().filter(|axis| **axis != axis.base());
        let all = all.flat_map(|axis| (0..self.terms.categories.count(*axis)).map(move |category| (*axis, category)));
        let made: Vec<String> = all.filter_map(made).collect();
        (!made.is_empty()).then(|| made.join("／"))
    }

    /// What the line did.
    pub fn line(&self) -> Told {
        let line = |measured: &Measured| {
            let (name, unit) = match measured.name.as_str() {
                "answered" => ("お受けした電話".to_owned(), "件"),
                "out_of_hours" => ("うち受付時間外".to_owned(), "件"),
                "handling" => ("通話時間（中央値）".to_owned(), "分"),
                _ => (format!("{}時", measured.at.replace('-', "〜")), "件"),
            };
            Line { name, cells: vec![format!("{}{unit}", thousands(measured.value))], bar: Bar::None, is_total: false }
        };
        Told {
            caption: "電話の受付".to_owned(),
            head: vec!["項目".to_owned(), "値".to_owned()],
            lines: self.report.service.iter().map(line).collect(),
            note: None,
        }
    }

    /// A jump in words: what moved, from what to what. Where the period before is withdrawn, its figure isn't told by way of
    /// this one.
    pub fn moved(&self, jump: &Jump) -> String {
        let of = words::counted(&jump.key, &self.terms.categories, self.lists);
        format!("{of}：{}件 → {}件", thousands(jump.from), thousands(jump.to))
    }

    /// What moved much against the period before, and why.
    pub fn explained(&self, all: &[Explained]) -> Vec<(String, String)> {
        let stands = self.before.iter().any(|(report, _)| Some(report.period) == self.report.period.before());
        let to = |jump: &Jump| {
            let of = words::counted(&jump.key, &self.terms.categories, self.lists);
            format!("{of}：{}件（前の期間の報告は取り下げられています）", thousands(jump.to))
        };
        let moved = |jump: &Jump| if stands { self.moved(jump) } else { to(jump) };
        all.iter().map(|one| (moved(&one.jump), one.why.clone())).collect()
    }

    /// How to read it: what is counted, what a mark means. `drawn_at` is when it was counted, in words.
    pub fn notes(&self, drawn_at: &str) -> Vec<String> {
        let mut notes = vec!["受付日による集計です。同じ件の相談票は1件に数えます。".to_owned()];
        if self.tells_how_it_went() {
            let year = "年の「対応中」は、各四半期末に対応中だった件数の合計で、年末に残っている件数ではありません。";
            let year = if self.report.period.span() == Span::Year { year } else { "" };
            notes.push(format!(
                "対応結果・対応段階・完了までの日数は、受け付けた四半期の終わりの時点のものです。{year}"
            ));
        }
        notes.extend([
            format!("{WITHHELD}：個別の施設が推測されないよう公表していない値です。理由によらず同じ印を用います。図では決まった長さの枠で示します。"),
            LIMITS.to_owned(),
            format!("構成比は、公表している件数から整数で求め、合計が{SHARES_FROM}件未満のときは示しません。"),
            "施設数は、同じ施設から何度ご相談があっても1施設に数えます。施設が分からない相談があるときは、そこから件数が推測されない場合に限り示します。".to_owned(),
            format!("{drawn_at}に集計し、以後は変更していません。"),
            "待ち時間・放棄呼・通話後の処理時間と、一時支援金・ご案内した資料は、まだ計測していません。".to_owned(),
        ]);
        notes
    }

    /// Whether a table tells how cases ended.
    fn tells_how_it_went(&self) -> bool {
        let by_it = |axis: &Axis| axis.known_by() == Axis::Outcome || *axis == Axis::CloseTime;
        self.report.tables.iter().any(|table| table.axes.iter().any(by_it))
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Categories;
    use super::super::period::Period;
    use super::super::tables::Grain;
    use super::*;
    use crate::domain::scheme::sample::scheme;

    fn report(period: &str, total: Option<u64>, cells: [Option<u64>; 3]) -> (Report, Terms) {
        let period: Period = period.parse().expect("a year");
        let codes = ["a", "b", "c"].map(str::to_owned).to_vec();
        let terms = Terms { grain: Grain::National, categories: Categories::new([(Axis::Desk, codes)], None) };
        let by = (0..).zip(cells).map(|(c, cases)| (Key { period, at: vec![(Axis::Desk, c)] }, cases));
        let report = Report {
            period,
            tables: vec![Table { period, axes: vec![Axis::Desk] }],
            cells: [(Key { period, at: Vec::new() }, total)].into_iter().chain(by).collect(),
            facilities: None,
            service: vec![Measured { name: "by_hour".into(), at: "21-6".into(), value: 1200 }],
            directory: None,
            example: None,
            changes: Vec::new(),
        };
        (report, terms)
    }

    #[test]
    fn a_table_says_counts_shares_and_what_was_before_and_its_total_stands_last() {
        let lists = scheme().lists;
        let before = [report("2025", Some(90), [None, Some(40), Some(50)])];
        let (now, terms) = report("2026", Some(2000), [Some(1500), None, Some(0)]);
        let told = Telling { report: &now, terms: &terms, before: &before, lists: &lists };
        let [table] = &told.tables()[..] else { panic!("one") };
        assert_eq!(table.head[1..], ["件数", "構成比", "2025年"]);
        let lines: Vec<_> = table.lines.iter().map(|line| (line.cells.join(" "), line.bar, line.is_total)).collect();
        let said = |words: &str, bar, is_total| (words.to_owned(), bar, is_total);
        assert_eq!(
            lines,
            [
                said("1,500 75％ *", Bar::Of(1500), false),
                said("* － 40", Bar::Withheld, false),
                said("0 0％ 50", Bar::Of(0), false),
                said("2,000 100％ 90", Bar::None, true),
            ]
        );
        assert_eq!(told.line().lines[0].name, "21〜6時");
        assert_eq!(told.line().lines[0].cells, ["1,200件"]);
    }

    #[test]
    fn what_was_withdrawn_is_not_told_by_way_of_what_moved() {
        let lists = scheme().lists;
        let (now, terms) = report("2026", Some(2000), [Some(1500), None, None]);
        let key = Key { period: now.period, at: Vec::new() };
        let all = [Explained { jump: Jump { key, from: 90, to: 2000 }, why: "注意喚起".into() }];
        let said = |before: &[(Report, Terms)]| {
            Telling { report: &now, terms: &terms, before, lists: &lists }.explained(&all)[0].0.clone()
        };
        assert_eq!(said(&[report("2025", Some(90), [None; 3])]), "相談件数：90件 → 2,000件");
        assert_eq!(said(&[]), "相談件数：2,000件（前の期間の報告は取り下げられています）");
    }
}
