//! For whom a page was drawn: each page carries it, each form and each script sends it along, and what changes something
//! is done for nobody else. Of two people at one browser neither does anything in the other's name.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::AppState;
use super::problem::Problem;
use crate::domain::accounts::session::Stage;
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::text;
use crate::routes;
use crate::usecase::access::gate;

/// What scripts send.
const HEADER: &str = "madoguchi-for";
/// What forms send: a field of this name; forms that carry files, the same in their address.
const FIELD: &str = "for";

/// On an answer: for whom it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct DrawnFor(pub Uuid);

/// On a request: the form that it sends.
#[derive(Clone)]
pub struct Sent(Bytes);

impl Sent {
    /// What stands in its fields.
    pub fn words(&self) -> Vec<String> {
        fields(&String::from_utf8_lossy(&self.0)).map(|(_, words)| words).filter(|words| !words.is_empty()).collect()
    }
}

/// Lets a request through whose page was drawn for whoever is signed in, without the field that said so.
///
/// # Errors
/// 409 with the name of the other one; without a mark, where anything would be done, the same with no name.
pub async fn proven(state: &AppState, ctx: &Ctx, request: Request) -> Result<Request, Problem> {
    let mut marks: Vec<String> = header(request.headers()).into_iter().collect();
    if reads(request.method()) {
        // A list that looks again by itself, too, shows what one sees to nobody else.
        return match marks.pop() {
            Some(mark) if mark != own(ctx) => Err(refused(state, ctx, &mark, Vec::new()).await),
            _ => Ok(request),
        };
    }
    marks.extend(request.uri().query().and_then(|query| fields(query).find(|(name, _)| name == FIELD)).map(|(_, m)| m));
    let (mut request, body) = without_mark(request, &mut marks).await?;
    request.extensions_mut().insert(Sent(body.clone()));
    // A search only shows; and on the way in the password and the code say themselves whose they are.
    let nothing_is_done =
        request.uri().path() == routes::TICKET_SEARCH || ctx.session.is_some_and(|of| of.stage != Stage::Full);
    match marks.iter().find(|mark| **mark != own(ctx)) {
        None if !marks.is_empty() || nothing_is_done => Ok(request),
        other => Err(refused(state, ctx, other.map_or("", String::as_str), typed(&body)).await),
    }
}

