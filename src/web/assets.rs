//! Styles and scripts, inside the binary; their addresses carry the hash of what they hold, so browsers keep them.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::gateway::secret::digest_of;
use crate::view::layout::AssetLinks;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "vendor/*.css"]
#[include = "vendor/*.js"]
struct Files;

/// Serves a file. The version only tells browsers apart what they hold.
pub async fn serve(Path((_version, path)): Path<(String, String)>) -> Response {
    let Some(file) = Files::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let mime =
        HeaderValue::from_str(file.metadata.mimetype()).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    ([(CONTENT_TYPE, mime), (CACHE_CONTROL, forever)], file.data).into_response()
}

/// The address of a file.
pub fn address(path: &str) -> String {
    let hash = Files::get(path).map_or([0; 32], |file| digest_of(&file.data));
    let version: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{version}/{path}")
}

/// The addresses every page needs.
pub fn links() -> AssetLinks {
    static LINKS: OnceLock<AssetLinks> = OnceLock::new();
    LINKS
        .get_or_init(|| AssetLinks {
            css: address("app.css"),
            tokens: address("vendor/tokens.css"),
            htmx: address("vendor/htmx.min.js"),
            app_js: address("app.js"),
        })
        .clone()
}

/// The address of the script that speaks with authenticators.
pub fn passkey_script() -> String {
    static LINK: OnceLock<String> = OnceLock::new();
    LINK.get_or_init(|| address("passkey.js")).clone()
}

/// The address of the call sheet's own script.
pub fn sheet_script() -> String {
    static LINK: OnceLock<String> = OnceLock::new();
    LINK.get_or_init(|| address("sheet.js")).clone()
}
