//! Lists of a few codes with their words: one form for all of them.

/// Makes types of codes: `Type { Name = "code", "words", … }`, each with `ALL`, `code`, `label` and `parse`.
macro_rules! codes {
    ($($(#[$doc:meta])* $type:ident { $($(#[$each:meta])* $name:ident = $code:literal, $label:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$each])* $name),+ }

        impl $type {
            /// All, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code in the database and the form.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The words on the screens.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }

            /// Of a code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|of| of.code() == code)
            }
        }
    )+};
}

pub(crate) use codes;
