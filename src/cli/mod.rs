//! The command line: one file per command, each turning arguments into plain options.

mod check;
mod dependencies;
mod diff;
mod explain;
mod graph;
mod init;
mod inspect;
mod judging;
mod manual;
mod options;
mod order;
mod output;
mod packages;
mod places;
mod progress;
mod schema;
mod settings;
mod sharing;
mod simulate;
mod summary;
mod target;
mod terminal;
mod timing;
mod watch;
mod watcher;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use solvet::{Error, ExitStatus};

use output::Output;
use sharing::Shared;

/// Will this solution import? Reads exported Dataverse, Dynamics 365 and Power Platform solution packages, offline.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage, configuration or target manifest error, 3 a \
                  package could not be read."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Is the package sound, and what does it need that the target lacks?
    Check(check::Check),
    /// What would the import do, and would it succeed?
    Simulate(Box<simulate::Simulate>),
    /// What changed from one package to the other, and what would an upgrade remove?
    Diff(diff::Diff),
    /// What is in the package?
    Inspect(inspect::Inspect),
    /// What does a component need, and what needs it? As "Show dependencies", with what the target has
    Dependencies(dependencies::Dependencies),
    /// Every chain of references that makes the package need a component
    Why(why::Why),
    /// What refers to what: the dependency graph
    Graph(graph::Graph),
    /// In which order to import several packages
    Order(order::Order),
    /// Make and keep target manifests: files that say what an environment has
    Target(target::Target),
    /// Write or check a deployment settings file: connections and values of environment variables
    Settings(settings::Settings),
    /// Explain a rule, a platform error code such as 0x8004801D, or a known import failure
    Explain(explain::Explain),
    /// List the rules
    Rules(explain::Rules),
    /// Write a commented solvet.toml to begin with
    Init(init::Init),
    /// Print the JSON Schema of a file that is read
    Schema(schema::Schema),
    /// Print what completes solvet's arguments in a shell
    Completions(manual::Completions),
    /// Print the manual page, or write the pages of all commands
    Man(manual::Manual),
}

/// Runs the command and returns its status.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let done = match &arguments.command {
        Command::Check(command) => command.run(),
        Command::Simulate(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Inspect(command) => command.run(),
        Command::Dependencies(command) => command.run(),
        Command::Why(command) => command.run(),
        Command::Graph(command) => command.run(),
        Command::Order(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Rules(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Schema(command) => Ok(command.run()),
        Command::Completions(command) => Ok(command.run()),
        Command::Man(command) => command.run(),
        Command::Target(command) => command.run(),
        Command::Settings(command) => command.run(),
    };
    match done {
        Ok(status) => ExitCode::from(status.code()),
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    let status: ExitStatus = error.exit_status();
    Output::error(error);
    // The page of a run shows what its pipeline is told, and not the log.
    if let Some(command) = Shared::of_pipeline().and_then(|one| one.command(error)) {
        Output::command(&command);
    }
    ExitCode::from(status.code())
}
