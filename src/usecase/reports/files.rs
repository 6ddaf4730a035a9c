//! A report in the forms in which it's handed out: the same cells and marks in all of them.

use crate::domain::refusal::Refusal;
use crate::domain::reports::issue::Issue;
use crate::domain::reports::words::legend;
use crate::domain::reports::{Terms, file, stat};
use crate::gateway::pdf::{Paper, PdfError, Press};
use crate::usecase::reports::paper::{Beside, paper};
use crate::usecase::{Error, Services};

/// The forms: what a file's name ends with.
const FORMS: [&str; 4] = ["json", "csv", "xlsx", "pdf"];

/// A report in a form, with the form's kind; on paper for who reads it with what stands `beside` it. The same report gives
/// the same bytes.
pub(super) async fn of(
    services: &Services,
    issue: &Issue,
    terms: &Terms,
    form: &str,
    beside: Option<&Beside>,
) -> Result<(&'static str, Vec<u8>), Error> {
    // What was published is what was kept then.
    let kept = issue.published.as_ref().map(|published| published.file.clone());
    let json = kept.unwrap_or_else(|| stat(&issue.report, &terms.categories).to_string());
    let outside = |e: Box<dyn std::error::Error + Send + Sync>| Error::Outside(e.to_string());
    let kind = kind(form).ok_or(Error::NotFound("report"))?;
    let bytes = match form {
        "csv" => file::csv(&json).map_err(outside)?,
        "xlsx" => {
            file::xlsx(&json, &legend(&issue.report, &terms.categories, &services.scheme.lists)).map_err(outside)?
        }
        "pdf" => set(services, paper((issue, terms), beside, &services.scheme.lists, json)).await?,
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
    beside: Option<&Beside>,
) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
    let mut made = Vec::new();
    for form in FORMS.into_iter().filter(|form| is_made(form)) {
        made.push((form, of(services, issue, terms, form, beside).await?.1));
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
