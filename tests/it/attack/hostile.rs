//! Hostile strings in every field that is kept, looked at in a real browser on every page and in every file by whoever
//! may see it: no dialog, nothing for the policy to refuse, nothing but text.

use madoguchi::web::Access;
use serde_json::{Value, json};

use super::fill::{self, Filled, People};
use super::strings::cut;
use super::{on_each_db_at_length, strings};
use crate::browser::server::Desk;
use crate::browser::window::Browser;
use crate::support::app::tokyo;
use crate::support::people::PASSWORD;
use crate::support::{Client, on_each_db};

/// What is wrong with the page shown, and whether it shows a text to the letter.
const LOOK: &str = r#"
    const [text] = arguments; const wrong = [];
    const docs = location.pathname === '/api/docs';
    const strange = ['iframe', 'object', 'embed', 'base', 'frame', 'applet', 'animate', 'set', 'foreignobject', 'video', 'audio',
        'source', 'math', 'marquee', 'plaintext', 'xmp', 'style'];
    const ours = (to) => { try { const url = new URL(to, location.href); return url.origin === location.origin && /^https?:/.test(url.protocol); } catch { return false; } };
    const drawn = (e, to) => to.startsWith('data:image/') && (e.localName === 'img' || e.localName === 'link' && e.rel === 'icon');
    for (const e of docs ? [] : document.querySelectorAll('*')) {
        const name = e.localName;
        if (strange.includes(name) || name === 'script' && !(e.getAttribute('src') ?? '').startsWith('/assets/')) wrong.push('<' + name + '>');
        if (name === 'meta' && e.httpEquiv) wrong.push('a meta of ' + e.httpEquiv);
        for (const a of e.attributes) {
            if (/^on|^hx-on|^data-hx-|^style$|^srcdoc$/i.test(a.name)) wrong.push(name + ' ' + a.name);
            if (['href', 'src', 'action', 'formaction', 'hx-get', 'hx-post'].includes(a.name) && !ours(a.value) && !drawn(e, a.value)) wrong.push(name + ' ' + a.name + ' to ' + a.value);
        }
    }
    const texts = [document.body.textContent, ...[...document.querySelectorAll('input, textarea')].map((e) => e.value)];
    const entry = performance.getEntriesByType('navigation')[0];
    let watched = null;
    try { watched = sessionStorage.getItem('watched'); sessionStorage.removeItem('watched'); } catch { }
    return { at: location.pathname, status: entry ? entry.responseStatus : 0, wrong, watched, shows: text === '' || texts.some((t) => t.includes(text)) };
"#;

/// Sends a form as the page's own would be sent.
const SEND: &str = r#"
    const [action, fields] = arguments; const form = document.createElement('form');
    form.method = 'post'; form.action = action;
    fields.for ??= document.getElementById('drawn-for')?.value ?? '';
    for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement('input'); input.type = 'hidden'; input.name = name; input.value = value; form.append(input);
    }
    document.body.append(form); window.leaving = true; HTMLFormElement.prototype.submit.call(form);
"#;

/// Fetches what is handed out as a file.
const FETCH: &str = r#"
    const [path, done] = arguments;
    fetch(path, { method: 'POST', body: new URLSearchParams(), headers: window.madoguchi.drawnFor() }).then(async (r) => done({ status: r.status,
        kind: r.headers.get('content-type'), disposition: r.headers.get('content-disposition'), body: await r.text() }), (e) => done({ body: String(e) }));
"#;

/// Types into fields of the sheet and lets it save them.
const TYPE: &str = r#"
    const [text] = arguments;
    for (const name of ['narrative', 'facility', 'caller_name']) {
        const field = document.querySelector(`#sheet [name=${name}]`);
        field.value = name === 'narrative' ? text : [...text].slice(0, 199).join('').trim() + '様';
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }
"#;

/// A pass: one string, on every page.
struct Pass<'a> {
    desk: &'a Desk,
    browser: &'a Browser,
    people: &'a People,
    text: &'a str,
    filled: Filled,
    /// The paths that were opened.
    opened: Vec<String>,
    /// What was wrong.
    faults: Vec<String>,
}

