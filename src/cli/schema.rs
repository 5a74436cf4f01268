//! `schema`: the JSON Schemas of what solvet reads and writes.

use clap::{Args, ValueEnum};
use solvet::report::graph::dependencies_schema;
use solvet::report::{Inventory, diff, json, simulation};
use solvet::{ExitStatus, config, target};

use super::output::Output;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which schema to print
    #[arg(value_enum, value_name = "NAME")]
    name: Name,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// Target manifests
    Target,
    /// The configuration, solvet.toml
    Config,
    /// Baselines, which `--write-baseline` writes
    Baseline,
    /// What `check --format json` writes
    Check,
    /// What `simulate --format json` writes
    Simulate,
    /// What `inspect --sequences --format json` writes
    Sequences,
    /// What `dependencies --format json` writes
    Dependencies,
    /// What `diff --format json` writes
    Diff,
}

impl Schema {
    pub(super) fn run(&self) -> ExitStatus {
        Output::stdout(&match self.name {
            Name::Target => target::schema(),
            Name::Config => config::schema(),
            Name::Baseline => config::baseline_schema(),
            Name::Check => json::check_schema(),
            Name::Simulate => simulation::json_schema(),
            Name::Sequences => Inventory::sequences_schema(),
            Name::Dependencies => dependencies_schema(),
            Name::Diff => diff::schema(),
        });
        ExitStatus::Clean
    }
}
