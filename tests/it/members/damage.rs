//! Whatever happens to a file on its way, no genuine caller is worse off: it's refused, or what it can't say stands.

use madoguchi::demo::rng::Rng;
use madoguchi::domain::matching::Query;
use madoguchi::store::members;
use madoguchi::usecase::verification::look_up::Batch;

use crate::support::cases::code;
use crate::support::directory::{csv, data, dozen};
use crate::support::{TestApp, on_each_db};

/// What the desk decides of each member who calls with everything right.
async fn verdicts(app: &TestApp) -> Vec<&'static str> {
    let rows = dozen();
    let batch = Batch::begin(&app.services, &app.app.console(), rows.len()).await.unwrap();
    let ask = |row: &String| {
        let cells: Vec<&str> = row.split(',').collect();
        let said = |at: usize| cells[at].to_owned();
        let (name, facility, address, number) = (said(4), said(17), said(20), said(2));
        batch.ask(&Query { call_date: "2026-11-22".parse().unwrap(), name, facility, address, number }).decision.code()
    };
    rows.iter().map(ask).collect()
}

/// The kinds of damage.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Cut,
    Quote,
    TwoQuotes,
    ShiftRight,
    ShiftLeft,
    Duplicate,
    ReEncode,
    DropEnds,
    Header,
    Wrap,
    Tabs,
}

const DAMAGES: [Damage; 11] = [
    Damage::Cut,
    Damage::Quote,
    Damage::TwoQuotes,
    Damage::ShiftRight,
    Damage::ShiftLeft,
    Damage::Duplicate,
    Damage::ReEncode,
    Damage::DropEnds,
    Damage::Header,
    Damage::Wrap,
    Damage::Tabs,
];

/// A place in the file's rows between two characters.
fn somewhere(rng: &mut Rng, file: &str) -> usize {
    let from = file.find('\n').unwrap() + 1;
    let places: Vec<usize> = file[from..].char_indices().map(|(at, _)| from + at).collect();
    places[rng.below(places.len() as u64) as usize]
}

/// One cell of one row becomes what `with` makes of the row's cells.
fn in_a_row(rng: &mut Rng, file: &str, with: impl Fn(&mut Vec<String>, usize)) -> Vec<u8> {
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let row = 1 + rng.below(lines.len() as u64 - 1) as usize;
    let mut cells: Vec<String> = lines[row].split(',').map(str::to_owned).collect();
    let cell = rng.below(cells.len() as u64) as usize;
    with(&mut cells, cell);
    lines[row] = cells.join(",");
    format!("{}\n", lines.join("\n")).into_bytes()
}

fn damaged(rng: &mut Rng, file: &str, damage: Damage) -> Vec<u8> {
    let mut text = file.to_owned();
    match damage {
        Damage::Cut => text.truncate(somewhere(rng, file)),
        Damage::Quote => text.insert(somewhere(rng, file), '"'),
        Damage::TwoQuotes => (0..2).for_each(|_| text.insert(somewhere(rng, &text), '"')),
        Damage::ShiftRight => return in_a_row(rng, file, |cells, at| cells.insert(at, String::new())),
        Damage::ShiftLeft => {
            return in_a_row(rng, file, |cells, at| {
                cells.remove(at);
            });
        }
        Damage::Duplicate => {
            let rows: Vec<&str> = file.lines().skip(1).collect();
            let row = rows[rng.below(rows.len() as u64) as usize];
            let other = rows[rng.below(rows.len() as u64) as usize];
            // The same row again, or with another's first cell.
            let (first, rest) = (other.split(',').next().unwrap(), row.split_once(',').unwrap().1);
            text.push_str(&format!("{first},{rest}\n"));
        }
        Damage::ReEncode => {
            let bytes = encoding_rs::SHIFT_JIS.encode(file).0.into_owned();
            let at = somewhere(rng, file).min(bytes.len());
            // A file of two encodings: its beginning as it is, the rest as an old system writes.
            return [&file.as_bytes()[..file.floor_char_boundary(at)], &bytes[at..]].concat();
        }
        Damage::DropEnds => {
            let dropped = |line: &str| line.trim_end_matches([',', '"']).to_owned();
            text = file.lines().map(dropped).collect::<Vec<_>>().join("\n") + "\n";
        }
        Damage::Header => {
            let letters: Vec<(usize, char)> = file.lines().next().unwrap().char_indices().collect();
            let (at, letter) = letters[rng.below(letters.len() as u64) as usize];
            text.replace_range(at..at + letter.len_utf8(), "\u{fffd}");
        }
        Damage::Wrap => {
            return in_a_row(rng, file, |cells, _| {
                *cells = vec![format!("\"{}\"", cells.join(",").replace('"', "\"\""))]
            });
        }
        Damage::Tabs => return in_a_row(rng, file, |cells, _| *cells = vec![cells.join("\t")]),
    }
    text.into_bytes()
}

/// Cut or swallowed exactly between two rows a file can't be told from one that somebody left.
fn only_lacks_rows(whole: &str, damaged: &[u8]) -> bool {
    let is_whole = |text: &str| text.ends_with('\n') || whole[text.len()..].starts_with('\n');
    std::str::from_utf8(damaged).is_ok_and(|text| whole.starts_with(text) && is_whole(text))
}

