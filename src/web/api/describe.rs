//! The API's description: one table of routes, from which the OpenAPI document is made, and a page to read it.

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::wire::{
    CallLog, CallPage, ChangeIn, Done, Ended, ErrorOut, FactsIn, IncidentOut, IndicatorIn, LookUpIn, LookUpOut, Me,
    NewEntry, PublishedReport, ReferralList, SearchIn, StepIn, TicketOut, TicketPage, TransitionIn,
};
use crate::domain::access::actor::{Action, Hands};
use crate::domain::access::field::Field;

/// A route in words: method, path, whom it is open to, what it does, what it takes (if anything), what it answers.
struct Line {
    method: HttpMethod,
    path: &'static str,
    right: Action,
    summary: &'static str,
    takes: Option<&'static str>,
    answers: (&'static str, &'static str),
    also: &'static [(Action, &'static str)],
}

/// Rights that parts of a body ask for beside the route's own.
const PARTS: &[(&str, &[(Action, &str)])] = &[
    (
        "/api/v1/calls",
        &[
            (Action::Verify, "会員確認の結果（recorded）を「未確認」以外で記録する"),
            (Action::TicketWork, "すでにある相談票の番号（ticket）を指定する"),
            (Action::Escalate, "2次対応に依頼する"),
        ],
    ),
    (
        "/api/v1/tickets/{no}/referrals",
        &[(Action::TicketRead, "紹介を読む（GET）"), (Action::TicketWork, "紹介を始める（POST）")],
    ),
    ("/api/v1/tickets/{no}/referrals/{id}", &[(Action::TicketWork, "段階を記録する")]),
    (
        "/api/v1/tickets/{no}/transitions",
        &[
            (Action::Escalate, "2次対応に依頼する（escalate）"),
            (Action::Tier2, "2次対応として引き受ける・戻す・専門事業者に紹介する（take、give_back、refer）"),
        ],
    ),
];

const GET: HttpMethod = HttpMethod::Get;
const POST: HttpMethod = HttpMethod::Post;

/// Every route.
fn lines() -> Vec<Line> {
    let mut lines = of_desk();
    lines.extend(of_incidents());
    lines
}

fn line(
    method: HttpMethod,
    path: &'static str,
    right: Action,
    summary: &'static str,
    takes: Option<&'static str>,
    status: &'static str,
    answer: &'static str,
) -> Line {
    let also = PARTS.iter().find(|(at, _)| *at == path).map_or(&[][..], |(_, parts)| *parts);
    Line { method, path, right, summary, takes, answers: (status, answer), also }
}

fn of_incidents() -> Vec<Line> {
    use Action::{ReferralWork, TicketWork};
    vec![
        line(GET, "/api/v1/tickets/{no}/incident", TicketWork, "インシデント記録", None, "200", "IncidentOut"),
        line(
            POST,
            "/api/v1/tickets/{no}/incident",
            TicketWork,
            "インシデント記録への記入",
            Some("FactsIn"),
            "200",
            "Done",
        ),
        line(POST, "/api/v1/tickets/{no}/indicators", TicketWork, "手がかりの記録", Some("IndicatorIn"), "200", "Done"),
        line(GET, "/api/v1/tickets/{no}/referrals", ReferralWork, "専門事業者の紹介", None, "200", "ReferralList"),
        line(POST, "/api/v1/tickets/{no}/referrals", ReferralWork, "紹介の依頼の記録", Some("StepIn"), "200", "Done"),
        line(
            POST,
            "/api/v1/tickets/{no}/referrals/{id}",
            ReferralWork,
            "紹介の次の段階の記録",
            Some("StepIn"),
            "200",
            "Done",
        ),
    ]
}

fn of_desk() -> Vec<Line> {
    use Action::{ApiDescribe, CallRead, ReportRead, TicketFind, TicketRead, TicketWork, Verify};
    vec![
        line(GET, "/api/v1/me", ApiDescribe, "トークンの役割と使える操作", None, "200", "Me"),
        line(GET, "/api/v1/tickets", TicketFind, "相談票の一覧（新しい順、50件ずつ）", None, "200", "TicketPage"),
        line(POST, "/api/v1/tickets/search", TicketFind, "相談票の検索", Some("SearchIn"), "200", "TicketPage"),
        line(GET, "/api/v1/tickets/{no}", TicketRead, "相談票と対応履歴", None, "200", "TicketOut"),
        line(POST, "/api/v1/tickets/{no}/entries", TicketWork, "対応履歴への追記", Some("NewEntry"), "200", "Done"),
        line(
            POST,
            "/api/v1/tickets/{no}/transitions",
            TicketWork,
            "相談票の状態を進める",
            Some("TransitionIn"),
            "200",
            "Done",
        ),
        line(
            POST,
            "/api/v1/tickets/{no}/change",
            TicketWork,
            "種別・重大度・担当の変更",
            Some("ChangeIn"),
            "200",
            "Done",
        ),
        line(POST, "/api/v1/calls", Action::CallLog, "終了した通話の記録", Some("CallLog"), "201", "Ended"),
        line(POST, "/api/v1/calls/search", CallRead, "相談票のない通話の検索", Some("SearchIn"), "200", "CallPage"),
        line(POST, "/api/v1/verifications", Verify, "会員の確認", Some("LookUpIn"), "200", "LookUpOut"),
        line(GET, "/api/v1/reports/{period}", ReportRead, "公表済みの報告", None, "200", "PublishedReport"),
    ]
}

