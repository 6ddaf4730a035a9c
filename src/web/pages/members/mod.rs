//! The directory's door: past imports, a preview, an import.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::members::header::header_of;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::routes as at;
use crate::usecase::Error;
use crate::usecase::members as steps;
use crate::usecase::members::{ImportFile, ImportReport, OnPage, Read};
use crate::usecase::retention;
use crate::view::layout;
use crate::view::members::{Result as Shown, page};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{Form, RequestCtx};
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

mod upload;

use upload::Upload;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::IMPORTS, Action::DirectoryImport, list);
    doors.upload(Method::POST, at::IMPORTS, Action::DirectoryImport, import);
    doors.page(Method::POST, at::IMPORT_RESTORE, Action::DirectoryImport, restore);
    doors.upload(Method::POST, at::IMPORT_PREVIEW, Action::DirectoryImport, preview);
}

/// Past imports.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None).await
}

async fn draw(state: &AppState, ctx: &Ctx, result: Option<Shown<'_>>) -> PageResult<Response> {
    let status = match &result {
        Some(Shown::Refused(refusal) | Shown::Preview(_, Some((refusal, _))) | Shown::Unknown(_, refusal, _)) => {
            status_of(refusal)
        }
        _ => StatusCode::OK,
    };
    let past = steps::imports(&state.services, ctx).await?;
    let waits = retention::waits(&state.services, ctx).await?;
    let body = page(&past, &waits, ctx.today(), result);
    Ok((status, layout::page(&frame::at_desk(state, ctx, routes::HOME, "会員名簿", body).await)).into_response())
}

/// Says what an import would do.
pub async fn preview(State(state): State<AppState>, ctx: RequestCtx, upload: Multipart) -> PageResult<Response> {
    run(&state, &ctx, upload, true).await
}

/// Imports.
pub async fn import(State(state): State<AppState>, ctx: RequestCtx, upload: Multipart) -> PageResult<Response> {
    run(&state, &ctx, upload, false).await
}

/// What is undone: the version that the page showed as the last.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RestoreForm {
    version: i64,
}

/// Brings the directory of the import before back.
pub async fn restore(State(state): State<AppState>, ctx: RequestCtx, form: Form<RestoreForm>) -> PageResult<Response> {
    let result = steps::restore_previous(&state.services, &ctx, Some(form.fields.version), false).await;
    if result.is_ok() {
        steps::refresh(&state.services).await?;
    }
    match result {
        Ok(report) => draw(&state, &ctx, Some(Shown::Restored(&report))).await,
        result => answer(&state, &ctx, result, false).await,
    }
}

async fn run(state: &AppState, ctx: &Ctx, upload: Multipart, dry_run: bool) -> PageResult<Response> {
    let upload = upload::read(upload).await?;
    let result = match mapping(state, ctx, &upload, dry_run).await {
        Ok(how) => match carry_out(state, ctx, &upload, &how, dry_run).await {
            Err(Error::Refused(refusal)) if ["gone", "columns"].iter().any(|field| refusal.about(field).is_some()) => {
                // What they have to look at again is shown again, with what is missing beside its field.
                let seen = carry_out(state, ctx, &upload, &how, true).await?;
                let missing = Some((&refusal, upload.gone.as_str()));
                return draw(state, ctx, Some(Shown::Preview(&seen, missing))).await;
            }
            result => result,
        },
        Err(error) => Err(error),
    };
    let Err(Error::Refused(refusal)) = &result else { return answer(state, ctx, result, dry_run).await };
    let is_unknown = refusal.fields.iter().any(|fault| fault.code == "import.missing_columns");
    if dry_run && (is_unknown || refusal.about("mapping_name").is_some()) {
        let file = (&upload.bytes[..], upload.sheet.as_str());
        let proposal = steps::propose(&state.services, ctx, file, upload.said()).await?;
        return draw(state, ctx, Some(Shown::Unknown(&proposal, refusal, &upload.mapping_name))).await;
    }
    answer(state, ctx, result, dry_run).await
}

async fn answer(
    state: &AppState,
    ctx: &Ctx,
    result: Result<ImportReport, Error>,
    dry_run: bool,
) -> PageResult<Response> {
    match result {
        Ok(report) if dry_run => draw(state, ctx, Some(Shown::Preview(&report, None))).await,
        Ok(report) => draw(state, ctx, Some(Shown::Done(&report))).await,
        Err(Error::Refused(refusal)) => draw(state, ctx, Some(Shown::Refused(&refusal))).await,
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(
    state: &AppState,
    ctx: &Ctx,
    upload: &Upload,
    how: &Read,
    dry_run: bool,
) -> Result<ImportReport, Error> {
    if upload.bytes.is_empty() {
        let (code, words) = match upload.name.as_str() {
            "" => ("file.missing", "名簿ファイルを選んでください"),
            _ => ("import.empty", "選んだファイルが空です（0バイト）。書き出し直してください"),
        };
        return Err(Refusal::field("file", code, words).into());
    }
    let exported_on = upload
        .exported_on
        .parse()
        .map_err(|_| Refusal::field("exported_on", "date.format", "書き出し日は 2026-10-31 の形で入力してください"))?;
    let file = ImportFile {
        name: &upload.name,
        bytes: &upload.bytes,
        exported_on,
        mapping: how.clone(),
        sheet: &upload.sheet,
        on_page: Some(OnPage { gone: &upload.gone, columns: upload.columns }),
        dry_run,
        ..ImportFile::default()
    };
    let report = steps::import(&state.services, ctx, &file, &mut |_, _| {}).await?;
    if !dry_run {
        steps::refresh(&state.services).await?;
    }
    Ok(report)
}

/// How the file is read: as a person says on the page, or by a mapping that is kept.
async fn mapping(state: &AppState, ctx: &Ctx, upload: &Upload, dry_run: bool) -> Result<Read, Error> {
    if let Some(said) = upload.said().filter(|_| dry_run) {
        let file = (&upload.bytes[..], upload.sheet.as_str());
        let proposal = steps::propose(&state.services, ctx, file, Some(said)).await?;
        let missing: Vec<&str> = proposal.missing().into_iter().map(header_of).collect();
        if !missing.is_empty() {
            let message = format!("必要な項目の列が決まっていません: {}", missing.join("、"));
            return Err(Refusal::field("file", "import.missing_columns", message).into());
        }
        return steps::save_mapping(&state.services, ctx, &upload.mapping_name, &proposal.mapping()).await;
    }
    // What was looked at is what is imported.
    let name = if dry_run { &upload.mapping } else { &upload.looked_with };
    match name.as_str() {
        "" => Ok(Read::default()),
        name => steps::mapping(&state.services, ctx, name).await,
    }
}
