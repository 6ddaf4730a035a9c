//! `madoguchi audit …`

use clap::Subcommand;

use super::{Failure, app, say};
use crate::domain::audit::chain::{Fault, Head};
use crate::usecase::audit as steps;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// 監査記録の鎖をはじめからたどり、書き換え・削除・差し込み・入れ替え・切り詰め・作り直しがないか確かめます
    Verify {
        /// 以前に控えた末尾（audit head の表示。番号:印）。作り直しと切り詰めは、これがないと分かりません
        #[arg(long, value_parser = head)]
        head: Option<Head>,
    },
    /// 監査記録の末尾を表示します。控えておくと、あとで audit verify --head に使えます
    Head,
}

fn head(text: &str) -> Result<Head, String> {
    Head::parse(text).ok_or_else(|| "番号:64桁の16進数 の形で指定してください".to_owned())
}

pub(super) async fn run(command: AuditCommand) -> Result<(), Failure> {
    let app = app().await?;
    while steps::seal(&app.services).await? > 0 {}
    match command {
        AuditCommand::Head => {
            say(&steps::head(&app.services).await?.0.to_string());
            Ok(())
        }
        AuditCommand::Verify { head } => verify(&steps::verify(&app.services, head).await?),
    }
}

fn verify(verified: &steps::Verified) -> Result<(), Failure> {
    for seq in verified.late.iter().take(20) {
        say(&format!("{seq}番目は、前の記録よりも5分以上前の日時です（後から差し込まれていないか確かめてください）"));
    }
    if let Some((seq, fault)) = verified.fault {
        let what = match fault {
            Fault::Changed => "内容か印が変わっています",
            Fault::Missing => "記録がありません",
            Fault::Rebuilt => "控えた末尾と合いません（切り詰められたか、作り直されています）",
        };
        return Err(Failure::Other(format!("監査記録の{seq}番目から正しくありません: {what}")));
    }
    if verified.orphans > 0 {
        return Err(Failure::Other(format!(
            "監査記録が正しくありません: どの記録にも属さない対象が{}件あります（差し込まれたか、記録が消されています）",
            verified.orphans
        )));
    }
    if let Some(id) = verified.reviews.first() {
        return Err(Failure::Other(format!(
            "監査記録の点検が正しくありません: {}件が書き換え・削除・差し込みされています（{id} など）",
            verified.reviews.len()
        )));
    }
    say(&format!("監査記録 {}件は正しくつながっています。まだ印のない記録 {}件", verified.head.seq, verified.unsealed));
    say(&verified.head.to_string());
    Ok(())
}
