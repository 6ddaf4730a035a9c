//! What a call's record still lacks when the call is about to end. A call may end without it, but not unseen: whoever
//! ends it says so, and it is counted.

use super::disposition::Disposition;

/// Something that belongs on the record of a call and isn't there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// 種別
    Incident,
    /// ご相談内容
    Narrative,
    /// 折返し先電話番号, where a call-back is promised.
    CallbackNumber,
    /// 会員確認: nothing was recorded about who called.
    Verification,
    /// The sentence that is read out to everyone, that matters are shared with the association (domain section 2).
    Sharing,
}

/// What the record has.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnRecord {
    /// An incident was chosen, on the sheet or on the ticket it goes to.
    pub incident: bool,
    /// Something was told.
    pub narrative: bool,
    /// There is a number at which the clinic can be called back.
    pub callback_number: bool,
    /// Who called was recorded, for this call or on the ticket it goes to.
    pub verification: bool,
    /// That matters are shared was said.
    pub sharing: bool,
}

impl Lacking {
    /// All, in the order of the sheet.
    pub const ALL: [Self; 5] =
        [Self::Incident, Self::Narrative, Self::CallbackNumber, Self::Verification, Self::Sharing];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Narrative => "narrative",
            Self::CallbackNumber => "callback_number",
            Self::Verification => "verification",
            Self::Sharing => "sharing",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Incident => "種別",
            Self::Narrative => "内容",
            Self::CallbackNumber => "折返し先",
            Self::Verification => "会員確認",
            Self::Sharing => "共有",
        }
    }

    /// As the database holds several: their codes, one after the other.
    pub fn written(these: &[Self]) -> String {
        these.iter().map(|l| l.code()).collect::<Vec<_>>().join(",")
    }

    /// What [`Self::written`] wrote; codes it doesn't know are left out.
    pub fn read(codes: &str) -> Vec<Self> {
        Self::ALL.into_iter().filter(|l| codes.split(',').any(|code| code == l.code())).collect()
    }

    /// What a call that ends like this lacks. A call that was cut off or wrong lacks nothing, one that was pointed
    /// elsewhere only what it was about.
    pub fn of(ends: Disposition, has: OnRecord) -> Vec<Self> {
        const OF_A_MATTER: [Lacking; 4] =
            [Lacking::Incident, Lacking::Narrative, Lacking::Verification, Lacking::Sharing];
        let asked: &[Self] = match ends {
            Disposition::CallBack => &Self::ALL,
            Disposition::Solved
            | Disposition::Remote
            | Disposition::Escalated
            | Disposition::Directed
            | Disposition::OutOfScope
            | Disposition::NotEligible => &OF_A_MATTER,
            Disposition::SchemeInfo | Disposition::ClaimsOffice | Disposition::GuidelineDesk => &[Self::Narrative],
            Disposition::CutOff | Disposition::Wrong => &[],
        };
        asked.iter().copied().filter(|lacking| !lacking.is_on(has)).collect()
    }

    fn is_on(self, has: OnRecord) -> bool {
        match self {
            Self::Incident => has.incident,
            Self::Narrative => has.narrative,
            Self::CallbackNumber => has.callback_number,
            Self::Verification => has.verification,
            Self::Sharing => has.sharing,
        }
    }
}

/// What is lacking in one line that fits beside the button: 「未了：種別・内容・会員確認」; empty where nothing is.
pub fn sentence(lacking: &[Lacking]) -> String {
    if lacking.is_empty() {
        return String::new();
    }
    format!("未了：{}", lacking.iter().map(|l| l.label()).collect::<Vec<_>>().join("・"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_lacking_and_what_is_not_is_said_in_one_line() {
        let whole =
            OnRecord { incident: true, narrative: true, callback_number: true, verification: true, sharing: true };
        for ends in Disposition::ALL {
            assert_eq!(Lacking::of(ends, whole), [], "{ends:?}");
        }
        let solved = Lacking::of(Disposition::Solved, OnRecord::default());
        assert_eq!(solved.len(), 4);
        assert_eq!(Lacking::of(Disposition::CallBack, OnRecord::default()), Lacking::ALL);
        assert_eq!(sentence(&solved), "未了：種別・内容・会員確認・共有");
        let told = OnRecord { narrative: true, ..OnRecord::default() };
        assert_eq!(sentence(&Lacking::of(Disposition::CallBack, told)), "未了：種別・折返し先・会員確認・共有");
        assert_eq!(Lacking::of(Disposition::Wrong, OnRecord::default()), []);
        assert_eq!(sentence(&[]), "");
        assert_eq!(Lacking::read(&Lacking::written(&solved)), solved);
    }
}
