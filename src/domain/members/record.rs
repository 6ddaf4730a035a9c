//! One person, one facility and the tie between them, as a directory export holds them (contracts section 1).

use crate::domain::search::{Found, SearchText};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::category::Category;

/// A procedure that the district association has received and not yet completed (Q1-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Enrolment or move.
    pub kind: ProcedureKind,
    /// Day the application was received; `None` when the export does not say.
    pub applied_on: Option<NaiveDate>,
    /// Category applied for; `None` when the export does not say.
    pub applied_category: Option<Category>,
}

/// What a pending procedure will do once completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProcedureKind {
    /// 入会手続中: a first enrolment, or a return.
    Enrolment,
    /// 異動手続中: a change of category.
    Move,
}

impl ProcedureKind {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::Move => "move",
        }
    }

    /// Word of the export.
    pub fn label(self) -> &'static str {
        match self {
            Self::Enrolment => "入会手続中",
            Self::Move => "異動手続中",
        }
    }

    /// Reads the export's word or the stable code.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            t if t.contains("入会") || t == "enrolment" => Some(Self::Enrolment),
            t if t.contains("異動") || t == "move" => Some(Self::Move),
            _ => None,
        }
    }
}

/// One member as the export knows them on its as-of day. An export holds only the last move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// 管理番号: key of the person in the export.
    pub person_key: String,
    /// 会員番号: 10 digits, leading zeros count; absent while a first enrolment is pending.
    pub member_no: Option<String>,
    /// 医籍番号: 6 digits, leading zeros count.
    pub registry_no: Option<String>,
    /// Category after the last recorded move; absent while a first enrolment is pending.
    pub category: Option<Category>,
    /// Name as exported, never rewritten.
    pub name: String,
    /// Kana of the name as exported.
    pub kana: String,
    /// Enrolment date; may lie after the export.
    pub enrolled_on: Option<NaiveDate>,
    /// Last change of category; may lie after the export.
    pub moved_on: Option<NaiveDate>,
    /// Category before that change.
    pub category_before: Option<Category>,
    /// Day of leaving; out from that day on (Q1-2).
    pub left_on: Option<NaiveDate>,
    /// Procedure under way.
    pub procedure: Option<Procedure>,
    /// Prefectural association.
    pub pref_association: String,
    /// District association: whom to ask about a procedure.
    pub district_association: String,
}

impl MemberRecord {
    /// Whether a number says whose record it is; the export's own key may be anything, a row in quotation marks, say.
    pub fn names_somebody(&self) -> bool {
        self.registry_no.is_some() || self.member_no.is_some()
    }

    /// Whether one of the fields that an export needn't have says something.
    pub fn says(&self, field: &str) -> bool {
        let pending = self.procedure.as_ref();
        match field {
            "member_no" => self.member_no.is_some(),
            "kana" => !self.kana.is_empty(),
            "moved_on" => self.moved_on.is_some(),
            "category_before" => self.category_before.is_some(),
            "left_on" => self.left_on.is_some(),
            "procedure" => pending.is_some(),
            "applied_on" => pending.is_some_and(|p| p.applied_on.is_some()),
            "applied_category" => pending.is_some_and(|p| p.applied_category.is_some()),
            "pref_association" => !self.pref_association.is_empty(),
            "district_association" => !self.district_association.is_empty(),
            _ => false,
        }
    }
}

/// One facility of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacilityRecord {
    /// 施設番号: key of the facility in the export.
    pub facility_key: String,
    /// Kind as exported: 診療所, 病院, or one of the care services.
    pub kind: String,
    /// Name as exported, with or without its corporation.
    pub name: String,
    /// Kana of the name as exported.
    pub kana: String,
    /// Seven digits, or empty.
    pub postal_code: String,
    /// Address as exported.
    pub address: String,
    /// Telephone number as exported.
    pub phone: String,
}

impl FacilityRecord {
    /// Whether one of the fields that an export needn't have says something.
    pub fn says(&self, field: &str) -> bool {
        let text = match field {
            "facility_kind" => &self.kind,
            "facility_kana" => &self.kana,
            "postal_code" => &self.postal_code,
            "phone" => &self.phone,
            _ => return false,
        };
        !text.is_empty()
    }

    /// Whether this is a care service (介護サービス事業所), which the scheme covers since 2023-06-01 (domain section 3).
    pub fn is_care(&self) -> bool {
        is_care(&self.kind)
    }
}

/// Whether a kind of facility is a care service.
pub fn is_care(kind: &str) -> bool {
    let kind: String = kind.nfkc().filter(|c| !c.is_whitespace()).collect();
    !matches!(
        kind.as_str(),
        "診療所" | "病院" | "一般診療所" | "有床診療所" | "無床診療所" | "医院" | "クリニック" | ""
    )
}

/// What a member is at a facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FacilityRole {
    /// 開設者, the representative of an opening corporation included (domain section 3).
    Opener,
    /// 管理者.
    Manager,
    /// 勤務: works there; gives no right to the service.
    Employee,
}

impl FacilityRole {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opener => "opener",
            Self::Manager => "manager",
            Self::Employee => "employee",
        }
    }

    /// Word of the export.
    pub fn label(self) -> &'static str {
        match self {
            Self::Opener => "開設者",
            Self::Manager => "管理者",
            Self::Employee => "勤務",
        }
    }

    /// Reads the export's word or the stable code.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "opener" => Some(Self::Opener),
            "manager" => Some(Self::Manager),
            "employee" => Some(Self::Employee),
            t if t.contains("開設") => Some(Self::Opener),
            t if t.contains("管理") => Some(Self::Manager),
            t if t.contains("勤務") => Some(Self::Employee),
            _ => None,
        }
    }

    /// Whether the role makes the facility the member's own (§2-1(5)).
    pub fn runs_facility(self) -> bool {
        !matches!(self, Self::Employee)
    }
}

/// How long a member had a role at a facility, half-open: [from, until). `None` is open or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// The role.
    pub role: FacilityRole,
    /// First day.
    pub from_on: Option<NaiveDate>,
    /// First day no longer.
    pub until_on: Option<NaiveDate>,
}

impl Found for FacilityRecord {
    fn found_by(&self, text: &mut SearchText) {
        text.add(&self.name);
        text.add(&self.kana);
        text.add(&self.address);
        text.add_phone(&self.phone);
    }
}

impl Found for MemberRecord {
    /// By the name alone: numbers are asked for in the directory, where asking is counted.
    fn found_by(&self, text: &mut SearchText) {
        text.add(&self.name);
        text.add(&self.kana);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_care_service_is_told_from_a_medical_facility_by_its_kind() {
        let facility = |kind: &str| FacilityRecord {
            facility_key: "F1".into(),
            kind: kind.into(),
            name: String::new(),
            kana: String::new(),
            postal_code: String::new(),
            address: String::new(),
            phone: String::new(),
        };
        for (kind, care) in
            [("診療所", false), ("病院", false), ("訪問看護", true), ("介護老人保健施設", true), ("", false)]
        {
            assert_eq!(facility(kind).is_care(), care, "{kind}");
        }
    }

    #[test]
    fn only_openers_and_managers_run_a_facility() {
        assert!(FacilityRole::parse("開設者").is_some_and(FacilityRole::runs_facility));
        assert!(FacilityRole::parse("管理者").is_some_and(FacilityRole::runs_facility));
        assert!(!FacilityRole::parse("勤務").is_some_and(FacilityRole::runs_facility));
        assert_eq!(FacilityRole::parse("理事"), None);
    }
}
