//! A report in the forms in which it's handed out: the same cells and marks in all of them.

use crate::domain::refusal::Refusal;
use crate::domain::reports::file::{self, WITHHELD};
use crate::domain::reports::issue::Issue;
use crate::domain::reports::jumps::Explained;
use crate::domain::reports::reading::{Says, funnel};
use crate::domain::reports::{Axis, Example, Key, LIMITS, Report, Table, Terms, per_thousand_facilities, stat, words};
use crate::domain::scheme::Lists;
use crate::gateway::pdf::{Inside, Paper, Part, PdfError, Press};
use crate::usecase::{Error, Services};

/// The forms: what a file's name ends with.
const FORMS: [&str; 4] = ["json", "csv", "xlsx", "pdf"];

/// A report in a form, with the form's kind; `comment` is what was written beside it, on paper for who reads it. The same
/// report gives the same bytes.
pub(super) async fn of(
    services: &Services,
    issue: &Issue,
    terms: &Terms,
    form: &str,
    comment: Option<&str>,
) -> Result<(&'static str, Vec<u8>), Error> {
    // What was published is what was kept then.
    let kept = issue.published.as_ref().map(|published| published.file.clone());
    let json = kept.unwrap_or_else(|| stat(&issue.report, &terms.categories).to_string());
    let outside = |e: Box<dyn std::error::Error + Send + Sync>| Error::Outside(e.to_string());
    let kind = kind(form).ok_or(Error::NotFound("report"))?;
    let bytes = match form {
        "csv" => file::csv(&json).map_err(outside)?,
        "xlsx" => file::xlsx(&json).map_err(outside)?,
        "pdf" => set(services, paper((issue, comment), terms, &services.scheme.lists, json)).await?,
        _ => json.into_bytes(),
    };
    Ok((kind, bytes))
}

/// A form's kind; none where there is no such form.
pub(super) fn kind(form: &str) -> Option<&'static str> {
    Some(match form {
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pdf" => "application/pdf",
        _ => return None,
    })
}

/// All of them that this build makes.
pub(super) async fn all(
    services: &Services,
    issue: &Issue,
    terms: &Terms,
    comment: Option<&str>,
) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
    let mut made = Vec::new();
    for form in FORMS.into_iter().filter(|form| is_made(form)) {
        made.push((form, of(services, issue, terms, form, comment).await?.1));
    }
    Ok(made)
}

/// Whether this build makes a form.
fn is_made(form: &str) -> bool {
    form != "pdf" || Press::MAKES
}

async fn set(services: &Services, paper: Paper) -> Result<Vec<u8>, Error> {
    let press = services.press.clone();
    let set = tokio::task::spawn_blocking(move || press.set(&paper)).await;
    match set.map_err(|error| Error::Outside(error.to_string()))? {
        Ok(file) => Ok(file),
        Err(PdfError::LeftOut) => {
            let none = "このサーバーではPDFを作れません。管理者に、pdf を含む版の導入を依頼してください";
            Err(Refusal::conflict("pdf.left_out", none).into())
        }
        Err(error) => Err(Error::Outside(error.to_string())),
    }
}

fn shown(cases: Option<u64>) -> String {
    cases.map_or_else(|| WITHHELD.to_owned(), |cases| cases.to_string())
}

/// The report on paper, with what was written beside it.
fn paper((issue, comment): (&Issue, Option<&str>), terms: &Terms, lists: &Lists, json: String) -> Paper {
    let report = &issue.report;
    let says = |says: Says| match says {
        Says::Shown(n) => n.to_string(),
        Says::Withheld => WITHHELD.to_owned(),
        Says::NotTold => "－".to_owned(),
    };
    let mut head: Vec<(String, String)> = funnel(report, terms)
        .into_iter()
        .filter(|(_, of)| *of != Says::NotTold)
        .map(|(label, of)| (label.to_owned(), says(of)))
        .collect();
    if let Some(rate) = per_thousand_facilities(report) {
        head.push(("名簿の1,000施設あたり".to_owned(), format!("{rate:.1}件")));
    }
    head.extend([
        ("相談のあった施設".to_owned(), shown(report.facilities)),
        ("印".to_owned(), format!("{WITHHELD}：個別の施設が推測されないよう公表していない値（理由によらず同じ印）")),
        ("限界".to_owned(), LIMITS.to_owned()),
    ]);
    if let Some(comment) = comment {
        head.insert(0, ("説明".to_owned(), comment.to_owned()));
    }
    let told = report.tables.iter().filter(|table| !table.axes.is_empty());
    let tables = told.enumerate().map(|(nth, table)| part(nth + 1, table, issue, terms, lists));
    let moved = comment.and_then(|_| explained(issue, terms, lists));
    let parts =
        moved.into_iter().chain(tables).chain(report.example.as_ref().map(example)).chain(changes(report)).collect();
    Paper {
        title: format!("サイバーセキュリティ相談窓口　{}の報告", report.period.label()),
        head,
        parts,
        foot: format!("{}の報告", report.period.label()),
        inside: Some(Inside { name: "report.json".into(), text: json, mime: "application/json".into() }),
    }
}

/// Why numbers moved.
fn explained(issue: &Issue, terms: &Terms, lists: &Lists) -> Option<Part> {
    let row = |one: &Explained| {
        let of = words::counted(&one.jump.key, &terms.categories, lists);
        (format!("{of}：{}件 → {}件", one.jump.from, one.jump.to), one.why.clone())
    };
    let rows: Vec<_> = issue.explained.iter().map(row).collect();
    (!rows.is_empty()).then(|| Part { title: "前の期間から大きく動いた値".to_owned(), rows })
}

/// The invented case, and what is recommended.
fn example(one: &Example) -> Part {
    let advice =
        one.advice.iter().enumerate().map(|(nth, advice)| (format!("おすすめする対策 {}", nth + 1), advice.clone()));
    let told = [("架空の事例".to_owned(), one.told.clone())].into_iter().chain(advice);
    let rows = told.chain([("もとにした公開資料".to_owned(), one.source.clone())]).collect();
    Part { title: format!("架空の事例　{}", one.title), rows }
}

/// What was changed of how things are counted.
fn changes(report: &Report) -> Option<Part> {
    let rows: Vec<_> = report.changes.iter().map(|(on, says)| (format!("{on}から"), says.clone())).collect();
    (!rows.is_empty()).then(|| Part { title: "集計方法の変更".to_owned(), rows })
}

/// A table, a row a cell.
fn part(nth: usize, table: &Table, issue: &Issue, terms: &Terms, lists: &Lists) -> Part {
    let axes: Vec<&str> = table.axes.iter().map(|axis| axis.label()).collect();
    let on = |key: &Key, axis: &Axis| {
        let category = key.at.iter().find(|(of, _)| of == axis).map(|(_, category)| *category);
        category.map_or_else(|| "計".to_owned(), |category| words::word(*axis, category, &terms.categories, lists))
    };
    let row = |key: Key| {
        let name: Vec<String> = table.axes.iter().map(|axis| on(&key, axis)).collect();
        (name.join("　"), shown(issue.report.cell(&key)))
    };
    let mut keys = table.keys(&terms.categories);
    // The total comes last, as on the page.
    keys.rotate_left(1);
    Part {
        title: format!("表{nth}　{}ごとの相談件数", axes.join(" × ")), rows: keys.into_iter().map(row).collect()
    }
}
