//! One row of an export, field by field: what is repaired is noted, what cannot be read keeps the row out.

use std::borrow::Cow;

use chrono::NaiveDate;
use csv::StringRecord;

use super::category::Category;
use super::field::{self, Reading};
use super::header::Columns;
use super::problem::RowProblem;
use super::record::{FacilityRecord, FacilityRole, MemberRecord, Procedure, ProcedureKind};
use super::whole::Whole;
use crate::domain::text;

/// One row while it is read: notes repairs, remembers whether it must stay out.
pub(super) struct Row<'a> {
    columns: &'a Columns,
    header_row: &'a [String],
    record: &'a StringRecord,
    line: u64,
    /// Repairs and rejections of this row.
    pub(super) notes: Vec<RowProblem>,
    /// Whether it stays out.
    pub(super) out: bool,
    /// Its cells stand where they belong and can be read.
    pub(super) is_readable: bool,
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'a Columns, header_row: &'a [String], record: &'a StringRecord, line: u64) -> Self {
        Self { columns, header_row, record, line, notes: Vec::new(), out: false, is_readable: true }
    }

    fn raw(&self, field: &str) -> Cow<'a, str> {
        self.columns.value(self.record, field)
    }

    fn note(&mut self, field: &str, code: &'static str, message: &str) {
        let column = header(self.columns, self.header_row, field);
        let message = format!("{column}: {message}");
        self.notes.push(RowProblem { line: self.line, column, code, message });
    }

    fn reject(&mut self, field: &str, code: &'static str, message: &str) {
        self.out = true;
        self.note(field, code, message);
    }

    /// A row with more filled cells than headers has shifted columns: nothing in it can be trusted. Spreadsheets drop empty
    /// cells at the end.
    pub(super) fn check_shape(&mut self, whole: &Whole) {
        let unreadable = |row: &mut Self, field, code, message| {
            row.is_readable = false;
            row.reject(field, code, message);
        };
        if self.record.iter().skip(self.header_row.len()).any(|cell| !cell.trim().is_empty()) {
            let message = "見出しより多くの列に値があり、列がずれています。引用符や区切りを直してください";
            unreadable(self, "person_key", "rejected.column_count", message);
        }
        if whole.strays.contains(&self.line) {
            let message = "引用符（\"）の位置が正しくありません。余分な引用符を取り除いてください";
            unreadable(self, "person_key", "rejected.stray_quote", message);
        }
        let last = self.header_row.len().checked_sub(1);
        if whole.open_end == Some(self.line) && !self.proves_itself(last) {
            let message = "最後の行に改行がなく、途中で切れているかどうか分かりません。改行を付けてください";
            self.reject("person_key", "rejected.open_end", message);
        }
        if self.record.iter().any(|f| f.contains('\u{fffd}')) {
            let message = "読めない文字があります。文字コードを確かめて出力し直してください";
            unreadable(self, "name", "rejected.unreadable", message);
        }
    }

    /// Whether a column must hold a word of which a part is none, so that what was cut off is seen.
    fn proves_itself(&self, column: Option<usize>) -> bool {
        column.is_some() && self.columns.of("role") == column
    }

    fn key(&mut self, field: &'static str) -> String {
        let key = field::tidy(&self.raw(field));
        if key.is_empty() {
            self.reject(field, "rejected.no_key", "空欄のため取り込めません。番号を入れてください");
        }
        key
    }

    fn number(&mut self, field: &'static str, length: usize) -> Option<String> {
        let reading = field::number(&self.raw(field), length);
        match &reading {
            Reading::Repaired(_) => {
                self.note(field, "repaired.number", "先頭の0または文字幅を補いました。元の名簿も直してください")
            }
            Reading::Unusable => {
                let message = format!("{length}桁の数字ではありません。文字列として出力し直してください");
                self.reject(field, "rejected.number", &message);
            }
            Reading::Plain(_) | Reading::Empty => {}
        }
        reading.value()
    }

    fn date(&mut self, field: &'static str) -> Option<NaiveDate> {
        let reading = field::date(&self.raw(field));
        match &reading {
            Reading::Repaired(_) => self.note(field, "repaired.date", "和暦などの日付を西暦に直しました"),
            Reading::Unusable => self.reject(field, "rejected.date", "暦にない日付か、読めない形です。直してください"),
            Reading::Plain(_) | Reading::Empty => {}
        }
        reading.value()
    }

    fn category(&mut self, field: &'static str) -> Option<Category> {
        let raw = self.raw(field);
        let category = Category::parse(&raw);
        if category.is_none() && !raw.is_empty() {
            self.reject(field, "rejected.category", "知らない会員区分です。区分の書き方を確かめてください");
        }
        category
    }

    pub(super) fn member(&mut self) -> MemberRecord {
        let member = self.read_member();
        let enrols = member.procedure.as_ref().is_some_and(|procedure| procedure.kind == ProcedureKind::Enrolment);
        if !enrols && self.raw("category").is_empty() {
            self.reject("category", "rejected.empty", "空欄のため取り込めません。入会手続中でなければ入れてください");
        }
        member
    }

    fn read_member(&mut self) -> MemberRecord {
        MemberRecord {
            person_key: self.key("person_key"),
            member_no: self.number("member_no", 10),
            registry_no: self.number("registry_no", 6),
            category: self.category("category"),
            name: self.required_text("name"),
            kana: self.text("kana"),
            enrolled_on: self.date("enrolled_on"),
            moved_on: self.date("moved_on"),
            category_before: self.category("category_before"),
            left_on: self.date("left_on"),
            procedure: self.procedure(),
            pref_association: self.text("pref_association"),
            district_association: self.text("district_association"),
        }
    }

    /// A text without what no keyboard writes. The character 0 is the end of a text elsewhere: nobody knows what it hides.
    fn text(&mut self, field: &'static str) -> String {
        let raw = self.raw(field).into_owned();
        if !raw.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
            return raw;
        }
        match text::line(field, &raw, usize::MAX) {
            Ok(text) => {
                self.note(field, "repaired.control", "見えない制御文字を除きました。元の名簿も直してください");
                text
            }
            Err(_) => {
                self.reject(field, "rejected.control", "使えない文字（NUL）が入っています。除いてください");
                raw
            }
        }
    }

    fn required_text(&mut self, field: &'static str) -> String {
        let text = self.text(field);
        if text.is_empty() {
            self.reject(field, "rejected.empty", "空欄のため取り込めません。入れてください");
        }
        text
    }

    fn procedure(&mut self) -> Option<Procedure> {
        let applied_on = self.date("applied_on");
        let applied_category = self.category("applied_category");
        let raw = self.raw("procedure");
        let kind = ProcedureKind::parse(&raw);
        if kind.is_none() && !raw.is_empty() {
            self.reject("procedure", "rejected.procedure", "知らない手続状況です。書き方を確かめてください");
        }
        kind.map(|kind| Procedure { kind, applied_on, applied_category })
    }

    pub(super) fn facility(&mut self) -> FacilityRecord {
        FacilityRecord {
            facility_key: self.key("facility_key"),
            kind: self.text("facility_kind"),
            name: self.required_text("facility_name"),
            kana: self.text("facility_kana"),
            postal_code: self.postal_code(),
            address: self.text("address"),
            phone: self.text("phone"),
        }
    }

    /// Seven digits with or without a hyphen; six mean a zero lost in front. A bad code does not keep a row out,
    /// since the address stands beside it.
    fn postal_code(&mut self) -> String {
        let digits: String = field::tidy(&self.raw("postal_code")).chars().filter(char::is_ascii_digit).collect();
        match digits.len() {
            0 | 7 => digits,
            6 => {
                self.note("postal_code", "repaired.postal_code", "先頭の0を補いました");
                format!("0{digits}")
            }
            _ => {
                self.note("postal_code", "repaired.postal_code_dropped", "7桁ではないため空欄として取り込みました");
                String::new()
            }
        }
    }

    pub(super) fn role(&mut self) -> Option<FacilityRole> {
        let role = FacilityRole::parse(&self.raw("role"));
        if role.is_none() {
            self.reject("role", "rejected.role", "開設者・管理者・勤務のいずれでもありません。直してください");
        }
        role
    }
}

/// A field's header in this file, for messages.
pub(super) fn header(columns: &Columns, header_row: &[String], field: &str) -> String {
    columns.of(field).and_then(|at| header_row.get(at)).cloned().unwrap_or_default()
}
