//! `madoguchi retention …`

use clap::Subcommand;

use super::{Failure, app, say};
use crate::usecase::retention as steps;

#[derive(Debug, Subcommand)]
pub(super) enum RetentionCommand {
    /// 保存期間（config/scheme/retention.toml）が終わったものを消去し、種類ごとの件数を表示します
    Run {
        /// 消去せずに、件数だけを表示します
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(command: RetentionCommand) -> Result<(), Failure> {
    let RetentionCommand::Run { dry_run } = command;
    let app = app().await?;
    let ran = steps::run(&app.house, app.clock.as_ref(), &app.console(), dry_run).await?;
    let what = if dry_run { "消去の対象" } else { "消去" };
    for count in &ran.counts {
        let held = if count.held > 0 {
            format!("（期間を過ぎて残しているもの {}件）", count.held)
        } else {
            String::new()
        };
        say(&format!("{} ({}): {what} {}件{held}", count.kind.label(), count.kind.code(), count.gone));
    }
    Ok(())
}
