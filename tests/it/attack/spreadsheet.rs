//! Formulas in what is taken out as a file: no cell of any export begins like one.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::referrals::typed_firm::TypedFirm;
use madoguchi::web::Access;

use crate::support::referrals::lawyer;
use crate::support::{TestApp, on_each_db};

/// What spreadsheets take for the beginning of a formula.
const LEADS: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];

/// The routes whose answer is a file. What is for a spreadsheet is exported below; a dossier is a PDF, without cells.
const EXPORTS: [&str; 3] = ["/audit/export", "/firms/export", "/tickets/{no}/dossiers/{id}/export"];

on_each_db!(every_route_that_hands_out_a_file_is_looked_at, async |app: TestApp| {
    for route in app.app.web().routes {
        let exports = route.path.ends_with("/export") || route.path.ends_with(".csv") || route.path.ends_with("/files");
        assert!(!exports || EXPORTS.contains(&route.path), "{}: add it here and export it below", route.path);
        assert!(
            !exports || matches!(route.access, Access::Page(action) if action.needs_fresh_proof()),
            "{}",
            route.path
        );
    }
});

on_each_db!(no_cell_of_an_export_begins_like_a_formula, async |app: TestApp| {
    let names: Vec<String> = LEADS
        .iter()
        .filter(|lead| !lead.is_control())
        .flat_map(|lead| {
            [format!("{lead}1+1"), format!("{lead}HYPERLINK(\"//evil.example\")"), format!("{lead}cmd|' /C x'!A0")]
        })
        .collect();
    for (n, name) in names.iter().enumerate() {
        // The name is what an export shows of a person; only a person can have chosen it.
        let set = format!("UPDATE accounts SET name = '{}' WHERE login = 'kanda'", name.replace('\'', "''"));
        app.db.execute(&set).await;
        app.registers(&TypedFirm { skills: name.clone(), ..lawyer(&format!("{name}{n}")) }).await;
        app.clock.advance(chrono::Duration::minutes(1));
        app.log(serde_json::json!({ "narrative": name })).await.expect("a call");
        let (file, firms) =
            (export(&app).await, app.browser(Role::Supervisor).await.get("/firms/export").await.is(200));
        let file = [file, firms.body].concat();
        let mut cells = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_slice());
        let mut shown = 0;
        for record in cells.records() {
            for cell in &record.expect("a record") {
                let cell = cell.trim_start_matches('\u{feff}');
                assert!(!cell.starts_with(LEADS), "{name}: {cell}");
                shown += usize::from(cell == format!("'{name}"));
            }
        }
        assert!(shown > n, "{name}: kept to the letter behind its quote");
    }
});

async fn export(app: &TestApp) -> Vec<u8> {
    let admin = app.browser(Role::Administrator).await;
    let answer = admin.post("/audit/export", &[]).await.is(200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\""));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    answer.body
}
