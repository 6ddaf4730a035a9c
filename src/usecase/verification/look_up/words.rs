//! What somebody is told who may not try a number now.

use chrono::{DateTime, Utc};

use crate::domain::refusal::Refusal;
use crate::domain::verification::tries::Standing;

/// The refusal; none for who may.
pub(in crate::usecase) fn refusal(standing: Standing, now: DateTime<Utc>) -> Option<Refusal> {
    match standing {
        Standing::Free => None,
        Standing::Waits(_) => Some(Refusal::too_many("verification.wait", words(standing, now))),
        Standing::Stopped => Some(Refusal::too_many("verification.stopped", words(standing, now))),
    }
}

/// The same in words; empty for who may.
pub fn words(standing: Standing, now: DateTime<Utc>) -> String {
    match standing {
        Standing::Free => String::new(),
        Standing::Waits(until) => format!(
            "登録と一致しない番号が続いたため、番号の照合はあと{}秒お待ちください。ほかの入力とご案内はそのまま続けられます",
            (until - now).num_seconds().max(0) + 1
        ),
        Standing::Stopped => "一致しない番号が続いたため、番号の照合を止めています（再開はスーパーバイザー）。ご案内は続け、理由を添えて仮受付にできます".into(),
    }
}
