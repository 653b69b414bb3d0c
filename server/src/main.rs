//! The `switchboard` program.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use switchboard::cli::Cli;
use switchboard::{Output, run};
use words::Catalogue;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let (runtime, catalogue) = match (runtime, Catalogue::load()) {
        (Ok(runtime), Ok(catalogue)) => (runtime, catalogue),
        (Err(error), _) => return give_up(&error),
        (_, Err(error)) => return give_up(&error),
    };
    let tag = cli.common.lang.clone();
    let done = runtime.block_on(run(cli, &catalogue, &mut io::stdout()));
    done.unwrap_or_else(|error| {
        let mut stderr = io::stderr();
        // When not even the error stream can be written, the exit code is all that is left.
        let _ = Output::new(&catalogue, tag.as_deref(), &mut stderr).trouble(&error);
        ExitCode::FAILURE
    })
}

fn give_up(error: &dyn std::fmt::Display) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}
