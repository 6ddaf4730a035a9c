//! Typst sets the paper; lopdf locks it (AES-256, PDF 2.0), which every reader of PDF opens with the password.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
use typst::foundations::{Array, Dict, Value};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};

use super::{Body, Grid, GridBar, GridRow, Paper, PdfError};
use crate::domain::text::shown;
use crate::gateway::secret;

const TEMPLATE: &str = include_str!("paper.typ");
/// The first has all letters of the desk's own systems, the last those beyond them (such as 𠮷).
const FONTS: [&[u8]; 3] = [
    include_bytes!("../../../assets/vendor/fonts/BIZUDPGothic_400Regular.ttf"),
    include_bytes!("../../../assets/vendor/fonts/BIZUDPGothic_700Bold.ttf"),
    include_bytes!("../../../assets/vendor/fonts/NotoSansJP_400Regular.ttf"),
];

/// Sets papers, one at a time. Its fonts are read when the first paper is set, and kept.
#[derive(Default)]
pub struct Press(Mutex<Option<TypstEngine<TypstTemplateMainFile>>>);

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Press")
    }
}

impl Press {
    /// Whether this build makes papers.
    pub const MAKES: bool = true;

    /// Sets a paper. It takes a processor for a while: call it where that harms nobody.
    ///
    /// # Errors
    /// When it can't be set.
    pub fn set(&self, paper: &Paper) -> Result<Vec<u8>, PdfError> {
        let failed = |why: String| PdfError::Failed(why);
        let mut engine = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = engine.get_or_insert_with(|| {
            // What one paper left behind helps the next one little, and would be kept for good.
            TypstEngine::builder().main_file(TEMPLATE).fonts(FONTS).comemo_evict_max_age(Some(0)).build()
        });
        let set = engine.compile_with_input::<_, typst_layout::PagedDocument>(inputs(paper)).output;
        let document = set.map_err(|error| failed(error.to_string()))?;
        // PDF/UA-1: tagged, so that it can be read by ear too; what can't be is refused.
        let standards = typst_pdf::PdfStandards::new(&[typst_pdf::PdfStandard::Ua_1]);
        let standards = standards.map_err(|error| failed(error.message().to_string()))?;
        let pdf = typst_pdf::pdf(&document, &typst_pdf::PdfOptions { standards, ..Default::default() });
        pdf.map_err(|errors| failed(errors.iter().map(|e| e.message.to_string()).collect::<Vec<_>>().join("; ")))
    }

    /// Sets a paper that opens with a password only.
    ///
    /// # Errors
    /// When it can't be set or locked.
    pub fn set_locked(&self, paper: &Paper, password: &str) -> Result<Vec<u8>, PdfError> {
        let open = self.set(paper)?;
        lock(&open, password).map_err(PdfError::Failed)
    }
}

fn lock(open: &[u8], password: &str) -> Result<Vec<u8>, String> {
    let mut document = Document::load_mem(open).map_err(|e| e.to_string())?;
    let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
    let key: [u8; 32] = secret::random()?;
    // Nobody needs the owner's rights: their password is thrown away.
    let owner: [u8; 16] = secret::random()?;
    let owner: String = owner.iter().map(|byte| format!("{byte:02x}")).collect();
    let state = EncryptionState::try_from(EncryptionVersion::V5 {
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), filter)]),
        file_encryption_key: &key,
        stream_filter: b"StdCF".to_vec(),
        string_filter: b"StdCF".to_vec(),
        owner_password: &owner,
        user_password: password,
        permissions: Permissions::all(),
    })
    .map_err(|e| e.to_string())?;
    document.encrypt(&state).map_err(|e| e.to_string())?;
    let mut locked = Vec::new();
    document.save_to(&mut locked).map_err(|e| e.to_string())?;
    Ok(locked)
}

fn rows(rows: &[(String, String)]) -> Value {
    let pair = |(name, says): &(String, String)| Value::Array(Array::from_iter([text(name), text(says)]));
    Value::Array(rows.iter().map(pair).collect())
}

/// Words as they are, with marks that would turn what follows around to be seen.
fn text(words: &str) -> Value {
    Value::Str(breakable(&shown(words)).as_str().into())
}

/// Characters of an unbroken run after which a line may end.
const RUN: usize = 24;

/// With places at which long runs without any (digests, serial numbers, addresses of pages) go on in the next line.
fn breakable(words: &str) -> String {
    let (mut out, mut run) = (String::with_capacity(words.len()), 0);
    for c in words.chars() {
        run = if c.is_ascii_graphic() { run + 1 } else { 0 };
        out.push(c);
        if run == RUN {
            out.push('\u{200b}');
            run = 0;
        }
    }
    out
}

fn texts(all: &[String]) -> Value {
    Value::Array(all.iter().map(|words| text(words)).collect())
}

