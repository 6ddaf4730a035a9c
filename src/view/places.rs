//! The places on the left: at most eight, those of the role.

use super::layout::Place;
use crate::domain::access::actor::Role;
use crate::routes;

/// The places of a role; `here` is the current one.
pub fn of(role: Option<Role>, here: &str) -> Vec<Place> {
    let places: &[(&str, &str)] = match role {
        Some(Role::Operator) => &[
            (routes::HOME, "ホーム"),
            (routes::CALLS, "通話"),
            (routes::TICKETS, "相談票"),
            (routes::HANDOVER, "引き継ぎ"),
        ],
        Some(Role::Specialist) => &[
            (routes::HOME, "2次対応"),
            (routes::CALLS, "通話"),
            (routes::TICKETS, "相談票"),
            (routes::WAVES, "同じ手がかり"),
            (routes::FIRMS, "専門事業者"),
            (routes::HANDOVER, "引き継ぎ"),
        ],
        Some(Role::Supervisor) => &[
            (routes::HOME, "本日の状況"),
            (routes::QUEUE, "2次対応待ち"),
            (routes::CALLS, "通話"),
            (routes::TICKETS, "相談票"),
            (routes::HANDOVER, "引き継ぎ"),
            (routes::CLAIMS, "一時支援金"),
            (routes::DRAFTS, "報告"),
            (routes::RIGHTS, "権限表"),
        ],
        Some(Role::Clerk) => &[(routes::HOME, "一時支援金事務局")],
        Some(Role::JmaReader) => &[(routes::HOME, "報告")],
        Some(Role::Administrator) => &[
            (routes::HOME, "会員名簿"),
            (routes::ACCOUNTS, "アカウント"),
            (routes::TOKENS, "APIトークン"),
            (routes::AUDIT, "監査記録"),
            (routes::JOBS, "定期処理"),
            (routes::RIGHTS, "権限表"),
        ],
        Some(Role::Integration) | None => &[],
    };
    let guide = role.map(|_| (routes::GUIDE, "使い方"));
    places
        .iter()
        .chain(&guide)
        .map(|(href, label)| Place {
            href: (*href).into(),
            label: (*label).into(),
            current: *href == here,
            count: None,
        })
        .collect()
}