/// The document.
pub fn openapi() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut paths = PathsBuilder::new();
        for line in lines() {
            let item = PathItem::new(line.method.clone(), operation(&line));
            paths = paths.path(line.path, item);
        }
        OpenApiBuilder::new()
            .info(InfoBuilder::new().title("窓口 API").version(env!("CARGO_PKG_VERSION")).description(Some(format!(
                "トークンを Authorization: Bearer で送ってください。POSTには Idempotency-Key（1〜64文字）を付けられます。同じキーと内容なら同じ答えが返り、二重には登録されません（7日間）。権限のない操作は、ないものと同じ404になります。次の操作は人だけのもので、役割やスコープにかかわらずトークンではできません: {}。",
                people_only()
            ))))
            .paths(paths)
            .components(Some(components()))
            .security(Some([SecurityRequirement::new("token", Vec::<String>::new())]))
            .build()
    })
}

fn operation(line: &Line) -> utoipa::openapi::path::Operation {
    let json = |name: &str| ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    let (status, answer) = line.answers;
    let mut operation = OperationBuilder::new()
        .summary(Some(line.summary))
        .description(Some(allowed(line)))
        .operation_id(Some(operation_id(line)))
        .response(status, ResponseBuilder::new().description("成功").content("application/json", json(answer)).build());
    for code in ["400", "401", "403", "404", "408", "409", "413", "422", "503", "507"] {
        let response =
            ResponseBuilder::new().description("エラー").content("application/json", json("ErrorOut")).build();
        operation = operation.response(code, response);
    }
    for name in ["no", "id", "period"] {
        if line.path.contains(&format!("{{{name}}}")) {
            let parameter = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(String::schema()));
            operation = operation.parameter(parameter.build());
        }
    }
    if line.method == HttpMethod::Post {
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .schema(Some(String::schema()));
        operation = operation.parameter(key.build());
    }
    if let Some(takes) = line.takes {
        let body =
            RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", json(takes)).build();
        operation = operation.request_body(Some(body));
    }
    if line.path == "/api/v1/tickets" {
        for name in ["state", "incident", "severity", "owner", "opened", "before"] {
            let query = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .schema(Some(String::schema()));
            operation = operation.parameter(query.build());
        }
    }
    operation.build()
}

/// By its path; where a path is both read and written, writing says so.
fn operation_id(line: &Line) -> String {
    let of_path = line.path.trim_start_matches("/api/v1/").replace(['/', '{', '}'], "_");
    let read_too = line.method == POST && lines().iter().any(|other| other.path == line.path && other.method == GET);
    if read_too { format!("{of_path}_post") } else { of_path }
}

/// Who may call it, and what they see of what: from the table of rights.
fn allowed(line: &Line) -> String {
    let right = line.right;
    let roles: Vec<_> = right.roles().iter().map(|role| role.label()).collect();
    let mut text = format!("使える役割: {}（スコープ {}）", roles.join("、"), right.code());
    for field in Field::ALL.iter().filter(|field| field.actions().contains(&right)) {
        let seen: Vec<_> = right.roles().iter().filter(|r| field.roles().contains(r)).map(|r| r.label()).collect();
        if seen.len() < right.roles().len() {
            text.push_str(&format!("。{}は{}だけに返ります", field.label(), seen.join("、")));
        }
    }
    for (right, part) in line.also {
        text.push_str(&format!("。{part}には、スコープ {} も必要です", right.code()));
    }
    text
}

/// What no token may do, from the table of rights.
fn people_only() -> String {
    let people = Action::ALL.iter().filter(|action| action.hands() == Hands::People);
    people.map(|action| format!("{}（{}）", action.label(), action.code())).collect::<Vec<_>>().join("、")
}

fn components() -> utoipa::openapi::Components {
    let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
    add::<Me>(&mut found);
    add::<TicketPage>(&mut found);
    add::<TicketOut>(&mut found);
    add::<SearchIn>(&mut found);
    add::<NewEntry>(&mut found);
    add::<TransitionIn>(&mut found);
    add::<ChangeIn>(&mut found);
    add::<Done>(&mut found);
    add::<IncidentOut>(&mut found);
    add::<FactsIn>(&mut found);
    add::<IndicatorIn>(&mut found);
    add::<ReferralList>(&mut found);
    add::<StepIn>(&mut found);
    add::<CallLog>(&mut found);
    add::<Ended>(&mut found);
    add::<CallPage>(&mut found);
    add::<LookUpIn>(&mut found);
    add::<LookUpOut>(&mut found);
    add::<PublishedReport>(&mut found);
    add::<ErrorOut>(&mut found);
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    ComponentsBuilder::new().schemas_from_iter(found).security_scheme("token", token).build()
}

fn add<T: ToSchema + PartialSchema>(found: &mut Vec<(String, RefOr<Schema>)>) {
    found.push((T::name().into_owned(), T::schema()));
    T::schemas(found);
}

/// The document, for programs.
pub async fn document() -> Json<&'static OpenApi> {
    Json(openapi())
}

/// The page, for reading.
pub async fn page() -> Response {
    serve("index.html")
}

/// A file of the page.
pub async fn file(Path(path): Path<String>) -> Response {
    serve(&path)
}

fn serve(path: &str) -> Response {
    static CONFIG: OnceLock<Arc<utoipa_swagger_ui::Config<'static>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| Arc::new(utoipa_swagger_ui::Config::from(crate::routes::OPENAPI)));
    match utoipa_swagger_ui::serve(path, config.clone()) {
        Ok(Some(file)) => ([(CONTENT_TYPE, file.content_type)], based(path, file.bytes.into_owned())).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The page names its files beside itself; it is served without a slash at its end.
fn based(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    if path != "index.html" {
        return bytes;
    }
    String::from_utf8_lossy(&bytes).replace("\"./", "\"/api/docs/").into_bytes()
}
