//! The way back: where somebody was going who had to sign in, or to give the second factor again, first.

use axum::extract::Request;
use axum::http::Method;
use serde::Deserialize;

use crate::routes;

/// Where to go on to, as the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Going {
    /// A path, to be held against [`ours`].
    pub to: String,
}

/// A path of ours, with what chooses from lists there where it's no more than that; else home: nobody is sent elsewhere.
pub fn ours(to: &str) -> &str {
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let plain = |more: &'static str| move |c: char| c.is_ascii_alphanumeric() || more.contains(c);
    let is_path = path.starts_with('/') && !path.starts_with("//") && path.chars().all(plain("/-_"));
    // Of the way in itself there is nothing to come back to.
    if !is_path || path.starts_with(routes::SESSION) {
        return routes::HOME;
    }
    if query.chars().all(plain("-_=&,")) { to } else { path }
}

/// Whither a request was on its way: the page itself, or the one below which a form was sent. Nothing that looks again by
/// itself was on its way anywhere.
pub fn of(request: &Request) -> String {
    let by_script = ["madoguchi-refresh", "hx-request"].iter().any(|name| request.headers().contains_key(*name));
    let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    match *request.method() {
        _ if by_script => routes::HOME.to_owned(),
        Method::GET => ours(whole).to_owned(),
        _ => ours(request.uri().path()).to_owned(),
    }
}

/// A step of the way in, with the place one comes back to behind it.
pub fn by_way_of(step: &str, to: &str) -> String {
    match ours(to) {
        routes::HOME => step.to_owned(),
        to => format!("{step}?to={}", to.replace('?', "%3F").replace('&', "%26").replace('=', "%3D")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_to_paths_of_ours_only() {
        for own in ["/accounts", "/tickets/2026-000404", "/tickets?state=all&opened=today", "/reports/2026-10"] {
            assert_eq!(ours(own), own);
        }
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a#b",
            "",
            "javascript:alert(1)",
            "/%2f/evil",
            "/session/end",
            "/session/new?to=/session/new",
        ] {
            assert_eq!(ours(foreign), routes::HOME, "{foreign}");
        }
        assert_eq!(ours("/a?b=//evil.example"), "/a");
        assert_eq!(by_way_of("/session/new", "/tickets?state=all"), "/session/new?to=/tickets%3Fstate%3Dall");
        assert_eq!(by_way_of("/session/new", "//evil.example"), "/session/new");
    }
}
