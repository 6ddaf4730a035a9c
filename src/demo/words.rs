//! What callers tell and what the desk writes down: sentences per incident, put together at random.

/// One kind of incident: how common, how grave, how it usually goes, and its sentences.
pub struct Incident {
    /// The code of the scheme's list.
    pub code: &'static str,
    /// Weight in 2022, and the weight it gains each year.
    pub weight: (i64, i64),
    /// Weights of 緊急, 高, 中, 低.
    pub severity: [u64; 4],
    /// Weights of the courses, in the order of `course::COURSES`.
    pub courses: [u64; 8],
    /// What the caller tells first.
    pub told: &'static [&'static str],
    /// What the desk advises.
    pub advice: &'static [&'static str],
}

/// What is told besides, whatever the incident.
pub static BESIDES: [&str; 12] = [
    "受付のパソコン1台で発生。",
    "院長室のノートパソコンで発生。",
    "事務長が最初に気付いた。",
    "ネットワークからは切り離していない。",
    "電子カルテは別系統で使えている。",
    "レセプト端末には影響なし。",
    "昨日の夕方から様子がおかしかった。",
    "業者には連絡がつかない。",
    "ウイルス対策ソフトの警告は出ていない。",
    "患者様の対応は続けている。",
    "予約システムが使えず困っている。",
    "同じ機器をほかに3台使っている。",
];