impl Pass<'_> {
    /// Goes on as somebody else, or as nobody.
    async fn becomes(&self, client: Option<&Client>) {
        self.browser.cdp("Network.clearBrowserCookies", json!({})).await;
        let Some(cookie) = client.and_then(Client::cookie) else { return };
        let (name, value) = cookie.split_once('=').expect("a cookie");
        let cookie = json!({ "url": self.desk.server.base(), "name": name, "value": value, "httpOnly": true, "sameSite": "Strict" });
        self.browser.cdp("Network.setCookie", cookie).await;
    }

    /// Looks at the page shown; it shows so many characters of the string.
    async fn look(&mut self, page: &str, shows: usize, statuses: &[u64]) {
        let text = cut(self.text, shows);
        let found = self.browser.client.execute(LOOK, vec![json!(text)]).await;
        let found = found.unwrap_or_else(|e| panic!("{page} with {}: {e}", cut(self.text, 80)));
        let well = found["wrong"] == json!([])
            && found["watched"] == Value::Null
            && found["status"].as_u64().is_some_and(|status| statuses.contains(&status))
            && found["at"] == page.split('?').next().unwrap_or_default()
            && found["shows"] == true;
        if !well {
            self.faults.push(format!("{page} with {}: {found}", cut(self.text, 80)));
        }
    }

    /// Opens pages as somebody: each with how many characters of the string it must show.
    async fn opens(&mut self, client: Option<&Client>, pages: &[(&str, usize)]) {
        self.becomes(client).await;
        for (page, shows) in pages {
            self.goes(page).await;
            self.look(page, *shows, &[200]).await;
            self.opened.push((*page).to_owned());
        }
    }

    async fn goes(&self, page: &str) {
        let to = format!("{}{page}", self.desk.server.base());
        self.browser.client.goto(&to).await.unwrap_or_else(|e| panic!("{page} with {}: {e}", cut(self.text, 80)));
        self.browser.shows("the whole page", "document.readyState === 'complete'").await;
    }

    /// Sends a form from a page and looks at what comes back.
    async fn sends(&mut self, from: &str, to: &str, fields: Value, shows: usize, statuses: &[u64]) {
        self.goes(from).await;
        self.browser.client.execute(SEND, vec![json!(to), fields]).await.expect("sent");
        self.browser.shows("the answer", "!window.leaving && document.readyState === 'complete'").await;
        self.look(to, shows, statuses).await;
    }

    async fn desk_pages(&mut self) {
        let people = self.people;
        let (open, ended) = (format!("/calls/{}", self.filled.open), format!("/calls/{}", self.filled.ended));
        let (ticket, closed) = (format!("/tickets/{}", self.filled.ticket), format!("/tickets/{}", self.filled.closed));
        self.opens(
            Some(&people.operator),
            &[
                ("/", 200),
                ("/calls", 200),
                (&open, 10_000),
                (&ended, 10_000),
                ("/tickets", 200),
                ("/tickets?state=all", 200),
                (&ticket, 10_000),
                (&closed, 10_000),
                (&format!("{ticket}/incident"), 200),
                ("/handover", 200),
                ("/tickets/search", 40),
                ("/account", 200),
                ("/account/password", 40),
                ("/guide", 40),
                ("/account/factor", 0),
                ("/account/passkeys", 0),
                ("/session/confirm", 0),
            ],
        )
        .await;
        let line = cut(self.text, 200);
        let listed = people.specialist.get(&format!("{ticket}/dossiers")).await.page();
        let links = listed.attributes("main a", "href");
        let made = links.into_iter().find(|href| href.contains("/dossiers/") && !href.contains("/new/"));
        let dossier = made.expect("a dossier");
        self.sends("/tickets", "/tickets/search", json!({ "q": line }), 200, &[200]).await;
        self.types(&open).await;
        self.opens(
            Some(&people.specialist),
            &[
                ("/", 200),
                ("/queue", 200),
                (&ticket, 10_000),
                (&format!("{ticket}/referrals"), 200),
                (&format!("{ticket}/dossiers"), 200),
                (&format!("{ticket}/dossiers/new/clinic"), 200),
                (&dossier, 200),
                (&format!("{open}/along"), 200),
                (&format!("{ticket}/owner"), 40),
                (&format!("{ticket}/papers/ppc"), 200),
                ("/queues/mine", 0),
                ("/firms", 200),
                ("/firms/new", 40),
                ("/waves", 200),
            ],
        )
        .await;
        self.opens(
            Some(&people.supervisor),
            &[
                ("/", 200),
                ("/day", 200),
                ("/queue", 200),
                ("/claims", 40),
                ("/reports/drafts", 40),
                ("/reports/drafts/2026-10", 40),
            ],
        )
        .await;
    }

    /// Types the string itself into the open sheet: what is saved comes back as parts of the page.
    async fn types(&mut self, sheet: &str) {
        self.goes(sheet).await;
        self.browser.shows("the sheet", "document.getElementById('sheet')?.dataset.started").await;
        self.browser.client.execute(TYPE, vec![json!(cut(self.text, 9_999))]).await.expect("typed");
        self.browser.says_saved().await;
        self.look(sheet, 190, &[200]).await;
    }

    async fn office_pages(&mut self) {
        let people = self.people;
        let pointed = format!("/tickets/{}", self.filled.closed);
        self.opens(Some(&people.clerk), &[(&pointed, 200), ("/", 200), ("/claims", 40), ("/claims/enquiries", 200)])
            .await;
        self.opens(Some(&people.reader), &[("/", 40), ("/reports", 40), ("/reports/2026-10", 40)]).await;
        let pages = [
            ("/", 200),
            ("/directory/imports", 200),
            ("/accounts", 200),
            ("/tokens", 80),
            ("/rights", 40),
            ("/jobs", 40),
            ("/audit", 2_000),
            ("/audit?result=done&from=2026-11-01", 2_000),
            ("/api/docs", 0),
        ];
        self.opens(Some(&people.admin), &pages).await;
        let refused = json!({ "login": "", "name": cut(self.text, 200), "role": "clerk" });
        self.sends("/accounts", "/accounts", refused, 200, &[422]).await;
        let waits = json!({ "to": "/accounts", "kept": self.text, "code": cut(self.text, 40) });
        self.sends("/session/confirm", "/session/confirm", waits, 100_000, &[422, 429]).await;
        self.sends("/audit", "/audit/trail", json!({ "thing": cut(self.text, 40) }), 40, &[422]).await;
        let file = self.browser.client.execute_async(FETCH, vec![json!("/audit/export")]).await.expect("a file");
        assert_eq!((&file["status"], &file["kind"]), (&json!(200), &json!("text/csv; charset=utf-8")));
        assert!(file["disposition"].as_str().is_some_and(|d| d.starts_with("attachment; ")), "{file}");
        let name = cut(self.text, 40).replace('"', "\"\"");
        assert!(file["body"].as_str().is_some_and(|body| body.contains(&name)), "{name} is exported");
    }

    /// The API's answers, opened as one would a page.
    async fn api(&mut self) {
        let token = self.people.script.token().expect("a token").to_owned();
        let (ticket, closed) = (self.filled.ticket, self.filled.closed);
        self.browser.cdp("Network.enable", json!({})).await;
        let header = json!({ "headers": { "Authorization": format!("Bearer {token}") } });
        self.browser.cdp("Network.setExtraHTTPHeaders", header).await;
        let of = |part: &str| format!("/api/v1/tickets/{ticket}{part}");
        let pages = ["/api/v1/tickets", &of(""), &of("/incident"), &format!("/api/v1/tickets/{closed}")];
        for page in pages {
            self.goes(page).await;
            self.look(page, 0, &[200]).await;
            assert_eq!(self.browser.run("return document.contentType").await, "application/json", "{page}");
        }
        self.browser.cdp("Network.setExtraHTTPHeaders", json!({ "headers": {} })).await;
    }

    async fn strangers_pages(&mut self) {
        self.opens(None, &[("/session/new", 0)]).await;
        let typed = json!({ "login": self.text, "password": self.text });
        self.sends("/session/new", "/session", typed, 100_000, &[422, 429]).await;
        let half = self.desk.app.stranger().half_in("ueno", PASSWORD).await;
        self.opens(Some(&half), &[("/session/second", 0)]).await;
        self.goes("/nothing").await;
        self.look("/nothing", 0, &[404]).await;
    }
}

