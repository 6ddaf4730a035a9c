//! Lists of codes as the description shows them, read from the rules themselves: a code that is added there is described
//! here.

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::{calls, incidents, verification};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $codes:expr;)+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let list = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some($codes));
                list.description(Some(concat!($($doc),*).trim())).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

codes! {
    /// Who rang whom.
    Direction = calls::Direction::ALL.map(calls::Direction::code);
    /// The caller's standing (domain section 3): who may call, and others.
    Standing = calls::Standing::ALL.map(calls::Standing::code);
    /// 対応結果
    Disposition = calls::Disposition::ALL.map(calls::Disposition::code);
    /// What kind of thing a caller said of the attack.
    IndicatorKind = incidents::IndicatorKind::ALL.map(incidents::IndicatorKind::code);
    /// What was recorded.
    VerificationOutcome = verification::record::VerificationOutcome::ALL.map(verification::record::VerificationOutcome::code);
    /// What the person at the desk says becomes of the ticket.
    NextChoice = calls::disposition::NextChoice::ALL.map(calls::disposition::NextChoice::code);
}
