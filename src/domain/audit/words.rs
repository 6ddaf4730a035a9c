//! The audit's codes in the words of the screens.

/// Codes of deeds. A newer instance may write one that isn't here: it's shown as it is.
const DEEDS: &[(&str, &str)] = &[
    ("access", "許可のない操作の試み"),
    ("account.code", "アカウントのコードの再発行"),
    ("account.create", "アカウントの作成"),
    ("account.disable", "アカウントの停止"),
    ("account.enable", "アカウントの再開"),
    ("account.end_sessions", "他の人のサインインの終了"),
    ("account.factor", "認証アプリの登録"),
    ("account.list", "アカウント一覧の閲覧"),
    ("account.passkey_add", "パスキーの追加"),
    ("account.passkey_remove", "パスキーの削除"),
    ("account.passkeys_end", "終了したアカウントのパスキーの削除"),
    ("account.password", "パスワードの変更"),
    ("account.recovery_codes", "回復コードの発行"),
    ("account.role", "役割の変更"),
    ("audit.export", "監査記録の書き出し"),
    ("audit.review", "監査記録の点検"),
    ("audit.view", "監査記録の閲覧"),
    ("backup.create", "バックアップの作成"),
    ("backup.restore", "バックアップの復元"),
    ("call.end", "通話の終了"),
    ("call.list", "通話一覧の閲覧"),
    ("call.log", "通話の登録"),
    ("call.related", "関連する相談票・通話の表示"),
    ("call.review", "通話の事後確認"),
    ("call.search", "通話の検索"),
    ("call.start", "通話の開始"),
    ("call.view", "通話の閲覧"),
    ("claim.list", "請求一覧の閲覧"),
    ("directory.import", "名簿の取込"),
    ("directory.list", "取込履歴の閲覧"),
    ("entry.add", "対応履歴への追記"),
    ("facility.hours", "診療時間の記録"),
    ("hold.lift", "相談票の保全の解除"),
    ("hold.place", "相談票の保全"),
    ("home.clerk", "ご案内した件の閲覧"),
    ("home.operator", "担当一覧の閲覧"),
    ("home.specialist", "2次対応待ちの閲覧"),
    ("home.supervisor", "本日の状況の閲覧"),
    ("keys.rotate", "暗号鍵の更新"),
    ("member.batch", "会員の照合（コンソールでの一括）"),
    ("member.heard_twice", "番号の再確認"),
    ("member.let_on", "番号の照合の再開"),
    ("member.lookup", "会員の照合"),
    ("member.override", "会員確認の特例"),
    ("member.stop", "番号の照合の停止"),
    ("member.verify", "会員確認の記録"),
    ("callback.keep", "折返しの完了"),
    ("remote.end", "リモート支援の終了"),
    ("remote.start", "リモート支援の開始"),
    ("report.freeze", "報告の確定"),
    ("report.view", "報告の閲覧"),
    ("retention.erase", "保存期間が終わった記録の消去"),
    ("retention.preview", "保存期間の処理の試算"),
    ("retention.run", "保存期間の処理"),
    ("retention.wait", "保存期間の処理の見合わせ"),
    ("session.confirm", "本人の再確認"),
    ("session.end", "サインアウト"),
    ("session.end_others", "自分の他のサインインの終了"),
    ("session.open", "サインイン"),
    ("session.second", "2段階認証"),
    ("task.finish", "医師会への確認の完了"),
    ("task.raise", "医師会への確認の督促"),
    ("ticket.change", "相談票の変更"),
    ("ticket.link", "通話と相談票の結び付け"),
    ("ticket.list", "相談票一覧の閲覧"),
    ("ticket.transition", "相談票の状態の変更"),
    ("ticket.open", "相談票の作成"),
    ("ticket.search", "相談票の検索"),
    ("ticket.verify", "相談票の会員確認"),
    ("ticket.view", "相談票の閲覧"),
    ("token.create", "APIトークンの発行"),
    ("token.list", "APIトークン一覧の閲覧"),
    ("token.revoke", "APIトークンの無効化"),
    ("demo.fill", "試験データの作成"),
    ("verification.review", "仮受付の事後確認"),
];

/// Codes of things.
const THINGS: &[(&str, &str)] = &[
    ("account", "アカウント"),
    ("audit", "監査記録"),
    ("backup", "バックアップ"),
    ("call", "通話"),
    ("claim", "一時支援金請求"),
    ("database", "データベース"),
    ("directory", "会員名簿"),
    ("facility", "施設"),
    ("keys", "暗号鍵"),
    ("member", "会員"),
    ("page", "画面"),
    ("callback", "折返しのお約束"),
    ("report", "報告"),
    ("retention", "保存期間"),
    ("review", "点検"),
    ("route", "操作"),
    ("task", "確認事項"),
    ("ticket", "相談票"),
    ("token", "APIトークン"),
    ("trail", "足取り"),
    ("verification", "会員確認"),
];

/// The words of a deed, if it's known.
pub fn deed(code: &str) -> Option<&'static str> {
    look_up(DEEDS, code)
}

/// The words of a kind of thing, if it's known.
pub fn thing(code: &str) -> Option<&'static str> {
    look_up(THINGS, code)
}

fn look_up(table: &'static [(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}