/// A path of the map for each path that was opened.
fn is_of(path: &str, route: &str) -> bool {
    let parts =
        |path: &str| path.split('?').next().unwrap_or_default().split('/').map(str::to_owned).collect::<Vec<_>>();
    let (path, route) = (parts(path), parts(route));
    path.len() == route.len() && path.iter().zip(&route).all(|(p, r)| p == r || r.starts_with('{'))
}

/// What shows nothing that anybody typed, or is opened by what is opened here.
const NOT_OPENED: [&str; 9] = [
    "/reports/{period}/files/{form}",
    "/calls/{id}/asked",
    "/tickets/{no}/dossiers/{id}/export",
    "/firms/export",
    "/healthz",
    "/readyz",
    "/assets/{version}/{*path}",
    "/api/v1/openapi.json",
    "/api/docs/{*path}",
];

async fn passes(desk: Desk, chosen: impl Fn(usize) -> bool) {
    // Before the line opens, so that there is a reason to be given for taking a call.
    desk.app.clock.set(tokyo("2026-11-22 05:30:00"));
    let people = People::of(&desk.app).await;
    desk.app.publish_report().await;
    let browser = desk.browser().await;
    let mut faults: Vec<String> = Vec::new();
    for (pass, text) in strings::of("hostile.txt").iter().enumerate().filter(|(pass, _)| chosen(*pass)) {
        desk.app.clock.advance(chrono::Duration::seconds(3));
        let filled = fill::everything(&desk.app, &people, pass, text).await;
        let forgotten = fill::forgotten(&desk.app, text).await;
        assert!(
            forgotten.is_empty(),
            "never filled (say in attack/fill.rs how, or that it holds codes): {forgotten:?}"
        );
        let mut one = Pass {
            desk: &desk,
            browser: &browser,
            people: &people,
            text,
            filled,
            opened: Vec::new(),
            faults: Vec::new(),
        };
        one.desk_pages().await;
        one.office_pages().await;
        one.api().await;
        one.strangers_pages().await;
        faults.append(&mut one.faults);
        for route in
            desk.app.app.web().routes.iter().filter(|r| r.method == "GET" && !matches!(r.access, Access::Api(_)))
        {
            let opened = NOT_OPENED.contains(&route.path) || one.opened.iter().any(|path| is_of(path, route.path));
            assert!(opened, "{} was never opened: say in attack/hostile.rs who opens it", route.path);
        }
        fill::put_down(&desk.app, &people, one.filled.open).await;
        desk.app.db.execute("DELETE FROM sign_in_delays").await;
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    browser.leave().await;
}

on_each_db!(some_hostile_strings_stay_text_on_every_page, async |desk: Desk| {
    passes(desk, |pass| pass % 30 == 2).await;
});

macro_rules! sixths {
    ($($name:ident = $sixth:literal),+) => { $(
        on_each_db_at_length!($name, async |desk: Desk| { passes(desk, |pass| pass % 6 == $sixth).await; });
    )+ };
}
sixths!(
    ten_hostile_strings_stay_text_on_every_page = 0,
    ten_more_stay_text_on_every_page = 1,
    the_third_ten_stay_text_on_every_page = 2,
    the_fourth_ten_stay_text_on_every_page = 3,
    the_fifth_ten_stay_text_on_every_page = 4,
    the_last_ten_stay_text_on_every_page = 5
);
