//! `madoguchi config …`

use clap::Subcommand;

use super::{Failure, say};
use crate::config;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// すべての設定について、値とその出どころを表示します
    Show,
}

pub(super) fn run(command: ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show => {
            for shown in config::show().map_err(Failure::Setup)? {
                say(&format!("{:28} = {:40} # {}", shown.key, shown.value, shown.source));
            }
            config::scheme().map(|_| ()).map_err(Failure::Setup)
        }
    }
}