fn own(ctx: &Ctx) -> String {
    ctx.actor.id.to_string()
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn header(headers: &HeaderMap) -> Option<String> {
    headers.get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn fields(form: &str) -> impl Iterator<Item = (String, String)> {
    serde_urlencoded::from_str::<Vec<(String, String)>>(form).unwrap_or_default().into_iter()
}

/// The request without its mark, which is told apart, and its form as it came.
async fn without_mark(request: Request, marks: &mut Vec<String>) -> Result<(Request, Bytes), Problem> {
    let form = b"application/x-www-form-urlencoded";
    if !request.headers().get(CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(form)) {
        return Ok((request, Bytes::new()));
    }
    let (mut parts, body) = request.into_parts();
    let limits = Request::from_parts(parts.clone(), body);
    let body = super::extract::body(limits, &(), false).await?;
    let is_mark = |pair: &&[u8]| pair.strip_prefix(FIELD.as_bytes()).is_some_and(|rest| rest.starts_with(b"="));
    let pairs = || body.split(|byte| *byte == b'&');
    marks.extend(pairs().filter(is_mark).map(|pair| String::from_utf8_lossy(&pair[FIELD.len() + 1..]).into_owned()));
    let rest = pairs().filter(|pair| !is_mark(pair)).collect::<Vec<_>>().join(&b'&');
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_LENGTH, rest.len().into());
    Ok((Request::from_parts(parts, Body::from(rest)), body))
}

/// What somebody had written, to be taken up again: sentences, not choices, keys or secrets.
fn typed(body: &[u8]) -> Vec<String> {
    const NEVER: [&str; 8] = [FIELD, "once", "kept", "code", "passkey", "password", "again", "current"];
    let sentence = |text: &str| !text.is_ascii() || text.contains(char::is_whitespace);
    let written = |text: &str| text.chars().count() > 3 && sentence(text);
    let form = String::from_utf8_lossy(body);
    fields(&form)
        .filter(|(name, text)| !NEVER.contains(&name.as_str()) && written(text))
        .map(|(_, text)| text)
        .collect()
}

async fn refused(state: &AppState, ctx: &Ctx, mark: &str, typed: Vec<String>) -> Problem {
    let whose = match mark.parse() {
        Ok(id) => gate::name_of(&state.services, AccountId(id)).await,
        Err(_) => Ok(None),
    };
    let (code, message) = match whose {
        Err(error) => return Problem::page(error),
        Ok(Some(name)) => (
            "page.of_another",
            format!(
                "この画面は{name}さんのものです。いまは{}さんがサインインしているため、何も保存していません。入力内容は画面に残っています。続けるには、{name}さんがサインインし直してください",
                ctx.actor.name
            ),
        ),
        Ok(None) => (
            "page.unmarked",
            "この画面がどなたのものか確かめられないため、何も保存していません。画面を読み直してから、もう一度送信してください".to_owned(),
        ),
    };
    Problem { typed, ..Problem::new(StatusCode::CONFLICT, code, &message, false) }
}

/// Writes into a page, and into each form of it, for whom it is drawn; in it and in the parts of pages nothing that was
/// written turns the writing round.
pub async fn written_in(answer: Response) -> Response {
    let Some(DrawnFor(who)) = answer.extensions().get::<DrawnFor>().copied() else { return answer };
    let kind = answer.headers().get(CONTENT_TYPE).cloned();
    let is = |of: &[u8]| kind.as_ref().is_some_and(|kind| kind.as_bytes().starts_with(of));
    let html = is(b"text/html");
    if !html && !is(b"application/json") {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    // Our own pages are made in memory: there is nothing to wait for, and nothing that could fail.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let shown = text::shown(&text);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(if html { marked(&shown, who) } else { shown.into_owned() }))
}

/// What people write never opens a tag: it stands escaped in our pages.
fn marked(html: &str, who: Uuid) -> String {
    const BODY: &str = "<body>";
    let mut page = String::with_capacity(html.len() + 4_096);
    let mut rest = html;
    if let Some((head, body)) = html.split_once(BODY) {
        page.push_str(&format!("{head}{BODY}<data id=\"drawn-for\" value=\"{who}\" hidden></data>"));
        rest = body;
    }
    while let Some(at) = rest.find("<form ") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let tag = &rest[at..end];
        page.push_str(&rest[..at]);
        match tag {
            tag if !tag.contains("method=\"post\"") => page.push_str(tag),
            tag if tag.contains("multipart/form-data") => page.push_str(&with_address(tag, who)),
            tag => page.push_str(&format!("{tag}<input type=\"hidden\" name=\"{FIELD}\" value=\"{who}\">")),
        }
        rest = &rest[end..];
    }
    page.push_str(rest);
    page
}

/// A form with files says it in its address: nothing of the file need be read to know.
fn with_address(tag: &str, who: Uuid) -> String {
    match tag.split_once("action=\"").and_then(|(before, rest)| Some((before, rest.split_once('"')?))) {
        Some((before, (action, rest))) => format!("{before}action=\"{action}?{FIELD}={who}\"{rest}"),
        None => tag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_that_changes_something_says_for_whom_it_was_drawn() {
        let who = Uuid::nil();
        let page = "<html><body><form action=\"/a\" method=\"post\"><p>x</p></form><form action=\"/b\" method=\"get\"></form>\
                    <form method=\"post\" action=\"/c\" enctype=\"multipart/form-data\">&lt;form method</form></body>";
        let field = format!("<input type=\"hidden\" name=\"for\" value=\"{who}\">");
        let expected = format!(
            "<html><body><data id=\"drawn-for\" value=\"{who}\" hidden></data><form action=\"/a\" method=\"post\">{field}<p>x</p>\
             </form><form action=\"/b\" method=\"get\"></form><form method=\"post\" action=\"/c?for={who}\" \
             enctype=\"multipart/form-data\">&lt;form method</form></body>"
        );
        assert_eq!(marked(page, who), expected);
    }

    #[test]
    fn what_somebody_wrote_is_given_back_and_nothing_else() {
        let body = "for=x&body=%E3%81%82%E3%81%84%E3%81%86%E3%81%88&kind=note&password=%E3%81%82%E3%81%84%E3%81%86%E3%81%88\
                    &b=VPN+is+down&once=0191b3c4-1234-7abc-8def-0123456789ab&id=0191b3c4-1234-7abc-8def-0123456789ab";
        assert_eq!(typed(body.as_bytes()), ["あいうえ", "VPN is down"]);
    }
}
