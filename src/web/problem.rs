//! The single place where errors become answers: a status, a stable code, Japanese words, and the number of
//! the request. A page and the API wear it differently; `shell` puts on the clothes.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tracing::error;

use crate::domain::access::actor::Action;
use crate::domain::refusal::{FieldFault, Refusal, RefusalKind};
use crate::store::StoreError;
use crate::usecase::Error;

/// What went wrong, before it is dressed.
#[derive(Debug, Clone)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// A stable code.
    pub code: String,
    /// What happened, what is kept, what to do.
    pub message: String,
    /// The fields concerned.
    pub fields: Vec<FieldFault>,
    /// For a program rather than a person.
    pub api: bool,
    /// What had been written, where the page that it was written on is gone.
    pub typed: Vec<String>,
    /// The right that was missing: never said, but written down by the guard before the answer leaves.
    pub refused: Option<Action>,
}

/// A page's result.
pub type PageResult<T> = Result<T, Problem>;

impl Problem {
    /// An error on a page.
    pub fn page(error: Error) -> Self {
        Self::of(error, false)
    }

    /// An error of the API.
    pub fn api(error: Error) -> Self {
        Self::of(error, true)
    }

    /// A request without a token that works.
    pub fn unauthorised() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "auth.token",
            "有効なトークンを Authorization: Bearer で送ってください",
            true,
        )
    }

    /// A problem that no step raised.
    pub fn new(status: StatusCode, code: &str, message: &str, api: bool) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            fields: Vec::new(),
            api,
            typed: Vec::new(),
            refused: None,
        }
    }

    /// What stands for a status that came without words.
    pub fn of_status(status: StatusCode, api: bool) -> Self {
        let (code, message) = match status.as_u16() {
            400 => (
                "request.invalid",
                "送られた内容を読み取れませんでした。入力内容をご確認のうえ、もう一度送信してください",
            ),
            404 => NOT_FOUND,
            405 => ("request.method", "この操作はできません。前の画面に戻ってやり直してください"),
            408 => {
                ("request.timeout", "時間内に処理が終わりませんでした。入力内容を残したまま、もう一度送信してください")
            }
            413 => (
                "request.too_large",
                "文章が長すぎるため送信できませんでした。入力内容は画面に残っています。短くしてからもう一度送信してください",
            ),
            415 | 422 => ("request.invalid", "送られた内容を読み取れませんでした。入力内容をご確認ください"),
            431 => (
                "request.head_too_large",
                "送られた見出し（アドレスやCookieなど）が長すぎます。ブラウザのCookieを消してから、もう一度お試しください",
            ),
            421 => ("request.host", "このアドレスでは利用できません。案内された正しいアドレスを開いてください"),
            _ => ("internal", INTERNAL),
        };
        Self::new(status, code, message, api)
    }

    fn of(cause: Error, api: bool) -> Self {
        match cause {
            Error::Refused(refusal) => Self::of_refusal(refusal, api),
            Error::NotFound(_) => Self::of_status(StatusCode::NOT_FOUND, api),
            Error::Forbidden(action) => Self { refused: Some(action), ..Self::of_status(StatusCode::NOT_FOUND, api) },
            Error::Stale => Self::new(
                StatusCode::FORBIDDEN,
                "session.confirm",
                "この操作の前に、認証アプリのコードをもう一度入力してください",
                api,
            ),
            Error::Preparing => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "directory.preparing",
                "名簿を準備中です。数秒後にもう一度お試しください",
                api,
            ),
            Error::Store(StoreError::Full) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "store.full",
                "保存する場所がいっぱいです。入力内容は画面に残っています。管理者に連絡してください",
                api,
            ),
            Error::Store(cause @ (StoreError::Away(_) | StoreError::Unreachable(_))) => {
                error!(error = %cause, "The database can't be used now");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store.unreachable",
                    "いまデータベースを利用できないため、保存も表示もできませんでした。入力内容は画面に残っています。少し待ってからもう一度送信し、続くときは管理者に連絡してください",
                    api,
                )
            }
            Error::Store(cause @ StoreError::Unknown) => {
                error!(error = %cause, "A commit got no answer");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store.unknown",
                    "保存できたかどうかを確かめられませんでした。入力内容は画面に残っています。少し待ってそのままもう一度送信してください。APIでは同じ Idempotency-Key で送り直してください（二重には登録されません）",
                    api,
                )
            }
            Error::Store(StoreError::Duplicate) => Self::new(
                StatusCode::CONFLICT,
                "store.duplicate",
                "同時に同じ操作が行われました。画面を読み直してください",
                api,
            ),
            other => {
                error!(error = %other, "A request failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", INTERNAL, api)
            }
        }
    }

    fn of_refusal(refusal: Refusal, api: bool) -> Self {
        let (status, mut fields) = (status_of(&refusal), refusal.fields);
        if let Some((sent, stands)) = refusal.versions.filter(|_| api) {
            let version = |code: &str, version: i64| FieldFault {
                name: "version".into(),
                code: code.into(),
                message: version.to_string(),
            };
            fields.extend([version("version.sent", sent), version("version.stands", stands)]);
        }
        Self {
            status,
            code: refusal.code.to_owned(),
            message: refusal.message,
            fields,
            api,
            typed: Vec::new(),
            refused: None,
        }
    }
}

/// The status of a refusal.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal.kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
    }
}

const NOT_FOUND: (&str, &str) = ("not_found", "お探しのページは見つかりません。番号やアドレスをご確認ください");
const INTERNAL: &str = "処理中に問題が起きました。入力内容は画面に残っています。もう一度送信し、続くときはエラー番号を添えて管理者に連絡してください";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::page(error)
    }
}

/// A problem of the API.
pub struct ApiProblem(pub Problem);

impl From<Error> for ApiProblem {
    fn from(error: Error) -> Self {
        Self(Problem::api(error))
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