on_each_db!(no_damage_to_a_file_makes_a_genuine_caller_a_stranger, async |app: TestApp| {
    let app = app.with_directory().await;
    let before = verdicts(&app).await;
    assert_eq!(before[0], "eligible");
    let bare = String::from_utf8(csv(&dozen())).unwrap();
    let quoted = bare.lines().map(|line| format!("\"{}\"\n", line.replace(',', "\",\""))).collect::<String>();
    let turned = |line: &str| line.rsplit_once(',').map(|(rest, role)| format!("{role},{rest}\n")).unwrap();
    let role_first = bare.lines().map(turned).collect::<String>();
    let (mut refused, mut taken) = (0, 0);
    for seed in 0..132 {
        let mut rng = Rng::of(seed, 17, 0);
        let damage = DAMAGES[seed as usize % DAMAGES.len()];
        let whole = [&bare, &quoted, &role_first][(seed as usize / DAMAGES.len()) % 3];
        let file = damaged(&mut rng, whole, damage);
        match app.import(&file, "2026-11-15").await {
            Ok(report) => {
                taken += 1;
                let lost = report.gone > 0 && !only_lacks_rows(whole, &file);
                assert!(!lost, "seed {seed}, {damage:?}: {report:?}");
                if report.gone == 0 {
                    assert_eq!(verdicts(&app).await, before, "seed {seed}, {damage:?}: {:?}", report.problems);
                }
                app.import_as(bare.as_bytes(), "2026-11-15", false, true).await.unwrap();
            }
            Err(error) => {
                refused += 1;
                let is_shrunken = code::<()>(Err(error)) == "import.shrunken";
                assert!(!is_shrunken || only_lacks_rows(whole, &file), "seed {seed}, {damage:?}: what is it really?");
            }
        }
        assert_eq!(verdicts(&app).await, before, "seed {seed}, {damage:?}: what stood stands again");
    }
    assert!(refused > 10 && taken > 20, "{refused} refused, {taken} taken");
});

on_each_db!(the_sample_cut_inside_a_row_or_with_a_stray_mark_is_refused, async |app: TestApp| {
    let whole = data("membership-sample/directory.utf8.csv");
    app.import(&whole, "2026-10-31").await.unwrap();
    let old = data("membership-sample/directory.cp932.csv");
    for permille in (905..1_000).step_by(9) {
        for file in [&whole, &old] {
            let refused = code(app.import(&file[..file.len() * permille / 1_000], "2026-10-31").await);
            assert!(["import.cut_off", "import.open_quote"].contains(&refused.as_str()), "{permille}: {refused}");
        }
    }
    // One mark before a cell, 250 rows before the end.
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let at = lines[..lines.len() - 250].concat().len();
    let stray = [&whole[..at], b"\"", &whole[at..]].concat();
    assert_eq!(code(app.import(&stray, "2026-10-31").await), "import.open_quote");
});

on_each_db!(a_row_that_is_kept_out_is_nobodys_leaving, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut rows = dozen();
    rows[0] = rows[0].replace("2015/04/01", "2021/02/30");
    // Shifted, without its number, and nobody's that anybody knows.
    rows[3] = format!("x,{}", rows[3]);
    rows[4] = rows[4].replacen("M0000005", "", 1);
    let report = app.import(&csv(&rows), "2026-11-15").await.unwrap();
    assert_eq!((report.rejected, report.gone), (3, 0));
    assert_eq!(verdicts(&app).await[0], "eligible");
    // Who isn't there is gone, beside rows that were kept out.
    rows.pop();
    assert_eq!(app.import(&csv(&rows), "2026-11-15").await.unwrap().gone, 1);
});

on_each_db!(whose_facility_contradicts_itself_is_as_before, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut rows = dozen();
    // Two rows of one facility that say different things; the member of one is said to be of another category.
    rows[3] = rows[3].replace("F0000004", "F0000005").replace("A①", "B");
    let report = app.import(&csv(&rows), "2026-11-15").await.unwrap();
    assert_eq!((report.rejected, report.gone, report.changed), (2, 0, 0));
    assert_eq!(verdicts(&app).await[3], "eligible");
    let people = members::all_members(&app.services.store).await.unwrap();
    assert!(people.iter().all(|member| member.gone_on.is_none()), "whose tie stands isn't gone");
});

on_each_db!(without_a_category_a_row_says_nothing_of_its_member, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut rows = dozen();
    rows[0] = rows[0].replace("A①", "");
    let report = app.import(&csv(&rows), "2026-11-15").await.unwrap();
    assert_eq!((report.rejected, report.gone, report.changed), (1, 0, 0));
    assert_eq!(verdicts(&app).await[0], "eligible");
});

on_each_db!(while_a_row_may_be_anybodys_nobody_is_gone, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut rows = dozen();
    rows.pop();
    rows.push(",,,A①,?,,,,,,,,,,,,診療所,?,,,,,開設者".to_owned());
    assert_eq!(app.import(&csv(&rows), "2026-11-15").await.unwrap().gone, 0);
});

on_each_db!(a_file_of_which_nothing_can_be_used_is_refused_into_an_empty_directory_too, async |app: TestApp| {
    let rows: Vec<String> = dozen().iter().map(|row| row.replace("開設者", "?").replace("管理者", "?")).collect();
    assert_eq!(code(app.import(&csv(&rows), "2026-11-15").await), "import.nothing_usable");
    assert_eq!(code(app.import(&csv(&[]), "2026-11-15").await), "import.nothing_usable");
});

on_each_db!(another_associations_file_of_the_same_size_is_refused, async |app: TestApp| {
    let app = app.with_directory().await;
    let others: Vec<String> = dozen().iter().map(|row| row.replace("M000", "K000").replace("F000", "G000")).collect();
    assert_eq!(code(app.import(&csv(&others), "2026-11-15").await), "import.shrunken");
});
