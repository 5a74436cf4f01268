//! `graph`: what refers to what.

use clap::Args;
use solvet::graph::PackageGraph;
use solvet::report;
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Format, Output, OutputOptions};

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub(super) struct Graph {
    #[command(flatten)]
    packages: PackageOptions,

    #[command(flatten)]
    output: OutputOptions,
}

impl Graph {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let packages = self.packages.read_each(&self.output, |package, parsed| {
            PackageGraph::new(package.path(), package.layout(), parsed)
        });
        Output::write(&self.output, |format, _| match format {
            Format::Human | Format::Json => report::graph::json(&packages),
        })?;
        let failed = packages.iter().filter_map(|package| package.as_ref().err());
        Ok(failed
            .map(Error::exit_status)
            .max()
            .unwrap_or(ExitStatus::Clean))
    }
}
