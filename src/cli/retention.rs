//! `madoguchi retention …`

use clap::Subcommand;

use super::{Failure, app, say, say_aside};
use crate::usecase::retention::{self as steps, How};

#[derive(Debug, Subcommand)]
pub(super) enum RetentionCommand {
    /// 保存期間（config/scheme/retention.toml）が終わったものを消去し、種類ごとの件数を表示します
    Run {
        /// 消去せずに、日付と件数だけを表示します
        #[arg(long)]
        dry_run: bool,
        /// 消去を見合わせているとき、--dry-run が示した日付と件数が正しいことを確かめて、その件数を指定します
        #[arg(long, value_name = "件数", conflicts_with = "dry_run")]
        confirm: Option<u64>,
    },
}

pub(super) async fn run(command: RetentionCommand) -> Result<(), Failure> {
    let RetentionCommand::Run { dry_run, confirm } = command;
    let app = app().await?;
    let (ctx, as_told) = (app.console(), confirm.map_or(How::AsAtNight, How::Confirmed));
    let how = if dry_run { How::Preview } else { as_told };
    let ran = steps::run(&app.services, app.clock.as_ref(), &ctx, how).await?;
    let what = if dry_run { "消去の対象" } else { "消去" };
    for count in &ran.counts {
        let held = if count.held > 0 {
            format!("（期間を過ぎて残しているもの {}件）", count.held)
        } else {
            String::new()
        };
        say(&format!("{} ({}): {what} {}件{held}", count.kind.label(), count.kind.code(), count.gone));
    }
    if dry_run {
        let (today, number) = (ctx.today(), steps::to_confirm(&ran.counts));
        say(&format!("{today} の時点で期間が終わった記録: {number}件（見合わせを解くときは --confirm {number}）"));
        ran.waits.iter().for_each(|wait| say_aside(&wait.words()));
    }
    Ok(())
}