/// The incidents, in the order of the scheme's list. Courses: solved, remote, tier 2, referral, call back, watch, directed, out of scope.
#[rustfmt::skip]
pub static INCIDENTS: [Incident; 13] = [
    Incident { code: "ransomware", weight: (26, 14), severity: [60, 35, 5, 0], courses: [2, 3, 45, 38, 6, 6, 0, 0],
        told: &["電子カルテのサーバーに英語の脅迫文が表示され、ファイルが開けない。", "共有フォルダの拡張子がすべて変わり、身代金を要求する文書が置かれている。",
            "朝出勤したらNASの中身が暗号化されていた。", "画面が赤くなり、暗号資産で支払うよう求められている。"],
        advice: &["電源は切らずLANを抜き、バックアップ機器も外すよう助言。", "支払いには応じず、画面の撮影と時刻の記録を依頼。", "他端末の通信も止め、警察への相談を案内。"] },
    Incident { code: "malware", weight: (110, 2), severity: [8, 37, 45, 10], courses: [60, 18, 6, 1, 8, 7, 0, 0],
        told: &["ウイルス対策ソフトがトロイの木馬を検知したと表示している。", "USBメモリを挿したあと、見覚えのないプログラムが動いている。",
            "パソコンの動作が極端に遅くなり、広告の画面が次々に開く。", "ダウンロードしたファイルを開いたら対策ソフトが隔離した。"],
        advice: &["LANを抜き、対策ソフトの完全スキャンを実施するよう助言。", "隔離の記録を保存し、削除せず報告書に添えるよう案内。", "USBメモリの使用を止め、他端末でも検査するよう助言。"] },
    Incident { code: "suspicious_mail", weight: (190, -6), severity: [5, 25, 50, 20], courses: [70, 9, 5, 1, 8, 7, 0, 0],
        told: &["取引先を名乗るメールの添付ファイルを開いてしまった。", "当院の名前で不審なメールが患者様に届いていると連絡があった。",
            "請求書を装ったメールのマクロを有効にしてしまった。", "宅配業者を名乗るメールのリンク先でパスワードを入力した。"],
        advice: &["LANを抜き、メールのパスワードを別の端末から変更するよう助言。", "EmoCheck等での確認手順を案内。", "送信先への注意喚起文の例を案内。"] },
    Incident { code: "fake_support", weight: (200, 16), severity: [3, 22, 55, 20], courses: [70, 14, 3, 0, 8, 5, 0, 0],
        told: &["画面に「ウイルスに感染しました」と出て、警告音が止まらない。", "表示された電話番号にかけ、遠隔操作をさせてしまった。",
            "サポートを名乗る相手に電子マネーの購入を求められた。", "偽の警告画面が閉じられず、診療の準備ができない。"],
        advice: &["ブラウザを強制終了し、電話番号にはかけないよう助言。", "遠隔操作ソフトの削除手順を案内。", "支払った電子マネーの発行会社への連絡を案内。"] },
    Incident { code: "web_defacement", weight: (30, 0), severity: [8, 42, 40, 10], courses: [22, 4, 30, 10, 12, 14, 8, 0],
        told: &["医院のホームページが海外の通販サイトに書き換わっている。", "検索結果から当院のページを開くと別のサイトに飛ばされる。",
            "ホームページに見覚えのないファイルが置かれていると制作会社から連絡があった。"],
        advice: &["制作会社にページの一時停止を依頼するよう助言。", "管理画面のパスワード変更と更新を案内。"] },
    Incident { code: "account_takeover", weight: (60, 6), severity: [6, 40, 44, 10], courses: [62, 8, 9, 2, 10, 9, 0, 0],
        told: &["医院のメールアカウントから迷惑メールが大量に送られている。", "クラウドの管理画面に海外からのログイン履歴がある。",
            "SNSのアカウントにログインできず、投稿が書き換えられた。"],
        advice: &["別の安全な端末からパスワードを変更し、2段階認証を設定するよう助言。", "転送設定とログイン履歴の確認を依頼。"] },
    Incident { code: "unauthorised_access", weight: (40, 5), severity: [22, 48, 25, 5], courses: [14, 6, 45, 16, 9, 10, 0, 0],
        told: &["VPN装置に海外からの接続の記録が見つかった。", "サーバーに見覚えのない管理者アカウントが作られている。",
            "夜間に誰かがパソコンを操作した形跡がある。"],
        advice: &["外部接続を止め、記録を消さずに保存するよう助言。", "VPN装置の更新状況の確認を保守業者に依頼するよう案内。"] },
    Incident { code: "leak", weight: (34, 3), severity: [20, 50, 25, 5], courses: [25, 0, 34, 16, 13, 12, 0, 0],
        told: &["患者様の一覧を別の医療機関にメールで誤送信した。", "検査結果の表がインターネットから見える状態になっていた。",
            "退職した職員が名簿を持ち出した可能性がある。"],
        advice: &["個人情報保護委員会への速報の期限と手順を案内。", "対象の件数と項目の整理を依頼。"] },
    Incident { code: "lost_media", weight: (28, 0), severity: [4, 46, 42, 8], courses: [60, 0, 10, 4, 16, 10, 0, 0],
        told: &["往診用のノートパソコンを入れたかばんを紛失した。", "患者様の情報が入ったUSBメモリが見当たらない。", "車上荒らしで訪問記録の入ったタブレットを盗まれた。"],
        advice: &["遺失届・盗難届の提出と、端末の遠隔ロックを助言。", "含まれる情報の件数の確認を依頼。"] },
    Incident { code: "system_down", weight: (110, -4), severity: [4, 26, 50, 20], courses: [28, 6, 1, 0, 5, 3, 57, 0],
        told: &["電子カルテの端末がネットワークにつながらない。", "インターネットとIP電話が同時に使えなくなった。", "レセプトの送信中にエラーが出て先に進まない。"],
        advice: &["ルーターの再起動を案内。", "障害情報の確認を案内。攻撃の兆候は見られない。"] },
    Incident { code: "not_attack", weight: (80, -3), severity: [0, 8, 42, 50], courses: [54, 8, 1, 0, 4, 3, 30, 0],
        told: &["パソコンが急に再起動した。攻撃ではないか心配。", "知らない通知が出たが、更新の案内のようにも見える。", "プリンターから文字化けした紙が大量に出てきた。"],
        advice: &["表示内容を確認し、正規の更新通知と判断。", "攻撃の兆候がないことを一緒に確認。"] },
    Incident { code: "guideline", weight: (20, 9), severity: [0, 2, 38, 60], courses: [84, 0, 2, 0, 8, 6, 0, 0],
        told: &["安全管理ガイドライン6.0版のチェックリストの書き方を知りたい。", "立入検査で求められるサイバー対策の書類を確認したい。", "委託先との責任分界の決め方を知りたい。"],
        advice: &["解説資料と動画をご案内。", "チェックリストの該当箇所を説明。"] },
    Incident { code: "other", weight: (50, 0), severity: [0, 6, 44, 50], courses: [38, 4, 1, 0, 6, 3, 8, 40],
        told: &["新しいパソコンの初期設定の方法を教えてほしい。", "表計算ソフトの使い方がわからない。", "対策ソフトはどれを選べばよいか。", "古いパソコンの捨て方を知りたい。"],
        advice: &["一般的な注意点を説明。", "相談範囲を説明し、購入店への相談を案内。"] },
];

