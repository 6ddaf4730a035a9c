//! What tests do on the call sheet again and again.

use std::time::{Duration, Instant};

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use madoguchi::domain::id::CallId;
use madoguchi::usecase::calls::sheet;

use super::server::Desk;
use super::window::Browser;

/// Longer than a key is held back after what it acts on has changed.
pub(super) const SETTLED: Duration = Duration::from_millis(800);

impl Browser {
    /// Starts a call with its key; the sheet's call.
    pub(crate) async fn starts_call(&self) -> CallId {
        self.press("F2").await;
        self.shows("a sheet", "document.getElementById('sheet')?.dataset.started").await;
        // F2 leads back to a call that is still open: such a sheet would hold what others typed.
        assert_eq!(self.value("member_name").await, "", "a fresh sheet");
        self.call().await
    }

    /// The call of the sheet that is shown.
    pub(crate) async fn call(&self) -> CallId {
        let id = self.run("return document.getElementById('sheet').dataset.call").await;
        id.as_str().expect("a call").parse().expect("a call's id")
    }

    /// Types into a field of the sheet, at its end.
    pub(crate) async fn fills(&self, name: &str, text: &str) {
        self.focus(&format!("main [name={name}]")).await;
        self.types(text).await;
    }

    /// Chooses how the call ends by a key, and ends it.
    pub(crate) async fn ends(&self, key: &str) {
        self.press("Alt+9").await;
        self.press(key).await;
        self.press("Ctrl+Enter").await;
    }

    /// Ends the call with the one key that says that it is known what its record lacks.
    pub(crate) async fn ends_all_the_same(&self) {
        self.shows("the button that ends it all the same has the focus", "document.activeElement?.name === 'anyway'")
            .await;
        // Not with the Enter that asked.
        tokio::time::sleep(SETTLED).await;
        self.press("Enter").await;
    }

    /// Waits until the sheet says that all is saved.
    pub(crate) async fn says_saved(&self) {
        self.reads("#saved-state[data-state=well]", "保存済み").await;
    }
}

impl Desk {
    /// What the server holds of a field.
    pub(crate) async fn held(&self, call: CallId, field: SheetField) -> String {
        let ctx = self.app.ctx(Role::Operator);
        let view = sheet::panel(&self.app.services, &ctx, call, None).await.expect("a sheet");
        view.sheet.text(field).to_owned()
    }

    /// Waits until the server holds this in a field.
    pub(crate) async fn holds(&self, call: CallId, field: SheetField, text: &str) {
        let since = Instant::now();
        loop {
            let held = self.held(call, field).await;
            if held == text {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(30), "{} holds {held:?}, not {text:?}", field.name());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
