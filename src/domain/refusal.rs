//! A refusal: why something can't be done, said to the person who asked, beside the field it concerns.

use serde::{Deserialize, Serialize};

/// What kind of no it is; the door turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The input can't be taken as it is.
    Invalid,
    /// The input is fine, but the thing has moved on, or its state doesn't allow it.
    Conflict,
    /// Too much of something; try again later.
    TooMany,
}

/// One field that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's name, as in the form or the JSON body.
    pub name: String,
    /// A stable code, such as `text.too_long`.
    pub code: String,
    /// What to do, in Japanese.
    pub message: String,
}

/// Why something can't be done. Codes are a public contract; messages are Japanese and say what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    /// What kind of no.
    pub kind: RefusalKind,
    /// A stable code, such as `ticket.already_closed`.
    pub code: &'static str,
    /// What happened and what to do, in Japanese.
    pub message: String,
    /// The fields concerned, if any.
    pub fields: Vec<FieldFault>,
    /// Of a thing that has moved on: the version that was sent, and the one that stands.
    pub versions: Option<(i64, i64)>,
}

impl Refusal {
    /// Input that can't be taken, as a whole.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Invalid, code, message: message.into(), fields: Vec::new(), versions: None }
    }

    /// One field that can't be taken.
    pub fn field(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            kind: RefusalKind::Invalid,
            code: "input.invalid",
            message: "入力内容をご確認ください。入力した内容は残っています。".into(),
            fields: vec![FieldFault { name: name.into(), code: code.into(), message }],
            versions: None,
        }
    }

    /// The thing has moved on, or its state doesn't allow this.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Conflict, code, message: message.into(), fields: Vec::new(), versions: None }
    }

    /// With the version that was sent and the one that stands, for programs.
    pub fn versions(mut self, sent: i64, stands: i64) -> Self {
        self.versions = Some((sent, stands));
        self
    }

    /// Too many attempts.
    pub fn too_many(code: &'static str, message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::TooMany, code, message: message.into(), fields: Vec::new(), versions: None }
    }

    /// The message for one field, if that field is at fault.
    pub fn about(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.name == field).map(|f| f.message.as_str())
    }
}

/// Collects the faults of several fields, so that a person sees all of them at once.
#[derive(Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// Keeps the value, or notes the fault and gives the default.
    pub fn take<T: Default>(&mut self, result: Result<T, Refusal>) -> T {
        result.unwrap_or_else(|refusal| {
            self.0.extend(refusal.fields);
            T::default()
        })
    }

    /// Refuses when any fault was noted.
    pub fn check(self) -> Result<(), Refusal> {
        match self.0.first() {
            None => Ok(()),
            Some(_) => Err(Refusal {
                kind: RefusalKind::Invalid,
                code: "input.invalid",
                message: "入力内容をご確認ください。入力した内容は残っています。".into(),
                fields: self.0,
                versions: None,
            }),
        }
    }
}
