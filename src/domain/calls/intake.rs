//! The matter of a call: what is the trouble, whose, and who asks.

use super::Call;
use super::sheet::{Sheet, SheetField};
use crate::domain::matching::Heard;
use crate::domain::search::{Found, SearchText};
use crate::domain::verification::record::{StatedItems, Verification};

/// The incident of a ticket for which none was chosen.
pub const UNDECIDED: &str = "other";

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
    /// The matter of a sheet. What was recorded of somebody whose items were typed over since doesn't belong to it.
    pub fn of_sheet(call: &Call, sheet: &Sheet, verification: Option<Verification>) -> Self {
        let text = |field| sheet.text(field).to_owned();
        let callback = text(SheetField::Callback);
        let said = said(sheet);
        let verification = verification.filter(|recorded| recorded.is_about(&said));
        Self {
            said,
            caller_name: text(SheetField::CallerName),
            callback: if callback.is_empty() { call.number_to_dial().to_owned() } else { callback },
            incident: text(SheetField::Incident),
            severity: text(SheetField::Severity),
            narrative: text(SheetField::Narrative),
            verification,
        }
    }

    /// What of it goes on to a ticket that the call is tied to: what the ticket is about was decided before, unless it
    /// is about nothing in particular. What is chosen from then on is meant for that ticket.
    pub fn beside(&self, incident: &str) -> Self {
        let undecided = incident == UNDECIDED;
        let kept = |code: &String| if undecided { code.clone() } else { String::new() };
        Self { incident: kept(&self.incident), severity: kept(&self.severity), ..self.clone() }
    }

    /// What a change of one field of the sheet tells of the matter.
    pub fn tell(&mut self, field: SheetField, value: &str) {
        let item = match field {
            SheetField::Incident => &mut self.incident,
            SheetField::Severity => &mut self.severity,
            SheetField::Narrative => &mut self.narrative,
            SheetField::Facility => &mut self.said.facility,
            _ => return,
        };
        value.clone_into(item);
    }

    /// Whether it tells anything that a ticket follows.
    pub fn tells(&self) -> bool {
        [&self.incident, &self.severity, &self.narrative, &self.said.facility].into_iter().any(|item| !item.is_empty())
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

impl Found for Intake {
    fn found_by(&self, text: &mut SearchText) {
        self.said.found_by(text);
        text.add(&self.caller_name);
        text.add_phone(&self.callback);
        text.add(&self.narrative);
    }
}
