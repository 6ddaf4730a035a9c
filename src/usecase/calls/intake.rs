//! The matter of a call: what is the trouble, whose, and who asks.

use crate::domain::calls::Call;
use crate::domain::calls::sheet::{Sheet, SheetField};
use crate::domain::matching::Heard;
use crate::domain::verification::record::{StatedItems, Verification};

/// The matter of a call, wherever it was typed.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// The four items as said.
    pub said: StatedItems,
    /// Who called.
    pub caller_name: String,
    /// Where to call back.
    pub callback: String,
    /// Incident code; empty: not said.
    pub incident: String,
    /// Severity code; empty: not said.
    pub severity: String,
    /// What the caller told.
    pub narrative: String,
    /// What was recorded about the caller.
    pub verification: Option<Verification>,
}

impl Intake {
    /// The matter of a sheet.
    pub fn of_sheet(call: &Call, sheet: &Sheet, verification: Option<Verification>) -> Self {
        let text = |field| sheet.text(field).to_owned();
        let callback = text(SheetField::Callback);
        Self {
            said: said(sheet),
            caller_name: text(SheetField::CallerName),
            callback: if callback.is_empty() { call.number.clone() } else { callback },
            incident: text(SheetField::Incident),
            severity: text(SheetField::Severity),
            narrative: text(SheetField::Narrative),
            verification,
        }
    }
}

/// What a sheet says of the four items.
pub fn said(sheet: &Sheet) -> StatedItems {
    StatedItems {
        name: sheet.text(SheetField::MemberName).into(),
        facility: sheet.text(SheetField::Facility).into(),
        address: sheet.text(SheetField::Address).into(),
        number: sheet.text(SheetField::Number).into(),
        heard: Heard::Once,
    }
}

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
