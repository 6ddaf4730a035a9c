//! The made-up register of firms: none of them is real.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::domain::id::FirmId;
use crate::domain::referrals::typed_firm::TypedFirm;
use crate::domain::referrals::{Firm, FirmKind};

/// Kind, name, channel, regions, skills, hours, first response, fees, conflicts, days since it was asked, whether it's active.
type Row = (
    FirmKind,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u64,
    bool,
);

const ROWS: [Row; 8] = [
    (
        FirmKind::Forensic,
        "見本あおば解析（架空）",
        "firm",
        "全国",
        "ランサムウェア調査、電子カルテ",
        "24時間",
        "2時間以内に折返し",
        "初動調査は定額、以後は時間単価との説明",
        "",
        40,
        true,
    ),
    (
        FirmKind::Forensic,
        "見本みらいフォレンジック（架空）",
        "firm",
        "東京都、神奈川県、埼玉県、千葉県",
        "端末調査、ログ解析",
        "平日9-18",
        "当日中に折返し",
        "見積りのうえ着手との説明",
        "見本電子カルテ社の保守を受託",
        95,
        true,
    ),
    (
        FirmKind::Forensic,
        "見本損保 サイバー提携デスク（架空）",
        "insurer",
        "全国",
        "保険契約者向けの調査会社の手配",
        "毎日8-20",
        "1時間以内に折返し",
        "保険の補償内容によるとの説明",
        "見本損保の契約者に限る",
        20,
        true,
    ),
    (
        FirmKind::Forensic,
        "見本北陸データ調査（架空）",
        "firm",
        "石川県、富山県、福井県",
        "データ復旧",
        "平日9-17",
        "翌営業日",
        "時間単価との説明",
        "",
        260,
        true,
    ),
    (FirmKind::Forensic, "見本旧セキュリティ（架空）", "firm", "全国", "", "平日9-18", "", "", "", 400, false),
    (
        FirmKind::Lawyer,
        "見本法律事務所（架空）",
        "firm",
        "全国",
        "個人情報保護法、医療機関の危機対応",
        "平日9:30-18、土10-13",
        "当日中に折返し",
        "相談料は30分単位との説明",
        "",
        60,
        true,
    ),
    (
        FirmKind::Lawyer,
        "見本ひかり総合法律事務所（架空）",
        "firm",
        "大阪府、京都府、兵庫県、奈良県",
        "漏えい報告、委託先との交渉",
        "平日9-19",
        "翌営業日",
        "初回相談は定額との説明",
        "",
        120,
        true,
    ),
    (
        FirmKind::Lawyer,
        "見本弁護士会 相談窓口（架空）",
        "bar",
        "全国",
        "担当弁護士の手配",
        "平日10-16",
        "翌営業日",
        "弁護士会の規定によるとの説明",
        "",
        30,
        true,
    ),
];

/// The ids of a kind's firms that may be introduced.
pub fn active(kind: FirmKind) -> Vec<FirmId> {
    (0..).zip(ROWS).filter(|(_, row)| row.0 == kind && row.10).map(|(nth, _)| id(nth)).collect()
}

/// The name of a firm.
pub fn name(of: FirmId) -> &'static str {
    (0..).zip(ROWS).find(|(nth, _)| id(*nth) == of).map_or("", |(_, row)| row.1)
}

fn id(nth: u128) -> FirmId {
    FirmId(Uuid::from_u128(0x0196_0000_0000_7000_8000_0000_f100_0000 + nth))
}

/// The register as it stands on a day.
pub fn firms(today: NaiveDate) -> Vec<Firm> {
    let firm = |(nth, row): (u128, Row)| {
        let (kind, name, channel, regions, skills, hours, first_response, fees, conflicts, asked, active) = row;
        let of = |text: &str| text.to_owned();
        let typed = TypedFirm {
            kind: of(kind.code()),
            name: of(name),
            channel: of(channel),
            regions: of(regions),
            skills: of(skills),
            hours: of(hours),
            languages: of("英語"),
            first_response: of(first_response),
            fees: of(fees),
            phone: format!("03-0000-{:04}", 1_000 + nth),
            contact: of("受付担当"),
            email: format!("desk{nth}@example.jp"),
            conflicts: of(conflicts),
            verified_on: (today - Days::new(asked)).to_string(),
            active: of(if active { "yes" } else { "no" }),
        };
        Firm::read(id(nth), &typed, today).ok()
    };
    (0..).zip(ROWS).filter_map(firm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_can_be_read() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(firms(today).len(), ROWS.len());
        assert!(active(FirmKind::Lawyer).len() >= 2 && active(FirmKind::Forensic).len() >= 2);
        assert_eq!(name(active(FirmKind::Lawyer)[0]), "見本法律事務所（架空）");
    }
}
