//! Parses the command and hands over.

use std::process::ExitCode;

fn main() -> ExitCode {
    madoguchi::cli::main()
}
