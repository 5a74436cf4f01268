//! `dependencies`: what a component needs, and what needs it.

use clap::Args;
use solvet::graph::PackageGraph;
use solvet::report::graph::Dependencies as Report;
use solvet::{Error, ExitStatus, target};

use super::output::{Format, Output, OutputOptions};
use super::packages::OneComponent;

/// Arguments of `dependencies`.
#[derive(Debug, Args)]
pub(super) struct Dependencies {
    #[command(flatten)]
    component: OneComponent,

    /// A target manifest: what the environment has
    #[arg(long, value_name = "FILE")]
    target: Option<String>,

    #[command(flatten)]
    output: OutputOptions,
}

impl Dependencies {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let target = self.target.as_deref().map(target::load).transpose()?;
        let (package, node): (PackageGraph, _) = self.component.read(&self.output)?;
        let report = Report::new(&package, node, target.as_ref());
        Output::write(&self.output, |format, _| match format {
            Format::Human => report.human(),
            Format::Json => report.json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}