fn dict(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Dict(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn body(body: &Body) -> Value {
    match body {
        Body::Facts(facts) => dict([("facts", rows(facts))]),
        Body::Lines(lines) => dict([("lines", texts(lines))]),
        Body::Grid(Grid { head, rows }) => {
            let bars = rows.iter().any(|row| row.bar.is_some());
            let rows = Value::Array(rows.iter().map(grid_row).collect());
            dict([("head", texts(head)), ("rows", rows), ("bars", Value::Bool(bars))])
        }
    }
}

fn grid_row(row: &GridRow) -> Value {
    let bar = match row.bar {
        None => Value::None,
        Some(GridBar::Of(thousandths)) => Value::Int(i64::from(thousandths)),
        Some(GridBar::Hatched) => Value::Str("hatched".into()),
    };
    dict([("cells", texts(&row.cells)), ("bar", bar), ("total", Value::Bool(row.is_total))])
}

/// The paper as the template reads it: people's words stay words, whatever they look like.
fn inputs(paper: &Paper) -> Dict {
    let part = |part: &super::Part| {
        let bodies = Value::Array(part.body.iter().map(body).collect());
        dict([("title", text(&part.title)), ("body", bodies)])
    };
    let mut whole = Dict::new();
    whole.insert("title".into(), text(&paper.title));
    whole.insert("head".into(), rows(&paper.head));
    whole.insert("parts".into(), Value::Array(paper.parts.iter().map(part).collect()));
    whole.insert("foot".into(), text(&paper.foot));
    if let Some(inside) = &paper.inside {
        let file = [("name", text(&inside.name)), ("text", text(&inside.text)), ("mime", text(&inside.mime))];
        whole.insert("inside".into(), dict(file));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::super::{Inside, Part};
    use super::*;
    use lopdf::LoadOptions;

    fn paper(words: &str) -> Paper {
        Paper {
            title: "引渡し資料".into(),
            head: vec![("医療機関".into(), "髙﨑𠮷野クリニック".into())],
            parts: vec![Part {
                title: "経過".into(),
                body: vec![Body::Facts(vec![("10:44".into(), words.into())]), grid(words)],
            }],
            foot: "取扱注意".into(),
            inside: Some(Inside {
                name: "case.json".into(),
                text: "{\"a\":1}".into(),
                mime: "application/json".into(),
            }),
        }
    }

    fn grid(words: &str) -> Body {
        let row = |bar, is_total| GridRow { cells: vec![words.into(), "12".into()], bar, is_total };
        let rows = vec![
            row(Some(GridBar::Of(1000)), false),
            row(Some(GridBar::Of(0)), false),
            row(Some(GridBar::Hatched), false),
            row(None, true),
        ];
        Body::Grid(Grid { head: vec!["種別".into(), "件数".into()], rows })
    }

    #[test]
    fn a_paper_says_what_was_written_and_never_does_what_it_looks_like() {
        let press = Press::default();
        let odd = "#panic(\"x\") *太字* $x$ \\ ` @ref <b> //";
        let pdf = press.set(&paper(odd)).expect("a paper");
        assert!(pdf.starts_with(b"%PDF-"));
        assert_eq!(pdf, press.set(&paper(odd)).expect("the same again"), "the same words make the same bytes");
    }

    #[test]
    fn a_paper_is_tagged_for_those_who_read_by_ear() {
        let pdf = Press::default().set(&paper("経過")).expect("a paper");
        let document = lopdf::Document::load_mem(&pdf).expect("a document");
        let catalog = document.catalog().expect("a catalogue");
        assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Lang"));
        let metadata = catalog.get(b"Metadata").and_then(lopdf::Object::as_reference).expect("metadata");
        let metadata = document.get_object(metadata).and_then(lopdf::Object::as_stream).expect("a stream");
        let xml = metadata.get_plain_content().expect("text");
        assert!(String::from_utf8_lossy(&xml).contains("pdfuaid:part"), "it says that it's PDF/UA");
    }

    #[test]
    fn a_locked_paper_opens_with_its_password_alone() {
        let locked = Press::default().set_locked(&paper("鍵"), "abcd-2345").expect("a paper");
        let with = |password: &str| Document::load_mem_with_options(&locked, LoadOptions::with_password(password));
        assert!(with("abcd-2345").is_ok_and(|open| !open.is_encrypted() && open.get_pages().len() == 1));
        assert!(with("abcd-2346").is_err());
        assert!(Document::load_mem(&locked).is_ok_and(|shut| shut.is_encrypted()));
        let shows = |word: &str| locked.windows(word.len()).any(|piece| piece == word.as_bytes());
        assert!(!shows("{\"a\":1}") && !shows("case.json"), "nothing of it can be read without");
    }
}
