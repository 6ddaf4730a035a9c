//! What the command line says of itself and of what it can't read, in Japanese.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

const TEMPLATE: &str = "{about}\n\n使い方: {usage}\n\n{all-args}";

/// A command and all beneath it with its help in Japanese. `above` is what is typed before its name.
pub(super) fn in_japanese(command: Command, above: &str) -> Command {
    let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
    let usage = usage(&command, &path);
    let command = command
        .help_template(TEMPLATE)
        .override_usage(usage)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_help_heading("コマンド")
        .mut_args(argument)
        .arg(said(Arg::new("help").short('h').long("help").action(ArgAction::Help), "この説明を表示します"));
    let command = match above.is_empty() {
        true => command.arg(said(
            Arg::new("version").short('V').long("version").action(ArgAction::Version),
            "バージョンを表示します",
        )),
        false => command,
    };
    command.mut_subcommands(|inner| in_japanese(inner, &path))
}

fn said(arg: Arg, help: &'static str) -> Arg {
    arg.help(help).help_heading("オプション")
}

/// How it is typed: `madoguchi members import [オプション] <FILE>`.
fn usage(command: &Command, path: &str) -> String {
    let mut usage = path.to_owned();
    if command.get_opts().next().is_some() {
        usage.push_str(" [オプション]");
    }
    for arg in command.get_positionals() {
        let name = arg.get_value_names().and_then(|names| names.first()).map_or("値", |name| name.as_str());
        usage.push_str(&if arg.is_required_set() { format!(" <{name}>") } else { format!(" [{name}]") });
    }
    if command.has_subcommands() {
        usage.push_str(if command.is_subcommand_required_set() { " <コマンド>" } else { " [コマンド]" });
    }
    usage
}

/// An argument with its heading, and its default said in the words of its help.
fn argument(arg: Arg) -> Arg {
    let heading = if arg.is_positional() { "引数" } else { "オプション" };
    let default = arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    let takes = arg.get_action().takes_values();
    let arg = match (default, arg.get_help().map(ToString::to_string)) {
        (Some(default), Some(help)) if takes => arg.help(format!("{help}（初期値 {default}）")),
        _ => arg,
    };
    let arg = arg.help_heading(heading);
    if takes { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}

/// What is wrong with what was typed; the help itself where that was asked for.
pub(super) fn told(error: &Error) -> String {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => one.clone(),
        Some(ContextValue::Strings(several)) => several.join("、"),
        _ => String::new(),
    };
    let arg = named(ContextKind::InvalidArg);
    let wrong = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return error.to_string().trim_end().to_owned();
        }
        ErrorKind::InvalidSubcommand => {
            format!("「{}」というコマンドはありません", named(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "コマンドを指定してください".to_owned(),
        ErrorKind::UnknownArgument => format!("「{arg}」は使えません"),
        ErrorKind::MissingRequiredArgument => format!("{arg} を指定してください"),
        ErrorKind::ArgumentConflict => format!("{arg} は {} と一緒に使えません", named(ContextKind::PriorArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = error.source().map(|why| format!("：{why}")).unwrap_or_default();
            match named(ContextKind::InvalidValue) {
                value if value.is_empty() => format!("{arg} に値を指定してください"),
                value => format!("{arg} の値「{value}」を読み取れません{why}"),
            }
        }
        _ => format!("引数を読み取れません {arg}").trim_end().to_owned(),
    };
    format!("madoguchi: {wrong}\n使い方は --help で確認できます")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn each(command: &mut Command, see: &mut impl FnMut(&str, &str)) {
        let help = command.render_help().to_string();
        see(command.get_name(), &help);
        let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        for name in names {
            each(command.find_subcommand_mut(&name).expect("a command"), see);
        }
    }

    #[test]
    fn the_help_of_every_command_is_in_japanese() {
        let mut seen = 0;
        let mut whole = in_japanese(Cli::command(), "");
        whole.build();
        each(&mut whole, &mut |name, help| {
            seen += 1;
            for foreign in ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "OPTIONS"] {
                assert!(!help.contains(foreign), "{name}: {foreign}\n{help}");
            }
            assert!(help.contains("使い方: madoguchi"), "{name}\n{help}");
            // Every line that explains something does so in Japanese.
            for line in help.lines().filter(|line| line.starts_with("  ")) {
                assert!(!line.is_ascii(), "{name}: {line}");
            }
        });
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn what_cannot_be_read_is_said_in_japanese() {
        for (typed, said) in [
            (vec!["madoguchi", "fly"], "「fly」というコマンドはありません"),
            (vec!["madoguchi", "serve", "--fast"], "「--fast」は使えません"),
            (vec!["madoguchi", "demo", "--members", "many"], "の値「many」を読み取れません"),
            (vec!["madoguchi", "demo", "--members"], "に値を指定してください"),
            (vec!["madoguchi", "members", "import"], "を指定してください"),
            (vec!["madoguchi", "members", "--help"], "使い方: madoguchi members"),
        ] {
            let error = in_japanese(Cli::command(), "").try_get_matches_from(&typed).expect_err("not read");
            assert!(told(&error).contains(said), "{typed:?}: {}", told(&error));
        }
    }
}