/// Why tier 2 is asked.
pub static ESCALATION: [&str; 6] = [
    "侵入経路の調査が必要なため",
    "暗号化の範囲が広く、専門的な判断が必要なため",
    "情報漏えいの可能性があり、確認が必要なため",
    "複数の端末に影響が及んでいるため",
    "公表・届出の判断について専門的な助言が必要なため",
    "サーバーの記録の確認が必要なため",
];
/// What is waited for.
pub static WATCH: [&str; 5] = [
    "対策ソフトの完全スキャンの結果を確認",
    "保守業者の調査結果を確認",
    "パスワード変更後に同じ症状が出ないか確認",
    "復旧後の動作を1週間後に確認",
    "届出の提出状況を確認",
];
/// What tier 2 writes.
pub static TIER2: [&str; 6] = [
    "VPN装置の記録を確認。前日深夜に海外からの接続あり。",
    "暗号化の範囲は共有フォルダのみ。カルテの本体は無事。",
    "初動の時系列表を作成し、院長と共有。",
    "証拠保全の手順を説明。端末は電源を入れたまま保管。",
    "関係者への説明文の案を確認。",
    "バックアップの世代を確認。3日前の分から復元可能。",
];
/// What is written about a referral.
pub static REFERRAL: [&str; 4] = [
    "フォレンジック事業者2社の連絡先をご案内。費用は会員負担であること、加入中の保険の確認を説明。",
    "弁護士のご紹介を希望。提供する情報の範囲に同意いただいた。",
    "調査会社との面談日が決まったと連絡あり。",
    "会員ご本人の依頼を確認のうえ、事業者に概要を連絡。",
];
/// Tools of remote support.
pub static TOOLS: [&str; 2] = ["リモート支援ツールA", "リモート支援ツールB"];
/// On which machine, and what for.
pub static SCOPES: [&str; 4] =
    ["受付のパソコン1台", "診察室のパソコン1台、検査のみ", "事務室のノートパソコン1台", "院長のパソコン1台"];
/// What was run, what was removed, what was found.
pub static REMOTE: [(&str, &str, &str); 6] = [
    (
        "常駐プログラムを確認し、完全スキャンを実施",
        "広告を表示するプログラム1件",
        "広告を表示するプログラムが常駐していた",
    ),
    ("起動時の設定と入っているソフトを確認", "遠隔操作ソフト1件", "遠隔操作ソフトが1件残っていた"),
    ("ブラウザの通知の許可を解除し、履歴を確認", "", "偽の警告を出す通知の許可があった"),
    ("メールの転送設定とログイン履歴を確認", "身に覚えのない転送設定1件", "身に覚えのない転送設定が1件"),
    ("診断ツールで端末を検査", "", ""),
    ("更新プログラムの適用状況を確認し、未適用の分を適用", "", "更新が半年間止まっていた"),
];
/// Where callers are directed.
pub static DIRECTED: [&str; 4] =
    ["回線事業者の故障受付", "パソコンのメーカ窓口", "電子カルテの保守業者", "通信機器のメーカ窓口"];
/// Why it's out of scope.
pub static OUT_OF_SCOPE: [&str; 3] = [
    "パソコンの一般的な操作・設定のご相談のため",
    "機器の購入・廃棄のご相談のため",
    "ソフトウェアの使い方のご相談のため",
];
/// About what one calls back.
pub static CALLBACKS: [&str; 6] = [
    "スキャンの結果を確認",
    "院長に報告後、再度ご連絡",
    "保守業者に確認した結果をお伝えする",
    "パスワード変更が済んだか確認",
    "診療が終わってからの操作を希望",
    "他の端末の状況を確認",
];
/// What is noted when calling back.
pub static CALLED_BACK: [&str; 4] = [
    "その後は症状なしとのこと。再発時の連絡先をお伝えした。",
    "スキャンの結果、検出なし。",
    "保守業者が対応済みと確認。",
    "案内した手順で復旧したとのこと。",
];
/// Why a call outside hours was taken.
pub static OUT_OF_HOURS: [&str; 4] = [
    "夜間診療中に電子カルテが停止し、患者対応に支障があったため",
    "受付終了間際から続けて着信があり、緊急と判断したため",
    "早朝から脅迫文が表示されていると訴えがあったため",
    "別件の対応で在席しており、緊急のご相談であったため",
];
/// Why a ticket is opened again.
pub static REOPENED: [&str; 2] = ["同じご相談で再度入電", "いったん収まったが、翌日に再発したため"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_fit_their_fields_and_weights_stay_positive() {
        for incident in &INCIDENTS {
            assert!(incident.weight.0 + 8 * incident.weight.1 > 0, "{}", incident.code);
            assert!(incident.told.iter().chain(incident.advice).all(|t| t.chars().count() < 120));
            assert!(incident.courses.iter().sum::<u64>() > 0 && incident.severity.iter().sum::<u64>() > 0);
        }
    }
}
