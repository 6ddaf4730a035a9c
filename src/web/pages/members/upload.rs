//! What the import's form sends.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};

use crate::domain::members::propose::Said;
use crate::web::problem::{PageResult, Problem};

/// What was sent.
#[derive(Default)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) exported_on: String,
    /// Of a spreadsheet: which sheet.
    pub(super) sheet: String,
    /// The mapping that was chosen for looking.
    pub(super) mapping: String,
    /// The one with which the file was looked at.
    pub(super) looked_with: String,
    /// The name under which what is said of the columns is kept.
    pub(super) mapping_name: String,
    pub(super) gone: String,
    pub(super) columns: bool,
    said: Said,
    /// A word of the export, whose meaning comes next.
    theirs: Option<(String, String)>,
    by_hand: bool,
}

impl Upload {
    /// What a person says of the columns.
    pub(super) fn said(&self) -> Option<&Said> {
        self.by_hand.then_some(&self.said)
    }

    fn take(&mut self, name: &str, value: String) {
        let place = |prefix: &str| name.strip_prefix(prefix);
        match name {
            "exported_on" => self.exported_on = value,
            "sheet" => self.sheet = value.trim().to_owned(),
            "mapping" => self.mapping = value,
            "looked_with" => self.looked_with = value,
            "mapping_name" => self.mapping_name = value,
            "gone" => self.gone = value,
            "columns" => self.columns = !value.is_empty(),
            "continues" => self.said.continues = true,
            "by_hand" => self.by_hand = true,
            "theirs" => self.theirs = value.split_once('/').map(|(field, word)| (field.to_owned(), word.to_owned())),
            "ours" => {
                if let Some((field, theirs)) = self.theirs.take() {
                    self.said.words.push((field, theirs, value));
                }
            }
            _ => {
                if let Some(at) = place("column.").and_then(|at| at.parse().ok()) {
                    self.said.columns.insert(at, value);
                } else if let Some(field) = place("fixed.") {
                    self.said.fixed.insert(field.to_owned(), value);
                }
            }
        }
    }
}

/// Reads the form.
pub(super) async fn read(mut multipart: Multipart) -> PageResult<Upload> {
    let mut upload = Upload::default();
    let broken = |e: MultipartError| Problem::of_status(e.status(), false);
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default().to_owned().as_str() {
            "file" => file(&mut upload, field).await.map_err(broken)?,
            name => upload.take(name, field.text().await.map_err(broken)?),
        }
    }
    Ok(upload)
}

async fn file(upload: &mut Upload, field: Field<'_>) -> Result<(), MultipartError> {
    upload.name = field.file_name().unwrap_or_default().to_owned();
    upload.bytes = field.bytes().await?.to_vec();
    Ok(())
}
