//! 使い方: each role reads what is theirs.

use madoguchi::domain::access::actor::Role;

use crate::support::people::roles;
use crate::support::{TestApp, on_each_db};

on_each_db!(each_role_reads_what_it_does_and_no_key_it_has_not, async |app: TestApp| {
    for role in roles() {
        let browser = app.browser(role).await;
        let home = browser.get("/").await.is(200).page();
        assert!(home.has("nav.places a[href='/guide']"), "{role:?} finds it");
        let guide = browser.get("/guide").await.is(200).page();
        assert!(guide.count(".guide li") >= 2, "{role:?}");
        let calls = matches!(role, Role::Operator | Role::Specialist | Role::Supervisor);
        assert_eq!(guide.text("main").contains("Alt+9"), calls, "{role:?}");
    }
});
