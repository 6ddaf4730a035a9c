//! A browser of somebody's own: what it shows, waited for; what it must never do, watched.

use std::cell::Cell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use madoguchi::domain::access::actor::Role;
use madoguchi::gateway::clock::SetClock;
use serde_json::{Value, json};

use super::keys::Pressed;
use super::{driver, wire};
use crate::support::TestApp;
use crate::support::app::fresh_code;
use crate::support::people::{self, PASSWORD};

/// How long anything is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// Writes down, across pages, what the policy refused, what scripts threw, and that a dialog was opened.
const WATCH: &str = "for (const dialog of ['alert', 'confirm', 'prompt']) window[dialog] = (text) => { try { \
       sessionStorage.setItem('watched', (sessionStorage.getItem('watched') ?? '') + `dialog ${text} at ${location.pathname}\\n`); \
     } catch { } }; \
     for (const [event, word] of [['securitypolicyviolation', 'policy'], ['error', 'error'], ['unhandledrejection', 'rejection']]) \
     addEventListener(event, (e) => { try { \
       const said = `${word} ${e.violatedDirective ?? ''} ${e.blockedURI ?? ''} ${e.message ?? e.reason ?? ''} at ${location.pathname}`; \
       sessionStorage.setItem('watched', (sessionStorage.getItem('watched') ?? '') + said + '\\n'); \
     } catch { } });";

/// A browser with a profile of its own.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) pressed: Cell<Pressed>,
    base: String,
    db: String,
    clock: SetClock,
    session: String,
    process: Cell<Option<u64>>,
}

impl Browser {
    /// A new browser that will visit this server.
    pub(crate) async fn open(base: &str, app: &TestApp) -> Self {
        let at = driver::address();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(serde_json::from_value(capabilities()).expect("capabilities"))
            .connect(&format!("http://{at}"))
            .await
            .expect("a browser");
        let session = client.session_id().await.expect("a session").expect("a session");
        let process = client.capabilities().and_then(|c| c.get("goog:processID")?.as_u64());
        let process = Cell::new(Some(process.expect("the browser's process")));
        let base = base.to_owned();
        let (db, clock) = (app.db.url.clone(), app.clock.clone());
        let browser = Self { client, pressed: Cell::default(), base, db, clock, session, process };
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        browser
    }

