//! What is typed on a sheet, field by field.

/// One field as typed, and the version it was typed against.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// The field's name.
    pub name: String,
    /// The text.
    pub value: String,
    /// The version it was typed against; 0 for never saved.
    pub version: i64,
    /// Whether typing goes on in it: of the four items nothing is tried then, only kept.
    pub typing: bool,
}
