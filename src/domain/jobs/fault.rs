//! Why a run failed: the kind of it, never anybody's data.

/// Why a run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The database doesn't answer.
    Away,
    /// No room is left where the database lies.
    Full,
    /// What is stored can't be understood.
    Corrupt,
    /// It broke off.
    Broke,
    /// Anything else.
    Other,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Away, Self::Full, Self::Corrupt, Self::Broke, Self::Other];

    /// The code in the database and the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Full => "full",
            Self::Corrupt => "corrupt",
            Self::Broke => "broke",
            Self::Other => "other",
        }
    }

    /// The fault of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }

    /// What happened, and what a person does.
    pub fn words(self) -> &'static str {
        match self {
            Self::Away => "データベースが応答しませんでした。動いているか、つながるかを確かめてください",
            Self::Full => "データベースの置き場所に空きがありません。ディスクの空きを増やしてください",
            Self::Corrupt => "保存された値を読めませんでした。サーバーのログを開発元に送ってください",
            Self::Broke => "処理が途中で異常終了しました。サーバーのログを開発元に送ってください",
            Self::Other => "処理できませんでした。サーバーのログで理由を確かめてください",
        }
    }
}
