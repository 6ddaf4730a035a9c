//! What verification answers: candidates, marks per item, a decision with its reason, what to ask next.

use serde::{Deserialize, Serialize};

/// The decision, as of the day asked about (membership sample README).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// All four items agree, and the facility is run by an A① member that day.
    Eligible,
    /// The same, with an enrolment or a move to A① under way.
    Pending,
    /// Something is missing, contradicts, or only the association can say.
    NeedsCheck,
    /// The person is known and is no A① member that day.
    NotEligible,
}

impl Decision {
    /// Code of contracts section 2.
    pub fn code(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Pending => "pending",
            Self::NeedsCheck => "needs_check",
            Self::NotEligible => "not_eligible",
        }
    }

    /// Reads a code back.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Eligible, Self::Pending, Self::NeedsCheck, Self::NotEligible].into_iter().find(|d| d.code() == code)
    }
}

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemMark {
    /// Agrees apart from spelling.
    Agrees,
    /// Does not agree.
    Differs,
    /// Was not said, or too little to compare.
    NotGiven,
    /// The directory holds nothing to compare with.
    NotOnFile,
}

impl ItemMark {
    /// Code of contracts section 2.
    pub fn code(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NotGiven => "not_given",
            Self::NotOnFile => "not_on_file",
        }
    }

    /// Reads a code back.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Agrees, Self::Differs, Self::NotGiven, Self::NotOnFile].into_iter().find(|m| m.code() == code)
    }
}

/// The four items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// Member's name.
    pub name: ItemMark,
    /// Facility's name.
    pub facility: ItemMark,
    /// Address.
    pub address: ItemMark,
    /// Registry or member number.
    pub number: ItemMark,
}

impl Items {
    /// The four marks in the order of the guide.
    pub fn all(&self) -> [ItemMark; 4] {
        [self.name, self.facility, self.address, self.number]
    }

    /// Whether all four agree.
    pub fn all_agree(&self) -> bool {
        self.all().iter().all(|m| *m == ItemMark::Agrees)
    }
}

/// Which item a note speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// Member's name.
    Name,
    /// Facility's name.
    Facility,
    /// Address.
    Address,
    /// Number.
    Number,
}

impl Item {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Facility => "facility",
            Self::Address => "address",
            Self::Number => "number",
        }
    }
}

/// A short explanation for the operator; never says which or how many digits of a number differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The item.
    pub item: Item,
    /// Japanese text.
    pub text: &'static str,
}

/// Why the decision is what it is: stable codes for the log and the screen's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// All four agree; A① that day.
    AllAgree,
    /// All four agree; a procedure is under way.
    ProcedureUnderWay,
    /// Nobody in the directory fits.
    NobodyFound,
    /// An item was not given, or too little of it.
    ItemMissing,
    /// An item differs.
    ItemDiffers,
    /// The directory lacks what the number would be compared with.
    NumberNotOnFile,
    /// All but the number agree, and it was heard once: it is to be asked for again, whatever it is.
    NumberHeardOnce,
    /// The number read is somebody else's.
    NumberOfAnother,
    /// Somebody of the same family name at the same facility fits as well or better.
    RelativeAtFacility,
    /// Two people fit equally.
    TwoCandidates,
    /// Only the city, and only the family name or part of the facility's name beside it.
    TooVague,
    /// The named person only works at the facility.
    EmployeeOnly,
    /// The named person is not, or no longer, A①, but another A① member runs the facility.
    AnotherRunsFacility,
    /// The directory cannot say for that day.
    UnknownOnThatDay,
    /// The tie to the facility does not cover the day.
    OutsideTenure,
    /// Left the association.
    Left,
    /// Not yet enrolled.
    NotYetEnrolled,
    /// Another category that day.
    OtherCategory,
}

impl Reason {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::AllAgree => "all_agree",
            Self::ProcedureUnderWay => "procedure_under_way",
            Self::NobodyFound => "nobody_found",
            Self::ItemMissing => "item_missing",
            Self::ItemDiffers => "item_differs",
            Self::NumberNotOnFile => "number_not_on_file",
            Self::NumberHeardOnce => "number_heard_once",
            Self::NumberOfAnother => "number_of_another",
            Self::RelativeAtFacility => "relative_at_facility",
            Self::TwoCandidates => "two_candidates",
            Self::TooVague => "too_vague",
            Self::EmployeeOnly => "employee_only",
            Self::AnotherRunsFacility => "another_runs_facility",
            Self::UnknownOnThatDay => "unknown_on_that_day",
            Self::OutsideTenure => "outside_tenure",
            Self::Left => "left",
            Self::NotYetEnrolled => "not_yet_enrolled",
            Self::OtherCategory => "other_category",
        }
    }
}

/// One person who may be meant, at the facility that fits best.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// 管理番号.
    pub person_key: String,
    /// Id of the person in the store.
    pub member_ref: u128,
    /// Id of the facility in the store.
    pub facility_ref: u128,
    /// Marks against this candidate.
    pub items: Items,
    /// Evidence in bits; ranks candidates, decides nothing.
    pub weight: f32,
}

/// The answer to a look-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// At most five different people, best first.
    pub candidates: Vec<Candidate>,
    /// The decision.
    pub decision: Decision,
    /// Marks against the best candidate.
    pub items: Items,
    /// Explanations per item.
    pub notes: Vec<Note>,
    /// What to ask the caller next.
    pub ask_next: Option<String>,
    /// Why the decision is what it is.
    pub reason: Reason,
    /// A procedure under way for three months or more: its confirmation is overdue (Q1-3).
    pub pending_overdue: bool,
}