    /// Visits an address of the server, and waits for its page.
    pub(crate) async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect("a page");
        self.shows("a page with its script", "window.madoguchi && document.readyState === 'complete'").await;
    }

    /// The tab that is shown.
    pub(crate) async fn tab(&self) -> WindowHandle {
        self.client.window().await.expect("a tab")
    }

    /// Visits an address in another tab, which is shown.
    pub(crate) async fn new_tab(&self, path: &str) -> WindowHandle {
        let tab = self.client.new_window(true).await.expect("a tab").handle;
        self.turn_to_tab(&tab).await;
        self.goto(path).await;
        tab
    }

    /// Shows a tab.
    pub(crate) async fn turn_to_tab(&self, tab: &WindowHandle) {
        self.client.switch_to_window(tab.clone()).await.expect("a tab");
    }

    /// Loads the page again.
    pub(crate) async fn reloads(&self) {
        self.client.refresh().await.expect("a page");
        self.shows("a page with its script", "window.madoguchi && document.readyState === 'complete'").await;
    }

    /// Visits another server from now on.
    pub(crate) fn turn_to(&mut self, base: &str) {
        self.base = base.to_owned();
    }

    /// Signs in at the form, with the keyboard: name and password, then the code of the app.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) {
        self.half_in(login, password).await;
        self.gives_code().await;
    }

    /// Gives the code of the app at its form.
    pub(crate) async fn gives_code(&self) {
        self.at("/session/second").await;
        self.shows("the focus on the code", "document.activeElement?.name === 'code'").await;
        self.types(&fresh_code(&self.db, &self.clock).await).await;
        self.press("Enter").await;
        self.at("!location.pathname.startsWith('/session')").await;
    }

    /// Gives name and password at the form, with the keyboard.
    pub(crate) async fn half_in(&self, login: &str, password: &str) {
        self.goto("/session/new").await;
        self.gives_name_and_password(login, password).await;
    }

    /// The same, at the form that is there.
    pub(crate) async fn gives_name_and_password(&self, login: &str, password: &str) {
        // The browser sets the focus a moment after the page is there.
        self.shows("the focus on the name", "document.activeElement?.name === 'login'").await;
        self.types(login).await;
        self.press("Tab").await;
        self.types(password).await;
        self.press("Enter").await;
        self.at("!location.pathname.startsWith('/session/new')").await;
    }

    /// Signs in as the first of a role.
    pub(crate) async fn sign_in_as(&self, role: Role) {
        self.sign_in(people::of(role).login, PASSWORD).await;
        self.shows("the desk", "document.querySelector('[data-frame=desk]')").await;
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Whether a condition holds now; a page that is just changing holds none.
    pub(crate) async fn holds(&self, condition: &str) -> bool {
        let script = format!("return Boolean({condition})");
        matches!(self.client.execute(&script, Vec::new()).await, Ok(Value::Bool(true)))
    }

    /// Waits until a condition holds.
    pub(crate) async fn shows(&self, what: &str, condition: &str) {
        let since = Instant::now();
        while !self.holds(condition).await {
            if since.elapsed() > PATIENCE {
                let page = self.run("return location.pathname + ' ' + document.body.innerText").await;
                let typed = self
                    .run("return [...document.querySelectorAll('main [name]')].map((e) => e.name + '=' + e.value)")
                    .await;
                panic!("{what} was never shown ({condition}); the page: {page}; its fields: {typed}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until the page of an address (a condition, or a path) is there with its scripts.
    pub(crate) async fn at(&self, place: &str) {
        let place = if place.starts_with('/') { format!("location.pathname === '{place}'") } else { place.to_owned() };
        self.shows(&place, &format!("{place} && window.madoguchi && document.readyState === 'complete'")).await;
    }

    /// Waits until a text stands in what a selector finds.
    pub(crate) async fn reads(&self, selector: &str, text: &str) {
        let condition = format!(
            "[...document.querySelectorAll({})].some((e) => e.innerText.includes({}))",
            json!(selector),
            json!(text)
        );
        self.shows(text, &condition).await;
    }

    /// The text of the first that a selector finds.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let found = self.run(&format!("return document.querySelector({})?.innerText ?? ''", json!(selector))).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// What a field holds.
    pub(crate) async fn value(&self, name: &str) -> String {
        let script = format!(
            "const all = [...document.querySelectorAll('main [name={name}]')]; \
             return (all.find((e) => e.type !== 'radio' || e.checked) ?? {{value: ''}}).value"
        );
        self.run(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Puts the focus into a field, as a click does.
    pub(crate) async fn focus(&self, selector: &str) {
        self.run(&format!("document.querySelector({}).focus()", json!(selector))).await;
    }

    /// Clicks on what a selector finds.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await.unwrap_or_else(|e| panic!("{selector}: {e}"));
        found.click().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Clicks the button or link of this name.
    pub(crate) async fn click_on(&self, label: &str) {
        let path = format!("//main//*[self::button or self::a][contains(normalize-space(.), '{label}')]");
        let found = self.client.find(Locator::XPath(&path)).await.unwrap_or_else(|e| panic!("{label}: {e}"));
        // As whoever looks for it would: the bar at the foot may lie over it.
        let element = serde_json::to_value(&found).expect("an element");
        self.client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![element]).await.expect("scrolled");
        found.click().await.unwrap_or_else(|e| panic!("{label}: {e}"));
    }

    /// Chooses a file of the project in the page's file field.
    pub(crate) async fn chooses_file(&self, path: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let chooser = self.client.find(Locator::Css("input[type=file]")).await.expect("a file field");
        chooser.send_keys(&file.display().to_string()).await.expect("a file");
    }

    /// The status the page came with.
    pub(crate) async fn status(&self) -> u64 {
        self.run("return performance.getEntriesByType('navigation')[0].responseStatus")
            .await
            .as_u64()
            .unwrap_or_default()
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn cdp(&self, command: &str, params: Value) {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": params })).await;
    }

    /// A command that the driver knows beyond those of its client; what it answers.
    pub(crate) async fn command(&self, command: &str, params: &Value) -> Value {
        let start = format!("POST /session/{}/{command}", self.session);
        let body = params.to_string();
        let headers = [("Content-Type", "application/json")];
        let sent = tokio::task::spawn_blocking(move || wire::send(&driver::address(), &start, &headers, &body));
        let reply = sent.await.expect("a thread").expect("the driver");
        assert_eq!(reply.status, 200, "{command} {params}: {}", reply.body);
        let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
        answer["value"].clone()
    }

    /// Nothing was refused by the policy, and no script failed, since the browser was opened.
    pub(crate) async fn was_quiet(&self) {
        let watched = self.run("return sessionStorage.getItem('watched')").await;
        assert_eq!(watched, Value::Null, "the browser complained");
    }

    /// Closes it, after a look at what it complained about.
    pub(crate) async fn leave(self) {
        self.was_quiet().await;
        self.process.set(None);
        self.client.clone().close().await.expect("closed");
    }

    /// The machine dies under it: no page is told.
    pub(crate) fn killed(self) {}
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            // It may have gone already.
            drop(Command::new("kill").args(["-9", &process.to_string()]).stderr(Stdio::null()).status());
        }
    }
}

fn capabilities() -> Value {
    let flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,800",
        "--lang=ja",
    ];
    json!({ "browserName": "chrome", "goog:chromeOptions": { "args": flags, "prefs": { "intl.accept_languages": "ja" } } })
}
