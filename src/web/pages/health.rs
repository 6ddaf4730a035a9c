//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::web::AppState;

/// The process lives.
pub async fn alive() -> Response {
    axum::Json(json!({ "status": "ok" })).into_response()
}

/// The database answers (its migrations were brought current before the door was opened).
pub async fn ready(State(state): State<AppState>) -> Response {
    if state.stopping.has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "status": "stopping" }))).into_response();
    }
    match state.services.store.ping().await {
        // Anybody may ask: nothing else is told.
        Ok(()) => axum::Json(json!({ "status": "ready" })).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "status": "unavailable" }))).into_response(),
    }
}
