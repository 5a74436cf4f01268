//! `dependencies`: what a component needs, and what needs it.

use clap::Args;
use solvet::graph::PackageGraph;
use solvet::report::graph::Dependencies as Report;
use solvet::{Error, ExitStatus};

use super::options::TargetOptions;
use super::output::{Format, Output, OutputOptions};
use super::packages::OneComponent;

/// Arguments of `dependencies`.
#[derive(Debug, Args)]
pub(super) struct Dependencies {
    #[command(flatten)]
    component: OneComponent,

    #[command(flatten)]
    target: TargetOptions,

    #[command(flatten)]
    output: OutputOptions,
}

impl Dependencies {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate([self.component.input()])?;
        let target = self.target.load(&self.component.configuration()?)?;
        let (package, node): (PackageGraph, _) = self.component.read(&self.output)?;
        let report = Report::new(&package, node, target.as_ref());
        Output::write(&self.output, |format, _| match format {
            Format::Human => report.human(),
            Format::Json => report.json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}
