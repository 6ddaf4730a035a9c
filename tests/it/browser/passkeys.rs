//! A passkey's life in a real browser, with an authenticator of the driver's: added, given on the way in by keyboard
//! alone, given for a fresh proof, removed. Each page on the way can be used by everybody.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use serde_json::json;

use super::server::Desk;
use super::window::Browser;
use crate::support::on_each_db;
use crate::support::people::{self, PASSWORD};

/// An authenticator inside the machine: it asks for a finger, and gets it at once.
struct Sensor<'a> {
    browser: &'a Browser,
    id: String,
}

impl<'a> Sensor<'a> {
    async fn of(browser: &'a Browser) -> Self {
        let inside = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "isUserConsenting": true,
        });
        let id = browser.command("webauthn/authenticator", &inside).await;
        Self { browser, id: id.as_str().expect("an id").to_owned() }
    }

    /// Whether the finger is the right one from now on.
    async fn knows_the_finger(&self, knows: bool) {
        let path = format!("webauthn/authenticator/{}/uv", self.id);
        self.browser.command(&path, &json!({ "isUserVerified": knows })).await;
    }
}

impl Browser {
    /// Moves on with Tab until the button of this name has the focus.
    async fn tab_to_button(&self, label: &str) {
        let there = format!("document.activeElement.innerText?.includes({})", json!(label));
        for _ in 0..30 {
            if self.holds(&there).await {
                return;
            }
            self.press("Tab").await;
        }
        panic!("Tab never came to {label}");
    }
}

const FAULT: &str = ".passkey [role=alert]";

on_each_db!(a_passkey_is_added_given_and_removed_in_a_browser, async |desk: Desk| {
    let browser = desk.browser().await;
    let sensor = Sensor::of(&browser).await;
    let mut faults = Vec::new();
    browser.sign_in_as(Role::Operator).await;

    browser.goto("/account").await;
    faults.extend(browser.faults_of("/account without passkeys").await);
    browser.click_on("パスキーを追加する").await;
    browser.at("/account/passkeys").await;
    sensor.knows_the_finger(false).await;
    browser.press("Enter").await;
    browser.reads(FAULT, "取り消されたか").await;
    faults.extend(browser.faults_of("a passkey not added").await);
    sensor.knows_the_finger(true).await;
    browser.fills("name", "受付のパソコン").await;
    browser.press("Enter").await;
    browser.at("/account").await;
    browser.reads("main tbody", "受付のパソコン").await;
    browser.reads("main tbody", "まだ使っていません").await;
    faults.extend(browser.faults_of("/account with a passkey").await);
    assert!(browser.holds("document.querySelector('main tbody th').innerText === '受付のパソコン'").await);
    browser.click_on("パスキーを追加する").await;
    browser.at("/account/passkeys").await;
    browser.press("Enter").await;
    browser.reads(FAULT, "すでに登録されています").await;
    signs_out(&browser).await;

    desk.app.clock.advance(Duration::minutes(1));
    browser.half_in(people::of(Role::Operator).login, PASSWORD).await;
    browser.at("/session/second").await;
    faults.extend(browser.faults_of("second factor with a passkey").await);
    sensor.knows_the_finger(false).await;
    browser.tab_to_button("パスキーで確認").await;
    browser.press("Enter").await;
    browser.reads(FAULT, "認証アプリのコードを入力してください").await;
    faults.extend(browser.faults_of("a passkey not given").await);
    sensor.knows_the_finger(true).await;
    assert!(browser.holds("document.activeElement.innerText.includes('パスキーで確認')").await, "the focus stays");
    browser.press("Enter").await;
    browser.at("/").await;

    desk.app.clock.advance(Duration::minutes(10));
    browser.goto("/account").await;
    browser.reads("main tbody", "2026年11月22日(日) 10:43").await;
    browser.click_on("削除する").await;
    browser.reads("h1", "もう一度ご本人の確認").await;
    faults.extend(browser.faults_of("a fresh proof with a passkey").await);
    browser.click_on("パスキーで確認").await;
    browser.reads("main", "先ほどの操作を続ける").await;
    browser.press("Enter").await;
    browser.at("/account").await;
    assert!(!browser.holds("document.body.innerText.includes('受付のパソコン')").await);
    signs_out(&browser).await;
    browser.half_in(people::of(Role::Operator).login, PASSWORD).await;
    browser.at("/session/second").await;
    assert!(!browser.holds("document.querySelector('.passkey')").await, "there is none to give");
    browser.leave().await;
    assert!(faults.is_empty(), "{} findings:\n{}", faults.len(), faults.join("\n"));
});

async fn signs_out(browser: &Browser) {
    browser.goto("/account").await;
    browser.run("document.querySelector(\"form[action='/session/end']\").requestSubmit()").await;
    browser.at("/session/new").await;
}

on_each_db!(a_browser_without_passkeys_or_at_another_address_is_told_what_to_do, async |desk: Desk| {
    let mut browser = desk.browser().await;
    Sensor::of(&browser).await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto("/account/passkeys").await;
    browser.press("Enter").await;
    browser.at("/account").await;
    signs_out(&browser).await;

    browser.half_in(people::of(Role::Operator).login, PASSWORD).await;
    browser.at("/session/second").await;
    browser.run("delete window.PublicKeyCredential").await;
    browser.click_on("パスキーで確認").await;
    browser.reads(FAULT, "このブラウザはパスキーに対応していません").await;
    let home = desk.server.base();
    browser.turn_to(&home.replace("localhost", "127.0.0.1"));
    browser.half_in(people::of(Role::Operator).login, PASSWORD).await;
    browser.at("/session/second").await;
    browser.click_on("パスキーで確認").await;
    browser.reads(FAULT, &format!("{home} で開き直してください")).await;
    browser.leave().await;
});
